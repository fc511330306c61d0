import Telemetry

/// What kind of number a signal is: its base unit and how it behaves in time.
package struct SignalType: Hashable, Sendable {
    package var unit: MetricUnit
    package var form: MetricForm
    /// A later read can only raise the number: counters, and maxima over a period. Alerts may trust such a value before it is final.
    package var onlyRises: Bool

    package init(_ unit: MetricUnit, _ form: MetricForm, onlyRises: Bool? = nil) {
        self.unit = unit
        self.form = form
        self.onlyRises = onlyRises ?? (form == .counter || form == .gauge)
    }
}

/// The closed list of signals that rules and pages may name: what sources store and what is derived from that.
package struct SignalVocabulary: Sendable {
    private var types: [Signal: SignalType]

    /// The derived signals are always part of it; a stored signal of the same name wins.
    package init(_ stored: some Sequence<(Signal, SignalType)>) {
        types = [:]
        for derived in DerivedSignal.all { types[derived.signal] = derived.type }
        for (signal, type) in stored {
            // A maximum of a distribution only rises, whatever its form says; percentiles and averages move both ways.
            var type = type
            if type.form == .distribution { type.onlyRises = signal.name.hasSuffix(".max") }
            types[signal] = type
        }
    }

    package func type(of signal: Signal) -> SignalType? { types[signal] }

    package func names(of kind: ResourceKind) -> [String] {
        types.keys.filter { $0.kind == kind }.map(\.name).sorted()
    }
}
