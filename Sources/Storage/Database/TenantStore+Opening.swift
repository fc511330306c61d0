import Foundation
import GRDB

extension TenantStore {
    /// Checks whose file this is, brings its schema up to date and gives its grain.
    static func prepare(_ db: Database, path: String, grain: Int64, owner: String?) throws -> Int64 {
        let program = try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        if tables > 0, program != Schema.applicationID {
            throw StoreError.corrupt(path: path, detail: "it was made by another program")
        }
        if version > Schema.version { throw StoreError.newer(path: path, version: version) }
        if version > 0, let owner, let noted = try String.fetchOne(db, sql: "SELECT value FROM notes WHERE key = ?", arguments: [Self.owner]), noted != owner {
            throw StoreError.foreign(path: path, owner: noted)
        }
        if version < Schema.version {
            if tables > 0 { try keepCopy(db, of: path, version: version) }
            try db.inTransaction(.immediate) {
                try Schema.migrate(db, from: version)
                try db.execute(sql: "INSERT OR IGNORE INTO meta (key, value) VALUES ('grain', ?)", arguments: [grain])
                if version == 0, let owner { try db.execute(sql: "INSERT INTO notes (key, value) VALUES (?, ?)", arguments: [Self.owner, owner]) }
                return .commit
            }
        }
        let stored = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'grain'") ?? 0
        guard (60...3_600).contains(stored), 3_600 % stored == 0 else {
            throw StoreError.corrupt(path: path, detail: "its grain of \(stored) s is impossible")
        }
        return stored
    }

    private static let owner = "owner"

    /// Notes whose file it is, where an earlier release made it: from then on it is nobody else's.
    package func claim(for owner: String) throws(StoreError) { try setNote(Self.owner, owner) }

    /// A link in place of the file, or of its journal, would make somebody else's file a database.
    static func refuseLinks(_ path: String) throws(StoreError) {
        for name in [path, path + "-wal", path + "-shm", path + "-journal"] {
            var facts = stat()
            guard lstat(name, &facts) == 0, facts.st_mode & S_IFMT == S_IFLNK else { continue }
            throw .failed(path: name, detail: "it is a link, and Tidewatch writes through none; remove it")
        }
    }

    /// Keeps the file as it was before an upgrade, as `<path>.before-<schema>`: what a return to the older release needs.
    private static func keepCopy(_ db: Database, of path: String, version: Int) throws {
        let copy = "\(path).before-\(Schema.version)-from-\(version)"
        if FileManager.default.fileExists(atPath: copy) { try FileManager.default.removeItem(atPath: copy) }
        try db.execute(sql: "VACUUM INTO ?", arguments: [copy])
    }

    /// Moves a file out of the way, its journal with it, as `<path>.<word>-<n>` with the first free `n`, and gives the new path.
    @discardableResult
    package static func setAside(path: String, as word: String = "corrupt") throws(StoreError) -> String {
        let files = FileManager.default
        var number = 1
        while files.fileExists(atPath: "\(path).\(word)-\(number)") { number += 1 }
        let aside = "\(path).\(word)-\(number)"
        do {
            try files.moveItem(atPath: path, toPath: aside)
            for journal in ["-wal", "-shm"] where files.fileExists(atPath: path + journal) {
                try files.moveItem(atPath: path + journal, toPath: aside + journal)
            }
        } catch {
            throw .failed(path: path, detail: "it could not be renamed to \(aside)")
        }
        return aside
    }
}
