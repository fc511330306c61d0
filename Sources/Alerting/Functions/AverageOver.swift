import Signals

extension RuleFunction {
    static let averageOver = RuleFunction(
        name: "avg_over", signature: "avg_over(signal, window)", sentence: "The mean of the known values of the window.",
        parameters: [.signal, .duration], result: .sameUnit, followsSignal: true, lookback: window,
        value: { input in
            let known = input.known(input.argument(0))
            return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
        },
        examples: [
            FunctionExample("avg_over(visible, 15m) > 10", on: .queue, ["visible": [5, 20, 20]], fires: true, "the mean is 15"),
            FunctionExample("avg_over(visible, 15m) > 10", on: .queue, ["visible": [0, 0, 20]], fires: false, "one high step is not enough"),
            FunctionExample("avg_over(visible, 15m) > 10", on: .queue, ["visible": [nil, nil, 20]], fires: true, "steps without a value do not count as zero"),
        ])
}
