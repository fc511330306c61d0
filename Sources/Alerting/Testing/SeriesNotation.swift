import Signals

/// A series as a line of text, as Prometheus' unit tests write it, with units: `1x5` is six ones, `10m+5mx3` is 10, 15, 20 and 25 minutes,
/// `_` is a step without a point and `_x3` are three of them.
package enum SeriesNotation {
    package struct Mistake: Error, Hashable {
        /// In characters from the start of the text.
        package var offset: Int
        package var message: String
    }

    /// More steps than anybody writes by hand; a typing error in a count must not fill the memory.
    static let longest = 100_000

    package static func values(_ text: String, unit: MetricUnit) throws(Mistake) -> [Double?] {
        var scanner = Scanner(text), values: [Double?] = []
        while let start = scanner.skipSpace() {
            let before = values.count
            if scanner.take("_") {
                let count = scanner.take("x") ? try scanner.count() : 1
                values += Array(repeating: nil, count: count)
            } else {
                let first = try scanner.number(unit)
                var step = 0.0
                if scanner.take("+") { step = try scanner.number(unit) } else if scanner.take("-") { step = -(try scanner.number(unit)) }
                let more = scanner.take("x") ? try scanner.count() : 0
                if more == 0, step != 0 { throw Mistake(offset: start, message: "after a step the number of repetitions is missing: write 10+5x3") }
                for index in 0...more { values.append(first + Double(index) * step) }
            }
            guard values.count <= longest else { throw Mistake(offset: start, message: "more than \(longest) steps. Shorten the series") }
            guard values.count > before, scanner.isAtSpace else { throw Mistake(offset: scanner.at, message: "expected a space between values") }
        }
        return values
    }

    /// `16m`, `5%`, `2GiB` or `12`, with the unit that it is written in.
    package static func quantity(_ text: String) -> (value: Double, unit: MetricUnit)? {
        for unit in [MetricUnit.count, .seconds, .ratio, .bytes] {
            if let values = try? values(text, unit: unit), values.count == 1, let value = values[0] { return (value, unit) }
        }
        return nil
    }
}

private struct Scanner {
    let characters: [Unicode.Scalar]
    var at = 0

    init(_ text: String) { characters = Array(text.unicodeScalars) }

    var isAtSpace: Bool { at >= characters.count || isSpace(characters[at]) }
    private func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" }

    mutating func skipSpace() -> Int? {
        while at < characters.count, isSpace(characters[at]) { at += 1 }
        return at < characters.count ? at : nil
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard at < characters.count, characters[at] == scalar else { return false }
        at += 1
        return true
    }

    private mutating func digits() -> String {
        let start = at
        while at < characters.count, characters[at] >= "0", characters[at] <= "9" { at += 1 }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: characters[start..<at])
        return String(text)
    }

    mutating func count() throws(SeriesNotation.Mistake) -> Int {
        let start = at
        guard let count = Int(digits()), count >= 1, count <= SeriesNotation.longest else {
            throw .init(offset: start, message: "expected how often, a number from 1 to \(SeriesNotation.longest)")
        }
        return count
    }

    mutating func number(_ unit: MetricUnit) throws(SeriesNotation.Mistake) -> Double {
        let start = at, isNegative = take("-")
        var text = digits()
        if !text.isEmpty, take(".") { text += "." + digits() }
        guard let value = Double(text), value <= 1e18 else {
            throw .init(offset: start, message: "expected a number such as \(SeriesNotation.example(of: unit)), a gap (_) or a space")
        }
        // A name ends where the repetition begins: no unit has an x.
        var suffix = ""
        while at < characters.count, characters[at] != "x", characters[at] == "%" || characters[at].properties.isAlphabetic {
            suffix.unicodeScalars.append(characters[at])
            at += 1
        }
        guard let (factor, written) = Lexer.units[suffix] else {
            throw .init(offset: start, message: "unknown unit '\(suffix)'. Write s, m, h or d for time, KiB, MiB or GiB for size, % for shares")
        }
        let fits: Bool = switch written {
        case .none: value == 0 || (unit != .seconds && unit != .bytes)
        case .percent: unit == .ratio
        case .seconds: unit == .seconds
        case .bytes: unit == .bytes
        }
        guard fits else { throw .init(offset: start, message: "'\(text)\(suffix)' is no value of this signal: write it like \(SeriesNotation.example(of: unit))") }
        return (isNegative ? -1 : 1) * value * factor
    }
}

private extension SeriesNotation {
    static func example(of unit: MetricUnit) -> String {
        switch unit {
        case .seconds: "90s or 16m"
        case .bytes: "512MiB"
        case .ratio: "5%"
        case .count, .perSecond: "12"
        }
    }
}
