import Telemetry

/// Lays blocks side by side on one grid.
struct GridBuilder {
    private var result: SampleGrid
    private var signals: [UInt32] = []
    private var columns: [SampleColumn] = []

    init(_ empty: SampleGrid) { result = empty }

    /// A raw block whose first row begins at `start`.
    mutating func add(_ block: Block, at start: Int64) {
        let offset = Int((start - result.start.seconds) / result.period)
        let first = max(0, -offset), end = min(block.rows, result.count - offset)
        guard first < end else { return }
        for index in 0..<block.columns.count {
            let column = position(of: block.columns[index], isRolledUp: false)
            block.copy(column: index, rows: first..<end, to: &columns[column], at: offset)
        }
    }

    /// A rolled-up block whose first row begins at `start`.
    mutating func add(rolledUp block: Block, at start: Int64) {
        let offset = Int((start - result.start.seconds) / result.period)
        for column in 0..<block.columns.count where block.columns[column] & 3 == RollUp.Part.sum.rawValue {
            let signal = block.columns[column] >> 2
            for row in 0..<block.rows {
                if let rollUp = RollUp(block, signal: signal, row: row) { set(rollUp, of: signal, row: offset + row) }
            }
        }
    }

    /// A raw block of the hour that begins at `start`, which makes `parts` rows.
    mutating func add(rollingUp block: Block, at start: Int64, parts: Int) {
        let offset = Int((start - result.start.seconds) / result.period)
        for column in 0..<block.columns.count {
            for part in 0..<parts {
                let range = RollUp.rows(of: part, in: parts, rawRows: block.rows)
                if let rollUp = RollUp(block, column: column, rows: range) { set(rollUp, of: block.columns[column], row: offset + part) }
            }
        }
    }

    func grid(_ names: Names) -> SampleGrid {
        var grid = result
        for (signal, column) in zip(signals, columns) {
            if let name = names.signal(signal) { grid.columns[name] = column }
        }
        return grid
    }
}

private extension GridBuilder {
    mutating func set(_ rollUp: RollUp, of signal: UInt32, row: Int) {
        guard row >= 0, row < result.count else { return }
        let column = position(of: signal, isRolledUp: true)
        columns[column].values[row] = rollUp.sum / rollUp.count
        columns[column].qualities[row] = Quality(rawValue: rollUp.mark) ?? .final
        columns[column].minima[row] = rollUp.least
        columns[column].maxima[row] = rollUp.greatest
        columns[column].counts[row] = UInt32(exactly: rollUp.count) ?? 0
    }

    mutating func position(of signal: UInt32, isRolledUp: Bool) -> Int {
        if let found = signals.firstIndex(of: signal) { return found }
        var column = SampleColumn(absent: result.count)
        if isRolledUp {
            column.minima = column.values
            column.maxima = column.values
            column.counts = Array(repeating: 0, count: result.count)
        }
        signals.append(signal)
        columns.append(column)
        return signals.count - 1
    }
}

private extension Block {
    /// Copies the present points of some rows into a column of a grid whose row `offset` is this block's first.
    func copy(column: Int, rows range: Range<Int>, to target: inout SampleColumn, at offset: Int) {
        target.values.withUnsafeMutableBufferPointer { values in
            for row in range where mark(column, row) != Self.missing { values[offset + row] = value(column, row) }
        }
        target.qualities.withUnsafeMutableBufferPointer { qualities in
            for row in range {
                if let quality = Quality(rawValue: mark(column, row)) { qualities[offset + row] = quality }
            }
        }
    }
}
