import Telemetry

/// Which stretch of time a series is asked for. Windows end three minutes ago, because later points are not there yet, and begin fifteen
/// minutes before the last reading, because they are corrected for that long.
package enum CollectionWindow {
    package static let delay: Int64 = 180
    package static let rereading: Int64 = 900
    private static let patience: Int64 = 6 * 3_600

    /// The end of what can be known now.
    package static func end(now: Timestamp, period: Int64) -> Timestamp { (now - delay).floored(to: period) }

    /// The stretch to ask for, or nothing where it is not yet time again.
    /// - Parameter every: least seconds between two readings; 0 reads in every run.
    package static func window(cursor: Timestamp?, now: Timestamp, period: Int64, every: Int64 = 0, backfill: Int64) -> TimeWindow? {
        let end = end(now: now, period: period)
        // The source keeps what it has by period: one-minute points 15 days, five-minute points 63, hours 455.
        let retention: Int64 = period < 300 ? 15 * 86_400 : period < 3_600 ? 63 * 86_400 : 455 * 86_400
        let oldest = (end - retention + period).floored(to: period)
        guard let cursor else { return nonEmpty(from: max(oldest, (end - max(backfill, period)).floored(to: period)), to: end) }
        // A cursor from the future is a clock that was set back: begin again fifteen minutes ago.
        if cursor <= end, end - cursor < every { return nil }
        let start = (min(cursor, end) - rereading).floored(to: period)
        return nonEmpty(from: max(oldest, start), to: end)
    }

    /// Up to where a stretch counts as read. What is partial is asked for again, for some hours: a source that never tells all would else be asked
    /// for more with each run.
    package static func cursor(after window: TimeWindow, isPartial: Bool) -> Timestamp {
        isPartial ? max(window.start + rereading, window.end - patience) : window.end
    }

    /// Younger points may still be corrected.
    package static func quality(of time: Timestamp, end: Timestamp) -> Quality { end - time <= rereading ? .late : .final }

    private static func nonEmpty(from start: Timestamp, to end: Timestamp) -> TimeWindow? { start < end ? TimeWindow(from: start, to: end) : nil }
}
