import CLinux
import Glibc
import JSON

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

    package init(live: String, shadow: String) {
        self.live = live
        self.shadow = shadow
    }

    /// What the live tree holds, as it says itself.
    package func liveManifest() -> Manifest { Self.manifest(of: try? BeneathDirectory(live, create: false)) }

    /// Begins the next tree; nothing of the live one is touched before its exchange.
    package func writer() throws(PublishError) -> TreeWriter { try TreeWriter(self) }

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

    static func manifest(of directory: BeneathDirectory?) -> Manifest {
        guard let bytes = directory?.read(manifestName), let document = try? JSONValue(parsing: bytes) else { return [:] }
        var manifest: Manifest = [:]
        for member in document["files"]?.members ?? [] where BeneathDirectory.isSafe(member.key) { manifest[member.key] = member.value.string }
        return manifest
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

    /// Makes the new tree the live one, in one step where the file system can, else in two with a moment between them.
    package func exchange() throws(PublishError) {
        var facts = stat()
        if lstat(tree.live, &facts) != 0 {
            try BeneathDirectory.make(tree.live.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/"))
            guard rename(tree.shadow, tree.live) == 0 else { throw PublishError(errno: errno, path: tree.live, action: "put in place") }
            return
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            throw PublishError(.link, path: tree.live, action: "replace", detail: "it is no folder")
        }
        let code = clinux_exchange(tree.shadow, tree.live)
        if code == 0 { return }
        guard code == EINVAL || code == ENOSYS else { throw PublishError(errno: code, path: tree.live, action: "exchange") }
        let aside = tree.shadow + ".old"
        guard rename(tree.live, aside) == 0, rename(tree.shadow, tree.live) == 0, rename(aside, tree.shadow) == 0 else {
            throw PublishError(errno: errno, path: tree.live, action: "put in place")
        }
    }
}
