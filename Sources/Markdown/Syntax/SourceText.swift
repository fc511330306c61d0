/// The file as it was read, with its lines, so that a problem can be given a place.
struct SourceText: Sendable {
    let bytes: [UInt8]
    /// Each without its line end.
    let lines: [Range<Int>]

    init(_ file: [UInt8]) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        bytes = Self.readable(file.starts(with: mark) ? Array(file.dropFirst(mark.count)) : file)
        var lines: [Range<Int>] = [], start = 0, at = 0
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
            lines.append(start..<at - 1)
            if byte == UInt8(ascii: "\r"), at < bytes.count, bytes[at] == UInt8(ascii: "\n") { at += 1 }
            start = at
        }
        if start < bytes.count { lines.append(start..<bytes.count) }
        self.lines = lines
    }

    /// With U+FFFD for the second block of control characters and for what is no character, which no HTML may hold either.
    private static func readable(_ bytes: [UInt8]) -> [UInt8] {
        func length(_ at: Int) -> Int {
            if bytes[at] == 0xC2, at + 1 < bytes.count, (0x80...0x9F).contains(bytes[at + 1]) { return 2 }
            return bytes[at] == 0xEF && at + 2 < bytes.count && bytes[at + 1] == 0xBF && bytes[at + 2] >= 0xBE ? 3 : 0
        }
        guard bytes.indices.contains(where: { bytes[$0] >= 0xC2 && length($0) > 0 }) else { return bytes }
        var out: [UInt8] = [], at = 0
        while at < bytes.count {
            let length = length(at)
            if length > 0 { out += Array("\u{FFFD}".utf8) } else { out.append(bytes[at]) }
            at += max(1, length)
        }
        return out
    }

    /// A line without white space around it.
    func trimmed(_ line: Int) -> ArraySlice<UInt8> { bytes[lines[line].trimming { isSpace(bytes[$0]) }] }

    /// A line without white space around it and without the marks of quotes.
    func unquoted(_ line: Int) -> ArraySlice<UInt8> {
        bytes[lines[line].trimming { isSpace(bytes[$0]) || bytes[$0] == UInt8(ascii: ">") }]
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Where the text stands first within a range.
    func offset(of needle: some Collection<UInt8>, in range: Range<Int>) -> Int? {
        guard let first = needle.first else { return nil }
        let text = bytes[range.clamped(to: bytes.indices)]
        var at = text.startIndex
        while let next = text[at...].firstIndex(of: first) {
            if text[next...].starts(with: needle) { return next }
            at = next + 1
        }
        return nil
    }

    /// 1-based; columns count Unicode scalars, as editors do.
    func place(of offset: Int) -> Place {
        var low = 0, high = lines.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if lines[middle].lowerBound <= offset { low = middle } else { high = middle }
        }
        guard low < lines.count else { return Place(line: 1, column: 1) }
        let start = lines[low].lowerBound
        let before = bytes[start..<min(max(start, offset), bytes.count)]
        return Place(line: low + 1, column: before.count { $0 & 0xC0 != 0x80 } + 1)
    }
}

/// A line and a column of the file, both 1-based.
struct Place: Hashable, Sendable {
    var line: Int
    var column: Int
}

private extension Range<Int> {
    func trimming(_ isMargin: (Int) -> Bool) -> Range<Int> {
        var start = lowerBound, end = upperBound
        while start < end, isMargin(start) { start += 1 }
        while start < end, isMargin(end - 1) { end -= 1 }
        return start..<end
    }
}
