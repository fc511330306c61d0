import Signals

extension RuleFunction {
    static let silent = RuleFunction(
        name: "silent", signature: "silent(signal, window)",
        sentence: "Nothing came during the whole window: only zeros, or no point although the source was asked. Not known where reading is denied, disabled or failed.",
        parameters: [.signal, .duration], result: .condition, countersOnly: true, lookback: window,
        value: { input in
            switch input.absence {
            case .denied, .disabled, .deleted, .sourceError: return .nan
            case .neverSeen, .asleep, nil: break
            }
            let known = input.known(input.argument(0))
            if known.contains(where: { $0 > 0 }) { return 0 }
            // No point and no word about why: nobody asked for this signal, so its silence says nothing.
            return input.hasColumn || input.absence != nil ? 1 : .nan
        },
        examples: [
            FunctionExample("silent(sent, 15m)", on: .queue, ["sent": [4, 0, 0, 0]], fires: true, "three steps without a message"),
            FunctionExample("silent(sent, 15m)", on: .queue, ["sent": [4, nil, nil, nil]], fires: true, "no point is silence too: the source was asked"),
            FunctionExample("silent(sent, 15m)", on: .queue, ["sent": [0, 0, 1, 0]], fires: false, "one message came"),
            FunctionExample("silent(sent, 15m)", on: .queue, ["visible": [0, 0, 0, 0]], fires: false, "the signal was never collected"),
        ])
}
