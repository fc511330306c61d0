import Digests
import Foundation
import Glibc
import JSON
import Signals
import Storage
import Telemetry

/// A copy of every database in a folder of its own, named after its time. The folder has its name only when all of it is on the disk,
/// so what looks like a snapshot is one.
package struct Snapshot: Sendable {
    package struct Failed: Error, CustomStringConvertible, Sendable {
        package var description: String
    }

    package let path: String
    let manifest: SnapshotManifest
    /// Databases that could not be copied.
    package let notes: HistoryNotes
    /// Older ones that were deleted; none where a database is missing from this one.
    package let deleted: [String]

    /// - Parameters:
    ///   - folder: where snapshots lie side by side.
    ///   - kept: how many whole snapshots stay there, this one included; nothing: all.
    /// - Throws: `ConfigurationError`, `RunLock.Held`, `StoreError` or `Failed`. Nothing unfinished stays.
    package init(directory: String, world: World, tenants wanted: Set<String>, into folder: String, keep kept: Int?) throws {
        let history = try SiteHistory(directory: directory, world: world, tenants: wanted, now: nil, owner: "snapshot")
        let now = world.clock(), files = FileManager.default
        let name = history.context.now.compact
        path = folder + "/" + name
        // One name a site, so that what a killed snapshot left is cleared by the next; the lock keeps two of one site apart.
        let unfinished = folder + "/.unfinished-" + hex(fastHash(Array(history.context.configuration.directory.utf8)))
        if files.fileExists(atPath: path) { throw Failed(description: "\(path) exists already. Wait a second, or choose another folder.") }
        do {
            try? files.removeItem(atPath: unfinished)
            try files.createDirectory(atPath: unfinished, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failed(description: "cannot make \(unfinished): \(error.localizedDescription) Choose a folder that this user may write to.")
        }
        do {
            var copies: [SnapshotManifest.File] = [], notes = HistoryNotes()
            for database in history.databases(wanted) {
                let copy = unfinished + "/" + database.name + ".sqlite"
                do throws(StoreError) {
                    try history.context.store(at: database.path).snapshot(to: copy)
                } catch .diskFull(let path) {
                    throw StoreError.diskFull(path: path)
                } catch {
                    // One that cannot be read keeps no other from being kept.
                    notes.leaveOut(database.name, error)
                    try? files.removeItem(atPath: copy)
                    continue
                }
                let (bytes, digest) = try Self.digest(of: copy)
                copies.append(SnapshotManifest.File(name: database.name, bytes: bytes, sha256: digest, schema: StoreHeader.newestSchema))
            }
            self.notes = notes
            guard !copies.isEmpty || !notes.isWhole else { throw Failed(description: "there is no database yet, so there is nothing to keep. Let 'tidewatch run' make one first.") }
            guard !copies.isEmpty else { throw Failed(description: notes.texts.joined(separator: "\n")) }
            manifest = SnapshotManifest(takenAt: now, version: ProductVersion.text, files: copies)
            try Data(manifest.json.bytes(pretty: true)).write(to: URL(fileURLWithPath: unfinished + "/" + SnapshotManifest.path))
            for name in copies.map(\.path) + [SnapshotManifest.path, "."] { try flushed(unfinished + "/" + name) }
            try files.moveItem(atPath: unfinished, toPath: path)
            try flushed(folder)
        } catch {
            try? files.removeItem(atPath: unfinished)
            if error is StoreError || error is Failed { throw error }
            throw Failed(description: "cannot write the snapshot into \(folder): \(error.localizedDescription) Free some space or choose another folder.")
        }
        // What is not whole replaces nothing: the last good copy of a database may lie in an older one.
        deleted = notes.isWhole ? kept.map { Self.forget(in: folder, keeping: max(1, $0)) } ?? [] : []
    }

    package var text: String { path }

    package var json: JSONValue {
        ["schema": 1, "path": .string(path), "deleted": .array(deleted.map(JSONValue.string)), "snapshot": manifest.json]
    }

    static func digest(of path: String) throws -> (bytes: Int, sha256: String) {
        let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        return (data.count, hex(data.withUnsafeBytes { sha256($0) }))
    }

    /// Deletes whole snapshots, the oldest first; whatever else lies in the folder is not ours.
    private static func forget(in folder: String, keeping kept: Int) -> [String] {
        let files = FileManager.default
        let whole = ((try? files.contentsOfDirectory(atPath: folder)) ?? []).sorted().filter { name in
            name.count == 16 && name.hasSuffix("z") && name.first?.isNumber == true && files.fileExists(atPath: folder + "/" + name + "/" + SnapshotManifest.path)
        }
        return whole.dropLast(kept).map { folder + "/" + $0 }.filter { (try? files.removeItem(atPath: $0)) != nil }
    }
}

/// Waits until the file or folder is on the disk.
func flushed(_ path: String) throws {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw CocoaError(.fileReadNoSuchFile) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw CocoaError(.fileWriteUnknown) }
}

extension Timestamp {
    /// `20261120t100500z`: what ids of runs and names of snapshots are made of.
    var compact: String { rfc3339.filter { $0.isNumber || $0 == "T" || $0 == "Z" }.lowercased() }
}
