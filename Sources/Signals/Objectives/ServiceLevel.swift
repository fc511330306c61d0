import Telemetry

/// How much may go wrong: an objective over a rolling window, and the events that are counted for it.
package struct ServiceLevel: Hashable, Sendable {
    /// What is counted as an event, and which of them are bad.
    package enum Count: Hashable, Sendable {
        case bad([Balance.Term], of: [Balance.Term])
        case good([Balance.Term], of: [Balance.Term])
        /// A share of the events, where the source counts no bad ones by themselves.
        case share(Balance.Term, of: Balance.Term)
    }

    /// Its resource: kind `slo`, named `service/id`.
    package var id: ResourceID
    package var service: String
    package var title: String
    /// The share of good events that is promised; above 0 and below 1.
    package var objective: Double
    /// Seconds.
    package var window: Int64
    package var count: Count
    /// Fewer bad events than this in the long window of a burn rate never alert.
    package var leastBad: Double

    package init(id: ResourceID, service: String, title: String, objective: Double, window: Int64 = 30 * 86_400, count: Count, leastBad: Double = 10) {
        self.id = id
        self.service = service
        self.title = title
        self.objective = objective
        self.window = window
        self.count = count
        self.leastBad = leastBad
    }

    /// The share of events that may be bad.
    package var allowance: Double { 1 - objective }

    package var terms: [Balance.Term] {
        switch count {
        case .bad(let part, let all), .good(let part, let all): part + all
        case .share(let share, let all): [share, all]
        }
    }

    /// As rules and pages see it.
    package var resource: Resource {
        Resource(id: id, service: service, presence: .alive, settings: [.objective: .number(objective), .budgetWindow: .number(Double(window)), .leastBad: .number(leastBad)])
    }
}

extension Setting {
    /// Of an objective: the share of good events that is promised.
    package static let objective = Setting(rawValue: "objective")
    /// Of an objective: the seconds over which it is promised.
    package static let budgetWindow = Setting(rawValue: "budget_window")
    /// Of an objective: bad events in the long window of a burn rate below which nobody is told.
    package static let leastBad = Setting(rawValue: "least_bad")
}

extension ServiceLevel {
    /// All events and the bad ones, one a row; a row is absent where either is not known.
    ///
    /// - Parameter column: of each term, all on the same rows; nothing where the term has no point at all.
    package func events(rows: Int, column: (Balance.Term) -> SampleColumn?) -> (total: SampleColumn, bad: SampleColumn) {
        var total = SampleColumn(absent: rows), bad = SampleColumn(absent: rows)
        let columns = Dictionary(terms.map { ($0, column($0)) }, uniquingKeysWith: { first, _ in first })
        func sum(_ terms: [Balance.Term], _ row: Int) -> (value: Double, quality: Quality)? {
            var sum = 0.0, quality = Quality.final
            for term in terms {
                guard let column = columns[term] ?? nil, column.values.indices.contains(row), column.qualities.indices.contains(row), column.values[row].isFinite else { return nil }
                sum += term.factor * column.values[row]
                // A counter that was filled with zero did count nothing.
                if column.qualities[row] != .zeroFilled { quality = Quality.worse(quality, column.qualities[row]) }
            }
            return (sum, quality)
        }
        for row in 0..<rows {
            let (part, all): ([Balance.Term], [Balance.Term]) = switch count {
            case .bad(let part, let all), .good(let part, let all): (part, all)
            case .share(let share, let all): ([share], [all])
            }
            guard let all = sum(all, row), all.value >= 0 else { continue }
            // A share of nothing is absent, and nothing of it was bad.
            guard let part = sum(part, row) ?? (isShare && all.value == 0 ? (0, all.quality) : nil) else { continue }
            let number: Double = switch count {
            case .bad: part.value
            case .good: all.value - part.value
            case .share: part.value * all.value
            }
            (total.values[row], bad.values[row]) = (all.value, min(all.value, max(0, number)))
            let quality = Quality.worse(all.quality, part.quality)
            (total.qualities[row], bad.qualities[row]) = (quality, quality)
        }
        return (total, bad)
    }

    private var isShare: Bool { if case .share = count { true } else { false } }
}
