import Signals

/// Numbers as people read them on pages. Values with a unit are worded by `Quantity`, as in mails and rules, so that all say the same.
package enum Words {
    package static let noBreak = "\u{A0}"

    package static func count(_ value: Double) -> String { Quantity.text(value, .count) }
    package static func count(_ value: Int) -> String { grouped(value) }
    package static func duration(_ seconds: Double) -> String { seconds.isFinite ? Quantity.text(seconds, .seconds) : "–" }
    package static func percent(_ ratio: Double) -> String { Quantity.text(ratio, .ratio) }
    package static func bytes(_ value: Double) -> String { Quantity.text(value, .bytes) }
    package static func value(_ value: Double, _ unit: MetricUnit) -> String { Quantity.text(value, unit) }

    /// Whole seconds. With three parts, as countdowns may have: `3 d 23 h 13 min`.
    package static func span(_ seconds: Int64, parts: Int = 2) -> String { Quantity.duration(Double(max(0, seconds)), units: parts) }

    /// Events in `seconds` as a rate.
    package static func rate(_ events: Double, over seconds: Double) -> String {
        events.isFinite && seconds > 0 ? Quantity.text(events / seconds, .perSecond) : "–"
    }

    /// `$10.31`; estimates below a cent are `< $0.01`.
    package static func dollars(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        if value > 0, value < 0.005 { return "<\(noBreak)$0.01" }
        let cents = scaled(value, by: 100)
        return "\(cents < 0 ? "−" : "")$\(grouped(abs(cents) / 100)).\(two(abs(cents) % 100))"
    }

    /// A plain number with up to `places` decimals and no trailing zeros: for data tables and axis labels.
    package static func decimal(_ value: Double, places: Int) -> String {
        let base = places <= 0 ? 1 : places == 1 ? 10 : places == 2 ? 100 : 1_000
        let whole = scaled(value, by: Double(base))
        if whole >= 0, whole % base == 0 { return grouped(whole / base) }
        var fraction = String(abs(whole) % base)
        fraction = String(repeating: "0", count: max(0, max(0, min(places, 3)) - fraction.count)) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let sign = whole < 0 ? "−" : ""
        return sign + grouped(abs(whole) / base) + (base == 1 || fraction.isEmpty ? "" : ".\(fraction)")
    }

    /// `1 message`, `312 messages`.
    package static func plural(_ number: Int, _ one: Phrase, _ many: Phrase? = nil) -> Phrase {
        .counted(grouped(number), number == 1 ? one.english : many?.english ?? one.english + "s")
    }

    /// `a`, `a and b`, `a, b and c`.
    package static func list(_ items: [Phrase]) -> Phrase {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return "\(items.dropLast().joined(separator: ", ")) and \(last)"
    }
    @_disfavoredOverload package static func list(_ names: [String]) -> Phrase { list(names.map { Phrase.verbatim($0) }) }

    /// First letter small, unless the word is an abbreviation or a name such as DynamoDB.
    package static func midSentence(_ phrase: Phrase) -> Phrase {
        let text = phrase.english
        guard let first = text.first, first.isUppercase else { return phrase }
        let rest = text.dropFirst()
        guard !rest.isEmpty, !rest.prefix(while: { !$0.isWhitespace }).contains(where: \.isUppercase), rest.first?.isLowercase == true || rest.first == " " else { return phrase }
        return phrase.said(first.lowercased() + rest, form: "mid")
    }
    @_disfavoredOverload package static func midSentence(_ name: String) -> Phrase { midSentence(.verbatim(name)) }

    /// First letter small, whatever the word.
    package static func inSentence(_ phrase: Phrase) -> Phrase { phrase.said(phrase.english.prefix(1).lowercased() + phrase.english.dropFirst(), form: "mid") }

    /// First letter large, where a phrase that stands inside of sentences begins one.
    package static func sentenceStart(_ phrase: Phrase) -> Phrase {
        phrase.said(phrase.english.prefix(1).uppercased() + phrase.english.dropFirst(), form: "start")
    }

    private static func grouped(_ number: Int) -> String {
        if (0..<1_000).contains(number) { return String(number) }
        let digits = Array(String(number.magnitude))
        var out = number < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return out
    }
}
