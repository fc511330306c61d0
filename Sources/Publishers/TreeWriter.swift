import Digests
import Glibc
import JSON
import Telemetry

/// Writes the next tree file by file, so that no tree is ever held in memory whole.
package final class TreeWriter {
    /// How long an asset stays after the last page that links to it: someone may have that page open.
    static let grace: Int64 = 86_400

    /// What the live tree holds.
    package let live: Manifest
    private let tree: SwitchedTree
    private let old: BeneathDirectory?
    private let next: BeneathDirectory
    /// What the shadow holds from the run before the last.
    private let stale: Manifest
    private let now: Timestamp?
    private let encodings: [Encoding]
    private var digests: Manifest = [:]
    private var written = 0
    /// Of the next tree, as far as it has come.
    package var files: Int { digests.count }
    package private(set) var bytes = 0
    /// Of the manifest file, once the tree is finished.
    package private(set) var manifestDigest: String?

    init(_ tree: SwitchedTree, at now: Timestamp?, compressing encodings: [Encoding], sweeping sweeps: Bool) throws(PublishError) {
        self.tree = tree
        self.now = now
        self.encodings = encodings
        old = try? BeneathDirectory(tree.live, create: false)
        live = SwitchedTree.manifest(of: old)
        // Where no tree of ours ever was, a full folder is somebody else's: the exchange would take it away.
        if live.isEmpty, let old, access(tree.shadow, F_OK) != 0, !old.everything().isEmpty {
            throw PublishError(.foreign, path: tree.live, action: "put pages into", detail: "it holds files, and no build.json says that they are pages of ours")
        }
        next = try tree.openShadow()
        let stale = SwitchedTree.manifest(of: next)
        // Without it a run that dies here leaves a shadow that nobody trusts.
        try next.remove(SwitchedTree.manifestName)
        // A shadow without a manifest is what a run left that died: nobody knows what lies in it.
        guard sweeps || stale.isEmpty else {
            self.stale = stale
            return
        }
        let found = Set(next.everything())
        for path in found.sorted() where stale[path] == nil { try next.remove(path) }
        // A link in the way of a folder hides what the manifest names.
        self.stale = stale.filter { found.contains($0.key) }
    }

    /// Puts a file into the next tree. One that the live tree holds with the same bytes is shared with it and keeps its inode and time.
    package func add(_ path: String, _ bytes: [UInt8]) throws(PublishError) {
        let digest = try put(path, bytes)
        guard !encodings.isEmpty, Encoding.isWorthwhile(path, size: bytes.count) else { return }
        for encoding in encodings {
            let name = path + encoding.suffix
            if live[path] == digest, try keepAlone(name) { continue }
            if let smaller = encoding.compressed(bytes), smaller.count < bytes.count { _ = try put(name, smaller) }
        }
    }

    /// The same of a file that is too large to be held: its bytes come piece by piece.
    package func add(_ path: String, pieces: (_ sink: @escaping ([UInt8]) throws -> Void) throws -> Void) throws {
        let plain = try PartFile(path, in: next), smaller = try encodings.map { try PartFile(path + $0.suffix, in: next, compressing: $0) }
        try pieces { bytes in for part in [plain] + smaller { try part.add(bytes) } }
        try place(plain, plain.end())
        for part in smaller {
            let digest = try part.end()
            try place(part, Encoding.isWorthwhile(path, size: plain.size) && part.size < plain.size ? digest : nil)
        }
    }

    /// Takes a file over as it is live, without making it anew. False where the live tree has none.
    package func keep(_ path: String) throws(PublishError) -> Bool {
        guard try keepAlone(path) else { return false }
        for encoding in encodings { _ = try keepAlone(path + encoding.suffix) }
        return true
    }

    /// Takes one file over, without its compressed forms. False where the live tree has none.
    package func keepAsIs(_ path: String) throws(PublishError) -> Bool { try keepAlone(path) }

    /// Of the live tree's manifest file.
    package var liveManifestDigest: String? { old?.digest(of: SwitchedTree.manifestName) }

    /// A file as it is live.
    package func published(_ path: String) -> [UInt8]? { old?.read(path) }

    /// Removes what the next tree no longer has and writes the manifest last.
    package func finish(manifest: (Manifest) -> [UInt8]) throws(PublishError) -> PreparedTree {
        let carried = try complete()
        let description = Self.adding(carried, to: manifest(digests)), name = SwitchedTree.manifestName
        // What says the same stays the same file.
        let isShared: Bool = if let old, old.read(name) == description { try next.link(name, from: old) } else { false }
        if !isShared { try next.write(description, to: name) }
        manifestDigest = SwitchedTree.digest(description)
        return prepared
    }

    /// The same with a manifest that is too large to be held.
    package func finishInPieces(_ pieces: (Manifest, inout JSONDocumentWriter) throws -> Void) throws -> PreparedTree {
        let carried = try complete(), part = try PartFile(SwitchedTree.manifestName, in: next)
        var writer = JSONDocumentWriter(part.add)
        try pieces(digests, &writer)
        if !carried.isEmpty { try writer.add("carried", Self.entry(carried)) }
        try writer.end()
        manifestDigest = try part.end()
        if let old, old.digest(of: part.path) == manifestDigest, try next.link(part.path, from: old) { try part.discard() } else { try part.moveIntoPlace(laterThan: nil) }
        return prepared
    }
}

