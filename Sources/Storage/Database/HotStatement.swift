import GRDB
import GRDBSQLite

/// A prepared statement stepped by hand: blobs are read where SQLite holds them and bound where we hold them, without a copy.
struct HotStatement {
    private let statement: Statement
    private let handle: SQLiteStatement
    private let connection: Database

    init(_ connection: Database, _ sql: String) throws {
        statement = try connection.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
        self.connection = connection
        sqlite3_reset(handle)
    }

    func bind(_ position: Int32, _ value: Int64) { sqlite3_bind_int64(handle, position, value) }

    /// Advances; true while there is a row. Call `reset` when no more rows are wanted.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let message = connection.lastErrorMessage
            sqlite3_reset(handle)
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }

    func reset() { sqlite3_reset(handle) }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// The column's bytes, valid until the next step or reset.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    /// Binds `bytes` without copying, runs to the end and lets go of them.
    func run(binding bytes: UnsafeRawBufferPointer, at position: Int32) throws {
        // No destructor: SQLITE_STATIC. The bytes outlive the step, and the binding does not outlive this call.
        sqlite3_bind_blob(handle, position, bytes.baseAddress, Int32(clamping: bytes.count), nil)
        defer { sqlite3_bind_null(handle, position) }
        try run()
    }

    func run() throws {
        while try step() {}
        reset()
    }
}
