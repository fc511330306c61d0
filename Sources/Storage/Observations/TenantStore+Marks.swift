import GRDB
import Telemetry

extension TenantStore {
    /// What a source wanted to know again.
    package func marks(of source: String) throws(StoreError) -> [String: String] {
        let prefix = Self.prefix(source)
        return try read { db in
            // Of a source's key no other key is the beginning: the slash ends it.
            let rows = try Row.fetchAll(db, sql: "SELECT key, value FROM notes WHERE substr(key, 1, ?) = ?", arguments: [prefix.unicodeScalars.count, prefix])
            return Dictionary(rows.map { (String(($0[0] as String).dropFirst(prefix.count)), $0[1] as String) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Each source states all of its marks: what it does not name is forgotten.
    func record(_ marks: [String: [String: String]], _ db: Database) throws {
        for (source, values) in marks.sorted(by: { $0.key < $1.key }) {
            let prefix = Self.prefix(source)
            for key in try String.fetchAll(db, sql: "SELECT key FROM notes WHERE substr(key, 1, ?) = ?", arguments: [prefix.unicodeScalars.count, prefix])
            where values[String(key.dropFirst(prefix.count))] == nil {
                try db.cachedStatement(sql: "DELETE FROM notes WHERE key = ?").execute(arguments: [key])
            }
            for (name, value) in values.sorted(by: { $0.key < $1.key }) {
                try db.cachedStatement(sql: "INSERT INTO notes (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value WHERE value != excluded.value")
                    .execute(arguments: [prefix + name, value])
            }
        }
    }

    private static func prefix(_ source: String) -> String { "mark/\(source)/" }
}