private extension TreeWriter {
    var prepared: PreparedTree { PreparedTree(tree: tree, isChanged: digests != live, written: written, files: digests.count) }

    /// Everything but the manifest.
    /// - Returns: the assets that stay for those who have an older page open.
    func complete() throws(PublishError) -> [String: Timestamp] {
        let carried = try carryAssets()
        for path in stale.keys.sorted() where digests[path] == nil {
            try next.remove(path)
            next.removeEmptyParents(of: path)
        }
        return carried
    }

    /// - Parameter digest: nothing: the tree is not to have it.
    func place(_ part: PartFile, _ digest: String?) throws(PublishError) {
        guard let digest else { return try part.discard() }
        digests[part.path] = digest
        bytes += part.size
        if stale[part.path] == digest { return try part.discard() }
        if live[part.path] == digest, let old, try next.link(part.path, from: old) { return try part.discard() }
        try part.moveIntoPlace(laterThan: live[part.path] == nil ? nil : old?.second(of: part.path))
        written += 1
    }

    func put(_ path: String, _ bytes: [UInt8]) throws(PublishError) -> String {
        let digest = SwitchedTree.digest(bytes)
        digests[path] = digest
        self.bytes += bytes.count
        if stale[path] == digest { return digest }
        if live[path] == digest, let old, try next.link(path, from: old) { return digest }
        try next.write(bytes, to: path, laterThan: live[path] == nil ? nil : old?.second(of: path))
        written += 1
        return digest
    }

    func keepAlone(_ path: String) throws(PublishError) -> Bool {
        guard let digest = live[path], let old else { return false }
        if stale[path] != digest, try !next.link(path, from: old) {
            guard let content = old.read(path) else { return false }
            try next.write(content, to: path)
        }
        digests[path] = digest
        bytes += old.size(of: path)
        return true
    }

    /// Hashed assets that no page links to any longer, and since when.
    func carryAssets() throws(PublishError) -> [String: Timestamp] {
        guard let now else { return [:] }
        let before = live.keys.contains { digests[$0] == nil && FileKind.isHashed($0) } ? SwitchedTree.carried(in: old) : [:]
        var carried: [String: Timestamp] = [:]
        for path in live.keys.sorted() where digests[path] == nil && FileKind.isHashed(path) {
            let since = before[path] ?? now
            if now - since < Self.grace, try keepAlone(path) { carried[path] = since }
        }
        return carried
    }

    static func adding(_ carried: [String: Timestamp], to manifest: [UInt8]) -> [UInt8] {
        guard !carried.isEmpty, let document = try? JSONValue(parsing: manifest) else { return manifest }
        return JSONValue.object(document.members + [.init("carried", entry(carried))]).bytes(pretty: true)
    }

    static func entry(_ carried: [String: Timestamp]) -> JSONValue { .object(carried.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value.rfc3339)) }) }
}
