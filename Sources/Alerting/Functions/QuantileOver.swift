import Signals

extension RuleFunction {
    static let quantileOver = RuleFunction(
        name: "quantile_over", signature: "quantile_over(signal, window, share)",
        sentence: "The value under which the given share of the window's known values lies, interpolated between neighbours.",
        parameters: [.signal, .duration, .share], result: .sameUnit, followsSignal: true, lookback: window,
        value: { quantile(of: $0.known($0.argument(0)), at: $0.argument(1)) },
        examples: [
            FunctionExample("quantile_over(visible, 25m, 50%) > 10", on: .queue, ["visible": [1, 50, 12, 11, 2]], fires: true, "the median is 11"),
            FunctionExample("quantile_over(visible, 25m, 50%) > 10", on: .queue, ["visible": [1, 500, 500, 2, 3]], fires: false, "the median is 3, whatever the peak"),
        ])

    static func quantile(of values: [Double], at share: Double) -> Double {
        guard !values.isEmpty, share >= 0, share <= 1 else { return .nan }
        let sorted = values.sorted()
        let place = share * Double(sorted.count - 1)
        guard let below = Int(exactly: place.rounded(.down)), sorted.indices.contains(below) else { return .nan }
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
}
