import Yams

/// A mapping with exactly one key that says what it is: `- directory: {…}`.
struct ConfigurationUnion {
    let reader: ConfigurationReader
    let name: String
    let node: Node
    let path: String

    func body(_ schema: RecordSchema) -> ConfigurationReader.Record? { reader.open(node, as: schema, path: path) }
}

extension ConfigurationReader {
    func union(_ node: Node, of fields: [RecordSchema.Field], path: String) -> ConfigurationUnion? {
        guard case .mapping(let mapping) = node, mapping.count == 1, let (key, value) = mapping.first.map({ ($0.key, $0.value) }), let name = key.string else {
            expected(FieldType.oneOf(fields).expectation, at: node, path: path)
            return nil
        }
        guard fields.contains(where: { $0.name == name }) else {
            report(key.mark, path, "unknown key '\(printable(name))'. " + suggestion(name, fields.map(\.name)))
            return nil
        }
        return ConfigurationUnion(reader: self, name: name, node: value, path: join(path, name))
    }
}

extension ConfigurationReader.Record {
    func unions(_ key: String, _ fields: [RecordSchema.Field]) -> [ConfigurationUnion] {
        guard let node = node(key) else { return [] }
        guard case .sequence(let items) = node else {
            reader.expected("a list", at: node, path: path(of: key))
            return []
        }
        return items.enumerated().compactMap { reader.union($1, of: fields, path: "\(path(of: key))[\($0)]") }
    }

    func union(_ key: String, _ fields: [RecordSchema.Field]) -> ConfigurationUnion? {
        node(key).flatMap { reader.union($0, of: fields, path: path(of: key)) }
    }
}
