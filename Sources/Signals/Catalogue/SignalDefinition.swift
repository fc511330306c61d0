import Telemetry

/// Everything that is known about one signal before anything is asked: where it comes from, how it behaves, what its silence means.
package struct SignalDefinition: Hashable, Sendable {
    package var signal: Signal
    /// In people's words, without the resource.
    package var title: String
    package var unit: MetricUnit
    package var form: MetricForm
    package var origin: SignalOrigin
    /// Seconds between points at the source; asking more finely gives nothing.
    package var nativePeriod: Int64
    /// A missing point of a resource proven alive is zero, and is recorded as such.
    package var isZeroFilled: Bool
    package var absence: AbsenceMeaning
    package var cadence: Cadence
    /// A pitfall that the reader of a number should know.
    package var note: String?

    package var name: String { signal.name }
    package var kind: ResourceKind { signal.kind }
}

/// Where the numbers of a signal come from.
package enum SignalOrigin: Hashable, Sendable {
    case cloudWatch(CloudWatchMetric)
    /// An attribute of the queue itself, read as a momentary value.
    case queueAttribute(String)
    /// Counted or read from log lines; the text says which.
    case log(String)
    /// Computed from trace summaries or kept traces; sampled.
    case trace(String)
    /// Computed from other signals and settings where it is read; the formula is for people.
    case derived(String)
    case probe(String)
    /// Counted by a tracker of exceptions such as Sentry.
    case errorTracker(String)
}

/// What a missing point says about a resource that exists.
package enum AbsenceMeaning: String, CaseIterable, Hashable, Sendable {
    /// The source writes no point where nothing happened: zero.
    case nothingHappened
    /// The source stops writing when the resource is idle for hours: asleep, neither zero nor broken.
    case asleep
    /// There was nothing to measure in the period.
    case nothingMeasured
    /// It must be switched on at the resource first.
    case optional
    /// Silence says nothing: the source may be late or the resource gone.
    case unknown

    package var words: String {
        switch self {
        case .nothingHappened: "nothing happened (zero)"
        case .asleep: "asleep: no points after about six idle hours"
        case .nothingMeasured: "nothing to measure in the period"
        case .optional: "not switched on, or nothing to measure"
        case .unknown: "unknown"
        }
    }
}

/// How often a signal is worth its price.
package enum Cadence: String, CaseIterable, Hashable, Sendable {
    /// Every run.
    case fast
    /// Every 15 minutes: changes slowly or is read for context.
    case slow
    /// Once a day: the source has no more.
    case daily

    /// Least seconds between two questions.
    package var seconds: Int64 {
        switch self {
        case .fast: 0
        case .slow: 900
        case .daily: 86_400
        }
    }
}
