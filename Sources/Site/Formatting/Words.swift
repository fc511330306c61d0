import Signals

/// Numbers as people read them on pages: a no-break space before the unit, commas in thousands, at most two parts of a duration.
package enum Words {
    package static let noBreak = "\u{A0}"

    /// `312`, `2,391`, `6.7`; one decimal below 10 where there is a fraction.
    package static func count(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let magnitude = abs(value)
        if magnitude >= 10 || value == value.rounded() { return grouped(scaled(value, by: 1)) }
        return magnitude >= 0.1 ? decimal(value, places: 1) : (value == 0 ? "0" : decimal(value, places: 2))
    }

    package static func count(_ value: Int) -> String { grouped(value) }

    /// `412 ms`, `9.4 s`, `47 min`, `5 h 29 min`, `3 d 23 h`.
    package static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "–" }
        guard seconds >= 0 else { return "−" + duration(-seconds) }
        if seconds == 0 { return "0\(noBreak)s" }
        if seconds < 0.0995 { return unit(max(1, scaled(seconds, by: 1_000)), "ms") }
        if seconds < 0.9995 { return unit(scaled(seconds, by: 1_000), "ms") }
        if seconds < 9.95, seconds != seconds.rounded() { return decimal(seconds, places: 1) + noBreak + "s" }
        return span(Int64(scaled(seconds, by: 1)))
    }

    /// The same in whole seconds. With three parts, as countdowns may have: `3 d 23 h 13 min`.
    package static func span(_ seconds: Int64, parts: Int = 2) -> String {
        let total = abs(seconds)
        if total < 60 { return unit(Int(total), "s") }
        // Under three minutes the seconds still matter; after that they are noise.
        if total < 180, total % 60 != 0 { return unit(Int(total / 60), "min") + " " + unit(Int(total % 60), "s") }
        let days = total / 86_400, hours = total / 3_600 % 24, minutes = total / 60 % 60
        let words = [(days, "d"), (hours, "h"), (minutes, "min")].drop { $0.0 == 0 }.prefix(parts)
        return words.enumerated().filter { $0.offset == 0 || $0.element.0 > 0 }.map { unit(Int($0.element.0), $0.element.1) }.joined(separator: " ")
    }

    /// `94 %`, `1.3 %`, `< 0.1 %`.
    package static func percent(_ ratio: Double) -> String {
        guard ratio.isFinite else { return "–" }
        let value = ratio * 100
        if value != 0, abs(value) < 0.1 { return "<\(noBreak)0.1\(noBreak)%" }
        if abs(value) < 10, value != value.rounded() { return decimal(value, places: 1) + noBreak + "%" }
        return grouped(scaled(value, by: 1)) + noBreak + "%"
    }

    /// Events in `seconds` as a rate: per minute up to 600, per second above.
    package static func rate(_ events: Double, over seconds: Double) -> String {
        guard events.isFinite, seconds > 0 else { return "–" }
        let perMinute = events * 60 / seconds
        return perMinute > 600 ? "\(count(perMinute / 60)) / s" : "\(count(perMinute)) / min"
    }

    /// `1.2 MB`, powers of 1,000.
    package static func bytes(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        for (limit, word) in [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")] where abs(value) >= limit {
            return count((value / limit * 10).rounded() / 10) + noBreak + word
        }
        return count(value) + noBreak + "B"
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
        var fraction = String(abs(whole) % base)
        fraction = String(repeating: "0", count: max(0, max(0, min(places, 3)) - fraction.count)) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let sign = whole < 0 ? "−" : ""
        return sign + grouped(abs(whole) / base) + (base == 1 || fraction.isEmpty ? "" : ".\(fraction)")
    }

    /// `1 message`, `312 messages`.
    package static func plural(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(grouped(number)) \(number == 1 ? one : many ?? one + "s")"
    }

    /// `a`, `a and b`, `a, b and c`.
    package static func list(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }

    /// First letter small, unless the word is an abbreviation.
    package static func midSentence(_ text: String) -> String {
        guard let first = text.first, first.isUppercase else { return text }
        let rest = text.dropFirst()
        guard let second = rest.first, second.isLowercase || second == " " else { return text }
        return first.lowercased() + rest
    }

    private static func unit(_ number: Int, _ word: String) -> String { grouped(number) + noBreak + word }

    private static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var out = number < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return out
    }
}

extension Words {
    /// A value of a signal or rule in the words of its unit.
    package static func value(_ value: Double, _ unit: MetricUnit) -> String {
        switch unit {
        case .seconds: duration(value)
        case .bytes: bytes(value)
        case .count: count(value)
        case .ratio: percent(value)
        case .perSecond: rate(value, over: 1)
        }
    }
}
