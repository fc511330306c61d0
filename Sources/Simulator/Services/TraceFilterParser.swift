/// Reads a filter expression from left to right. OR binds weakest; terms side by side mean AND.
struct TraceFilterParser {
    private var tokens: ArraySlice<Token>
    private let groups: [TraceGroupModel]
    private let source: String

    private enum Token: Equatable {
        case word(String), text(String), symbol(Character), comparison(TraceFilter.Comparison)
    }

    init(_ text: String, groups: [TraceGroupModel]) {
        source = text
        self.groups = groups
        tokens = Self.tokens(of: text)[...]
    }

    mutating func whole() throws(ServiceError) -> TraceFilter {
        if tokens.isEmpty { return .everything }
        let filter = try disjunction()
        guard tokens.isEmpty else { throw refusal }
        return filter
    }

    private mutating func disjunction() throws(ServiceError) -> TraceFilter {
        var filter = try conjunction()
        while takeWord("OR") { filter = .or(filter, try conjunction()) }
        return filter
    }

    private mutating func conjunction() throws(ServiceError) -> TraceFilter {
        var filter = try term()
        while let next = tokens.first, next != .symbol(")"), next != .symbol("}"), next != .word("OR") {
            _ = takeWord("AND")
            filter = .and(filter, try term())
        }
        return filter
    }

    private mutating func term() throws(ServiceError) -> TraceFilter {
        switch tokens.popFirst() {
        case .symbol("!"): return .not(try term())
        case .symbol("("):
            let filter = try disjunction()
            guard take(")") else { throw refusal }
            return filter
        case .word("service"): return try service()
        case .word(let word): return try comparison(of: word)
        default: throw refusal
        }
    }

    private mutating func service() throws(ServiceError) -> TraceFilter {
        guard take("("), case .text(let name) = tokens.popFirst(), take(")") else { throw refusal }
        guard take("{") else { return .service(name, .everything) }
        let inner = try disjunction()
        guard take("}") else { throw refusal }
        return .service(name, inner)
    }

    private mutating func comparison(of word: String) throws(ServiceError) -> TraceFilter {
        guard case .comparison(let comparison) = tokens.first else {
            guard ["ok", "error", "fault", "throttle", "partial"].contains(word) else { throw refusal }
            return .flag(word)
        }
        tokens.removeFirst()
        switch tokens.popFirst() {
        case .text(let name) where word == "group.name":
            guard let group = groups.first(where: { $0.name == name }) else { throw refusal }
            return try TraceFilter(group.filter, groups: [])
        case .text(let text): return .text(word, comparison, text)
        case .word(let text): return Double(text).map { .number(word, comparison, $0) } ?? .text(word, comparison, text)
        default: throw refusal
        }
    }

    private mutating func take(_ symbol: Character) -> Bool {
        guard tokens.first == .symbol(symbol) else { return false }
        tokens.removeFirst()
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard tokens.first == .word(word) else { return false }
        tokens.removeFirst()
        return true
    }

    private var refusal: ServiceError { ServiceError("InvalidRequestException", "Invalid filter expression: \(source)") }

    private static func tokens(of text: String) -> [Token] {
        var tokens: [Token] = [], rest = Substring(text)
        while let character = rest.first {
            if character.isWhitespace { rest.removeFirst(); continue }
            if character == "\"" {
                rest.removeFirst()
                let quoted = rest.prefix { $0 != "\"" }
                tokens.append(.text(String(quoted)))
                rest = rest[quoted.endIndex...].dropFirst()
            } else if let comparison = TraceFilter.Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) {
                tokens.append(.comparison(comparison))
                rest = rest.dropFirst(comparison.rawValue.count)
            } else if "(){}!".contains(character) {
                tokens.append(.symbol(character))
                rest.removeFirst()
            } else {
                let word = rest.prefix { !$0.isWhitespace && !"(){}!=<>\"".contains($0) }
                tokens.append(.word(Self.plain(word)))
                rest = word.isEmpty ? rest.dropFirst() : rest[word.endIndex...]
            }
        }
        return tokens
    }

    /// `annotation[key]` is the newer way to write `annotation.key`.
    private static func plain(_ word: Substring) -> String {
        guard word.hasPrefix("annotation["), word.hasSuffix("]") else { return String(word) }
        return "annotation." + word.dropFirst(11).dropLast()
    }
}
