import GRDB

/// Reads and writes the heads of resources through prepared statements.
struct HeadTable {
    private let get: HotStatement
    private let put: HotStatement

    init(_ db: Database) throws {
        get = try HotStatement(db, "SELECT rolled_to, body FROM heads WHERE resource = ?1")
        put = try HotStatement(db, "REPLACE INTO heads (resource, rolled_to, body) VALUES (?1, ?2, ?3)")
    }

    /// An empty head where there is none or it is damaged: then all hours are rolled up anew and all series are read from the start.
    func read(_ resource: Int64) throws -> ResourceHead {
        get.bind(1, resource)
        defer { get.reset() }
        guard try get.step() else { return ResourceHead(rolledTo: 0) }
        return ResourceHead(get.bytes(1), resource: resource, rolledTo: get.integer(0)) ?? ResourceHead(rolledTo: 0)
    }

    func write(_ head: ResourceHead, of resource: Int64) throws {
        put.bind(1, resource)
        put.bind(2, head.rolledTo)
        try head.encode(resource: resource).withUnsafeBytes { try put.run(binding: $0, at: 3) }
    }
}
