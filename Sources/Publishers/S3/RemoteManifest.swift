import JSON
import Telemetry

/// What a tree in a bucket holds, as its `manifest.json` says. It is written last and only over the one that was read, so of two
/// publishers at most one can ever say what the tree is.
struct RemoteManifest: Equatable {
    static let name = "manifest.json"
    /// How long a file stays after the last page that linked to it: someone may have that page open.
    static let grace: Int64 = 86_400

    var files: Manifest = [:]
    /// Files that the tree no longer names, and since when.
    var leaving: [String: Timestamp] = [:]
    /// Of the object that it was read from; nothing where there was none.
    var etag: String?

    init() {}

    /// A manifest that cannot be read vouches for nothing: everything is sent again.
    init(_ bytes: [UInt8], etag: String?) {
        self.etag = etag
        guard let document = try? JSONValue(parsing: bytes), document["schema"]?.integer == 1 else { return }
        for member in document["files"]?.members ?? [] where BeneathDirectory.isSafe(member.key) { files[member.key] = member.value.string }
        for member in document["leaving"]?.members ?? [] where BeneathDirectory.isSafe(member.key) {
            leaving[member.key] = member.value.string.flatMap { Timestamp(rfc3339: $0) }
        }
    }

    var bytes: [UInt8] {
        JSONValue.object([
            .init("schema", 1),
            .init("files", .object(files.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })),
            .init("leaving", .object(leaving.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value.rfc3339)) })),
        ]).bytes()
    }
}

/// What has to be done so that a tree in a bucket becomes the one at hand.
struct TreeDifference: Equatable {
    /// To be sent, in the order of their going out.
    var changed: [String]
    /// Long enough unused.
    var due: [String]
    var next: RemoteManifest
    /// Whether the manifest says anything new.
    let isNothing: Bool

    /// - Parameter isDoubtful: whether an earlier publisher may have died while it wrote this file.
    init(local: Manifest, remote: RemoteManifest, now: Timestamp, isDoubtful: (String) -> Bool = { _ in false }) {
        var next = RemoteManifest()
        next.etag = remote.etag
        // A bucket does not choose between a file and its compressed neighbour; what stands before it compresses by itself.
        next.files = local.filter { FileKind.plainName($0.key, among: local) == nil }
        changed = next.files.keys.filter { remote.files[$0] != next.files[$0] || isDoubtful($0) }.sorted { (FileKind.rank($0), $0) < (FileKind.rank($1), $1) }
        var leaving = remote.leaving
        for path in remote.files.keys where leaving[path] == nil { leaving[path] = now }
        leaving = leaving.filter { next.files[$0.key] == nil }
        due = leaving.filter { now - $0.value >= RemoteManifest.grace }.keys.sorted()
        for path in due { leaving[path] = nil }
        next.leaving = leaving
        self.next = next
        isNothing = changed.isEmpty && next.files == remote.files && leaving == remote.leaving
    }
}
