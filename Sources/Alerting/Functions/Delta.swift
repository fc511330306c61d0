import Signals

extension RuleFunction {
    static let delta = RuleFunction(
        name: "delta", signature: "delta(signal, window)",
        sentence: "The newest value less the value one window earlier; both must be known, the earlier one within half a window.",
        parameters: [.signal, .duration], result: .sameUnit, lookback: window,
        value: { input in
            // One row more than the window: ten minutes lie between three five-minute steps.
            let rows = input.rows(input.argument(0) + Double(input.period))
            guard let newest = rows.last, newest == input.row, !input.values[newest].isNaN, rows.count > 1,
                  let earlier = rows.prefix(max(1, rows.count / 2)).first(where: { !input.values[$0].isNaN }) else { return .nan }
            return input.values[newest] - input.values[earlier]
        },
        examples: [
            FunctionExample("delta(oldest_age, 10m) > 0s", on: .queue, ["oldest_age": [300, 600, 900]], fires: true, "ten minutes older"),
            FunctionExample("delta(oldest_age, 10m) > 0s", on: .queue, ["oldest_age": [900, 30, 60]], fires: false, "younger than ten minutes ago"),
            FunctionExample("delta(oldest_age, 10m) > 0s", on: .queue, ["oldest_age": [300, 600, nil]], fires: false, "the newest value is not known"),
        ])
}
