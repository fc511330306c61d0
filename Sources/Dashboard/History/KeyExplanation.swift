import Telemetry
import Yams

/// A key of the site's or of a tenant's file: what is written, where, or the default in the schema's own words. Never a secret.
struct KeyExplanation {
    let directory: String
    let world: World
    let tenants: [TenantConfiguration]

    /// `interval`, `retention.raw`, `receivers[0].name`; of tenants `timezone` (all of them) or `acme.timezone`.
    func part(_ word: String) -> Explanation.Part? {
        let path = word.replacing("[", with: ".").replacing("]", with: "").split(separator: ".").map(String.init)
        guard let first = path.first else { return nil }
        if let tenant = tenants.first(where: { $0.id == first }), path.count > 1 {
            return line(Array(path.dropFirst()), TenantConfiguration.schema, tenant.file).map { .init(title: word, lines: [$0]) }
        }
        if let site = line(path, SiteConfiguration.schema, "tidewatch.yaml") { return .init(title: word, lines: [site]) }
        let lines = tenants.compactMap { line(path, TenantConfiguration.schema, $0.file) }
        return lines.isEmpty ? nil : .init(title: word, lines: lines)
    }

    private func line(_ path: [String], _ schema: RecordSchema, _ file: String) -> Explanation.Line? {
        guard let (field, type) = field(path, .record(schema), nil) else { return nil }
        let root = YAMLFile.root(of: world.files.readFile(directory + "/" + file) ?? [], file: file, diagnostics: Diagnostics())
        guard let node = root.flatMap({ find(path, $0) }) else {
            return .init(key: path.joined(separator: "."), value: "not written", origin: "default: \(field?.summary ?? "")")
        }
        return .init(key: path.joined(separator: "."), value: words(node, type), origin: "\(file):\(node.mark?.line ?? 1):\(node.mark?.column ?? 1)")
    }

    /// The field that the path leads to, through lists and mappings with free keys.
    private func field(_ path: [String], _ type: FieldType, _ last: RecordSchema.Field?) -> (RecordSchema.Field?, FieldType)? {
        guard let key = path.first else { return (last, type) }
        let rest = Array(path.dropFirst())
        switch type {
        case .record(let record): return record.field(key).flatMap { field(rest, $0.type, $0) }
        case .oneOf(let fields): return fields.first { $0.name == key }.flatMap { field(rest, $0.type, $0) }
        case .optional(let inner): return field(path, inner, last)
        case .list(let item), .oneOrMore(let item): return Int(key) == nil ? nil : field(rest, item, last)
        case .map(let item): return field(rest, item, last)
        case .text, .identifier, .duration, .size, .ratio, .integer, .day, .time, .flag, .url, .secret, .choice, .expression: return nil
        }
    }

    private func find(_ path: [String], _ node: Node) -> Node? {
        guard let key = path.first else { return node }
        let rest = Array(path.dropFirst())
        switch node {
        case .mapping(let mapping): return mapping.first { $0.key.string == key }.flatMap { find(rest, $0.value) }
        case .sequence(let items):
            guard let index = Int(key), index >= 0, index < items.count else { return nil }
            return find(rest, items[index])
        case .scalar, .alias: return nil
        }
    }

    private func words(_ node: Node, _ type: FieldType) -> String {
        switch (node, type.value) {
        case (.scalar(let scalar), .secret), (.scalar(let scalar), .url):
            // A reference may be shown, what it stands for may not; an address may carry a token in its path.
            let text = scalar.string
            if text.hasPrefix("${") || text.hasPrefix("file:") { return printable(text) }
            guard case .url = type, let host = text.split(separator: "/", maxSplits: 2).dropFirst().first, text.contains("://") else { return "(hidden)" }
            return printable(String(text.prefix { $0 != ":" })) + "://" + printable(String(host.split(separator: "@").last ?? "")) + "/…"
        case (.scalar(let scalar), _): return printable(scalar.string)
        case (.mapping(let mapping), _): return "a mapping with " + mapping.compactMap(\.key.string).map(printable).joined(separator: ", ")
        case (.sequence(let items), _): return items.count == 1 ? "a list of 1" : "a list of \(items.count)"
        case (.alias, _): return "an alias"
        }
    }
}

private extension FieldType {
    /// What stands in a text, where it may be absent or one of several.
    var value: FieldType {
        switch self {
        case .optional(let inner), .oneOrMore(let inner): inner.value
        case .text, .identifier, .duration, .size, .ratio, .integer, .day, .time, .flag, .url, .secret, .choice, .list, .map, .record, .oneOf, .expression: self
        }
    }
}
