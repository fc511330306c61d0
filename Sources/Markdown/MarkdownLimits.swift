/// What is refused before or while it costs: the cmark-gfm of Debian 12 lacks the denial-of-service mends of 2023.
enum MarkdownLimits {
    static let inputBytes = 256 * 1024
    static let outputBytes = 8 * 1024 * 1024
    static let columns = 100
    static let depth = 100
    // A row of two bytes under a hundred columns makes a hundred cells (GHSA-66g8-4hjf-77xh).
    static let emptyCells = 20_000
    // Each link inside unclosed `![` walks over all of them: 40,000 need 16 s of CPU.
    static let images = 1000

    /// Reads the lines once, without parsing. It may count what turns out to be code: generous limits make that harmless.
    static func check(_ source: SourceText, from first: Int) throws(MarkdownError) {
        var columns = 0, emptyCells = 0, images = 0
        for index in first..<max(first, source.lines.count) {
            let line = source.unquoted(index)
            images += imageMarks(in: line)
            if images > self.images { throw .tooManyImages(line: index + 1) }
            if line.isEmpty {
                columns = 0
            } else if let delimited = columnsOfDelimiterRow(line) {
                guard delimited <= self.columns else { throw .tooManyColumns(delimited, line: index + 1) }
                columns = delimited
            } else if columns > 1 {
                emptyCells += max(0, columns - 1 - line.count { $0 == UInt8(ascii: "|") })
                if emptyCells > self.emptyCells { throw .tooManyEmptyCells(line: index + 1) }
            }
        }
    }

    private static func imageMarks(in line: ArraySlice<UInt8>) -> Int {
        var count = 0, previous: UInt8 = 0
        for byte in line {
            if byte == UInt8(ascii: "["), previous == UInt8(ascii: "!") { count += 1 }
            previous = byte
        }
        return count
    }

    /// The columns of `|:--|--:|`, `nil` for any other line.
    private static func columnsOfDelimiterRow(_ line: ArraySlice<UInt8>) -> Int? {
        var pipes = 0, dashes = 0
        for byte in line {
            switch byte {
            case UInt8(ascii: "|"): pipes += 1
            case UInt8(ascii: "-"): dashes += 1
            case UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\t"): break
            default: return nil
            }
        }
        guard dashes > 0 else { return nil }
        return pipes + 1 - (line.first == UInt8(ascii: "|") ? 1 : 0) - (line.last == UInt8(ascii: "|") && line.count > 1 ? 1 : 0)
    }
}
