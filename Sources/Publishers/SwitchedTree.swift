import CLinux
import Digests
import Glibc
import JSON
import Telemetry

/// A folder that changes in one step: the next tree is built beside it, then the two are exchanged by the kernel, so a visitor
/// sees the old tree or the new one and never a mixture. The tree that was live is kept as the next shadow; that is also the way back.
///
/// An unchanged file is shared between the two by a hard link and keeps its inode and time; a changed one is overwritten in the
/// shadow. Writing into a kept shadow costs a fraction of temporary files and renames (docs/decisions/0002-publishing.md).
package struct SwitchedTree: Codable, Sendable {
    package let live: String
    package let shadow: String
    /// The file that holds the tree's own manifest; written last, removed first.
    package static let manifestName = "build.json"

    /// False where the file system cannot exchange folders, which tests pretend.
    let exchanges: Bool

    package init(live: String, shadow: String, exchanges: Bool = true) {
        self.live = live
        self.shadow = shadow
        self.exchanges = exchanges
    }

    /// What the live tree holds, as it says itself.
    package func liveManifest() -> Manifest { Self.manifest(of: try? BeneathDirectory(live, create: false)) }

    /// Whether the live tree is the one whose manifest file has this digest, and none of its files has gone since.
    package func isLive(_ manifestDigest: String) -> Bool {
        guard let directory = try? BeneathDirectory(live, create: false), directory.digest(of: Self.manifestName) == manifestDigest else { return false }
        return Self.manifest(of: directory).keys.allSatisfy(directory.hasFile)
    }

    /// Begins the next tree; nothing of the live one is touched before its exchange.
    /// - Parameters:
    ///   - now: carries assets over that pages of the live tree link to, for a day; nothing: the next tree is exactly what it is given.
    ///   - encodings: in which files are put beside those that shrink.
    ///   - sweeps: removes what no manifest ever named, such as a link that somebody planted.
    package func writer(at now: Timestamp? = nil, compressing encodings: [Encoding] = [], sweeping sweeps: Bool = false) throws(PublishError) -> TreeWriter {
        try TreeWriter(self, at: now, compressing: encodings, sweeping: sweeps)
    }

    /// Builds the next tree from files at hand. `manifest` gives the manifest file's bytes once all digests are known.
    package func prepare(_ files: [TreeFile], manifest: (Manifest) -> [UInt8]) throws(PublishError) -> PreparedTree {
        let writer = try writer()
        for file in files {
            switch file.content {
            case .unchanged: _ = try writer.keep(file.path)
            case .bytes(let bytes): try writer.add(file.path, bytes)
            }
        }
        return try writer.finish(manifest: manifest)
    }

    /// Exchanges the live tree with the one that was live before, if that is still as it was built.
    /// - Returns: the time that the tree now live was built for.
    package func rollBack() throws(PublishError) -> String {
        let before = try? openShadow(create: false)
        // A shadow without its manifest is a run's that died: half of another tree.
        guard let before, let document = Self.excerpt(of: before, ["files", "now"]), let files = document["files"], !files.members.isEmpty else {
            throw PublishError(.damaged, path: live, action: "roll back", detail: "no whole earlier tree is kept")
        }
        let wrong = files.members.filter { $0.value.string == nil || before.digest(of: $0.key) != $0.value.string }
        if let first = wrong.first {
            let others = wrong.count > 1 ? " and \(wrong.count - 1) more" : ""
            throw PublishError(.damaged, path: live, action: "roll back", detail: "the earlier tree is not as it was built: \(first.key.prefix(200))\(others)")
        }
        try PreparedTree(tree: self, isChanged: true, written: 0, files: 0).exchange()
        return document["now"]?.string ?? "an unknown time"
    }

    /// Where it lies must be no link either: everything that is written there would land outside. What is above that is the operator's choice.
    func openShadow(create: Bool = true) throws(PublishError) -> BeneathDirectory {
        _ = try BeneathDirectory(parent(of: shadow), create: create)
        return try BeneathDirectory(shadow, create: create)
    }

    /// Assets that no page of the tree links to any longer, and since when.
    static func carried(in directory: BeneathDirectory?) -> [String: Timestamp] {
        guard let document = excerpt(of: directory, ["carried"]) else { return [:] }
        var carried: [String: Timestamp] = [:]
        for member in document["carried"]?.members ?? [] { carried[member.key] = member.value.string.flatMap { Timestamp(rfc3339: $0) } }
        return carried
    }

    static func digest(_ bytes: [UInt8]) -> String { hex(sha256(bytes)) }

    static func manifest(of directory: BeneathDirectory?) -> Manifest {
        var manifest: Manifest = [:]
        for member in excerpt(of: directory, ["files"])?["files"]?.members ?? [] where BeneathDirectory.isSafe(member.key) { manifest[member.key] = member.value.string }
        return manifest
    }

    /// Some members of the manifest file: the fleet's has an entry for each tenant, and nobody needs those here.
    private static func excerpt(of directory: BeneathDirectory?, _ members: [String]) -> JSONValue? {
        var excerpt = JSONExcerpt(members)
        guard let directory, directory.readPieces(of: manifestName, { excerpt.read($0.bindMemory(to: UInt8.self)) }) else { return nil }
        return try? excerpt.value()
    }
}

