import CBrotli
import CZlib

/// A compression that web servers hand out ready-made: `page.html.gz` beside `page.html`.
package enum Encoding: String, CaseIterable, Sendable {
    case gzip, brotli

    /// What stands behind the file's name.
    package var suffix: String {
        switch self {
        case .gzip: ".gz"
        case .brotli: ".br"
        }
    }

    /// Below a kilobyte the headers cost more than is won; pictures are compressed already.
    static func isWorthwhile(_ path: String, _ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 1_024 else { return false }
        let type = FileKind.mediaType(path)
        return type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("xml")
    }

    /// Nothing where the library refuses. The same bytes give the same result: no name and no time is written.
    package func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        switch self {
        // 16 more than the window's 15 bits asks for gzip's frame (RFC 1952) instead of zlib's.
        case .gzip: Self.deflated(bytes, window: 15 + 16)
        case .brotli: Self.brotli(bytes)
        }
    }

    /// Level 6: 9 takes twice the time for about one per cent.
    /// - Parameter window: bits, which tell zlib the frame as well; below zero there is none (RFC 1951).
    static func deflated(_ bytes: [UInt8], window: Int32) -> [UInt8]? {
        var stream = z_stream()
        guard deflateInit2_(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        guard let size = UInt32(exactly: bytes.count), let room = UInt32(exactly: deflateBound(&stream, UInt(size))) else { return nil }
        var input = bytes, isDone = false
        let out = [UInt8](unsafeUninitializedCapacity: Int(room)) { buffer, count in
            input.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = size
                stream.next_out = buffer.baseAddress
                stream.avail_out = room
                isDone = deflate(&stream, Z_FINISH) == Z_STREAM_END
                count = Int(room - stream.avail_out)
            }
        }
        return isDone ? out : nil
    }

    /// Quality 5 (RFC 7932): smaller than gzip at about its speed; 11 takes fifty times as long.
    private static func brotli(_ bytes: [UInt8]) -> [UInt8]? {
        let room = BrotliEncoderMaxCompressedSize(bytes.count)
        guard room > 0 else { return nil }
        var isDone = false
        let out = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            var size = room
            isDone = BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, bytes.count, bytes, &size, buffer.baseAddress) != 0
            count = isDone ? size : 0
        }
        return isDone ? out : nil
    }
}
