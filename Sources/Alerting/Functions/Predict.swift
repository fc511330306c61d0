import Signals

extension RuleFunction {
    static let predict = RuleFunction(
        name: "predict", signature: "predict(signal, window, ahead)",
        sentence: "Where the straight line through the window's values will be, `ahead` from now; at least three values, never below zero.",
        parameters: [.signal, .duration, .duration], result: .sameUnit, lookback: window,
        value: { input in
            var n = 0.0, sumX = 0.0, sumY = 0.0, sumXX = 0.0, sumXY = 0.0
            for row in input.rows(input.argument(0)) where !input.values[row].isNaN {
                // Seconds from the newest row: small numbers, so the sums stay exact enough.
                let x = Double(row - input.row) * Double(input.period), y = input.values[row]
                n += 1
                sumX += x
                sumY += y
                sumXX += x * x
                sumXY += x * y
            }
            let spread = n * sumXX - sumX * sumX
            guard n >= 3, spread > 0 else { return .nan }
            let slope = (n * sumXY - sumX * sumY) / spread
            return max(0, (sumY - slope * sumX) / n + slope * input.argument(1))
        },
        examples: [
            FunctionExample("predict(oldest_age, 15m, 1h) > 1h", on: .queue, ["oldest_age": [300, 600, 900]], fires: true, "growing a second a second: 75 min in an hour"),
            FunctionExample("predict(oldest_age, 15m, 1h) > 1h", on: .queue, ["oldest_age": [900, 890, 905]], fires: false, "flat"),
            FunctionExample("predict(oldest_age, 15m, 1h) > 1h", on: .queue, ["oldest_age": [nil, 600, 900]], fires: false, "two values make no trend"),
        ])
}
