import Telemetry

/// A signal that no source states: computed where it is read, from stored signals and the resource's live settings.
package struct DerivedSignal: Sendable {
    /// What a computation may look at.
    package struct Input {
        package var resource: Resource
        package var grid: SampleGrid
        /// The grid of the dead-letter queue that this queue feeds, on the same rows.
        package var deadLetters: SampleGrid?
    }

    package var signal: Signal
    package var type: SignalType
    /// One sentence for the manual.
    package var meaning: String
    /// Rows before the asked one that the computation reads.
    package var lookback: Int
    /// One value a row, NaN where there is none, or nothing where an ingredient is missing altogether.
    package var column: @Sendable (Input) -> SampleColumn?

    package init(_ signal: Signal, _ type: SignalType, lookback: Int = 0, meaning: String,
                 column: @escaping @Sendable (Input) -> SampleColumn?) {
        self.signal = signal
        self.type = type
        self.meaning = meaning
        self.lookback = lookback
        self.column = column
    }

    /// Sorted by signal.
    package static let all: [DerivedSignal] = (queues + functions + gateways + logs + traces).sorted { $0.signal < $1.signal }
    private static let bySignal = all.reduce(into: [Signal: DerivedSignal]()) { $0[$1.signal] = $1 }

    package static func named(_ signal: Signal) -> DerivedSignal? { bySignal[signal] }
}

extension Quality {
    /// The one that may be trusted less: partial, then late, then zero-filled, then final.
    package static func worse(_ a: Quality, _ b: Quality) -> Quality { a.doubt >= b.doubt ? a : b }

    private var doubt: Int {
        switch self {
        case .final: 0
        case .zeroFilled: 1
        case .late: 2
        case .partial: 3
        }
    }
}

extension SampleColumn {
    /// Row by row `combine(a, b)`; absent where either is, and as doubtful as the worse of both.
    static func combining(_ a: SampleColumn?, _ b: SampleColumn?, _ combine: (Double, Double) -> Double) -> SampleColumn? {
        guard let a, let b else { return nil }
        let count = min(a.values.count, b.values.count, a.qualities.count, b.qualities.count)
        var result = SampleColumn(absent: count)
        for row in 0..<count where !a.values[row].isNaN && !b.values[row].isNaN {
            result.values[row] = combine(a.values[row], b.values[row])
            result.qualities[row] = Quality.worse(a.qualities[row], b.qualities[row])
        }
        return result
    }

    /// Rows that are absent here as they are there.
    func filled(from other: SampleColumn) -> SampleColumn {
        var result = self
        for row in values.indices where values[row].isNaN && other.values.indices.contains(row) && other.qualities.indices.contains(row) {
            result.values[row] = other.values[row]
            result.qualities[row] = other.qualities[row]
        }
        return result
    }

    /// `a ÷ b`, absent where `b` is not above zero: a share of nothing is no number.
    static func ratio(_ a: SampleColumn?, of b: SampleColumn?) -> SampleColumn? {
        combining(a, b) { $1 > 0 ? $0 / $1 : .nan }
    }

    /// Every value divided by a setting; nothing where the setting is unknown or not above zero.
    static func ratio(_ a: SampleColumn?, of setting: Double?) -> SampleColumn? {
        guard let a, let setting, setting > 0 else { return nil }
        return SampleColumn(values: a.values.map { $0 / setting }, qualities: a.qualities)
    }
}
