/// An expression of Prometheus's query language, as far as its grammar goes (https://prometheus.io/docs/prometheus/latest/querying/basics/).
struct PromQL: Equatable {
    indirect enum Node: Equatable {
        case number(Double)
        case text(String)
        case selector(Selector)
        case call(String, [PromQL])
        /// An aggregation; the labels that it keeps, or all but those.
        case aggregation(String, labels: [String]?, isWithout: Bool, [PromQL])
        case binary(String, Matching, PromQL, PromQL)
        case minus(PromQL)
        /// `expression[5m:1m]`
        case subquery(PromQL)
    }

    struct Selector: Equatable {
        var metric: String
        var matchers: [Matcher] = []
        /// Seconds, where it gives a range.
        var range: Double?
        var isMoved = false
    }

    struct Matcher: Equatable {
        var label: String
        /// `=`, `!=`, `=~` or `!~`
        var comparison: String
        var value: String
    }

    struct Matching: Equatable {
        var isBool = false
        /// `on (…)` or `ignoring (…)`, with its labels.
        var labels: [String]?
        var isOn = false
    }

    var node: Node
    /// Characters from the expression's start.
    var offset: Int
}

/// What is wrong with an expression, or what of it has no counterpart here.
struct PromQLMistake: Error, Equatable {
    var offset: Int
    var message: String
}

/// Cuts a query into tokens.
package struct PromQLLexer {
    struct Token: Equatable {
        enum Kind: Equatable { case number(Double), name(String), text(String), symbol(String), end }
        var kind: Kind
        var offset: Int
    }

    private(set) var tokens: [Token] = []
    private let characters: [Unicode.Scalar]
    private var at = 0

    static let symbols = ["=~", "!~", "!=", "==", ">=", "<=", ">", "<", "=", "+", "-", "*", "/", "%", "^", "(", ")", "{", "}", "[", "]", ",", "@"]

    init(_ text: String) throws(PromQLMistake) {
        characters = Array(text.unicodeScalars)
        guard characters.count <= 20_000 else { throw PromQLMistake(offset: 0, message: "longer than 20,000 characters") }
        while let next = peek() {
            if next.properties.isWhitespace { at += 1 }
            else if next == "#" { while let character = peek(), character != "\n" { at += 1 } }
            else if next.isDigit || next == "." && peek(1)?.isDigit == true { try number() }
            else if next.isNameStart { name() }
            else if next == "\"" || next == "'" || next == "`" { try quoted(next) }
            else { try symbol() }
        }
        tokens.append(Token(kind: .end, offset: at))
    }

    /// The seconds of one duration, as `for:` has them; nothing of anything else.
    package static func duration(_ text: String) -> Double? {
        guard let tokens = try? PromQLLexer(text).tokens, tokens.count == 2, case .number(let seconds) = tokens[0].kind, seconds.isFinite else { return nil }
        return seconds
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? { characters.indices.contains(at + ahead) ? characters[at + ahead] : nil }

    private mutating func take(while fits: (Unicode.Scalar) -> Bool) -> String {
        var taken = String.UnicodeScalarView()
        while let character = peek(), fits(character) { taken.append(character); at += 1 }
        return String(taken)
    }

    private mutating func name() {
        let start = at
        let name = take { $0.isNameStart || $0.isDigit }
        switch name.lowercased() {
        case "inf": tokens.append(Token(kind: .number(.infinity), offset: start))
        case "nan": tokens.append(Token(kind: .number(.nan), offset: start))
        default: tokens.append(Token(kind: .name(name), offset: start))
        }
    }

    /// A number, or a duration such as `1h30m`, in seconds.
    private mutating func number() throws(PromQLMistake) {
        let start = at
        var total = 0.0
        let units: [String: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "y": 31_536_000]
        repeat {
            var digits = take { $0.isDigit || $0 == "." || $0 == "_" }
            if peek() == "e" || peek() == "E", let sign = peek(1), sign.isDigit || (sign == "-" || sign == "+") && peek(2)?.isDigit == true {
                digits += "e"
                at += 1
                if sign == "-" || sign == "+" { digits += String(sign); at += 1 }
                digits += take { $0.isDigit }
            }
            // A colon belongs to a subquery: `[1h:5m]`.
            let unit = take { $0.isNameStart && $0 != ":" }
            guard let value = Double(digits.replacing("_", with: "")), let factor = unit.isEmpty ? 1 : units[unit] else {
                throw PromQLMistake(offset: start, message: "'\(digits)\(unit)' is no number and no duration")
            }
            total += value * factor
            if unit.isEmpty { break }
        } while peek()?.isDigit == true
        tokens.append(Token(kind: .number(total), offset: start))
    }

    private mutating func quoted(_ quote: Unicode.Scalar) throws(PromQLMistake) {
        let start = at
        at += 1
        var value = String.UnicodeScalarView()
        while let character = peek(), character != quote {
            at += 1
            if character == "\\", quote != "`", let escaped = peek() {
                at += 1
                switch escaped {
                case "n": value.append("\n")
                case "t": value.append("\t")
                default: value.append(escaped)
                }
            } else {
                value.append(character)
            }
        }
        guard peek() == quote else { throw PromQLMistake(offset: start, message: "the text that begins here has no closing quote") }
        at += 1
        tokens.append(Token(kind: .text(String(value)), offset: start))
    }

    private mutating func symbol() throws(PromQLMistake) {
        for symbol in Self.symbols where characters[at...].starts(with: symbol.unicodeScalars) {
            tokens.append(Token(kind: .symbol(symbol), offset: at))
            at += symbol.unicodeScalars.count
            return
        }
        throw PromQLMistake(offset: at, message: "unexpected character U+\(String(characters[at].value, radix: 16, uppercase: true))")
    }
}

private extension Unicode.Scalar {
    var isDigit: Bool { self >= "0" && self <= "9" }
    var isNameStart: Bool { (self >= "a" && self <= "z") || (self >= "A" && self <= "Z") || self == "_" || self == ":" }
}
