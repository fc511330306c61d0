import GRDB
import Telemetry

/// Small numbers for resources and signals, so that blocks need no names. Read once when the file is opened.
struct Names {
    private var idOfResource: [ResourceID: Int64] = [:]
    private(set) var resources: [Int64: ResourceID] = [:]
    private var idOfSignal: [String: UInt32] = [:]
    private var signals: [UInt32: String] = [:]
    /// Rows whose checksum did not match: what they name is treated as unknown rather than shown under a wrong name.
    private(set) var damage: [String] = []

    init(_ db: Database) throws {
        let rows = try Row.fetchCursor(db, sql: "SELECT id, source, kind, name, checksum FROM resources")
        while let row = try rows.next() {
            let id: Int64 = row[0], source: String = row[1], kind: String = row[2], name: String = row[3]
            if let kind = ResourceKind(rawValue: kind), Checksum.of(id, source, kind.rawValue, name) == row[4] as Int64 {
                remember(ResourceID(source: source, kind: kind, name: name), as: id)
            } else {
                damage.append("resources row \(id)")
            }
        }
        let signalRows = try Row.fetchCursor(db, sql: "SELECT id, name, checksum FROM signals")
        while let row = try signalRows.next() {
            let id: Int64 = row[0], name: String = row[1]
            if let short = UInt32(exactly: id), Checksum.of(id, name) == row[2] as Int64 {
                idOfSignal[name] = short
                signals[short] = name
            } else {
                damage.append("signals row \(id)")
            }
        }
    }

    func resource(_ id: Int64) -> ResourceID? { resources[id] }
    func id(of resource: ResourceID) -> Int64? { idOfResource[resource] }
    func signal(_ id: UInt32) -> String? { signals[id] }
    func id(of signal: String) -> UInt32? { idOfSignal[signal] }

    /// The resource's number; a new one where it has none.
    mutating func number(_ resource: ResourceID, _ db: Database) throws -> Int64 {
        if let known = idOfResource[resource] { return known }
        try db.execute(sql: "INSERT INTO resources (source, kind, name, checksum) VALUES (?, ?, ?, 0)",
                       arguments: [resource.source, resource.kind.rawValue, resource.name])
        let id = db.lastInsertedRowID
        try db.execute(sql: "UPDATE resources SET checksum = ? WHERE id = ?",
                       arguments: [Checksum.of(id, resource.source, resource.kind.rawValue, resource.name), id])
        remember(resource, as: id)
        return id
    }

    /// The signal's number; a new one where it has none.
    mutating func number(_ signal: String, _ db: Database) throws -> UInt32 {
        if let known = idOfSignal[signal] { return known }
        try db.execute(sql: "INSERT INTO signals (name, checksum) VALUES (?, 0)", arguments: [signal])
        let id = db.lastInsertedRowID
        // Two bits of a column's number tell the parts of a roll-up apart.
        guard let short = UInt32(exactly: id), short < UInt32.max >> 2 else {
            throw DatabaseError(resultCode: .SQLITE_FULL, message: "too many signal names")
        }
        try db.execute(sql: "UPDATE signals SET checksum = ? WHERE id = ?", arguments: [Checksum.of(id, signal), id])
        idOfSignal[signal] = short
        signals[short] = signal
        return short
    }

    private mutating func remember(_ resource: ResourceID, as id: Int64) {
        idOfResource[resource] = id
        resources[id] = resource
    }
}
