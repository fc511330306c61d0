import Telemetry

/// The values of one resource over a fixed number of rows, a column a signal: what one row of the database holds.
/// Reused from block to block, so that reading a day allocates nothing.
struct Block {
    /// Stands for "no point" where a quality would stand.
    static let missing: UInt8 = 0x0F

    private(set) var rows: Int
    /// Ids of the signals (see `Names`), in the order in which they came.
    var columns: [UInt32] = []
    /// Column after column.
    var values: [Double] = []
    /// Raw quality or `missing`, column after column.
    var marks: [UInt8] = []

    init(rows: Int) { self.rows = rows }

    mutating func clear(rows: Int) {
        self.rows = rows
        columns.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        marks.removeAll(keepingCapacity: true)
    }

    /// The position of a signal's column; it is added where the block has none.
    mutating func column(_ id: UInt32) -> Int {
        if let found = columns.firstIndex(of: id) { return found }
        return append(id)
    }

    /// Adds an empty column and gives its position.
    mutating func append(_ id: UInt32) -> Int {
        columns.append(id)
        values.append(contentsOf: repeatElement(0, count: rows))
        marks.append(contentsOf: repeatElement(Self.missing, count: rows))
        return columns.count - 1
    }

    /// Nothing where the block has no such column.
    func existingColumn(_ id: UInt32) -> Int? { columns.firstIndex(of: id) }

    func value(_ column: Int, _ row: Int) -> Double { values[column * rows + row] }
    func mark(_ column: Int, _ row: Int) -> UInt8 { marks[column * rows + row] }

    mutating func set(_ column: Int, _ row: Int, _ value: Double, mark: UInt8) {
        values[column * rows + row] = value
        marks[column * rows + row] = mark
    }
}
