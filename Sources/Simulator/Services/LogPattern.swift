/// A filter pattern for unstructured lines: terms that must all be there, `?terms` of which one suffices, `-terms` that must not, and
/// quoted phrases (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
struct LogPattern: Equatable, Sendable {
    private(set) var all: [String] = []
    private(set) var any: [String] = []
    private(set) var none: [String] = []

    init(_ text: String) {
        var rest = Substring(text)
        while let character = rest.first {
            if character == " " { rest.removeFirst(); continue }
            let mark = character == "?" || character == "-" ? rest.removeFirst() : nil
            let term = Self.term(&rest)
            guard !term.isEmpty else { continue }
            switch mark {
            case "?": any.append(term)
            case "-": none.append(term)
            default: all.append(term)
            }
        }
    }

    func matches(_ line: String) -> Bool {
        if !any.isEmpty, all.isEmpty, !any.contains(where: { line.contains($0) }) { return false }
        return all.allSatisfy { line.contains($0) } && !none.contains { line.contains($0) }
    }

    private static func term(_ rest: inout Substring) -> String {
        guard rest.first == "\"" else {
            let word = rest.prefix { $0 != " " }
            rest = rest[word.endIndex...]
            return String(word)
        }
        rest.removeFirst()
        var term = ""
        while let character = rest.popFirst(), character != "\"" {
            if character == "\\", let next = rest.popFirst() { term.append(next) } else { term.append(character) }
        }
        return term
    }
}
