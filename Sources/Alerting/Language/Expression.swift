/// What the parser makes of an expression: its shape, before names and units are looked up.
indirect enum Expression {
    case number(Double, NumberUnit, Token)
    case text(String, Token)
    /// A signal of the resource itself.
    case signal(String, Token)
    /// `queue("x").oldest_age`; without a name the resource of that kind that has the same name as the rule's own.
    case other(kind: Token, name: String?, signal: Token)
    case call(Token, arguments: [Expression])
    case unary(Unary, Token, Expression)
    case binary(Binary, Token, Expression, Expression)

    enum Unary { case not, minus }
    enum Binary: Hashable { case or, and, above, atLeast, below, atMost, equal, unequal, plus, minus, times, over }

    /// Where messages about the whole of it point.
    var token: Token {
        switch self {
        case .number(_, _, let token), .text(_, let token), .signal(_, let token), .call(let token, _), .unary(_, let token, _),
             .binary(_, let token, _, _): token
        case .other(let kind, _, _): kind
        }
    }

    /// Where it begins.
    var start: Token {
        if case .binary(_, _, let left, _) = self { left.start } else { token }
    }
}

extension Expression.Binary {
    var isComparison: Bool {
        switch self {
        case .above, .atLeast, .below, .atMost, .equal, .unequal: true
        case .or, .and, .plus, .minus, .times, .over: false
        }
    }

    /// How tightly it binds: `or`, `and`, (`not`), comparisons, sums, products.
    var strength: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .above, .atLeast, .below, .atMost, .equal, .unequal: 4
        case .plus, .minus: 5
        case .times, .over: 6
        }
    }
}
