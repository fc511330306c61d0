import Telemetry

/// A Pratt parser for rule expressions: precedence by number, depth bounded, every mistake with its place.
struct Parser {
    struct Mistake: Error {
        var offset: Int
        var message: String
    }

    static let deepest = 40

    private let tokens: [Token]
    private var at = 0
    private var depth = 0

    /// The tokens end with `.end`, as the lexer leaves them.
    init(_ tokens: [Token]) { self.tokens = tokens }

    mutating func parse() throws(Mistake) -> Expression {
        if case .end = next.kind { throw Mistake(offset: next.offset, message: "the expression is empty. Write a condition such as `oldest_age > 15m`") }
        let expression = try expression(above: 0)
        guard case .end = next.kind else {
            throw Mistake(offset: next.offset, message: "unexpected '\(next.source)' after the end of the condition. Join conditions with `and` or `or`")
        }
        return expression
    }
}

private extension Parser {
    var next: Token { tokens.indices.contains(at) ? tokens[at] : Token(kind: .end, offset: tokens.last?.offset ?? 0, source: "the end") }

    mutating func advance() -> Token {
        let token = next
        at += 1
        return token
    }

    mutating func deeper<Result>(_ body: (inout Parser) throws(Mistake) -> Result) throws(Mistake) -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw Mistake(offset: next.offset, message: "the expression is nested deeper than \(Self.deepest) levels")
        }
        return try body(&self)
    }

    mutating func expression(above strength: Int) throws(Mistake) -> Expression {
        try deeper { (parser) throws(Mistake) in
            var left = try parser.operand()
            var joined = 0
            while let operation = parser.binaryOperation(), operation.strength > strength {
                let token = parser.advance()
                joined += 1
                // A long flat chain makes a deep tree; the compiler walks it by recursion.
                guard joined <= 60 else { throw Mistake(offset: token.offset, message: "more than 60 parts are joined here. Split the rule") }
                let right = try parser.expression(above: operation.strength)
                left = .binary(operation, token, left, right)
                if operation.isComparison, let another = parser.binaryOperation(), another.isComparison {
                    throw Mistake(offset: parser.next.offset, message: "comparisons cannot be chained. Write `a < b and b < c`")
                }
            }
            return left
        }
    }

    func binaryOperation() -> Expression.Binary? {
        switch next.kind {
        case .name("or"): .or
        case .name("and"): .and
        case .symbol(let symbol):
            switch symbol {
            case .above: .above
            case .atLeast: .atLeast
            case .below: .below
            case .atMost: .atMost
            case .equal, .equalTwice: .equal
            case .unequal: .unequal
            case .plus: .plus
            case .minus: .minus
            case .times: .times
            case .over: .over
            case .open, .close, .comma, .dot: nil
            }
        case .number, .name, .text, .end: nil
        }
    }

    mutating func operand() throws(Mistake) -> Expression {
        let token = advance()
        switch token.kind {
        case .number(let value, let unit): return .number(value, unit, token)
        case .text(let text): return .text(text, token)
        case .name("not"): return .unary(.not, token, try expression(above: 3))
        case .symbol(.minus): return .unary(.minus, token, try expression(above: 6))
        case .symbol(.open):
            let inner = try expression(above: 0)
            try close(opened: token)
            return inner
        case .name("and"), .name("or"): throw Mistake(offset: token.offset, message: "a condition is missing before '\(token.source)'")
        case .name(let name):
            guard case .symbol(.open) = next.kind else { return .signal(name, token) }
            return try call(token, name)
        case .end: throw Mistake(offset: token.offset, message: "the expression ends where a value was expected")
        case .symbol: throw Mistake(offset: token.offset, message: "unexpected '\(token.source)' where a value was expected")
        }
    }

    mutating func call(_ token: Token, _ name: String) throws(Mistake) -> Expression {
        let opening = advance()
        var arguments: [Expression] = []
        if case .symbol(.close) = next.kind {} else {
            arguments.append(try expression(above: 0))
            while case .symbol(.comma) = next.kind {
                at += 1
                arguments.append(try expression(above: 0))
            }
        }
        try close(opened: opening)
        guard ResourceKind(rawValue: name) != nil else { return .call(token, arguments: arguments) }

        var resource: String?
        switch arguments.first {
        case nil: break
        case .text(let text, _): resource = text
        case .some: throw Mistake(offset: token.offset, message: "\(name)() takes the name of a resource in quotes: `\(name)(\"name\").signal`")
        }
        guard arguments.count < 2, case .symbol(.dot) = next.kind else {
            throw Mistake(offset: next.offset, message: "\(name)(…) names a resource. Say which signal of it: `\(name)(\"name\").signal`")
        }
        at += 1
        let signal = advance()
        guard case .name = signal.kind else { throw Mistake(offset: signal.offset, message: "the name of a signal is missing after the dot") }
        return .other(kind: token, name: resource, signal: signal)
    }

    mutating func close(opened: Token) throws(Mistake) {
        guard case .symbol(.close) = next.kind else {
            throw Mistake(offset: opened.offset, message: "the parenthesis that opens here is not closed (before '\(next.source)')")
        }
        at += 1
    }
}
