import Signals

extension RuleFunction {
    static let maximumOver = RuleFunction(
        name: "max_over", signature: "max_over(signal, window)", sentence: "The greatest known value of the window.",
        parameters: [.signal, .duration], result: .sameUnit, followsSignal: true, lookback: window,
        value: { $0.known($0.argument(0)).max() ?? .nan },
        examples: [
            FunctionExample("max_over(deleted, 10m) = 0", on: .queue, ["deleted": [7, 0, 0]], fires: true, "nothing was deleted for ten minutes"),
            FunctionExample("max_over(deleted, 10m) = 0", on: .queue, ["deleted": [7, 1, 0]], fires: false, "one was deleted"),
            FunctionExample("max_over(deleted, 10m) = 0", on: .queue, ["deleted": [7, nil, nil]], fires: false, "absent is not zero"),
        ])
}
