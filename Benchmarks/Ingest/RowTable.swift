import GRDBSQLite
import Telemetry

/// The layout that one would write first, through SQLite's own interface: a row a point, keyed by series and time.
final class RowTable {
    /// What SQLite said.
    struct Failure: Error {
        var message: String
    }

    private var connection: OpaquePointer?
    private var insert: OpaquePointer?
    private var select: OpaquePointer?

    init(path: String) throws {
        try check(sqlite3_open(path, &connection))
        try run("""
            PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;
            CREATE TABLE points (series INTEGER, time INTEGER, value REAL, quality INTEGER, PRIMARY KEY (series, time)) WITHOUT ROWID
            """)
        try check(sqlite3_prepare_v2(connection, """
            INSERT INTO points VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET value = excluded.value, quality = excluded.quality
            """, -1, &insert, nil))
        try check(sqlite3_prepare_v2(connection, "SELECT time, value, quality FROM points WHERE series = ?1 AND time >= ?2 AND time < ?3", -1, &select, nil))
    }

    deinit {
        sqlite3_finalize(insert)
        sqlite3_finalize(select)
        sqlite3_close(connection)
    }

    func record(_ harvest: Harvest, firstSeries: Int) throws {
        try run("BEGIN IMMEDIATE")
        for (index, batch) in harvest.series.enumerated() {
            for sample in batch.samples {
                sqlite3_bind_int64(insert, 1, Int64(firstSeries + index))
                sqlite3_bind_int64(insert, 2, sample.time.seconds)
                sqlite3_bind_double(insert, 3, sample.value)
                sqlite3_bind_int(insert, 4, Int32(sample.quality.rawValue))
                guard sqlite3_step(insert) == SQLITE_DONE else { throw failure }
                sqlite3_reset(insert)
            }
        }
        try run("COMMIT")
    }

    func checkpoint() throws { try run("PRAGMA wal_checkpoint(TRUNCATE)") }

    func read(series: Int, from: Int64, to: Int64) throws -> Int {
        var values: [Double] = []
        values.reserveCapacity(288)
        sqlite3_bind_int64(select, 1, Int64(series))
        sqlite3_bind_int64(select, 2, from)
        sqlite3_bind_int64(select, 3, to)
        while sqlite3_step(select) == SQLITE_ROW { values.append(sqlite3_column_double(select, 1)) }
        sqlite3_reset(select)
        return values.count
    }

    private func run(_ sql: String) throws { try check(sqlite3_exec(connection, sql, nil, nil, nil)) }
    private func check(_ code: Int32) throws { if code != SQLITE_OK { throw failure } }
    private var failure: Failure { Failure(message: String(cString: sqlite3_errmsg(connection))) }
}
