import Telemetry

/// What goes in must come out: two sums of counts over a window that should be equal, because no single metric says that one event was lost.
package struct Balance: Hashable, Sendable {
    package struct Term: Hashable, Sendable {
        package var resource: ResourceID
        /// Without the kind.
        package var signal: String
        /// -1 takes it away; 4 counts each of four receivers.
        package var factor: Double

        package init(_ resource: ResourceID, _ signal: String, factor: Double = 1) {
            self.resource = resource
            self.signal = signal
            self.factor = factor
        }
    }

    /// Its resource: kind `balance`, named after the service and what is compared.
    package var id: ResourceID
    package var service: String
    package var inputs: [Term]
    package var outputs: [Term]
    /// A share of the inputs.
    package var tolerance: Double
    /// Events that a difference may always have: messages under way between two readings are no loss.
    package var slack: Double
    /// Seconds.
    package var window: Int64
    /// What no source counts, in words.
    package var unmeasured: [String]

    package init(id: ResourceID, service: String, inputs: [Term], outputs: [Term], tolerance: Double = 0.02, slack: Double = 5, window: Int64 = 3_600,
                 unmeasured: [String] = []) {
        self.id = id
        self.service = service
        self.inputs = inputs
        self.outputs = outputs
        self.tolerance = tolerance
        self.slack = slack
        self.window = window
        self.unmeasured = unmeasured
    }

    package var terms: [Term] { inputs + outputs }

    /// As rules and pages see it.
    package var resource: Resource {
        Resource(id: id, service: service, presence: .alive, settings: [.tolerance: .number(tolerance)])
    }
}

extension Setting {
    /// Of a conservation check: the share by which in and out may differ.
    package static let tolerance = Setting(rawValue: "tolerance")
}

extension Balance {
    /// The share of the inputs that is unaccounted for, one value a row; absent where a term is, or where nothing came in.
    ///
    /// - Parameter column: of each term, all on the same rows; nothing where the term has no point at all.
    package func imbalance(rows: Int, period: Int64, column: (Term) -> SampleColumn?) -> SampleColumn? {
        let columns = terms.map { ($0, column($0)) }
        guard columns.allSatisfy({ $0.1 != nil }) else { return nil }
        let span = max(1, Int(clamping: window / max(1, period)))
        var result = SampleColumn(absent: rows)
        for row in 0..<rows where row + 1 >= span {
            guard let entered = sum(columns.prefix(inputs.count), rows: (row + 1 - span)...row), let left = sum(columns.dropFirst(inputs.count), rows: (row + 1 - span)...row),
                  entered.value > 0 else { continue }
            let difference = entered.value - left.value
            result.values[row] = abs(difference) <= slack ? 0 : difference / entered.value
            result.qualities[row] = Quality.worse(entered.quality, left.quality)
        }
        return result
    }

    /// Over a window with a hole the sum is partial; over one with more holes than points it is none.
    private func sum(_ columns: some Sequence<(Term, SampleColumn?)>, rows: ClosedRange<Int>) -> (value: Double, quality: Quality)? {
        var total = 0.0, quality = Quality.final
        for (term, column) in columns {
            guard let column else { return nil }
            var known = 0
            for row in rows where column.values.indices.contains(row) && column.qualities.indices.contains(row) && column.values[row].isFinite {
                total += term.factor * column.values[row]
                // A counter that was filled with zero did count nothing.
                if column.qualities[row] != .zeroFilled { quality = Quality.worse(quality, column.qualities[row]) }
                known += 1
            }
            guard known * 2 > rows.count else { return nil }
            if known < rows.count { quality = .partial }
        }
        return total.isFinite ? (total, quality) : nil
    }
}
