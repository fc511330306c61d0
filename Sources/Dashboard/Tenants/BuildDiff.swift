import Foundation
import JSON

/// What changed between two builds of a tree, or of all trees of two sites: alerts, limits, resources, topology, pages. Read from what the
/// trees say of themselves, so that a copy of yesterday's `public/` is all it takes.
package struct BuildDiff: Sendable {
    /// One kind of thing, by name.
    package struct Changes: Sendable {
        package var title: String
        package var added: [String] = []
        package var removed: [String] = []
        package var changed: [(name: String, from: String, to: String)] = []
        var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

        init(_ title: String, _ old: [String: String], _ new: [String: String]) {
            self.title = title
            added = new.keys.filter { old[$0] == nil }.sorted()
            removed = old.keys.filter { new[$0] == nil }.sorted()
            changed = old.keys.sorted().compactMap { name in
                guard let from = old[name], let to = new[name], from != to else { return nil }
                return (name, from, to)
            }
        }
    }

    package struct Tree: Sendable {
        package var name: String
        package var changes: [Changes]
    }

    package enum Refusal: Error, CustomStringConvertible, Sendable {
        case noBuild(path: String)
        case unlike(folder: String, tree: String)

        package var description: String {
            switch self {
            case .noBuild(let path): "\(path) holds no build: expected build.json there, or folders that hold one. Name a tenant's tree, or a whole public/."
            case .unlike(let folder, let tree): "\(folder) is a folder of trees and \(tree) is a single tree, so there is nothing to compare. Name two trees, or two folders of trees."
            }
        }
    }

    /// Trees that differ, by name.
    package let trees: [Tree]

    /// - Parameters:
    ///   - old: a tenant's tree, or a folder of such trees.
    package init(from old: String, to new: String) throws(Refusal) {
        let before = try Self.builds(in: old), after = try Self.builds(in: new)
        guard before.keys.contains("") == after.keys.contains("") else {
            throw before.keys.contains("") ? .unlike(folder: new, tree: old) : .unlike(folder: old, tree: new)
        }
        // Two trees are compared whatever they are called.
        let names = before.keys.contains("") && after.keys.contains("") ? [""] : Set(before.keys).union(after.keys).sorted()
        trees = names.compactMap { name in
            let a = before[name] ?? Facts(), b = after[name] ?? Facts()
            let changes = [Changes("Alerts", a.alerts, b.alerts), Changes("Limits", a.limits, b.limits), Changes("Resources", a.resources, b.resources), Changes("Topology", a.topology, b.topology),
                           Changes("Pages", a.pages, b.pages)].filter { !$0.isEmpty }
            return changes.isEmpty ? nil : Tree(name: name, changes: changes)
        }
    }

    /// A tree by itself has no name.
    private static func builds(in folder: String) throws(Refusal) -> [String: Facts] {
        if let facts = Facts(folder) { return ["": facts] }
        var builds: [String: Facts] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] { builds[name] = Facts(folder + "/" + name) }
        guard !builds.isEmpty else { throw .noBuild(path: folder) }
        return builds
    }
}

extension BuildDiff {
    package var markdown: String {
        guard !trees.isEmpty else { return "Nothing changed.\n" }
        return trees.map { tree in
            (tree.name.isEmpty ? "" : "# \(tree.name)\n\n") + tree.changes.map { changes in
                let lines = changes.added.map { "- added: \(Self.code($0))" } + changes.removed.map { "- removed: \(Self.code($0))" }
                    + changes.changed.map { change in changes.title == "Pages" ? "- changed: \(Self.code(change.name))" : "- \(Self.code(change.name)): \(Self.code(change.from)) → \(Self.code(change.to))" }
                return "## \(changes.title)\n\n" + lines.prefix(100).joined(separator: "\n") + (lines.count > 100 ? "\n- and \(lines.count - 100) more" : "") + "\n"
            }.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    package var json: JSONValue {
        ["schema": 1, "trees": .array(trees.map { tree in
            .object([.init("tree", .string(tree.name))] + tree.changes.map { changes in
                .init(changes.title.lowercased(), ["added": .array(changes.added.map(JSONValue.string)), "removed": .array(changes.removed.map(JSONValue.string)),
                                                   "changed": .array(changes.changed.map { ["name": .string($0.name), "from": .string($0.from), "to": .string($0.to)] })])
            })
        })]
    }

    /// Names are foreign text: in a code span nothing of them is Markdown.
    private static func code(_ text: String) -> String {
        let plain = printable(text)
        let longest = plain.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: longest + 1)
        return longest == 0 ? "`\(plain)`" : "\(fence) \(plain) \(fence)"
    }
}

private extension BuildDiff {
    /// What one tree says of itself.
    struct Facts {
        var alerts: [String: String] = [:]
        var limits: [String: String] = [:]
        var resources: [String: String] = [:]
        var topology: [String: String] = [:]
        var pages: [String: String] = [:]

        init() {}

        init?(_ folder: String) {
            func document(_ name: String) -> JSONValue? { FileManager.default.contents(atPath: folder + "/" + name).flatMap { try? JSONValue(parsing: [UInt8]($0)) } }
            guard let build = document("build.json"), let files = build["files"]?.members else { return nil }
            for file in files { pages[file.key] = file.value.string ?? "" }
            for rule in build["rules"]?.array ?? [] {
                guard let id = rule["id"]?.string else { continue }
                let parts = [("warning", "warning"), ("critical", "critical"), ("for", "for")].compactMap { key, word in rule[key]?.string.map { "\(word) \($0)" } }
                limits[id] = parts.joined(separator: ", ")
            }
            for edge in build["topology"]?.array ?? [] {
                if let from = edge["from"]?.string, let to = edge["to"]?.string { topology["\(from) → \(to)"] = "" }
            }
            for service in document("status.json")?["services"]?.array ?? [] {
                for resource in service["resources"]?.array ?? [] {
                    if let kind = resource["kind"]?.string, let name = resource["name"]?.string { resources["\(kind) \(name)"] = resource["status"]?.string ?? "" }
                }
            }
            for alert in document("alerts.json")?["alerts"]?.array ?? [] {
                guard let id = alert["id"]?.string else { continue }
                alerts[id] = "\(alert["state"]?.string ?? ""), \(alert["severity"]?.string ?? "")"
            }
        }
    }
}
