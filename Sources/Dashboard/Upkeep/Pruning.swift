import JSON
import Signals
import Storage

/// What `prune` did: rows beyond their retention, in every database of the site.
package struct Pruning: Sendable {
    package struct Entry: Sendable {
        package var name: String
        package var rows: Int
        package var before: Int64
        package var after: Int64
    }

    package let entries: [Entry]
    /// Databases that could not be pruned.
    package let notes: HistoryNotes

    /// - Parameter compacts: also gives the free space back to the disk, which needs as much room again while it lasts.
    /// - Throws: `ConfigurationError` or `RunLock.Held`.
    package init(directory: String, world: World, tenants wanted: Set<String>, compacts: Bool) throws {
        let history = try SiteHistory(directory: directory, world: world, tenants: wanted, now: nil, owner: "prune")
        var notes = HistoryNotes()
        entries = history.databases(wanted).compactMap { database in
            do throws(StoreError) {
                let store = try history.context.store(at: database.path), before = store.byteSize
                let rows = try store.prune(at: history.context.now)
                if compacts { try store.compact() }
                return Entry(name: database.name, rows: rows, before: before, after: store.byteSize)
            } catch {
                notes.leaveOut(database.name, error)
                return nil
            }
        }
        self.notes = notes
    }

    package var text: String {
        entries.map { entry in
            let size = entry.after == entry.before ? Quantity.bytes(Double(entry.after)) : "\(Quantity.bytes(Double(entry.before))) before, \(Quantity.bytes(Double(entry.after))) now"
            return "\(entry.name): \(count(entry.rows, "row")) deleted, \(size)"
        }.joined(separator: "\n")
    }

    package var json: JSONValue {
        ["schema": 1, "databases": .array(entries.map {
            ["database": .string($0.name), "rows_deleted": JSONValue($0.rows), "bytes_before": JSONValue($0.before), "bytes": JSONValue($0.after)]
        })]
    }
}
