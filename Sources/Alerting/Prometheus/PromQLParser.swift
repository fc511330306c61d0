/// Reads a query by precedence, as Prometheus's own grammar does; depth and size bounded.
struct PromQLParser {
    private let tokens: [PromQLLexer.Token]
    private var at = 0, depth = 0, nodes = 0
    /// A chain of operators hangs to the left, one level a term, and whatever walks over it goes as deep.
    private static let mostNodes = 1_000

    static func parse(_ text: String) throws(PromQLMistake) -> PromQL {
        var parser = PromQLParser(tokens: try PromQLLexer(text).tokens)
        let expression = try parser.expression(above: 0)
        guard parser.next.kind == .end else { throw PromQLMistake(offset: parser.next.offset, message: "unexpected text after the end of the expression") }
        return expression
    }

    private init(tokens: [PromQLLexer.Token]) { self.tokens = tokens }

    static let aggregations: Set<String> = ["sum", "min", "max", "avg", "group", "stddev", "stdvar", "count", "count_values", "bottomk", "topk", "quantile", "limitk", "limit_ratio"]
    private static let strengths = ["or": 1, "and": 2, "unless": 2, "==": 3, "!=": 3, ">": 3, "<": 3, ">=": 3, "<=": 3, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5, "atan2": 5, "^": 6]
}

private extension PromQLParser {
    var next: PromQLLexer.Token { tokens.indices.contains(at) ? tokens[at] : .init(kind: .end, offset: tokens.last?.offset ?? 0) }

    mutating func takes(_ symbol: String) -> Bool {
        guard next.kind == .symbol(symbol) else { return false }
        at += 1
        return true
    }

    mutating func expect(_ symbol: String) throws(PromQLMistake) {
        guard takes(symbol) else { throw PromQLMistake(offset: next.offset, message: "expected '\(symbol)' here") }
    }

    mutating func made(_ node: PromQL.Node, at offset: Int) throws(PromQLMistake) -> PromQL {
        nodes += 1
        guard nodes <= Self.mostNodes else { throw PromQLMistake(offset: offset, message: "more than 1,000 terms and operators") }
        return PromQL(node: node, offset: offset)
    }

    /// A name in any case, as keywords are.
    mutating func takes(word: String) -> Bool {
        guard case .name(let name) = next.kind, name.lowercased() == word else { return false }
        at += 1
        return true
    }

    var operation: String? {
        switch next.kind {
        case .symbol(let symbol): Self.strengths[symbol] == nil ? nil : symbol
        case .name(let name): Self.strengths[name.lowercased()] == nil ? nil : name.lowercased()
        case .number, .text, .end: nil
        }
    }

    mutating func expression(above strength: Int) throws(PromQLMistake) -> PromQL {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 60 else { throw PromQLMistake(offset: next.offset, message: "nested deeper than 60 levels") }
        var left = try operand()
        while let operation, let own = Self.strengths[operation], own > strength {
            let offset = next.offset
            at += 1
            let matching = try matching()
            // Powers bind to the right.
            let right = try expression(above: operation == "^" ? own - 1 : own)
            left = try made(.binary(operation, matching, left, right), at: offset)
        }
        return left
    }

    mutating func matching() throws(PromQLMistake) -> PromQL.Matching {
        var matching = PromQL.Matching()
        matching.isBool = takes(word: "bool")
        for word in ["on", "ignoring"] where takes(word: word) {
            matching.labels = try labels()
            matching.isOn = word == "on"
        }
        for word in ["group_left", "group_right"] where takes(word: word) {
            if next.kind == .symbol("(") { _ = try labels() }
        }
        return matching
    }

    mutating func labels() throws(PromQLMistake) -> [String] {
        try expect("(")
        var labels: [String] = []
        while !takes(")") {
            guard case .name(let label) = next.kind else { throw PromQLMistake(offset: next.offset, message: "expected a label here") }
            labels.append(label)
            at += 1
            if !takes(","), next.kind != .symbol(")") { throw PromQLMistake(offset: next.offset, message: "expected ',' or ')' here") }
        }
        return labels
    }

