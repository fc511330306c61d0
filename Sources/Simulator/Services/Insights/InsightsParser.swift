/// Reads a query: commands parted by bars. What it does not know is refused, so that a test with a wrong query fails.
struct InsightsParser {
    private var tokens: [Token]
    private var at = 0

    enum Token: Equatable { case word(String), text(String), number(Double), mark(String), step(Int64) }

    static func commands(_ query: String) throws(ServiceError) -> [InsightsCommand] {
        var parser = InsightsParser(tokens: try tokens(of: query))
        var commands: [InsightsCommand] = []
        repeat { commands.append(try parser.command()) } while parser.take("|")
        guard parser.at == parser.tokens.count else { throw parser.malformed() }
        return commands
    }

    private mutating func command() throws(ServiceError) -> InsightsCommand {
        switch try word() {
        case "fields": return .fields(try list())
        case "filter": return .filter(try condition())
        case "stats":
            let aggregates = try list()
            return .stats(aggregates, by: takeWord("by") ? try list() : [])
        case "sort":
            let field = try term()
            let isAscending = takeWord("asc")
            if !isAscending { _ = takeWord("desc") }
            return .sort(field, ascending: isAscending)
        case "limit":
            guard case .number(let count)? = next(), let limit = Int(exactly: count), limit > 0 else { throw malformed() }
            return .limit(limit)
        default: throw malformed()
        }
    }

    private mutating func list() throws(ServiceError) -> [InsightsCommand.Column] {
        var columns: [InsightsCommand.Column] = []
        repeat {
            let start = at
            let expression = try condition()
            var name = tokens[start..<at].map(\.spelling).joined()
            if takeWord("as") { name = try word() }
            columns.append(.init(name: name, expression: expression))
        } while take(",")
        return columns
    }

    private mutating func condition() throws(ServiceError) -> InsightsExpression {
        var left = try conjunction()
        while takeWord("or") { left = .binary("or", left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(ServiceError) -> InsightsExpression {
        var left = try comparison()
        while takeWord("and") { left = .binary("and", left, try comparison()) }
        return left
    }

    private mutating func comparison() throws(ServiceError) -> InsightsExpression {
        let left = try term()
        if takeWord("like") { return .binary("like", left, try term()) }
        for mark in ["!=", "<=", ">=", "=", "<", ">"] where take(mark) { return .binary(mark, left, try term()) }
        return left
    }

    private mutating func term() throws(ServiceError) -> InsightsExpression {
        switch next() {
        case .number(let number)?: return .constant(.number(number))
        case .text(let text)?: return .constant(.text(text))
        case .mark("*")?: return .everything
        case .mark("(")?:
            let inner = try condition()
            guard take(")") else { throw malformed() }
            return inner
        case .word(let name)?:
            guard take("(") else { return .field(name) }
            if name == "bin" {
                guard case .step(let milliseconds)? = next(), take(")") else { throw malformed() }
                return .bin(milliseconds)
            }
            var arguments: [InsightsExpression] = []
            repeat { arguments.append(try condition()) } while take(",")
            guard take(")") else { throw malformed() }
            return .call(name, arguments)
        default: throw malformed()
        }
    }

    private mutating func next() -> Token? {
        guard at < tokens.count else { return nil }
        at += 1
        return tokens[at - 1]
    }

    private mutating func take(_ mark: String) -> Bool { takeToken(.mark(mark)) }
    private mutating func takeWord(_ word: String) -> Bool { takeToken(.word(word)) }
    private mutating func takeToken(_ token: Token) -> Bool {
        guard at < tokens.count, tokens[at] == token else { return false }
        at += 1
        return true
    }

    private mutating func word() throws(ServiceError) -> String {
        guard case .word(let word)? = next() else { throw malformed() }
        return word
    }

    private func malformed() -> ServiceError {
        ServiceError("MalformedQueryException", "unexpected symbol found \(at < tokens.count ? tokens[at].spelling : "<EOF>") at token \(at)")
    }
}

private extension InsightsParser {
    static func tokens(of query: String) throws(ServiceError) -> [Token] {
        var tokens: [Token] = [], rest = Substring(query)
        func isName(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" || character == "." || character == "@" }
        while let character = rest.first {
            if character.isWhitespace { rest.removeFirst(); continue }
            if character == "\"" || character == "'" || character == "`" {
                rest.removeFirst()
                let text = try quoted(&rest, character)
                tokens.append(character == "`" ? .word(text) : .text(text))
            } else if character.isNumber {
                let digits = rest.prefix { $0.isNumber || $0 == "." }
                rest = rest.dropFirst(digits.count)
                let unit = rest.prefix { $0.isLetter }
                rest = rest.dropFirst(unit.count)
                guard let number = Double(digits) else { throw ServiceError("MalformedQueryException", "'\(digits)' is no number") }
                let seconds: [Substring: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400]
                if let scale = seconds[unit], let step = Int64(exactly: (number * scale * 1_000).rounded()), step > 0 { tokens.append(.step(step)) } else { tokens.append(.number(number)) }
            } else if isName(character) {
                let name = rest.prefix(while: isName)
                rest = rest.dropFirst(name.count)
                tokens.append(.word(String(name)))
            } else if let double = ["!=", "<=", ">="].first(where: { rest.hasPrefix($0) }) {
                rest = rest.dropFirst(2)
                tokens.append(.mark(double))
            } else {
                rest.removeFirst()
                tokens.append(.mark(String(character)))
            }
        }
        return tokens
    }

    static func quoted(_ rest: inout Substring, _ quote: Character) throws(ServiceError) -> String {
        var text = ""
        while let character = rest.popFirst() {
            if character == quote { return text }
            if character == "\\", let next = rest.popFirst() { text.append(next) } else { text.append(character) }
        }
        throw ServiceError("MalformedQueryException", "a quoted text does not end")
    }
}

private extension InsightsParser.Token {
    var spelling: String {
        switch self {
        case .word(let text), .text(let text), .mark(let text): text
        case .number(let number): "\(number)"
        case .step(let milliseconds): "\(milliseconds)ms"
        }
    }
}
