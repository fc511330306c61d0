import Foundation

/// Publishes to a folder on this machine: each tree is prepared beside the folder, then all are exchanged. The folder itself is never
/// replaced, so it may be a mount point or whatever a web server insists on.
package struct DirectoryTarget: PublishTarget {
    /// The folder that the web server serves.
    package let path: String
    private let workspace: String
    private let exchanges: Bool

    /// - Parameters:
    ///   - workspace: where trees are prepared, on the same file system; else beside the folder.
    ///   - exchanges: false where the file system cannot exchange folders, which tests pretend.
    package init(path: String, workspace: String? = nil, exchanges: Bool = true) {
        self.path = path
        // Beside the served folder, so that nothing unfinished is ever served, and on the same file system, so that it can be exchanged.
        let url = URL(fileURLWithPath: path)
        self.workspace = workspace ?? url.deletingLastPathComponent().path + "/." + url.lastPathComponent + ".tidewatch"
        self.exchanges = exchanges
    }

    package var place: String { path }

    package func publish(_ edition: Edition) async -> Publication {
        var report = Publication()
        do {
            let lock = try WorkspaceLock(workspace)
            defer { withExtendedLifetime(lock) {} }
            _ = try BeneathDirectory(path)
            var prepared: [(name: String, tree: PreparedTree)] = []
            for name in edition.trees {
                do throws(PublishError) {
                    let tree = try prepare(edition, name)
                    report.written += tree.written
                    report.files += tree.files
                    prepared.append((name, tree))
                } catch { report.fail(name, error) }
            }
            try prepared.first?.tree.synchronise()
            for (name, tree) in prepared {
                do throws(PublishError) { try tree.exchange() } catch { report.fail(name, error) }
            }
            for name in edition.gone {
                do throws(PublishError) { if try takeDown(name) { report.removed.append(name) } } catch { report.fail(name, error) }
            }
        } catch {
            report.fail(nil, error)
        }
        return report
    }
}

private extension DirectoryTarget {
    func tree(_ name: String) -> SwitchedTree { SwitchedTree(live: path + "/" + name, shadow: workspace + "/" + name, exchanges: exchanges) }

    func prepare(_ edition: Edition, _ name: String) throws(PublishError) -> PreparedTree {
        let origin = try edition.tree(name), target = tree(name)
        let writer = try target.writer(sweeping: true)
        for file in origin.files.keys.sorted() where file != SwitchedTree.manifestName {
            if writer.live[file] == origin.files[file], try writer.keep(file) { continue }
            try writer.add(file, try origin.bytes(file))
        }
        let description = try origin.bytes(SwitchedTree.manifestName)
        return try writer.finish { _ in description }
    }

    /// Only what carries a manifest of ours, and never through a link.
    func takeDown(_ name: String) throws(PublishError) -> Bool {
        let tree = tree(name)
        let isOurs = !tree.liveManifest().isEmpty
        for folder in [tree.live, tree.shadow] where folder == tree.shadow || isOurs {
            do { if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) } } catch {
                throw PublishError(.other, path: folder, action: "take down", detail: error.localizedDescription)
            }
        }
        return isOurs
    }
}
