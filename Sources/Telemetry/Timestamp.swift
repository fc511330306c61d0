/// A moment in whole seconds since 1970-01-01T00:00:00Z. Storage, rules and windows count in these; only pages know time zones.
package struct Timestamp: Hashable, Comparable, Codable, Sendable {
    package var seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    /// The moment nearest to a floating-point epoch, or nothing where the number is no plausible time (years 1970 to 9999).
    package init?(epoch: Double) {
        guard epoch >= 0, epoch < 253_402_300_800, let whole = Int64(exactly: epoch.rounded()) else { return nil }
        seconds = whole
    }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.seconds < b.seconds }
    package static func + (a: Timestamp, seconds: Int64) -> Timestamp { Timestamp(seconds: a.seconds &+ seconds) }
    package static func - (a: Timestamp, seconds: Int64) -> Timestamp { Timestamp(seconds: a.seconds &- seconds) }
    /// Seconds from `b` to `a`.
    package static func - (a: Timestamp, b: Timestamp) -> Int64 { a.seconds &- b.seconds }

    /// The last multiple of `period` seconds that is not after this moment.
    package func floored(to period: Int64) -> Timestamp {
        guard period > 0 else { return self }
        let rest = seconds % period
        return Timestamp(seconds: seconds - (rest < 0 ? rest + period : rest))
    }
}

/// A stretch of time: `start` belongs to it, `end` does not.
package struct TimeWindow: Hashable, Sendable {
    package var start: Timestamp
    package var end: Timestamp

    package init(from start: Timestamp, to end: Timestamp) {
        self.start = start
        self.end = max(start, end)
    }

    package var seconds: Int64 { end - start }
    package func contains(_ time: Timestamp) -> Bool { start <= time && time < end }
}
