import Foundation
import JSON
import Storage

/// What `tenant remove` does: takes away everything that is kept of one tenant. The tenant's own file is its owner's and stays.
package struct TenantRemoval {
    package let id: String
    /// What there is of it, relative to the site, with the bytes in it.
    package let found: [(path: String, bytes: Int)]
    /// What whoever removes it should know.
    package let notes: [String]
    private let directory: String
    private let lock: RunLock?

    /// Looks, and changes nothing.
    /// - Throws: `ConfigurationError` for an id that cannot be one, `RunLock.Held` while a run is under way.
    package init(_ id: String, directory: String) throws {
        try checkTenantID(id)
        self.id = id
        self.directory = directory
        let files = FileManager.default, state = directory + "/state"
        lock = files.fileExists(atPath: state) ? try RunLock(stateDirectory: state, owner: "tenant remove", countsSkip: false) : nil
        // Databases with their journals, copies before an upgrade and those that were set aside; no page of any tree.
        let databases = (files.enumerator(atPath: state)?.compactMap { $0 as? String } ?? []).filter { path in
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            return !path.hasPrefix("shadow/") && (name == id + ".sqlite" || name.hasPrefix(id + ".sqlite-") || name.hasPrefix(id + ".sqlite."))
        }.map { "state/" + $0 }
        // Behind a link lies what is somebody else's.
        let isLinked = (try? files.destinationOfSymbolicLink(atPath: state + "/shadow")) != nil
        let trees = ((isLinked ? [] : ["state/shadow/" + id]) + ["public/" + id]).filter { Self.isThere(directory + "/" + $0) }
        found = (databases.sorted() + trees).map { ($0, Self.size(directory + "/" + $0)) }
        var notes: [String] = []
        if files.fileExists(atPath: state + "/\(id).sqlite"), let waiting = try? TenantStore(path: state + "/\(id).sqlite").waitingMessages(), waiting > 0 {
            notes.append("\(waiting) messages that were not delivered yet are lost with it.")
        }
        let next = "the next run takes down its published copies and its line on the fleet page"
        notes.append(files.fileExists(atPath: directory + "/tenants/\(id).yaml") ? "tenants/\(id).yaml stays. Delete it as well: then \(next); with it, the next run begins a new history." : "Its file is gone: \(next).")
        notes.append("Snapshots outside of state/ hold it still.")
        self.notes = notes
    }

    /// Deletes what was found.
    /// - Throws: what the file system says, with the path.
    package func carryOut() throws {
        for item in found {
            do { try FileManager.default.removeItem(atPath: directory + "/" + item.path) } catch {
                throw NotRemoved(path: item.path, detail: error.localizedDescription)
            }
        }
    }

    package struct NotRemoved: Error, CustomStringConvertible, Sendable {
        package var path: String
        package var detail: String
        package var description: String { "cannot delete \(path): \(detail). Give the user that runs tidewatch the right to, then repeat the command." }
    }

    package func json(isDone: Bool) -> JSONValue {
        ["schema": 1, "tenant": .string(id), "deleted": .bool(isDone), "paths": .array(found.map { ["path": .string($0.path), "bytes": JSONValue($0.bytes)] }), "notes": .array(notes.map(JSONValue.string))]
    }

    /// Links count as there, and are removed themselves.
    private static func isThere(_ path: String) -> Bool { (try? FileManager.default.attributesOfItem(atPath: path)) != nil }

    private static func size(_ path: String) -> Int {
        func own(_ path: String) -> Int { ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.intValue ?? 0 }
        let inside = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return inside.isEmpty ? own(path) : inside.reduce(0) { $0 + own(path + "/" + $1) }
    }
}
