/// A fenced shell block cut into what is copied as one: whole commands, comments, and printed output.
enum ShellScript {
    enum Part: Equatable {
        case command(String)
        case comment(String)
        case output(String)
    }

    /// - Parameter hasPrompts: in `console` blocks only lines that start with `$ ` are commands.
    static func parts(of script: String, hasPrompts: Bool) -> [Part] {
        var parts: [Part] = []
        var open: String?
        for line in script.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let hasPrompt = line.starts(with: "$ ".utf8)
            if let begun = open {
                let whole = begun + "\n" + String(Substring(line))
                open = isContinued(whole) ? whole : nil
                if open == nil { parts.append(.command(whole)) }
            } else if line.allSatisfy(isSpace) {
                continue
            } else if hasPrompts, !hasPrompt {
                parts.append(.output(String(Substring(line))))
            } else if line.first == UInt8(ascii: "#") {
                parts.append(.comment(String(Substring(line))))
            } else if belongsToPrevious(line), case .command(let previous) = parts.last {
                parts[parts.count - 1] = .command(previous + "\n" + String(Substring(line)))
            } else {
                let command = String(Substring(hasPrompt ? line.dropFirst(2) : line))
                if isContinued(command) { open = command } else { parts.append(.command(command)) }
            }
        }
        if let open { parts.append(.command(open)) }
        return parts
    }

    private static let closingWords: [StaticString] = ["done", "fi", "esac", "}", ")", "then", "else", "do"]

    private static func belongsToPrevious(_ line: Substring.UTF8View) -> Bool {
        guard let first = line.first, !isSpace(first) else { return true }
        return closingWords.contains { word in
            word.withUTF8Buffer { line.starts(with: $0) }
                && line.dropFirst(word.utf8CodeUnitCount).first.map { !Placeholder.isLetter($0) } ?? true
        }
    }

    /// Whether the shell would ask for more: a backslash, a pipe or an open quote at the end.
    private static func isContinued(_ text: String) -> Bool {
        var quote: UInt8?, skips = false, isComment = false, previous = UInt8(ascii: " "), last: UInt8 = 0, secondLast: UInt8 = 0
        for byte in text.utf8 {
            defer { previous = byte }
            if !isSpace(byte) { (secondLast, last) = (last, byte) }
            if byte == UInt8(ascii: "\n") { isComment = false }
            if skips || isComment { skips = false; continue }
            switch (quote, byte) {
            case (UInt8(ascii: "'"), UInt8(ascii: "'")), (UInt8(ascii: "\""), UInt8(ascii: "\"")): quote = nil
            case (nil, UInt8(ascii: "'")), (nil, UInt8(ascii: "\"")): quote = byte
            case (nil, UInt8(ascii: "\\")), (UInt8(ascii: "\""), UInt8(ascii: "\\")): skips = true
            case (nil, UInt8(ascii: "#")) where isSpace(previous): isComment = true
            default: break
            }
        }
        return quote != nil || skips || last == UInt8(ascii: "|") || last == UInt8(ascii: "&") && secondLast == last
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n") }
}
