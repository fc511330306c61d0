/// How values of one chart become words: the unit of its axis, the division that gets there, and the decimals of its table.
package struct ChartUnit: Hashable, Sendable {
    /// Behind the title: `messages`, `seconds`.
    package var word: Phrase
    /// Base units in one display unit: 60 for minutes.
    package var divisor: Double
    /// Current values in the legend.
    package var kind: Kind
    package enum Kind: Hashable, Sendable { case count, seconds, ratio, bytes }

    package init(_ kind: Kind, word: Phrase, divisor: Double = 1) {
        self.kind = kind
        self.word = word
        self.divisor = divisor > 0 ? divisor : 1
    }

    /// The unit in which the greatest value has one to three digits before the point.
    package static func seconds(upTo greatest: Double) -> ChartUnit {
        switch greatest {
        case ..<1: ChartUnit(.seconds, word: "milliseconds", divisor: 0.001)
        case ..<120: ChartUnit(.seconds, word: "seconds")
        case ..<10_800: ChartUnit(.seconds, word: "minutes", divisor: 60)
        case ..<259_200: ChartUnit(.seconds, word: "hours", divisor: 3_600)
        default: ChartUnit(.seconds, word: "days", divisor: 86_400)
        }
    }

    /// A value as the legend and sentences say it.
    package func words(_ value: Double) -> String {
        switch kind {
        case .count: Words.count(value)
        case .seconds: Words.duration(value)
        case .ratio: Words.percent(value)
        case .bytes: Words.bytes(value)
        }
    }

    /// A value as the table under the chart says it: in the chart's unit, without the word.
    package func cell(_ value: Double) -> String {
        let shown = value / divisor
        return switch kind {
        case .count: Words.count(shown)
        case .seconds, .bytes: Words.decimal(shown, places: shown < 10 ? 2 : 1)
        case .ratio: Words.decimal(shown * 100, places: 1)
        }
    }
}

/// The vertical axis: from zero to `top`, with two to four round ticks.
package struct ChartScale: Hashable, Sendable {
    /// In display units.
    package var top: Double
    package var ticks: [Double]

    /// For values up to `greatest` (display units) with room above for the label of the highest line.
    /// Ticks that would lie on a limit's line are left to its label.
    package init(greatest: Double, headroom: Double = 1.1, limits: [Double] = []) {
        let reach = greatest.isFinite && greatest > 0 ? greatest : 1, edge = reach * headroom
        top = edge
        // The finest round step that gives no more than four ticks.
        var step = Self.round(edge / 6), found: [Double] = []
        repeat {
            found = (1...20).map { Double($0) * step }.filter { tick in tick < edge * 0.97 && limits.allSatisfy { abs($0 - tick) > edge * 0.12 } }
            step = Self.round(step * 1.5)
        } while found.count > 4
        ticks = found
    }

    /// The smallest of 1, 2, 5 times a power of ten that is not below `raw`.
    package static func round(_ raw: Double) -> Double {
        guard raw.isFinite, raw > 0 else { return 1 }
        var power = 1.0
        while power < raw { power *= 10 }
        while power / 10 >= raw { power /= 10 }
        for part in [0.1, 0.2, 0.5] where power * part >= raw * 0.999 { return power * part }
        return power
    }

    /// Tenths of a pixel from the top of a plot of `height` pixels.
    package func y(_ value: Double, height: Int) -> Int {
        let share = value / top
        guard share > -0.05 else { return height * 10 + height / 2 }
        guard share < 1.2 else { return share.isNaN ? height * 10 : height * -2 }
        // Moved above zero, cutting off is rounding; `rounded()` is a call into the C library, once a point.
        return Int(Double(height) * (1 - share) * 10 + 0.5 + Self.offset) - Int(Self.offset)
    }

    private static let offset = 1_048_576.0
}
