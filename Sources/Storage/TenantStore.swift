import Alerting
import Foundation
import GRDB
import GRDBSQLite
import Telemetry

/// One tenant's database file: everything that is remembered of it. One connection and one owner at a time: it is not `Sendable`,
/// so the compiler lets it be handed to another task but never shared.
package final class TenantStore {
    package let path: String
    package let retention: Retention
    /// Seconds a raw row. Fixed when the file is made; a later run with another interval keeps the file's grain.
    package let grain: Int64

    private let queue: DatabaseQueue
    private var cachedNames: Names?
    /// What every stage asks for anew, until something of it is written.
    var cached = Cached()
    /// Whether there may be a note that the next write takes away.
    var mayHaveStandingNote = true
    /// Blocks met so far whose checksum did not match. They read as gaps.
    package internal(set) var damage: [String] = []

    /// Opens the file, or makes it, and brings it to this release's schema. `grain` is brought into 60…3,600 seconds and to a divisor of the hour.
    /// - Parameter owner: whose it has to be: a file that notes another owner is refused, a new one notes this. Nothing: anybody's.
    package convenience init(path: String, grain: Int64 = 300, retention: Retention = .standard, owner: String? = nil) throws(StoreError) {
        let queue: DatabaseQueue
        do {
            try Self.refuseLinks(path)
            queue = try DatabaseQueue(path: path, configuration: Self.configuration)
        } catch {
            throw StoreError(error, path: path)
        }
        try self.init(queue, path: path, grain: grain, retention: retention, owner: owner)
    }

    /// A store without a file, for tests and trials.
    package static func inMemory(grain: Int64 = 300, retention: Retention = .standard) throws(StoreError) -> TenantStore {
        let queue: DatabaseQueue
        do {
            queue = try DatabaseQueue(configuration: configuration)
        } catch {
            throw StoreError(error, path: ":memory:")
        }
        return try TenantStore(queue, path: ":memory:", grain: grain, retention: retention, owner: nil)
    }

    private init(_ queue: DatabaseQueue, path: String, grain: Int64, retention: Retention, owner: String?) throws(StoreError) {
        self.queue = queue
        self.path = path
        self.retention = retention
        do {
            self.grain = try queue.inDatabase { db in try Self.prepare(db, path: path, grain: Self.plausible(grain), owner: owner) }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    // Debian's SQLite 3.40.1 has the WAL-reset bug where two connections write; one exclusive connection cannot meet it
    // (https://www.sqlite.org/wal.html#walresetbug). FULL, because in WAL mode NORMAL loses acknowledged commits at a power cut.
    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(1)
        configuration.label = "tenant"
        configuration.prepareDatabase { db in
            // GRDB's authorizer notes every table and column of each statement for observers and for its cache of the schema. Nobody observes
            // here and no record type asks for the schema, and a run prepares dozens of statements a tenant.
            sqlite3_set_authorizer(db.sqliteConnection, nil, nil)
            try db.execute(sql: """
                PRAGMA locking_mode = EXCLUSIVE;
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA mmap_size = 0;
                PRAGMA cache_size = -8192;
                PRAGMA temp_store = MEMORY;
                """)
        }
        return configuration
    }

    private static func plausible(_ grain: Int64) -> Int64 {
        var grain = min(max(grain, 60), 3_600)
        while 3_600 % grain != 0 { grain += 1 }
        return grain
    }
}

extension TenantStore {
    /// One owner at a time: what was read stays true until this store itself writes it.
    struct Cached {
        var resources: [Resource]?
        var absences: [ResourceID: [String: Absence]]?
        var alertStates: [AlertState]?
        /// Whether any log line is on record.
        var hasFingerprints: Bool?
    }

    var rowsPerHour: Int { Int(3_600 / grain) }

    /// Runs `body` outside a transaction: one owner, so nothing changes meanwhile.
    func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try queue.inDatabase(body)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Runs `body` in one transaction: all of it or nothing is stored.
    func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try queue.inDatabase { db in
                var value: Value?
                try db.inTransaction(.immediate) {
                    if mayHaveStandingNote { try Self.deleteStandingNote(db) }
                    value = try body(db)
                    return .commit
                }
                mayHaveStandingNote = false
                guard let value else { throw DatabaseError(resultCode: .SQLITE_ABORT, message: "the transaction was not carried out") }
                return value
            }
        } catch {
            // Numbers that the transaction gave away are gone with it.
            cachedNames = nil
            cached = Cached()
            throw StoreError(error, path: path)
        }
    }

    func names(_ db: Database) throws -> Names {
        if let cachedNames { return cachedNames }
        let names = try Names(db)
        damage += names.damage.filter { !damage.contains($0) }
        cachedNames = names
        return names
    }

    /// Lets `body` add names.
    func withNames<Value>(_ db: Database, _ body: (inout Names) throws -> Value) throws -> Value {
        var names = try names(db)
        cachedNames = nil
        let value = try body(&names)
        cachedNames = names
        return value
    }

    func note(damaged block: String) {
        if !damage.contains(block), damage.count < 1_000 { damage.append(block) }
    }
}
