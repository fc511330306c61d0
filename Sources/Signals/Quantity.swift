/// A number for people: `47 min`, `9.4 s`, `94 %`, `2,391`. Two units at most, a no-break space before the unit, no `k` and no `M` below 100,000.
package enum Quantity {
    package static func text(_ value: Double, _ unit: MetricUnit) -> String {
        if value.isNaN { return "–" }
        if value.isInfinite { return unit == .seconds && value > 0 ? join("no", "end") : value > 0 ? "∞" : "−∞" }
        if value < 0 { return "−" + text(-value, unit) }
        return switch unit {
        case .seconds: duration(value)
        case .bytes: bytes(value)
        case .count: count(value)
        case .ratio: percent(value)
        case .perSecond: rate(value)
        }
    }

    /// `412 ms`, `9.4 s`, `47 min`, `5 h 29 min`, `3 d 23 h`; three units where a countdown asks for them.
    package static func duration(_ seconds: Double, units: Int = 2) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e15 else { return text(seconds < 1e15 ? seconds : .infinity, .seconds) }
        if seconds == 0 { return join("0", "s") }
        if seconds < 0.9995 { return seconds < 0.0005 ? join("<" + space + "1", "ms") : join(digits(seconds * 1_000, 0), "ms") }
        if seconds < 59.95 { return join(digits(seconds, seconds < 9.95 ? 1 : seconds.rounded() == seconds ? 0 : 1), "s") }
        let total = Int64(seconds.rounded())
        let parts = [(total / 86_400, "d"), (total / 3_600 % 24, "h"), (total / 60 % 60, "min"), (total % 60, "s")]
        let first = parts.firstIndex { $0.0 > 0 } ?? 3
        // Seconds beside minutes say nothing once ten minutes have passed.
        let kept = parts[first...].prefix(max(1, units)).filter { $0.0 > 0 && !($0.1 == "s" && total >= 600) }
        return kept.map { join(grouped(String($0.0)), $0.1) }.joined(separator: space)
    }

    /// None or one decimal; the smallest shares only as a bound.
    package static func percent(_ ratio: Double) -> String {
        let percent = ratio * 100
        guard percent.isFinite else { return "∞" }
        if percent == 0 { return join("0", "%") }
        if percent < 0.1 { return "<" + space + join("0.1", "%") }
        return join(digits(percent, percent < 9.95 || (percent > 99 && percent < 100) ? 1 : 0), "%")
    }

    package static func count(_ value: Double) -> String {
        guard value.isFinite, value >= 0 else { return text(value, .count) }
        switch value {
        case ..<99_999.5: return digits(value, value.rounded() == value || value >= 100 ? 0 : value < 0.095 ? 3 : 1)
        case ..<999_500: return join(digits(value / 1_000, 0), "k")
        case ..<999_500_000: return join(digits(value / 1e6, 1), "M")
        default: return join(digits(value / 1e9, 1), "G")
        }
    }

    package static func bytes(_ value: Double) -> String {
        guard value.isFinite, value >= 0 else { return text(value, .bytes) }
        var scaled = value, unit = 0
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        while scaled >= 1_023.5, unit + 1 < units.count { scaled /= 1_024; unit += 1 }
        return join(digits(scaled, unit == 0 || scaled >= 9.95 ? 0 : 1), units[unit])
    }

    /// Per minute up to 600 a minute, per second above.
    package static func rate(_ perSecond: Double) -> String {
        let perMinute = perSecond * 60
        return perMinute <= 600 ? join(count(perMinute), "/" + space + "min") : join(count(perSecond), "/" + space + "s")
    }

    private static let space = "\u{00A0}"
    private static func join(_ number: String, _ unit: String) -> String { number + space + unit }

    /// Fixed point with at most `decimals`, without trailing zeros, thousands grouped. `value` is finite and not negative.
    private static func digits(_ value: Double, _ decimals: Int) -> String {
        var scale: Int64 = 1
        for _ in 0..<decimals { scale *= 10 }
        guard let scaled = Int64(exactly: (value * Double(scale)).rounded()) else { return "\(value)" }
        let whole = grouped(String(scaled / scale))
        var fraction = String(scaled % scale)
        guard decimals > 0, fraction != "0" else { return whole }
        fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return whole + "." + fraction
    }

    private static func grouped(_ digits: String) -> String {
        if digits.utf8.count <= 3 { return digits }
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result
    }
}
