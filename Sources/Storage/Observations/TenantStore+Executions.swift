import GRDB
import Telemetry

extension TenantStore {
    /// How long request ids are remembered, counted back from the newest: reads never overlap by more.
    static let executionMemory: Int64 = 26 * 3_600

    /// All executions of the hours that touch the window.
    package func executions(of resource: ResourceID, in window: TimeWindow) throws(StoreError) -> ExecutionStatistics {
        var sum = ExecutionStatistics()
        for (_, hour) in try executionHours(of: resource, in: window) { sum.add(hour) }
        return sum
    }

    /// The hours that touch the window and have executions, oldest first.
    package func executionHours(of resource: ResourceID, in window: TimeWindow) throws(StoreError) -> [(Timestamp, ExecutionStatistics)] {
        try read { db in
            guard window.seconds > 0, window.end.seconds > 0, let id = try names(db).id(of: resource) else { return [] }
            let first = BlockKey(resource: id, slot: window.start.seconds / 3_600)
            let last = BlockKey(resource: id, slot: (window.end.seconds - 1) / 3_600)
            var hours: [(Timestamp, ExecutionStatistics)] = []
            let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT key, body FROM executions WHERE key BETWEEN ? AND ? ORDER BY key"),
                                           arguments: [first.raw, last.raw])
            while let row = try rows.next() {
                let key = BlockKey(raw: row[0])
                if let statistics = try? ExecutionStatistics(packed: bytes(row, 1), for: key) {
                    hours.append((Timestamp(seconds: key.slot * 3_600), statistics))
                } else {
                    note(damaged: "executions block \(key.raw)")
                }
            }
            return hours
        }
    }
}

extension TenantStore {
    /// Counts each execution once: by request id and time, because a retry has the same id.
    func record(_ executions: [Execution], _ db: Database, _ names: inout Names) throws -> (new: Int, repeated: Int) {
        guard !executions.isEmpty else { return (0, 0) }
        let floor = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'executions_from'") ?? 0
        let remember = try db.cachedStatement(sql: "INSERT OR IGNORE INTO execution_ids (resource, time, id) VALUES (?, ?, ?)")
        var hours: [BlockKey: ExecutionStatistics] = [:]
        var new = 0
        for execution in executions where execution.time.seconds >= 0 && execution.duration.isFinite {
            let resource = try names.number(execution.resource, db)
            // Older than the memory: whether it was counted cannot be told.
            guard execution.time.seconds >= floor else { continue }
            try remember.execute(arguments: [resource, execution.time.seconds, Checksum.of(execution.time.seconds, execution.requestID)])
            guard db.changesCount == 1 else { continue }
            new += 1
            let key = BlockKey(resource: resource, slot: execution.time.seconds / 3_600)
            hours[key, default: ExecutionStatistics()].add(execution)
        }
        for (key, added) in hours.sorted(by: { $0.key.raw < $1.key.raw }) {
            var hour = try storedHour(key, db)
            hour.add(added)
            try db.cachedStatement(sql: "REPLACE INTO executions (key, body) VALUES (?, ?)").execute(arguments: [key.raw, Bytes(hour.packed(for: key))])
        }
        return (new, executions.count - new)
    }

    private func storedHour(_ key: BlockKey, _ db: Database) throws -> ExecutionStatistics {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT body FROM executions WHERE key = ?"), arguments: [key.raw]) else {
            return ExecutionStatistics()
        }
        if let statistics = try? ExecutionStatistics(packed: bytes(row, 0), for: key) { return statistics }
        note(damaged: "executions block \(key.raw)")
        return ExecutionStatistics()
    }
}