    mutating func operand() throws(PromQLMistake) -> PromQL {
        let offset = next.offset
        if takes("-") { return try made(.minus(try expression(above: 5)), at: offset) }
        if takes("+") { return try expression(above: 5) }
        var inner = try primary()
        while true {
            if takes("[") {
                guard case .number(let range) = next.kind else { throw PromQLMistake(offset: next.offset, message: "expected a duration here") }
                at += 1
                // `[1h:5m]` and `[1h:]`: the lexer takes the colon for the start of a name.
                if case .name(let step) = next.kind, step.hasPrefix(":") {
                    at += 1
                    if case .number = next.kind { at += 1 }
                    inner = try made(.subquery(inner), at: offset)
                } else if case .selector(var selector) = inner.node {
                    selector.range = range
                    inner.node = .selector(selector)
                } else {
                    throw PromQLMistake(offset: offset, message: "only a selector has a range")
                }
                try expect("]")
            } else if takes(word: "offset") {
                _ = takes("-")
                guard case .number = next.kind else { throw PromQLMistake(offset: next.offset, message: "expected a duration here") }
                at += 1
                inner = try moved(inner)
            } else if takes("@") {
                at += 1
                if takes("(") { try expect(")") }
                inner = try moved(inner)
            } else {
                return inner
            }
        }
    }

    mutating func moved(_ expression: PromQL) throws(PromQLMistake) -> PromQL {
        guard case .selector(var selector) = expression.node else { return try made(.subquery(expression), at: expression.offset) }
        selector.isMoved = true
        return PromQL(node: .selector(selector), offset: expression.offset)
    }

    mutating func primary() throws(PromQLMistake) -> PromQL {
        let token = next
        at += 1
        switch token.kind {
        case .number(let value): return try made(.number(value), at: token.offset)
        case .text(let text): return try made(.text(text), at: token.offset)
        case .symbol("("):
            let inner = try expression(above: 0)
            try expect(")")
            return inner
        case .symbol("{"):
            at -= 1
            return try made(.selector(try selector("")), at: token.offset)
        case .name(let name):
            if Self.aggregations.contains(name.lowercased()), next.kind == .symbol("(") || isGrouping { return try made(try aggregation(name.lowercased()), at: token.offset) }
            if next.kind == .symbol("(") { return try made(.call(name, try arguments()), at: token.offset) }
            return try made(.selector(try selector(name)), at: token.offset)
        case .symbol, .end: throw PromQLMistake(offset: token.offset, message: "expected a value here")
        }
    }

    var isGrouping: Bool {
        guard case .name(let name) = next.kind else { return false }
        return ["by", "without"].contains(name.lowercased())
    }

    mutating func arguments() throws(PromQLMistake) -> [PromQL] {
        try expect("(")
        var arguments: [PromQL] = []
        while !takes(")") {
            arguments.append(try expression(above: 0))
            if !takes(","), next.kind != .symbol(")") { throw PromQLMistake(offset: next.offset, message: "expected ',' or ')' here") }
        }
        return arguments
    }

    mutating func aggregation(_ name: String) throws(PromQLMistake) -> PromQL.Node {
        var kept: [String]?, isWithout = false
        func grouping(_ parser: inout PromQLParser) throws(PromQLMistake) {
            for word in ["by", "without"] where parser.takes(word: word) {
                kept = try parser.labels()
                isWithout = word == "without"
            }
        }
        try grouping(&self)
        let arguments = try arguments()
        try grouping(&self)
        return .aggregation(name, labels: kept, isWithout: isWithout, arguments)
    }

    mutating func selector(_ name: String) throws(PromQLMistake) -> PromQL.Selector {
        var selector = PromQL.Selector(metric: name)
        guard takes("{") else { return selector }
        while !takes("}") {
            switch next.kind {
            case .name(let label):
                at += 1
                guard case .symbol(let comparison) = next.kind, ["=", "!=", "=~", "!~"].contains(comparison) else { throw PromQLMistake(offset: next.offset, message: "expected =, !=, =~ or !~ here") }
                at += 1
                guard case .text(let value) = next.kind else { throw PromQLMistake(offset: next.offset, message: "expected a text here") }
                at += 1
                if label == "__name__", comparison == "=" { selector.metric = value } else { selector.matchers.append(.init(label: label, comparison: comparison, value: value)) }
            case .text(let name):
                at += 1
                selector.metric = name
            case .number, .symbol, .end: throw PromQLMistake(offset: next.offset, message: "expected a label here")
            }
            if !takes(","), next.kind != .symbol("}") { throw PromQLMistake(offset: next.offset, message: "expected ',' or '}' here") }
        }
        return selector
    }
}
