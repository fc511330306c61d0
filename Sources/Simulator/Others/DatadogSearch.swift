/// The part of Datadog's search language that tools use: `field:value`, lists in parentheses, `*`, AND, OR and a leading minus.
/// https://docs.datadoghq.com/tracing/trace_explorer/query_syntax/
struct DatadogSearch: Sendable {
    private indirect enum Term: Sendable {
        case field(String, pattern: [UInt8])
        case all([Term]), any([Term]), not(Term)
    }

    private let root: Term

    init(_ text: String) throws(ServiceError) {
        var words = Self.words(text)[...]
        root = try Self.any(&words)
        if let word = words.first { throw .invalid("invalid_argument(unexpected '\(word)' in query)") }
    }

    func matches(_ value: (_ field: String) -> String?) -> Bool { Self.matches(root, value) }

    private static func matches(_ term: Term, _ value: (String) -> String?) -> Bool {
        switch term {
        case .field("", let pattern): pattern == [UInt8(ascii: "*")]
        case .field(let name, let pattern): value(name).map { glob(Array($0.lowercased().utf8)[...], pattern[...]) } ?? false
        case .all(let terms): terms.allSatisfy { matches($0, value) }
        case .any(let terms): terms.contains { matches($0, value) }
        case .not(let term): !matches(term, value)
        }
    }

    private static func any(_ words: inout ArraySlice<String>) throws(ServiceError) -> Term {
        var terms = [try all(&words)]
        while words.first == "OR" {
            words.removeFirst()
            terms.append(try all(&words))
        }
        return terms.count == 1 ? terms[0] : .any(terms)
    }

    private static func all(_ words: inout ArraySlice<String>) throws(ServiceError) -> Term {
        var terms: [Term] = []
        while let word = words.first, word != "OR", word != ")" {
            words.removeFirst()
            if word == "AND" { continue }
            terms.append(try term(word, &words))
        }
        return .all(terms)
    }

    private static func term(_ word: String, _ words: inout ArraySlice<String>) throws(ServiceError) -> Term {
        if word == "(" {
            let inner = try any(&words)
            guard words.popFirst() == ")" else { throw .invalid("invalid_argument(missing ')' in query)") }
            return inner
        }
        if word.hasPrefix("-") { return .not(try term(String(word.dropFirst()), &words)) }
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return .field("", pattern: lowered(word)) }
        guard parts[1].isEmpty, words.first == "(" else { return .field(parts[0], pattern: lowered(parts[1])) }
        words.removeFirst()
        var values: [Term] = []
        while let value = words.popFirst(), value != ")" { if value != "OR" { values.append(.field(parts[0], pattern: lowered(value))) } }
        return .any(values)
    }

    /// Words, parentheses apart; what is in quotes stays together.
    private static func words(_ text: String) -> [String] {
        var words: [String] = [], word = "", isQuoted = false
        func end() { if !word.isEmpty { words.append(word) }; word = "" }
        for character in text {
            switch character {
            case "\"": isQuoted.toggle()
            case " " where !isQuoted: end()
            case "(" where !isQuoted, ")" where !isQuoted: end(); words.append(String(character))
            default: word.append(character)
            }
        }
        end()
        return words
    }

    private static func lowered(_ text: String) -> [UInt8] { Array(text.lowercased().utf8) }

    private static func glob(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") { return (text.startIndex...text.endIndex).contains { glob(text[$0...], pattern.dropFirst()) } }
        return text.first == first && glob(text.dropFirst(), pattern.dropFirst())
    }
}
