import Signals

extension RuleFunction {
    static let minimumOver = RuleFunction(
        name: "min_over", signature: "min_over(signal, window)", sentence: "The least known value of the window.",
        parameters: [.signal, .duration], result: .sameUnit, followsSignal: true, lookback: window,
        value: { $0.known($0.argument(0)).min() ?? .nan },
        examples: [
            FunctionExample("min_over(visible, 15m) > 100", on: .queue, ["visible": [120, 110, 130]], fires: true, "never under 110"),
            FunctionExample("min_over(visible, 15m) > 100", on: .queue, ["visible": [120, 0, 130]], fires: false, "it was drained in between"),
        ])
}
