import GRDB
import Telemetry

extension TenantStore {
    /// Rows that one grid may have: 400 days of five minutes and some.
    private static let mostRows: Int64 = 120_000

    /// All signals of one resource over `window`, whose edges are moved outwards to whole rows. Without a stored point a row is absent.
    /// In a roll-up the value is the mean; least, greatest and count of its raw points stand beside it.
    package func grid(of resource: ResourceID, in window: TimeWindow, resolution: Resolution) throws(StoreError) -> SampleGrid {
        let effective: Resolution = resolution == .fiveMinutes && grain >= 300 ? .raw : resolution
        let period: Int64 = switch effective {
        case .raw: grain
        case .fiveMinutes: 300
        case .hour: 3_600
        }
        let end = (window.end + (period - 1)).floored(to: period)
        let start = max(window.start.floored(to: period), end - period * Self.mostRows)
        let empty = SampleGrid(start: start, period: period, count: Int((end - start) / period))
        guard empty.count > 0, end.seconds > 0 else { return empty }
        return try read { db in
            let names = try names(db)
            guard let id = names.id(of: resource) else { return empty }
            var builder = GridBuilder(empty)
            switch effective {
            case .raw:
                try forEachBlock(db, .raw, of: id, in: empty.window, slotSeconds: 3_600, rows: rowsPerHour) { key, block in
                    builder.add(block, at: key.slot * 3_600)
                }
            case .fiveMinutes, .hour:
                let head = try HeadTable(db).read(id)
                let settled = TimeWindow(from: start, to: min(end, Timestamp(seconds: head.rolledTo * 3_600)))
                let open = TimeWindow(from: max(start, settled.end), to: end)
                if effective == .hour {
                    try forEachBlock(db, .hours, of: id, in: settled, slotSeconds: RollUpWriter.blockSeconds, rows: RollUpWriter.hoursPerBlock) { key, block in
                        builder.add(rolledUp: block, at: key.slot * RollUpWriter.blockSeconds)
                    }
                } else {
                    try forEachBlock(db, .fiveMinutes, of: id, in: settled, slotSeconds: 3_600, rows: 12) { key, block in
                        builder.add(rolledUp: block, at: key.slot * 3_600)
                    }
                }
                // Hours that are not over have no roll-up yet: it is made while reading.
                try forEachBlock(db, .raw, of: id, in: open, slotSeconds: 3_600, rows: rowsPerHour) { key, block in
                    builder.add(rollingUp: block, at: key.slot * 3_600, parts: effective == .hour ? 1 : 12)
                }
            }
            return builder.grid(names)
        }
    }

    private func forEachBlock(_ db: Database, _ table: BlockTable.Name, of id: Int64, in window: TimeWindow, slotSeconds: Int64, rows: Int,
                              _ body: (BlockKey, Block) throws -> Void) throws {
        guard window.seconds > 0, window.end.seconds > 0 else { return }
        var table = try BlockReader(db, table)
        let first = BlockKey(resource: id, slot: window.start.seconds / slotSeconds)
        let last = BlockKey(resource: id, slot: (window.end.seconds - 1) / slotSeconds)
        try table.forEach(from: first, through: last, rows: rows, body)
        for block in table.damaged { note(damaged: block) }
    }
}
