import Telemetry

/// How many events arrive, in closed form: the total before any minute is one formula, so every window adds up without a history.
/// The rate swings over the day and crosses its mean, rising, at the anchor; what is expected at the anchor holds at any hour.
package struct Flow: Sendable {
    package var perMinute: Double
    /// Share of the mean by which the rate rises and falls over the day.
    package var swing: Double
    /// 0: minutes differ as much as they can; 1: as even as whole events allow.
    package var evenness = 0.0
    private var anchorMinute: Int64
    private var dice: Dice

    package init(perMinute: Double, swing: Double = 0.35, anchor: Timestamp, dice: Dice) {
        self.perMinute = perMinute
        self.swing = swing
        self.anchorMinute = anchor.minute
        self.dice = dice.named("flow")
    }

    /// Events before the minute begins, counted from the anchor: negative in the past. Each event's number is its identity.
    package func total(before minute: Int64) -> Int64 {
        let since = minute - anchorMinute
        let expected = perMinute * (Double(since) + swing * Self.dayIntegral(since))
        // The jitter stays below the least arrivals of a minute, so the total never falls.
        let jitter = perMinute * (1 - swing) * 0.95 * (1 - evenness) * dice.unit(minute)
        return Int64(exactly: (expected + jitter).rounded(.down)) ?? 0
    }

    package func events(in minute: Int64) -> Range<Int64> {
        let start = total(before: minute)
        return start..<max(start, total(before: minute + 1))
    }

    package func count(in minute: Int64) -> Int64 { Int64(events(in: minute).count) }

    /// Minutes gained over a steady rate since the anchor: the integral of a wave made of two parabolas, which is nearly a
    /// sine and needs no mathematics library, so every platform gives the same bits.
    private static func dayIntegral(_ minutes: Int64) -> Double {
        let day: Int64 = 1_440
        let rest = ((minutes % day) + day) % day
        let x = Double(rest) / Double(day)
        func half(_ u: Double) -> Double { 16 * (u * u / 4 - u * u * u / 3) }
        return Double(day) * (x < 0.5 ? half(x) : half(0.5) - half(x - 0.5))
    }
}

extension Timestamp {
    /// Whole minutes since the epoch.
    package var minute: Int64 { floored(to: 60).seconds / 60 }
    package init(minute: Int64) { self.init(seconds: minute * 60) }
}
