import GRDBSQLite
import Telemetry

/// The same points as one would store them first: a row a point, keyed by series and time. Only the peer reads it.
final class RowTable {
    /// What SQLite said.
    struct Failure: Error {
        var message: String
    }

    private var connection: OpaquePointer?
    private var insert: OpaquePointer?

    init(path: String) throws {
        try check(sqlite3_open(path, &connection))
        try run("PRAGMA journal_mode = WAL; CREATE TABLE points (series INTEGER, time INTEGER, value REAL, PRIMARY KEY (series, time)) WITHOUT ROWID")
        try check(sqlite3_prepare_v2(connection, "INSERT INTO points VALUES (?1, ?2, ?3)", -1, &insert, nil))
    }

    deinit {
        sqlite3_finalize(insert)
        sqlite3_close(connection)
    }

    func record(_ harvest: Harvest, firstSeries: Int) throws {
        try run("BEGIN")
        for (index, batch) in harvest.series.enumerated() {
            for sample in batch.samples {
                sqlite3_bind_int64(insert, 1, Int64(firstSeries + index))
                sqlite3_bind_int64(insert, 2, sample.time.seconds)
                sqlite3_bind_double(insert, 3, sample.value)
                guard sqlite3_step(insert) == SQLITE_DONE else { throw failure }
                sqlite3_reset(insert)
            }
        }
        try run("COMMIT")
    }

    private func run(_ sql: String) throws { try check(sqlite3_exec(connection, sql, nil, nil, nil)) }
    private func check(_ code: Int32) throws { if code != SQLITE_OK { throw failure } }
    private var failure: Failure { Failure(message: String(cString: sqlite3_errmsg(connection))) }
}
