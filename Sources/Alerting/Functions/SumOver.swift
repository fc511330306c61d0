import Signals

extension RuleFunction {
    static let sumOver = RuleFunction(
        name: "sum_over", signature: "sum_over(signal, window)", sentence: "All events of the window.",
        parameters: [.signal, .duration], result: .sameUnit, countersOnly: true, followsSignal: true, lookback: window,
        value: { input in
            let known = input.known(input.argument(0))
            return known.isEmpty ? .nan : known.reduce(0, +)
        },
        examples: [
            FunctionExample("sum_over(errors, 15m) > 5", on: .function, ["errors": [3, 2, 1]], fires: true, "3 + 2 + 1"),
            FunctionExample("sum_over(errors, 15m) > 5", on: .function, ["errors": [9, 3, 0, 1]], fires: false, "the 9 is older than the window"),
        ])
}
