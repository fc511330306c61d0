/// All signals of one resource on one time grid: what rules read and charts draw. Row `i` covers `[start + i·period, start + (i+1)·period)`.
package struct SampleGrid: Sendable {
    package var start: Timestamp
    /// Seconds a row; more than zero.
    package var period: Int64
    package var count: Int
    /// By signal name without the kind. A signal that has no point in the window has no column.
    package var columns: [String: SampleColumn]

    package init(start: Timestamp, period: Int64, count: Int, columns: [String: SampleColumn] = [:]) {
        self.start = start
        self.period = max(1, period)
        self.count = max(0, count)
        self.columns = columns
    }

    package var window: TimeWindow { TimeWindow(from: start, to: time(count)) }
    package func time(_ row: Int) -> Timestamp { start + Int64(row) * period }

    /// The row that holds `time`, or nothing outside the grid.
    package func row(at time: Timestamp) -> Int? {
        guard time >= start else { return nil }
        let row = (time - start) / period
        return row < Int64(count) ? Int(row) : nil
    }

    package subscript(_ name: String, _ row: Int) -> Double? {
        guard let column = columns[name], column.values.indices.contains(row) else { return nil }
        let value = column.values[row]
        return value.isNaN ? nil : value
    }
}

/// One signal on the grid. In here, and only in here, NaN stands for "no point": arrays of optionals cost twice the memory.
package struct SampleColumn: Hashable, Sendable {
    package var values: [Double]
    package var qualities: [Quality]
    /// Least and greatest raw value of each row where the grid is a roll-up, so that no spike is lost; empty on raw grids.
    package var minima: [Double]
    package var maxima: [Double]
    /// How many raw values each row was made of where the grid is a roll-up: the value is their mean, so value times count is their sum. Empty on raw grids.
    package var counts: [UInt32]

    package init(values: [Double], qualities: [Quality], minima: [Double] = [], maxima: [Double] = [], counts: [UInt32] = []) {
        self.values = values
        self.qualities = qualities
        self.minima = minima
        self.maxima = maxima
        self.counts = counts
    }

    package init(absent count: Int) {
        self.init(values: Array(repeating: .nan, count: count), qualities: Array(repeating: .final, count: count))
    }
}

/// How finely a stretch of time is stored.
package enum Resolution: Hashable, CaseIterable, Sendable {
    /// As collected; the tenant's grain (300 s unless the site's interval is shorter).
    case raw
    case fiveMinutes
    case hour
}
