/// Follows a shell script byte by byte so that a value can be put anywhere in it as one literal word (POSIX shell, 2.2 Quoting).
struct ShellQuoting {
    private enum Context: Equatable {
        /// Outside quotes; `$(…)` and `(…)` begin a new one.
        case open, substitution, group
        case single, double
        /// `$'…'`, where a backslash counts.
        case escaped
        case backquote, comment, hereDocument
    }

    private var contexts: [Context] = [.open]
    private var isAfterBackslash = false
    private var startsHereDocument = false
    private var previous: UInt8 = UInt8(ascii: "\n")

    mutating func read(_ text: some Sequence<UInt8>) {
        for byte in text { read(byte) }
    }

    /// The value as the shell will take it here, `nil` where no quoting protects it: backquotes and here-documents.
    mutating func quoted(_ value: String) -> String? {
        defer { previous = UInt8(ascii: "x") }
        let isSafe = !value.isEmpty && value.utf8.allSatisfy(Self.isSafe)
        let literal = "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
        return switch contexts.last ?? .open {
        case .backquote, .hereDocument: nil
        case .comment: value
        case .open, .substitution, .group: isSafe ? value : literal
        case .double: isSafe ? value : "\"" + literal + "\""
        case .single: isSafe ? value : "'" + literal + "'"
        case .escaped: isSafe ? value : "'" + literal + "$'"
        }
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"),
             UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: ","): true
        default: false
        }
    }
}

private extension ShellQuoting {
    mutating func read(_ byte: UInt8) {
        defer { previous = byte }
        if isAfterBackslash { isAfterBackslash = false; return }
        switch contexts.last ?? .open {
        case .single: if byte == UInt8(ascii: "'") { contexts.removeLast() }
        case .hereDocument: break
        case .comment:
            if byte == UInt8(ascii: "\n") { contexts.removeLast(); newline() }
        case .escaped: readQuoted(byte, end: UInt8(ascii: "'"))
        case .backquote: readQuoted(byte, end: UInt8(ascii: "`"))
        case .double:
            if byte == UInt8(ascii: "("), previous == UInt8(ascii: "$") { contexts.append(.substitution); return }
            if byte == UInt8(ascii: "`") { contexts.append(.backquote); return }
            readQuoted(byte, end: UInt8(ascii: "\""))
        case .open, .substitution, .group: readOpen(byte)
        }
    }

    mutating func readQuoted(_ byte: UInt8, end: UInt8) {
        if byte == UInt8(ascii: "\\") { isAfterBackslash = true } else if byte == end { contexts.removeLast() }
    }

    mutating func readOpen(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\\"): isAfterBackslash = true
        case UInt8(ascii: "\""): contexts.append(.double)
        case UInt8(ascii: "'"): contexts.append(previous == UInt8(ascii: "$") ? .escaped : .single)
        case UInt8(ascii: "`"): contexts.append(.backquote)
        case UInt8(ascii: "("): contexts.append(previous == UInt8(ascii: "$") ? .substitution : .group)
        case UInt8(ascii: ")"): if contexts.count > 1 { contexts.removeLast() }
        case UInt8(ascii: "#") where Self.beginsWord(after: previous): contexts.append(.comment)
        case UInt8(ascii: "<") where previous == UInt8(ascii: "<"): startsHereDocument.toggle()
        case UInt8(ascii: "\n"): newline()
        default: break
        }
    }

    // `<<<` toggles twice: it is a here-string, which is an ordinary word. Where a here-document ends is not looked for: nothing
    // after it is quoted for.
    mutating func newline() {
        if startsHereDocument { contexts = [.hereDocument] }
    }

    static func beginsWord(after byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ";")
            || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "|") || byte == UInt8(ascii: "(")
    }
}
