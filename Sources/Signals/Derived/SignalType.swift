import Telemetry

/// What kind of number a signal is: its base unit, how it behaves in time, and how far a young value may be trusted.
package struct SignalType: Hashable, Sendable {
    package var unit: MetricUnit
    package var form: MetricForm
    /// A later read can only raise the number: sums, and maxima over a period. Alerts may trust such a value before it is final.
    package var onlyRises: Bool

    package init(_ unit: MetricUnit, _ form: MetricForm, onlyRises: Bool? = nil) {
        self.unit = unit
        self.form = form
        self.onlyRises = onlyRises ?? (form == .counter || form == .gauge)
    }
}

extension SignalVocabulary {
    /// Nothing where the signal is unknown. Derived signals are known without an entry of their own.
    package func type(of signal: Signal) -> SignalType? {
        let derived = DerivedSignal.named(signal)?.type
        guard let entry = self[signal] else { return derived }
        if let derived { return SignalType(entry.unit, entry.form, onlyRises: derived.onlyRises) }
        let rises: Bool = switch SignalCatalogue.definition(of: signal)?.origin {
        case .cloudWatch(let metric): metric.statistic == .sum || metric.statistic == .maximum || metric.statistic == .sampleCount
        // Lines and summaries that arrive late add to a count; to a percentile they may do anything.
        case .log, .trace, .derived, .errorTracker, nil: entry.form == .counter
        // Momentary readings are never corrected.
        case .queueAttribute, .probe: true
        }
        return SignalType(entry.unit, entry.form, onlyRises: rises)
    }

    /// All that a rule on this kind may name, sorted.
    package func allNames(of kind: ResourceKind) -> [String] {
        Set(names(of: kind)).union(DerivedSignal.all.filter { $0.signal.kind == kind }.map(\.signal.name)).sorted()
    }
}
