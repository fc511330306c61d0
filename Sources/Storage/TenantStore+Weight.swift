import GRDB
import Telemetry

/// How large a database is, and how large it will be when every resolution has reached its retention.
package struct StoreWeight: Hashable, Sendable {
    /// Bytes of the file and its journal.
    package var bytes: Int64
    /// Bytes that are free inside the file: written to before it grows.
    package var free: Int64
    /// Bytes at the end of the retention if each day weighs as much as those on record; nothing before there are six hours of them.
    package var forecast: Int64?
}

extension TenantStore {
    /// Less history says nothing about a day.
    private static let leastHistory: Int64 = 6 * 3_600

    /// Blocks grow with time until their retention; everything else is taken to stay as it is. Reads every block's length: for `doctor`.
    package func weight() throws(StoreError) -> StoreWeight {
        let bytes = byteSize, kept = retention, grain = grain
        return try read { db in
            let free = try (Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0) * (Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
            var now = 0.0, then = 0.0, known = false
            for (table, slotSeconds, retention) in [("raw", 3_600, kept.raw(grain: grain)), ("five_minutes", 3_600, kept.fiveMinutes),
                                                    ("hours", RollUpWriter.blockSeconds, kept.hour), ("executions", 3_600, kept.hour)] as [(String, Int64, Int64)] {
                let slot = "key & \(BlockKey.lastSlot)"
                guard let row = try Row.fetchOne(db, sql: "SELECT sum(length(body)), min(\(slot)), max(\(slot)) FROM \(table)"), let size: Int64 = row[0] else { continue }
                let covered = ((row[2] as Int64) - (row[1] as Int64) + 1) * slotSeconds
                now += Double(size)
                then += Double(size) * max(1, Double(retention) / Double(max(covered, 1)))
                known = known || covered >= Self.leastHistory
            }
            // Keys and half-filled pages grow with the blocks: the file's bytes are shared out in the blocks' proportion.
            let used = Double(bytes - free), share = now > 0 ? min(1, now / max(used, 1)) : 0
            let forecast = used * (1 - share) + used * share * (now > 0 ? then / now : 1)
            return StoreWeight(bytes: bytes, free: free, forecast: known ? Int64(exactly: forecast.rounded()) : nil)
        }
    }

    /// When the first resource was seen or the first incident began; nothing before there was either.
    package func firstMoment() throws(StoreError) -> Timestamp? {
        try read { db in
            try Int64.fetchOne(db, sql: "SELECT min(moment) FROM (SELECT min(first_seen) AS moment FROM resources UNION ALL SELECT min(started_at) FROM incidents)").map(Timestamp.init(seconds:))
        }
    }

    /// Rewrites the file without its free space, which needs as much room again while it lasts.
    package func compact() throws(StoreError) {
        try read { db in
            try db.execute(sql: "VACUUM")
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// Of the library that was loaded: `3.40.1`.
    package static var sqliteVersion: String {
        (try? inMemory().read { db in try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? "" }) ?? ""
    }
}
