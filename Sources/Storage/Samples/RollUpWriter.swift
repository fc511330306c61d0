import GRDB

/// Keeps the coarser tables true to the raw blocks. An hour is rolled up when it is over and again whenever one of its points changes.
struct RollUpWriter {
    /// Small blocks, because closing an hour writes one again: a day's would fill more than a page of the file.
    static let hoursPerBlock = 6
    static let blockSeconds = Int64(hoursPerBlock) * 3_600

    private var hours: BlockTable
    private var fiveMinutes: BlockTable?
    private var open = Block(rows: hoursPerBlock)
    private var openKey: BlockKey?
    private var fine = Block(rows: 12)

    /// `grain` under five minutes keeps five-minute blocks too.
    init(_ db: Database, grain: Int64) throws {
        hours = try BlockTable(db, .hours)
        fiveMinutes = grain < 300 ? try BlockTable(db, .fiveMinutes) : nil
    }

    var damaged: [String] { hours.damaged }

    /// Rolls up the raw block of one hour. Call `finish` after the last one.
    mutating func roll(_ block: Block, resource: Int64, hour: Int64) throws {
        let key = BlockKey(resource: resource, slot: hour / Int64(Self.hoursPerBlock))
        if openKey != key {
            try finish()
            try hours.read(key, into: &open, rows: Self.hoursPerBlock)
            openKey = key
        }
        for (index, signal) in block.columns.enumerated() {
            guard let all = RollUp(block, column: index, rows: 0..<block.rows) else { continue }
            all.store(in: &open, signal: signal, row: Int(hour % Int64(Self.hoursPerBlock)))
        }
        guard fiveMinutes != nil else { return }
        fine.clear(rows: 12)
        for (index, signal) in block.columns.enumerated() {
            for row in 0..<12 {
                let range = RollUp.rows(of: row, in: 12, rawRows: block.rows)
                RollUp(block, column: index, rows: range)?.store(in: &fine, signal: signal, row: row)
            }
        }
        try fiveMinutes?.write(fine, as: BlockKey(resource: resource, slot: hour))
    }

    mutating func finish() throws {
        if let openKey { try hours.write(open, as: openKey) }
        openKey = nil
    }
}
