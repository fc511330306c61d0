import Signals

extension RuleFunction {
    private static let week = 604_800.0

    static let baseline = RuleFunction(
        name: "baseline", signature: "baseline(signal, window)",
        sentence: "The median of the same hour (half an hour to either side) of earlier weeks within the window. Learning until one whole week has been watched.",
        parameters: [.signal, .duration], result: .sameUnit, leastWindow: week, lookback: { arguments, settings in window(arguments, settings) + 1_800 },
        value: { input in
            let period = Double(max(1, input.period))
            var past: [Double] = []
            var back = week
            while back <= input.argument(0) {
                guard let middle = Int(exactly: (Double(input.row) - back / period).rounded()), let reach = Int(exactly: (1_800 / period).rounded()) else { break }
                for row in middle - reach...middle + reach where input.values.indices.contains(row) && row < input.row && !input.values[row].isNaN {
                    past.append(input.values[row])
                }
                back += week
            }
            return quantile(of: past, at: 0.5)
        },
        learned: { input in
            guard let first = input.values.firstIndex(where: { !$0.isNaN }) else { return 0 }
            return Double(input.row - first) * Double(input.period) / (week + 1_800)
        },
        examples: [
            FunctionExample("requests < 50% * baseline(requests, 7d)", on: .api,
                            ["requests": Array(repeating: 100, count: 2_016) + [20]], fires: true, "a fifth of what this hour had a week ago"),
            FunctionExample("requests < 50% * baseline(requests, 7d)", on: .api,
                            ["requests": Array(repeating: 20, count: 2_016) + [20]], fires: false, "as quiet as a week ago"),
            FunctionExample("requests < 50% * baseline(requests, 7d)", on: .api,
                            ["requests": Array(repeating: 100, count: 288) + [20]], fires: false, "still learning: there is no week to compare with"),
        ])
}