/// A finished tree that waits for its exchange.
package struct PreparedTree: Codable, Sendable {
    package let tree: SwitchedTree
    /// Whether any file but the manifest differs from the live tree.
    package let isChanged: Bool
    /// Files whose bytes were written.
    package let written: Int
    package let files: Int

    /// Flushes the whole file system once; enough for all trees on it.
    package func synchronise() throws(PublishError) { try BeneathDirectory(tree.shadow, create: false).synchronise() }

    /// Makes the new tree the live one, in one step where the file system can.
    package func exchange() throws(PublishError) {
        var facts = stat()
        if lstat(tree.live, &facts) != 0 {
            try BeneathDirectory.make(parent(of: tree.live))
            guard rename(tree.shadow, tree.live) == 0 else { throw PublishError(errno: errno, path: tree.live, action: "put in place") }
            return
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            throw PublishError(.link, path: tree.live, action: "replace", detail: "it is no folder")
        }
        let code = tree.exchanges ? clinux_exchange(tree.shadow, tree.live) : EINVAL
        if code == 0 { return }
        guard code == EINVAL || code == ENOSYS else { throw PublishError(errno: code, path: tree.live, action: "exchange") }
        try moveFiles()
    }

    /// Where the file system cannot exchange folders: file by file, each in one step, what is linked to before what links to it. No visitor
    /// meets half a file or a page without its assets; for a moment, pages of two runs stand side by side.
    private func moveFiles() throws(PublishError) {
        let next = try BeneathDirectory(tree.shadow, create: false), live = try BeneathDirectory(tree.live, create: false)
        let old = SwitchedTree.manifest(of: live), new = SwitchedTree.manifest(of: next)
        guard let description = next.read(SwitchedTree.manifestName) else {
            throw PublishError(.damaged, path: tree.shadow, action: "put in place", detail: "it has no manifest")
        }
        // From here on neither tree is what its manifest says: whoever comes after a death here writes everything anew.
        try next.remove(SwitchedTree.manifestName)
        try live.remove(SwitchedTree.manifestName)
        for path in new.keys.sorted(by: { (FileKind.rank($0), $0) < (FileKind.rank($1), $1) }) where old[path] != new[path] {
            try live.take(path, from: next)
        }
        // Without a manifest, as a death in here leaves it, whatever lies there is looked through.
        for path in old.isEmpty ? live.everything() : old.keys.sorted() where new[path] == nil {
            try live.remove(path)
            live.removeEmptyParents(of: path)
        }
        try live.write(description, to: SwitchedTree.manifestName)
        try live.synchronise()
    }
}

private func parent(of path: String) -> String { path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") }
