import Telemetry

/// What later reads have changed of one series, since its database began.
package struct Corrections: Hashable, Sendable {
    package var count: Int
    /// The sizes of all, added up.
    package var sum: Double
    package var largest: Double

    package init(count: Int, sum: Double, largest: Double) {
        self.count = count
        self.sum = sum
        self.largest = largest
    }
}

/// What recording one harvest changed, and what was turned away at the door.
package struct RecordSummary: Hashable, Sendable {
    /// A stored value that a later read replaced by another.
    package struct Correction: Hashable, Sendable {
        package var series: SeriesID
        package var time: Timestamp
        package var old: Double
        package var new: Double

        package init(series: SeriesID, time: Timestamp, old: Double, new: Double) {
            self.series = series
            self.time = time
            self.old = old
            self.new = new
        }

        package var size: Double { (new - old).magnitude }
    }

    /// Points that were not stored before.
    package var new = 0
    /// Points whose value changed.
    package var corrected = 0
    /// Points that were stored already with the same value.
    package var unchanged = 0
    package var largestCorrection: Correction?
    /// Points that are no number or infinite.
    package var rejectedNotFinite = 0
    /// Points more than ten minutes ahead of now.
    package var rejectedFuture = 0
    /// Points older than the raw retention.
    package var rejectedOld = 0
    package var executions = 0
    /// Executions known before, or too old to tell.
    package var repeatedExecutions = 0

    /// What was more than is kept.
    package var leftOut: [Problem] = []

    package var rejected: Int { rejectedNotFinite + rejectedFuture + rejectedOld }

    package init() {}
}
