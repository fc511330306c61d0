import JSON
import Signals
import Storage

/// What `check` found: every page and every block of every database is read and compared with its checksum. Changes nothing.
package struct IntegrityCheck: Sendable {
    package struct Entry: Sendable {
        package var name: String
        package var bytes: Int64
        package var schema: Int
        /// Nothing where the file is sound.
        package var problems: [String]
        /// What can be done beside what the problems say.
        package var remedy: Remedy?

        package enum Remedy: Sendable { case restore, restoreOrBeginAnew }
    }

    package let entries: [Entry]
    package var isSound: Bool { entries.allSatisfy(\.problems.isEmpty) }

    /// - Throws: `ConfigurationError` or `RunLock.Held`; what a database says is part of the answer.
    package init(directory: String, world: World, tenants wanted: Set<String>) throws {
        let history = try SiteHistory(directory: directory, world: world, tenants: wanted, now: nil, owner: "check")
        entries = history.databases(wanted).map { database in
            let header = StoreHeader(path: database.path)
            do throws(StoreError) {
                let store = try history.context.store(at: database.path)
                let problems = try store.integrityProblems()
                return Entry(name: database.name, bytes: store.byteSize, schema: StoreHeader.newestSchema, problems: problems, remedy: problems.isEmpty ? nil : .restore)
            } catch {
                return Entry(name: database.name, bytes: 0, schema: header?.schema ?? 0, problems: [error.description], remedy: error.isSetAside ? .restoreOrBeginAnew : nil)
            }
        }
    }

    package var text: String {
        entries.flatMap { entry in
            entry.problems.isEmpty ? ["\(entry.name): sound, \(Quantity.bytes(Double(entry.bytes))), schema \(entry.schema)"] : entry.problems.map { "\(entry.name): \($0)" }
        }.joined(separator: "\n")
    }

    /// What to do now; nothing where the problems say all of it.
    package var advice: String? {
        let remedies = entries.compactMap(\.remedy)
        if remedies.contains(.restoreOrBeginAnew) { return "Restore a snapshot ('tidewatch restore'), or let the next run set the file aside and begin a new one." }
        return remedies.isEmpty ? nil : "Restore a snapshot ('tidewatch restore'); until then what is damaged is a gap on the pages."
    }

    package var json: JSONValue {
        ["schema": 1, "sound": .bool(isSound), "databases": .array(entries.map {
            ["database": .string($0.name), "bytes": JSONValue($0.bytes), "schema": JSONValue($0.schema), "problems": .array($0.problems.map(JSONValue.string))]
        })]
    }
}
