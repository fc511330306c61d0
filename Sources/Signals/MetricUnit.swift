/// The base unit of a signal: SI where there is one. Rules check it, pages format by it.
package enum MetricUnit: String, CaseIterable, Hashable, Sendable {
    case seconds = "s", bytes = "B", count = "1", ratio = "ratio"
    /// Events a second, made by `rate()`.
    case perSecond = "1/s"
}

/// How a number behaves in time, which decides how it is asked for, added up, filled and drawn.
package enum MetricForm: String, CaseIterable, Hashable, Sendable {
    /// A level at a moment or its maximum over the period: never added up, never filled with zero.
    case gauge
    /// Events in the period: added up; zero where the resource was proven alive and the source had no point.
    case counter
    /// A percentile or maximum of a distribution: not added up; absent where nothing ran.
    case distribution
    /// A quotient of others, computed where it is read.
    case ratio
}
