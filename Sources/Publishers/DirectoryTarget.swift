import Foundation

/// Publishes `public/` to a folder on this machine: each tenant's tree is prepared beside its place, then all are exchanged.
package struct DirectoryTarget: Sendable {
    /// The folder that the web server serves.
    package let path: String

    package init(path: String) { self.path = path }

    package struct Report: Sendable {
        package var trees = 0
        package var written = 0
        package var files = 0
        package var removed: [String] = []
    }

    /// Copies the trees named, and takes down those that Tidewatch made here earlier and that are gone from `source`.
    /// - Throws: `PublishError`; whatever was live stays live.
    package func publish(from source: String, trees: [String]) throws(PublishError) -> Report {
        var prepared: [PreparedTree] = [], report = Report()
        for name in trees {
            let origin = try BeneathDirectory(source + "/" + name, create: false)
            let manifest = SwitchedTree.manifest(of: origin)
            let target = tree(name)
            let live = target.liveManifest()
            var files: [TreeFile] = []
            for file in manifest.keys.sorted() {
                if live[file] == manifest[file] {
                    files.append(TreeFile(file, .unchanged))
                } else if let bytes = origin.read(file) {
                    files.append(TreeFile(file, .bytes(bytes)))
                }
            }
            let description = origin.read(SwitchedTree.manifestName) ?? []
            let next = try target.prepare(files) { _ in description }
            report.written += next.written
            report.files += next.files
            prepared.append(next)
        }
        _ = try BeneathDirectory(path)
        try prepared.first?.synchronise()
        for tree in prepared { try tree.exchange() }
        report.trees = prepared.count
        report.removed = removeStrangers(except: trees)
        return report
    }

    /// Puts the trees back that were live before the last publish.
    package func rollBack(trees: [String]) throws(PublishError) {
        for name in trees { try PreparedTree(tree: tree(name), isChanged: true, written: 0, files: 0).exchange() }
    }

    private func tree(_ name: String) -> SwitchedTree { SwitchedTree(live: path + "/" + name, shadow: shadowRoot + "/" + name) }

    /// Beside the served folder, so that nothing unfinished is ever served, and on the same file system, so that it can be exchanged.
    private var shadowRoot: String {
        let url = URL(fileURLWithPath: path)
        return url.deletingLastPathComponent().path + "/." + url.lastPathComponent + ".tidewatch"
    }

    /// Only folders that carry a manifest of ours are touched.
    private func removeStrangers(except trees: [String]) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? []
        return names.filter { name in
            guard !trees.contains(name), !name.hasPrefix("."), !SwitchedTree(live: path + "/" + name, shadow: "").liveManifest().isEmpty else { return false }
            try? FileManager.default.removeItem(atPath: shadowRoot + "/" + name)
            return (try? FileManager.default.removeItem(atPath: path + "/" + name)) != nil
        }
    }
}
