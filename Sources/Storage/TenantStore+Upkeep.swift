import Foundation
import GRDB
import Telemetry

extension TenantStore {
    private static let pruned = "pruned/hour"

    /// Prunes once in an hour: rows grow too old by the hour, and looking for them in every run costs more than they do.
    package func pruneIfDue(at now: Timestamp) throws(StoreError) {
        let hour = String(now.floored(to: 3_600).seconds)
        guard try note(Self.pruned) != hour else { return }
        try prune(at: now)
        try thinTraces(at: now)
        try setNote(Self.pruned, hour)
    }

    /// Deletes what is older than its retention and gives the number of rows. Age is counted from the newest data or from now, whichever
    /// is earlier: a clock that jumps ahead, or a long silence, deletes nothing.
    @discardableResult
    package func prune(at now: Timestamp) throws(StoreError) -> Int {
        try write { db in
            guard let newest = try newestData(db) else { return 0 }
            let present = min(now.seconds, newest)
            var deleted = try pruneBlocks(present: present, db)
            let raw = present - retention.raw(grain: grain), hour = present - retention.hour
            for (sql, limit) in [
                ("DELETE FROM execution_ids WHERE time < ?", present - Self.executionMemory),
                ("DELETE FROM fingerprint_counts WHERE bucket < ?", raw),
                ("DELETE FROM answers WHERE bucket < ?", raw),
                ("DELETE FROM trace_summaries WHERE start < ?", raw),
                ("DELETE FROM traces WHERE start < ?", raw),
                ("DELETE FROM calls WHERE hour < ?", raw),
                ("DELETE FROM map_changes WHERE at < ?", hour),
                ("DELETE FROM deployments WHERE time < ?", hour),
                ("DELETE FROM smoke_tests WHERE time < ?", hour),
                ("DELETE FROM smoke_failures WHERE time < ?", hour),
                ("DELETE FROM ledger WHERE at < ?", hour),
                ("DELETE FROM setting_changes WHERE at < ?", hour),
                ("DELETE FROM transitions WHERE at < ?", hour),
                ("DELETE FROM incident_alerts WHERE incident IN (SELECT id FROM incidents WHERE ended_at < ?)", hour),
                ("DELETE FROM incidents WHERE ended_at < ?", hour),
                ("DELETE FROM attempts WHERE message IN (SELECT id FROM outbox WHERE state NOT IN ('pending', 'sending') AND created_at < ?)", raw),
                ("DELETE FROM outbox WHERE state NOT IN ('pending', 'sending') AND created_at < ?", raw),
                ("DELETE FROM runs WHERE started_at < ?", raw),
            ] {
                try db.execute(sql: sql, arguments: [limit])
                deleted += db.changesCount
            }
            try db.execute(sql: "DELETE FROM trace_links WHERE trace NOT IN (SELECT id FROM traces)")
            try db.execute(sql: "DELETE FROM fingerprints WHERE id NOT IN (SELECT fingerprint FROM fingerprint_counts)")
            try db.execute(sql: "INSERT INTO meta (key, value) VALUES ('executions_from', ?) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
                           arguments: [present - Self.executionMemory])
            return deleted
        }
    }

    private func newestData(_ db: Database) throws -> Int64? {
        let heads = try HeadTable(db)
        var newest: Int64?
        for id in try Int64.fetchAll(db, sql: "SELECT resource FROM heads") {
            for series in try heads.read(id).series { newest = max(newest ?? 0, series.newest) }
        }
        return newest
    }

    /// Blocks lie by resource, so each resource has its own range to lose. Hours that are not rolled up yet are rolled up before they go.
    private func pruneBlocks(present: Int64, _ db: Database) throws -> Int {
        var deleted = 0
        let heads = try HeadTable(db)
        var raw = try BlockReader(db, .raw), rollUps = try RollUpWriter(db, grain: grain)
        // Only what ends before the limit is too old: the block that holds it stays.
        let tables = [("raw", 3_600, retention.raw(grain: grain)), ("five_minutes", 3_600, retention.fiveMinutes), ("hours", RollUpWriter.blockSeconds, retention.hour),
                      ("executions", 3_600, retention.hour)] as [(String, Int64, Int64)]
        for id in try Int64.fetchAll(db, sql: "SELECT id FROM resources") {
            for (table, slotSeconds, kept) in tables {
                let end = max(0, (present - kept) / slotSeconds)
                guard end > 0 else { continue }
                if table == "raw" {
                    var head = try heads.read(id)
                    try raw.forEach(from: BlockKey(resource: id, slot: head.rolledTo), through: BlockKey(resource: id, slot: end - 1), rows: rowsPerHour) {
                        try rollUps.roll($1, resource: id, hour: $0.slot)
                    }
                    try rollUps.finish()
                    if head.rolledTo < end, !head.series.isEmpty {
                        head.rolledTo = end
                        try heads.write(head, of: id)
                    }
                }
                try db.cachedStatement(sql: "DELETE FROM \(table) WHERE key BETWEEN ? AND ?")
                    .execute(arguments: [BlockKey(resource: id, slot: 0).raw, BlockKey(resource: id, slot: end - 1).raw])
                deleted += db.changesCount
            }
        }
        for block in raw.damaged + rollUps.damaged { note(damaged: block) }
        return deleted
    }
}

extension TenantStore {
    /// What is wrong with the file, in words; nothing where it is sound. Reads all of it: for `doctor` and after a crash, not for every run.
    package func integrityProblems() throws(StoreError) -> [String] {
        try read { db in
            var problems = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
            for name in BlockTable.Name.allCases {
                var table = try BlockReader(db, name)
                let rows = switch name {
                case .raw: rowsPerHour
                case .fiveMinutes: 12
                case .hours: RollUpWriter.hoursPerBlock
                }
                try table.forEach(from: BlockKey(raw: .min), through: BlockKey(raw: .max), rows: rows) { _, _ in }
                problems += table.damaged
            }
            return problems + (try Names(db).damage)
        }
    }

    /// Writes a whole, compact copy to a file that must not exist yet.
    package func snapshot(to path: String) throws(StoreError) {
        do {
            try read { db in try db.execute(sql: "VACUUM INTO ?", arguments: [path]) }
        } catch {
            // Where it is full or read-only is the copy's place, not the store's.
            switch error {
            case .diskFull: throw .diskFull(path: path)
            case .readOnly: throw .readOnly(path: path)
            case .corrupt, .foreign, .newer, .busy: throw error
            case .failed(_, let detail): throw .failed(path: path, detail: detail)
            }
        }
    }

    /// Bytes of the file and its journal on the disk.
    package var byteSize: Int64 {
        [path, path + "-wal"].reduce(into: 0) { sum, path in
            let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64
            sum += size.flatMap { $0 } ?? 0
        }
    }
}
