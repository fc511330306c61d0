import CZlib

/// Writes a ZIP archive, file after file (PKWARE APPNOTE 6.3.10). The same files give the same bytes: every entry bears the format's first day.
package struct ZipArchive {
    package enum Refusal: Error, Equatable {
        /// What the format holds without its 64-bit extension, which not every reader knows.
        case tooManyFiles, tooLarge
        case unsafePath(String)
        /// The library refused.
        case notCompressed(String)
    }

    private struct Entry {
        var name: [UInt8]
        var header: [UInt8]
        var offset: UInt32
    }

    private var entries: [Entry] = []
    private var offset: UInt32 = 0
    private let write: ([UInt8]) throws -> Void

    package init(write: @escaping ([UInt8]) throws -> Void) { self.write = write }

    /// - Parameter path: relative, with `/`.
    package mutating func add(_ path: String, _ bytes: [UInt8]) throws {
        guard BeneathDirectory.isSafe(path), let nameLength = UInt16(exactly: path.utf8.count) else { throw Refusal.unsafePath(path) }
        guard entries.count < 65_535 else { throw Refusal.tooManyFiles }
        guard let size = UInt32(exactly: bytes.count) else { throw Refusal.tooLarge }
        guard let deflated = Encoding.deflated(bytes, window: -15) else { throw Refusal.notCompressed(path) }
        let isSmaller = deflated.count < bytes.count, body = isSmaller ? deflated : bytes
        // Version 2.0, names in UTF-8, deflated or stored, midnight of 1980-01-01.
        var header: [UInt8] = []
        header.add(UInt16(20), UInt16(1 << 11), UInt16(isSmaller ? 8 : 0), UInt16(0), UInt16(0x21))
        header.add(UInt32(truncatingIfNeeded: crc32(0, bytes, size)), UInt32(truncatingIfNeeded: body.count), size)
        header.add(nameLength, UInt16(0))
        let name = Array(path.utf8), start = offset
        var local: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
        local += header + name
        try give(local)
        try give(body)
        entries.append(Entry(name: name, header: header, offset: start))
    }

    /// The directory at the end, without which nobody can open the archive.
    package mutating func finish() throws {
        let start = offset
        for entry in entries {
            // Made by version 2.0 on Unix; no comment, first disk, a file that its owner may write and everybody read.
            var record: [UInt8] = [0x50, 0x4B, 0x01, 0x02, 20, 3]
            record += entry.header
            record.add(UInt16(0), UInt16(0), UInt16(0))
            record.add(UInt32(0o100644) << 16, entry.offset)
            try give(record + entry.name)
        }
        let count = UInt16(clamping: entries.count)
        var end: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
        end.add(UInt16(0), UInt16(0), count, count)
        end.add(offset - start, start)
        end.add(UInt16(0))
        try give(end)
    }

    private mutating func give(_ bytes: [UInt8]) throws {
        let (sum, isTooLarge) = offset.addingReportingOverflow(UInt32(clamping: bytes.count))
        guard !isTooLarge, sum < .max else { throw Refusal.tooLarge }
        try write(bytes)
        offset = sum
    }
}

private extension [UInt8] {
    /// Little-endian, as the format wants it.
    mutating func add<Number: FixedWidthInteger>(_ numbers: Number...) {
        for number in numbers { Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) } }
    }
}
