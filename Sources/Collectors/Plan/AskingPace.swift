import Signals

/// How often signals are asked for, so that a day's budget of metrics lasts the whole day: slow signals wait longer first, then all do.
package struct AskingPace: Hashable, Sendable {
    /// Least seconds between two questions; 0 asks in every run.
    package var fast = Cadence.fast.seconds
    package var slow = Cadence.slow.seconds

    package static let usual = AskingPace()

    private init(fast: Int64 = Cadence.fast.seconds, slow: Int64 = Cadence.slow.seconds) {
        self.fast = fast
        self.slow = slow
    }

    private static let day: Int64 = 86_400
    /// From what the catalogue wants to what is still worth having.
    private static let steps: [AskingPace] = [usual] + [3_600, 14_400, day].map { AskingPace(slow: $0) }
        + [600, 900, 1_800, 3_600, 7_200, 14_400].map { AskingPace(fast: $0, slow: day) }

    /// The liveliest pace that the budget allows, or the slowest there is.
    /// - Parameters:
    ///   - metrics: how many are asked for, by cadence.
    ///   - interval: seconds between runs.
    ///   - limit: metrics a day; nothing is no limit.
    package init(for metrics: [Cadence: Int], interval: Int64, metricsPerDay limit: Int?) {
        self = limit.flatMap { limit in Self.steps.first { $0.metricsPerDay(metrics, interval: interval) <= Double(limit) } ?? Self.steps.last } ?? .usual
    }

    package func seconds(_ cadence: Cadence) -> Int64 {
        switch cadence {
        case .fast: fast
        case .slow: slow
        case .daily: cadence.seconds
        }
    }

    package func metricsPerDay(_ metrics: [Cadence: Int], interval: Int64) -> Double {
        metrics.reduce(0) { $0 + Double($1.value) * Self.times(every: seconds($1.key), interval: interval, in: Self.day) }
    }

    /// What is due every so many seconds is asked by the first run after them.
    static func times(every seconds: Int64, interval: Int64, in span: Int64) -> Double {
        let interval = max(1, interval)
        return Double(span) / Double(max(interval, (seconds + interval - 1) / interval * interval))
    }

    /// What is different from usual, for people; nothing where nothing is.
    package func words(metricsPerDay limit: Int) -> String? {
        guard self != .usual else { return nil }
        let which = fast == Self.usual.fast ? "slow signals every \(Quantity.duration(Double(slow)))"
            : "slow signals every \(Quantity.duration(Double(slow))), all others every \(Quantity.duration(Double(fast)))"
        return "Asked less often to keep to \(limit) metrics a day: \(which). Raise budget.metrics_per_day to see more."
    }
}
