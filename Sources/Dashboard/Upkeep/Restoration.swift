import Foundation
import JSON
import Storage
import Telemetry

/// Puts the databases of a snapshot back. Every copy is checked before the first is put in place, and what stood there is kept beside it.
package struct Restoration: Sendable {
    package struct Entry: Sendable {
        package var name: String
        /// Where the file that stood there is now; nothing where there was none.
        package var kept: String?
    }

    package let takenAt: Timestamp
    package let entries: [Entry]
    /// In the snapshot, but no tenant of this site.
    package let unknown: [String]

    /// - Throws: `ConfigurationError`, `RunLock.Held`, `StoreError` or `Snapshot.Failed`. Until all copies were found whole, nothing is changed.
    package init(directory: String, world: World, tenants wanted: Set<String>, from snapshot: String) throws {
        let files = FileManager.default
        guard let bytes = files.contents(atPath: snapshot + "/" + SnapshotManifest.path), let json = try? JSONValue(parsing: [UInt8](bytes)), let manifest = SnapshotManifest(json) else {
            throw Snapshot.Failed(description: "\(snapshot) is no snapshot: it has no readable \(SnapshotManifest.path). Name a folder that 'tidewatch snapshot' printed.")
        }
        let history = try SiteHistory(directory: directory, world: world, tenants: wanted, now: nil, owner: "restore")
        let state = history.context.configuration.directory + "/state"
        try files.createDirectory(atPath: state, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // Where there was no state folder, nothing could be locked before.
        let lock = history.isLocked ? nil : try RunLock(stateDirectory: state, owner: "restore", countsSkip: false)
        defer { withExtendedLifetime(lock) {} }
        let known = Set(history.loaded.configuration.tenants.map(\.id) + history.loaded.configuration.brokenTenants.map(\.id)).union(wanted.isEmpty ? ["fleet"] : [])
        let chosen = manifest.files.filter { wanted.isEmpty ? known.contains($0.name) : wanted.contains($0.name) }
        unknown = manifest.files.map(\.name).filter { wanted.isEmpty && !known.contains($0) }
        let absent = wanted.subtracting(manifest.files.map(\.name)).sorted()
        guard absent.isEmpty else { throw Snapshot.Failed(description: "the snapshot holds nothing of \(absent.joined(separator: ", ")). It holds: \(manifest.files.map(\.name).joined(separator: ", ")).") }
        guard !chosen.isEmpty else { throw Snapshot.Failed(description: "the snapshot holds no database of this site. It holds: \(manifest.files.map(\.name).joined(separator: ", ")).") }

        func incoming(_ file: SnapshotManifest.File) -> String { state + "/" + file.name + ".sqlite.incoming" }
        func remove(_ path: String) { for part in ["", "-wal", "-shm"] { try? files.removeItem(atPath: path + part) } }
        do {
            for file in chosen {
                remove(incoming(file))
                try Self.check(file, in: snapshot)
                try files.copyItem(atPath: snapshot + "/" + file.path, toPath: incoming(file))
                // Opening brings it to this release's schema.
                let problems = try Self.problems(of: file, at: incoming(file), from: snapshot, history.context)
                guard problems.isEmpty else { throw Snapshot.Failed(description: "the copy of \(file.name) in \(snapshot) is damaged: \(problems[0]). Use another snapshot.") }
                try flushed(incoming(file))
            }
            takenAt = manifest.takenAt
            entries = try chosen.map { file in
                let path = state + "/" + file.path
                let kept = files.fileExists(atPath: path) ? try TenantStore.setAside(path: path, as: "before-restore") : nil
                for journal in ["-wal", "-shm"] { try? files.removeItem(atPath: path + journal) }
                try files.moveItem(atPath: incoming(file), toPath: path)
                return Entry(name: file.name, kept: kept)
            }
            try flushed(state)
        } catch {
            for file in chosen { remove(incoming(file)) }
            if error is StoreError || error is Snapshot.Failed { throw error }
            throw Snapshot.Failed(description: "cannot restore into \(state): \(error.localizedDescription) What was there is still there, or beside it as *.before-restore-<n>.")
        }
    }

    private static func check(_ file: SnapshotManifest.File, in snapshot: String) throws {
        let path = snapshot + "/" + file.path
        guard let (bytes, digest) = try? Snapshot.digest(of: path) else { throw Snapshot.Failed(description: "\(path) cannot be read. The snapshot is not whole: use another one.") }
        guard bytes == file.bytes, digest == file.sha256 else { throw Snapshot.Failed(description: "\(path) is not what was written: its digest differs. Use another snapshot.") }
        if let header = StoreHeader(path: path), header.isNewer { throw StoreError.newer(path: path, version: header.schema) }
    }

    private static func problems(of file: SnapshotManifest.File, at path: String, from snapshot: String, _ context: RunContext) throws -> [String] {
        do throws(StoreError) {
            return try context.store(at: path).integrityProblems()
        } catch {
            guard case .foreign(_, let owner) = error else { throw error }
            throw Snapshot.Failed(description: "\(snapshot)/\(file.path) is not the database of '\(file.name)' but that of '\(printable(owner))'. Use another snapshot.")
        }
    }

    package var text: String {
        (entries.map { "\($0.name): as of \(takenAt.rfc3339)" + ($0.kept.map { "; what was there is now \($0)" } ?? "") }
            + unknown.map { "\($0): left out, no tenant of this site is called so" }).joined(separator: "\n")
    }

    package var json: JSONValue {
        ["schema": 1, "taken_at": .string(takenAt.rfc3339), "left_out": .array(unknown.map(JSONValue.string)),
         "databases": .array(entries.map { ["database": .string($0.name), "kept": JSONValue($0.kept)] })]
    }
}
