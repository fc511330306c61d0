import Signals

/// Cuts an expression into tokens. Goes on after a mistake, so that all of a text are told at once.
struct Lexer {
    /// A hand-written condition is a line; anything longer comes from a machine that went wrong.
    static let longest = 2_000

    private(set) var tokens: [Token] = []
    private(set) var mistakes: [(offset: Int, message: String)] = []
    private let characters: [Unicode.Scalar]
    private var at = 0

    init(_ text: String) {
        characters = Array(text.unicodeScalars.prefix(Self.longest + 1))
        guard characters.count <= Self.longest else {
            mistakes.append((0, "the expression is longer than \(Self.longest) characters. Split it into several rules"))
            return
        }
        while let character = peek() {
            if character == " " || character == "\t" || character == "\n" || character == "\r" { at += 1 }
            else if character.isDigit { number() }
            else if character.isNameStart { name() }
            else if character == "\"" { quoted() }
            else { symbol() }
        }
        tokens.append(Token(kind: .end, offset: at, source: "the end"))
    }
}

extension Lexer {
    /// What may stand behind a number, and by how much it counts in base units.
    static let units: [String: (Double, NumberUnit)] = [
        "": (1, .none), "%": (0.01, .percent), "ms": (0.001, .seconds), "s": (1, .seconds), "m": (60, .seconds), "h": (3_600, .seconds),
        "d": (86_400, .seconds), "B": (1, .bytes), "KiB": (1_024, .bytes), "MiB": (1_048_576, .bytes), "GiB": (1_073_741_824, .bytes),
    ]
}

private extension Lexer {
    func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        characters.indices.contains(at + ahead) ? characters[at + ahead] : nil
    }

    mutating func take(while fits: (Unicode.Scalar) -> Bool) -> String {
        var taken = String.UnicodeScalarView()
        while let character = peek(), fits(character) {
            taken.append(character)
            at += 1
        }
        return String(taken)
    }

    mutating func add(_ kind: Token.Kind, from start: Int) {
        var source = String.UnicodeScalarView()
        source.append(contentsOf: characters[start..<at])
        tokens.append(Token(kind: kind, offset: start, source: String(source)))
    }

    mutating func number() {
        let start = at
        var text = take { $0.isDigit }
        if peek() == ".", peek(1)?.isDigit == true {
            at += 1
            text += "." + take { $0.isDigit }
        }
        let unit = take { $0.isNameStart || $0 == "%" }
        let factor = Self.units[unit]
        if factor == nil {
            mistakes.append((start, "unknown unit '\(unit)'. Write s, m, h or d for time, KiB, MiB or GiB for size, % for shares"))
        }
        let value = (Double(text) ?? 0) * (factor?.0 ?? 1)
        if !value.isFinite || value > 1e18 { mistakes.append((start, "the number \(text)\(unit) is too large")) }
        add(.number(value, factor?.1 ?? .none), from: start)
    }

    mutating func name() {
        let start = at
        var text = take { $0.isNameStart || $0.isDigit }
        while peek() == ".", peek(1)?.isNameStart == true {
            at += 1
            text += "." + take { $0.isNameStart || $0.isDigit }
        }
        add(.name(text), from: start)
    }

    mutating func quoted() {
        let start = at
        at += 1
        let text = take { $0 != "\"" && $0 != "\n" }
        if peek() == "\"" { at += 1 } else { mistakes.append((start, "the text that begins here has no closing quote")) }
        add(.text(text), from: start)
    }

    mutating func symbol() {
        let start = at
        for symbol in Symbol.allCases where Array(symbol.rawValue.unicodeScalars) == Array(characters[at...].prefix(symbol.rawValue.unicodeScalars.count)) {
            at += symbol.rawValue.unicodeScalars.count
            add(.symbol(symbol), from: start)
            return
        }
        // Only printable ASCII is repeated: anything else could disguise the message.
        let character = characters[at]
        let shown = character.isASCII && character.value > 32 && character.value < 127 ? "'\(character)'" : "U+\(String(character.value, radix: 16, uppercase: true))"
        mistakes.append((start, "unexpected character \(shown)"))
        at += 1
    }
}

private extension Unicode.Scalar {
    var isDigit: Bool { self >= "0" && self <= "9" }
    var isNameStart: Bool { (self >= "a" && self <= "z") || (self >= "A" && self <= "Z") || self == "_" }
}
