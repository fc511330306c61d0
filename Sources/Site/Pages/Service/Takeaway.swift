import Telemetry

/// The one sentence over a chart: what changed and when, from the data alone. Nothing where nothing changed.
enum Takeaway {
    /// A level that left its usual range and has not come back.
    static func sentence(_ line: ChartLine, grid: SampleGrid, unit: ChartUnit, clock: TenantClock, timeout: Double? = nil) -> Phrase? {
        let values = line.values
        guard let last = line.last, last.row >= values.count - 3 else { return nil }
        var sentences: [Phrase] = []
        if let timeout, timeout > 0, last.value >= timeout * 0.5 { sentences.append("\(Words.percent(last.value / timeout)) of the timeout.") }
        // Most values are within the usual: three quarters of the others are not below them, which is seen without sorting.
        let known = values.count { !$0.isNaN }
        guard known >= 12, values.count(where: { $0 < last.value }) > known * 3 / 4 else { return sentences.first }
        let usual = values.filter { !$0.isNaN }.sorted()
        let median = usual[usual.count / 2], high = usual[usual.count * 3 / 4]
        let limit = max(high + (high - median) * 3, median * 2, unit.divisor * 0.5)
        guard last.value > limit else { return sentences.first }
        // Back to the first row of the present stretch above the limit.
        var row = last.row
        while row > 0, values[row - 1].isNaN || values[row - 1] > limit { row -= 1 }
        while row < last.row, values[row].isNaN { row += 1 }
        let since = clock.moment(grid.time(row))
        let length = grid.time(last.row) - grid.time(row)
        if isRising(values[row...last.row]), length > 0, unit.kind == .count {
            let perMinute = (last.value - values[row]) * 60 / Double(length)
            sentences.append("Rising \(Words.count(perMinute)) a minute since \(since).")
        } else if isRising(values[row...last.row]) {
            sentences.append("Rising since \(since).")
        } else {
            sentences.append("Above its usual \(unit.words(median)) since \(since).")
        }
        return sentences.joined(separator: " ")
    }

    /// Failures that go on now, and since when.
    static func sentence(_ stacks: [BarChart.Stack], grid: SampleGrid, clock: TenantClock) -> Phrase? {
        for stack in stacks.reversed() where stack.tone == .bad {
            guard let last = stack.values.lastIndex(where: { !$0.isNaN }), last >= stack.values.count - 3, stack.values[last] > 0 else { continue }
            var row = last
            while row > 0, stack.values[row - 1].isNaN || stack.values[row - 1] > 0 { row -= 1 }
            while row < last, stack.values[row].isNaN { row += 1 }
            let sum = BarChart.sum(Array(stack.values[row...last]))
            return "\(Words.count(sum)) \(Words.midSentence(stack.label)) since \(clock.moment(grid.time(row)))."
        }
        return nil
    }

    private static func isRising(_ values: ArraySlice<Double>) -> Bool {
        let known = values.filter { !$0.isNaN }
        guard known.count >= 3, let first = known.first, let last = known.last, last > first else { return false }
        return zip(known, known.dropFirst()).count { $0 <= $1 } >= (known.count - 1) * 4 / 5
    }
}

extension SampleColumn {
    /// Events in each row: in a roll-up the stored value is the mean of its raw points, so mean times count is their sum.
    var sums: [Double] {
        guard counts.count == values.count else { return values }
        return zip(values, counts).map { $0.isNaN ? .nan : $0 * Double($1) }
    }
}
