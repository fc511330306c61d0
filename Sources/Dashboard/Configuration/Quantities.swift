import Telemetry

/// Durations, sizes, shares and days as people write them.
enum QuantityText {
    /// `2026-12-31`: the beginning of the day in UTC.
    static func day(_ text: String) -> Timestamp? { text.utf8.count == 10 ? Timestamp(rfc3339: text + "T00:00:00Z") : nil }

    /// `90s 5m 2h 15d 1w` in whole seconds; fractions are allowed where they come out whole.
    static func duration(_ text: String) -> Int64? {
        let scales: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let unit = text.last, let scale = scales[unit], let value = number(text.dropLast()) else { return nil }
        let seconds = (value * scale).rounded()
        guard seconds >= 0, seconds <= 3_650 * 86_400, abs(seconds - value * scale) < 1e-6 else { return nil }
        return Int64(exactly: seconds)
    }

    /// `512KiB 4MiB 1GiB 100kB 3MB` or plain bytes.
    static func size(_ text: String) -> Int? {
        let units: [(String, Double)] = [("KiB", 1_024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("B", 1), ("", 1)]
        for (unit, scale) in units where text.hasSuffix(unit) {
            guard let value = number(text.dropLast(unit.count)) else { continue }
            return Int(exactly: (value * scale).rounded())
        }
        return nil
    }

    /// `80%` or `0.8`, from 0 to 1.
    static func ratio(_ text: String) -> Double? {
        let value = text.hasSuffix("%") ? number(text.dropLast()).map { $0 / 100 } : number(text[...])
        guard let value, (0...1).contains(value) else { return nil }
        return value
    }

    /// Plain decimal digits with at most one point: no sign, no exponent, no `inf`.
    private static func number(_ text: Substring) -> Double? {
        let body = text.last == " " ? text.dropLast() : text
        guard !body.isEmpty, body.utf8.allSatisfy({ $0 &- 48 < 10 || $0 == 46 }), let value = Double(body), value < 1e15 else { return nil }
        return value
    }
}
