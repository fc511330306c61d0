import Signals

extension RuleFunction {
    static let rate = RuleFunction(
        name: "rate", signature: "rate(signal, window)",
        sentence: "Events a second over the window, counted over the steps that are known.",
        parameters: [.signal, .duration], result: .perSecond, countersOnly: true, followsSignal: true, lookback: window,
        value: { input in
            let known = input.known(input.argument(0))
            return known.isEmpty ? .nan : known.reduce(0, +) / (Double(known.count) * Double(input.period))
        },
        examples: [
            FunctionExample("rate(sent, 10m) > 1", on: .queue, ["sent": [0, 600, 300]], fires: true, "900 in 600 s are 1.5 a second"),
            FunctionExample("rate(sent, 10m) > 1", on: .queue, ["sent": [900, 100, 100]], fires: false, "only the last two steps count"),
            FunctionExample("rate(sent, 10m) > 1", on: .queue, ["sent": [900, nil, nil]], fires: false, "nothing is known of the window"),
        ])
}
