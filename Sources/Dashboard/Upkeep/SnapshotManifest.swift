import Foundation
import JSON
import Telemetry

/// `snapshot.json`: what a snapshot holds, and how to tell that it is whole.
struct SnapshotManifest: Equatable {
    struct File: Equatable {
        /// A tenant's id, or `fleet`.
        var name: String
        var bytes: Int
        var sha256: String
        var schema: Int

        /// Inside the snapshot's folder.
        var path: String { name + ".sqlite" }
    }

    static let path = "snapshot.json"

    var takenAt: Timestamp
    /// Of the release that wrote it.
    var version: String
    var files: [File]

    init(takenAt: Timestamp, version: String, files: [File]) {
        self.takenAt = takenAt
        self.version = version
        self.files = files
    }

    var json: JSONValue {
        ["schema": 1, "taken_at": .string(takenAt.rfc3339), "version": .string(version), "files": .array(files.map {
            ["name": .string($0.name), "bytes": JSONValue($0.bytes), "sha256": .string($0.sha256), "schema": JSONValue($0.schema)]
        })]
    }

    /// Nothing where the document is no manifest. A name that could lead out of the folder makes it none.
    init?(_ json: JSONValue) {
        guard json["schema"]?.integer == 1, let taken = json["taken_at"]?.string.flatMap({ Timestamp(rfc3339: $0) }), let version = json["version"]?.string else { return nil }
        var files: [File] = []
        for entry in json["files"]?.array ?? [] {
            guard let name = entry["name"]?.string, isIdentifier(name), let bytes = entry["bytes"]?.integer, let digest = entry["sha256"]?.string, let schema = entry["schema"]?.integer else { return nil }
            files.append(File(name: name, bytes: bytes, sha256: digest, schema: schema))
        }
        self.init(takenAt: taken, version: version, files: files)
    }
}
