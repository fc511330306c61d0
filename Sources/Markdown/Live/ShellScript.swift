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
        for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
            if let begun = open {
                let whole = begun + "\n" + line
                open = isContinued(whole) ? whole : nil
                if open == nil { parts.append(.command(whole)) }
            } else if line.allSatisfy(\.isWhitespace) {
                continue
            } else if hasPrompts, !line.hasPrefix("$ ") {
                parts.append(.output(String(line)))
            } else if line.hasPrefix("#") {
                parts.append(.comment(String(line)))
            } else if belongsToPrevious(line), case .command(let previous) = parts.last {
                parts[parts.count - 1] = .command(previous + "\n" + line)
            } else {
                let command = String(line.hasPrefix("$ ") ? line.dropFirst(2) : line)
                if isContinued(command) { open = command } else { parts.append(.command(command)) }
            }
        }
        if let open { parts.append(.command(open)) }
        return parts
    }

    private static func belongsToPrevious(_ line: Substring) -> Bool {
        if line.first == " " || line.first == "\t" { return true }
        return ["done", "fi", "esac", "}", ")", "then", "else", "do"].contains { word in
            line.hasPrefix(word) && !(line.dropFirst(word.count).first?.isLetter ?? false)
        }
    }

    /// Whether the shell would ask for more: a backslash, a pipe or an open quote at the end.
    private static func isContinued(_ text: String) -> Bool {
        let end = text.trimmingSpaces
        if text.hasSuffix("\\") || end.hasSuffix("|") || end.hasSuffix("&&") { return true }
        var quote: Character?, skips = false, isComment = false, previous: Character = " "
        for character in text {
            defer { previous = character }
            if character == "\n" { isComment = false }
            if skips || isComment { skips = false; continue }
            switch (quote, character) {
            case ("'", "'"), ("\"", "\""): quote = nil
            case (nil, "'"), (nil, "\""): quote = character
            case (nil, "\\"), ("\"", "\\"): skips = true
            case (nil, "#") where previous.isWhitespace: isComment = true
            default: break
            }
        }
        return quote != nil
    }
}
