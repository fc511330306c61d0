import GRDB

/// One of the tables of blocks: reads and writes a block by its key through prepared statements.
struct BlockTable {
    enum Name: String, CaseIterable {
        case raw, fiveMinutes = "five_minutes", hours

        // Whole texts: they are keys of the statement cache, and made anew for each grid they cost as much as reading it.
        var get: String {
            switch self {
            case .raw: "SELECT body FROM raw WHERE key = ?1"
            case .fiveMinutes: "SELECT body FROM five_minutes WHERE key = ?1"
            case .hours: "SELECT body FROM hours WHERE key = ?1"
            }
        }

        var put: String {
            switch self {
            case .raw: "REPLACE INTO raw (key, body) VALUES (?1, ?2)"
            case .fiveMinutes: "REPLACE INTO five_minutes (key, body) VALUES (?1, ?2)"
            case .hours: "REPLACE INTO hours (key, body) VALUES (?1, ?2)"
            }
        }

        var keys: String {
            switch self {
            case .raw: "SELECT key FROM raw WHERE key BETWEEN ?1 AND ?2 ORDER BY key"
            case .fiveMinutes: "SELECT key FROM five_minutes WHERE key BETWEEN ?1 AND ?2 ORDER BY key"
            case .hours: "SELECT key FROM hours WHERE key BETWEEN ?1 AND ?2 ORDER BY key"
            }
        }

        var range: String {
            switch self {
            case .raw: "SELECT key, body FROM raw WHERE key BETWEEN ?1 AND ?2 ORDER BY key"
            case .fiveMinutes: "SELECT key, body FROM five_minutes WHERE key BETWEEN ?1 AND ?2 ORDER BY key"
            case .hours: "SELECT key, body FROM hours WHERE key BETWEEN ?1 AND ?2 ORDER BY key"
            }
        }
    }

    let name: Name
    private let get: HotStatement
    private let put: HotStatement
    private var buffer: [UInt8] = []
    /// Blocks that were not what had been written, in words.
    private(set) var damaged: [String] = []

    init(_ db: Database, _ name: Name) throws {
        self.name = name
        get = try HotStatement(db, name.get)
        put = try HotStatement(db, name.put)
    }

    /// Fills `block`, or leaves it empty with `rows` rows where there is none or it is damaged.
    mutating func read(_ key: BlockKey, into block: inout Block, rows: Int) throws {
        block.clear(rows: rows)
        get.bind(1, key.raw)
        defer { get.reset() }
        guard try get.step() else { return }
        if !block.decode(get.bytes(0), key: key) || block.rows != rows {
            damaged.append("\(name.rawValue) block \(key.raw)")
            block.clear(rows: rows)
        }
    }

    mutating func write(_ block: Block, as key: BlockKey) throws {
        let count = block.encode(key: key, into: &buffer)
        put.bind(1, key.raw)
        try buffer.withUnsafeBytes { try put.run(binding: UnsafeRawBufferPointer(rebasing: $0[..<count]), at: 2) }
    }
}

/// Reads the blocks of one table in the order of their keys.
struct BlockReader {
    let name: BlockTable.Name
    private let range: HotStatement
    /// Blocks that were not what had been written, in words.
    private(set) var damaged: [String] = []

    init(_ db: Database, _ name: BlockTable.Name) throws {
        self.name = name
        range = try HotStatement(db, name.range)
    }

    /// Hands over the blocks from the first key to the last; a damaged one is noted and passed over.
    mutating func forEach(from first: BlockKey, through last: BlockKey, rows: Int, _ body: (BlockKey, Block) throws -> Void) throws {
        guard first.raw <= last.raw else { return }
        range.bind(1, first.raw)
        range.bind(2, last.raw)
        defer { range.reset() }
        var block = Block(rows: rows)
        while try range.step() {
            let key = BlockKey(raw: range.integer(0))
            if block.decode(range.bytes(1), key: key), block.rows == rows {
                try body(key, block)
            } else {
                damaged.append("\(name.rawValue) block \(key.raw)")
            }
        }
    }
}
