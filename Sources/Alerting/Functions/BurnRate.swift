import Signals

extension RuleFunction {
    static let burnRate = RuleFunction(
        name: "burn_rate", signature: "burn_rate(slo, window)",
        sentence: "How many times faster than allowed an objective's error budget went in the window: 1 uses it up exactly by the end of the objective's own window. `slo` is the rule's own objective, `\"service/id\"` any of the tenant's. Steps of the window that are not known count as good ones with as much to do.",
        parameters: [.objective, .duration], result: .plain, lookback: window,
        value: { input in
            let rows = input.rows(input.argument(0))
            var bad = 0.0, allowed = 0.0, known = 0
            for row in rows where input.companion.indices.contains(row) && !input.values[row].isNaN && !input.companion[row].isNaN {
                bad += input.values[row]
                allowed += input.companion[row]
                known += 1
            }
            guard known > 0 else { return .nan }
            let whole = max(1, input.argument(0) / Double(max(1, input.period)))
            return bad == 0 ? 0 : allowed > 0 ? bad / (allowed * whole / Double(known)) : .infinity
        },
        examples: [
            FunctionExample("burn_rate(slo, 1h) > 14.4", on: .slo, objective([20, 10, 30, 20, 10, 20, 30, 10, 20, 10, 20, 10]), fires: true, "210 of 12,000 are 1.75 %, 17.5 times the 0.1 % that are allowed"),
            FunctionExample("burn_rate(slo, 1h) > 14.4", on: .slo, objective([170, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), fires: false, "170 of 12,000: 14.2 times"),
            FunctionExample("burn_rate(slo, 6h) > 6", on: .slo, objective([20, 20, 20]), fires: false, "a quarter of an hour at 20 times is less than one of six hours"),
            FunctionExample("burn_rate(slo, 10m) > 1", on: .slo, ["bad": [0, 0], "allowed": [0, 0]], fires: false, "nothing happened, nothing went wrong"),
        ])

    /// A thousand events a step, of which one may be bad.
    private static func objective(_ bad: [Double?]) -> [String: [Double?]] {
        ["bad": bad, "allowed": Array(repeating: 1, count: bad.count), "total": Array(repeating: 1_000, count: bad.count)]
    }
}
