import Digests

/// Writes the next tree file by file, so that no tree is ever held in memory whole.
package final class TreeWriter {
    /// What the live tree holds.
    package let live: Manifest
    private let tree: SwitchedTree
    private let old: BeneathDirectory?
    private let next: BeneathDirectory
    /// What the shadow holds from the run before the last.
    private let stale: Manifest
    private var digests: Manifest = [:]
    private var written = 0

    init(_ tree: SwitchedTree) throws(PublishError) {
        self.tree = tree
        old = try? BeneathDirectory(tree.live, create: false)
        next = try BeneathDirectory(tree.shadow)
        live = SwitchedTree.manifest(of: old)
        stale = SwitchedTree.manifest(of: next)
        // Without it a run that dies here leaves a shadow that nobody trusts.
        try next.remove(SwitchedTree.manifestName)
    }

    /// Puts a file into the next tree. One that the live tree holds with the same bytes is shared with it and keeps its inode and time.
    package func add(_ path: String, _ bytes: [UInt8]) throws(PublishError) {
        let digest = hex(sha256(bytes))
        digests[path] = digest
        if stale[path] == digest { return }
        if live[path] == digest, let old, try next.link(path, from: old) { return }
        try next.write(bytes, to: path)
        written += 1
    }

    /// Takes a file over as it is live, without making it anew. False where the live tree has none.
    package func keep(_ path: String) throws(PublishError) -> Bool {
        guard let digest = live[path], let old else { return false }
        if stale[path] != digest, try !next.link(path, from: old) {
            guard let bytes = old.read(path) else { return false }
            try next.write(bytes, to: path)
        }
        digests[path] = digest
        return true
    }

    /// A file as it is live.
    package func published(_ path: String) -> [UInt8]? { old?.read(path) }

    /// Removes what the next tree no longer has and writes the manifest last.
    package func finish(manifest: (Manifest) -> [UInt8]) throws(PublishError) -> PreparedTree {
        for path in stale.keys.sorted() where digests[path] == nil {
            try next.remove(path)
            next.removeEmptyParents(of: path)
        }
        let description = manifest(digests), name = SwitchedTree.manifestName
        // What says the same stays the same file.
        let isShared: Bool = if let old, old.read(name) == description { try next.link(name, from: old) } else { false }
        if !isShared { try next.write(description, to: name) }
        return PreparedTree(tree: tree, isChanged: digests != live, written: written, files: digests.count)
    }
}
