import Signals

extension RuleFunction {
    static let novel = RuleFunction(
        name: "novel", signature: "novel(signal, window)",
        sentence: "How far the value, or the mean of the last hour, lies outside everything that the window has seen up to an hour ago, as a share of the range seen; 0 inside. Learning until two days of values are known.",
        parameters: [.signal, .duration], result: .share,
        // The oldest hour of the window needs an hour of its own for its means.
        lookback: { arguments, settings in window(arguments, settings) + 2 * Novelty.recent },
        value: { input in
            let all = Novelty(window: input.argument(0), period: input.period).values(of: input.values)
            return all.indices.contains(input.row) ? all[input.row] : .nan
        },
        sweep: { Novelty(window: $0.argument(0), period: $0.period).values(of: $0.values) },
        learned: { Novelty(window: $0.argument(0), period: $0.period).learned(from: $0.values, at: $0.row) },
        examples: [
            FunctionExample("novel(latency.p99, 14d) > 10%", on: .api, ["latency.p99": restless(600) + [0.9]], fires: true, "two days between 0.1 s and 0.5 s, and now 0.9 s"),
            FunctionExample("novel(latency.p99, 14d) > 10%", on: .api, ["latency.p99": restless(600) + [0.5]], fires: false, "seen before"),
            FunctionExample("novel(latency.p99, 14d) > 10%", on: .api, ["latency.p99": restless(600) + [0.53]], fires: false, "higher than ever, by less than a tenth of the range"),
            FunctionExample("novel(latency.p99, 14d) > 10%", on: .api, ["latency.p99": restless(600) + Array(repeating: 0.45, count: 12)], fires: true,
                            "each value was seen before, a whole hour of them was not"),
            FunctionExample("novel(latency.p99, 14d) > 10%", on: .api, ["latency.p99": restless(300) + [0.9]], fires: false, "still learning: a day is no past"),
        ])

    /// Between 0.1 and 0.5, without a pattern to see.
    private static func restless(_ count: Int) -> [Double?] {
        (0..<count).map { step in
            let hundredths = (step * step * step + step * 17) % 41
            return 0.1 + Double(hundredths) / 100
        }
    }
}

/// Least and greatest of a sliding past, of the values themselves and of the means of their last hour: what was never seen stands out
/// without any number having been chosen for the series. One freak value widens the range of the values, hardly that of the means.
struct Novelty {
    /// What is going on now is not the past yet: the last hour is left out, and is the span of the means.
    static let recent: Int64 = 3_600
    /// Less than this was not watched long enough to call anything unusual.
    static let learning: Double = 2 * 86_400

    /// In rows.
    private let span: Int
    private let hour: Int
    private let enough: Int

    init(window: Double, period: Int64) {
        let period = Double(max(1, period))
        func rows(_ seconds: Double) -> Int { Int(exactly: (seconds / period).rounded(.up)).map { max(1, $0) } ?? 1 }
        span = rows(window)
        hour = rows(Double(Self.recent))
        enough = rows(min(Self.learning, window))
    }

    /// One a row, from that row and earlier ones; NaN where the value is not known or the past is too short.
    func values(of values: [Double]) -> [Double] {
        let own = excess(of: values), hourly = excess(of: means(of: values))
        return values.indices.map { row in own[row].isNaN ? .nan : hourly[row].isNaN ? own[row] : max(own[row], hourly[row]) }
    }

    /// The share of the learning period that is known; 1 where it is over.
    func learned(from values: [Double], at row: Int) -> Double {
        let past = past(of: row, among: values)
        return min(1, Double(values[past].count { !$0.isNaN }) / Double(enough))
    }
}

private extension Novelty {
    func past(of row: Int, among values: [Double]) -> Range<Int> {
        let end = min(max(0, row - hour), values.count)
        return max(0, end - span)..<end
    }

    /// Of the hour that ends with the row; absent where less than half of it is known.
    func means(of values: [Double]) -> [Double] {
        values.indices.map { row in
            guard !values[row].isNaN else { return .nan }
            var sum = 0.0, known = 0
            for earlier in max(0, row + 1 - hour)...row where !values[earlier].isNaN {
                sum += values[earlier]
                known += 1
            }
            return known * 2 >= hour ? sum / Double(known) : .nan
        }
    }

    func excess(of values: [Double]) -> [Double] {
        var least = SlidingExtreme(isBetter: <=), greatest = SlidingExtreme(isBetter: >=), known = 0, taken = 0, dropped = 0
        return values.indices.map { row in
            let past = past(of: row, among: values)
            while taken < past.upperBound {
                if !values[taken].isNaN {
                    least.add(values[taken], at: taken)
                    greatest.add(values[taken], at: taken)
                    known += 1
                }
                taken += 1
            }
            while dropped < past.lowerBound {
                if !values[dropped].isNaN { known -= 1 }
                dropped += 1
            }
            least.forget(before: past.lowerBound)
            greatest.forget(before: past.lowerBound)
            guard known >= enough, !values[row].isNaN, let low = least.value, let high = greatest.value else { return .nan }
            let beyond = max(values[row] - high, low - values[row], 0)
            // A mean of equal values may differ in its last bit: that is no news.
            return beyond == 0 ? 0 : beyond / max(high - low, 1e-9 * max(abs(high), abs(low)))
        }
    }
}

/// The least or greatest value of a window that only moves on; constant time a value, on average.
private struct SlidingExtreme {
    let isBetter: (Double, Double) -> Bool
    private var candidates: [(row: Int, value: Double)] = []
    private var first = 0

    init(isBetter: @escaping (Double, Double) -> Bool) { self.isBetter = isBetter }

    var value: Double? { candidates.indices.contains(first) ? candidates[first].value : nil }

    mutating func add(_ value: Double, at row: Int) {
        while candidates.count > first, let last = candidates.last, isBetter(value, last.value) { candidates.removeLast() }
        candidates.append((row, value))
    }

    mutating func forget(before row: Int) {
        while candidates.indices.contains(first), candidates[first].row < row { first += 1 }
    }
}
