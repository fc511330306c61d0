import Signals
import Telemetry
import Yams

/// Walks one file along its schema: every wrong key, type and value is reported with its place, and reading goes on.
struct ConfigurationReader {
    let file: String
    let diagnostics: Diagnostics
    let secrets: SecretResolver

    /// One mapping, with its schema. Keys are checked when it is opened; values when they are asked for.
    struct Record {
        let reader: ConfigurationReader
        let schema: RecordSchema
        let path: String
        let mark: Mark?
        fileprivate let values: [String: Node]
    }

    func open(_ node: Node, as schema: RecordSchema, path: String = "") -> Record? {
        guard case .mapping(let mapping) = node else {
            expected("a mapping (\(schema.name))", at: node, path: path)
            return nil
        }
        var values: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.string else {
                report(key.mark, path, "a key must be text")
                continue
            }
            guard schema.field(name) != nil else {
                report(key.mark, join(path, name), "unknown key '\(printable(name))'. " + suggestion(name, schema.fields.map(\.name)))
                continue
            }
            values[name] = value
        }
        for field in schema.fields where field.isRequired && values[field.name] == nil {
            report(node.mark, path, "the key '\(field.name)' is missing: \(field.type.expectation)")
        }
        return Record(reader: self, schema: schema, path: path, mark: node.mark, values: values)
    }

    // MARK: Messages

    func report(_ mark: Mark?, _ path: String, _ message: String, grade: Diagnostic.Grade = .error) {
        let text = path.isEmpty ? message : "\(path): \(message)"
        diagnostics.report(Diagnostic(grade, file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, message: text))
    }

    func expected(_ what: String, at node: Node, path: String) {
        report(node.mark, path, "expected \(what), found \(describe(node))")
    }

    func suggestion(_ word: String, _ known: [String]) -> String {
        if let near = nearestWord(to: word, among: known) { return "Did you mean '\(near)'?" }
        return known.isEmpty ? "There is none." : "Known: \(known.prefix(40).joined(separator: ", "))."
    }

    func join(_ path: String, _ key: String) -> String { path.isEmpty ? printable(key) : "\(path).\(printable(key))" }

    /// Never the value of something that may be a secret: only its kind, and short harmless words.
    private func describe(_ node: Node) -> String {
        switch node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar(let scalar):
            scalar.string.isEmpty ? "nothing" : scalar.string.count <= 40 ? "'\(printable(scalar.string))'" : "text of \(scalar.string.count) characters"
        }
    }
}

/// Text of strangers in a message: control characters and direction marks cannot move the reader's cursor or eyes.
func printable(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(200) {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: out.append("\u{FFFD}")
        default: out.append(scalar)
        }
    }
    return String(out)
}

// MARK: - Reading values

extension ConfigurationReader.Record {
    func has(_ key: String) -> Bool { present(key) != nil }
    func mark(of key: String) -> Mark? { values[key]?.mark ?? mark }
    func path(of key: String) -> String { reader.join(path, key) }
    /// Where a key stands, for what is found later: its path is the message so far.
    func place(of key: String) -> Diagnostic {
        Diagnostic(file: reader.file, line: mark(of: key)?.line ?? 1, column: mark(of: key)?.column ?? 1, message: path(of: key))
    }
    func fail(_ key: String, _ message: String) { reader.report(mark(of: key), path(of: key), message) }

    func text(_ key: String) -> String? { scalar(key) { $0 } }
    /// What the environment says where the file says nothing; empty is nothing.
    func variable(_ name: String) -> String? { reader.secrets.environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    func flag(_ key: String) -> Bool? { scalar(key) { ["true": true, "false": false, "yes": true, "no": false, "on": true, "off": false][$0.lowercased()] } }
    func duration(_ key: String) -> Int64? { scalar(key, QuantityText.duration) }
    func size(_ key: String) -> Int? { scalar(key, QuantityText.size) }
    func ratio(_ key: String) -> Double? { scalar(key, QuantityText.ratio) }
    func day(_ key: String) -> Timestamp? { scalar(key, QuantityText.day) }
    func time(_ key: String) -> Timestamp? { scalar(key) { Timestamp(rfc3339: $0) } }
    func identifier(_ key: String) -> String? { scalar(key) { isIdentifier($0) ? $0 : nil } }

    func integer(_ key: String) -> Int? {
        guard case .integer(let range)? = type(of: key) else { return scalar(key) { Int($0) } }
        return scalar(key) { Int($0).flatMap { range.contains($0) ? $0 : nil } }
    }

    func choice<Word: RawRepresentable<String>>(_ key: String, _: Word.Type = Word.self) -> Word? {
        guard let node = present(key) else { return nil }
        guard let word = scalarText(node) else { reader.expected(expectation(key), at: node, path: path(of: key)); return nil }
        if let value = Word(rawValue: word) { return value }
        if case .choice(let words)? = type(of: key) {
            reader.report(node.mark, path(of: key), "'\(printable(word))' is not \(expectation(key)). " + reader.suggestion(word, words))
        }
        return nil
    }

    /// Text in which `${ENV}` and `file:` are replaced. A missing secret is an error that names the key, never a value.
    func secret(_ key: String) -> String? {
        guard let node = present(key) else { return nil }
        guard let text = scalarText(node) else {
            reader.report(node.mark, path(of: key), "expected \(expectation(key))")
            return nil
        }
        switch reader.secrets.resolve(text) {
        case .success(let value): return value
        case .failure(let problem):
            reader.report(node.mark, path(of: key), problem.description)
            return nil
        }
    }

    func url(_ key: String) -> String? {
        guard let text = secret(key) else { return nil }
        guard isWebAddress(text) else {
            fail(key, "expected \(FieldType.url.expectation)")
            return nil
        }
        guard !namesUser(text) else {
            fail(key, "an address must not hold a user name or password: nothing is ever sent to one. Remove what stands before the '@'")
            return nil
        }
        return text
    }

    /// Text with its `${ENV}` still apart, for a reader that must know which parts are secret. Of a file its text, with the same marks.
    func secretPieces(_ key: String) -> [SecretResolver.Piece]? {
        guard let node = present(key) else { return nil }
        guard let text = scalarText(node) else {
            reader.report(node.mark, path(of: key), "expected \(expectation(key))")
            return nil
        }
        switch reader.secrets.pieces(of: text) {
        case .success(let pieces): return pieces
        case .failure(let problem):
            reader.report(node.mark, path(of: key), problem.description)
            return nil
        }
    }

    func record(_ key: String, _ schema: RecordSchema) -> ConfigurationReader.Record? {
        present(key).flatMap { reader.open($0, as: schema, path: path(of: key)) }
    }

    func records(_ key: String, _ schema: RecordSchema) -> [ConfigurationReader.Record] {
        items(key).enumerated().compactMap { reader.open($1, as: schema, path: "\(path(of: key))[\($0)]") }
    }

    /// A mapping with free keys, in the order of the file.
    func entries(_ key: String) -> [(name: String, node: Node, path: String)] {
        guard let node = present(key) else { return [] }
        guard case .mapping(let mapping) = node else {
            reader.expected("a mapping", at: node, path: path(of: key))
            return []
        }
        return mapping.compactMap { name, value in name.string.map { ($0, value, reader.join(path(of: key), $0)) } }
    }

    /// A mapping from free keys to texts.
    func textMap(_ key: String) -> [String: String] {
        var texts: [String: String] = [:]
        for (name, node, path) in entries(key) {
            if let text = scalarText(node) { texts[name] = text } else { reader.expected("text", at: node, path: path) }
        }
        return texts
    }

    /// A mapping from free keys to texts that may be secret.
    func secrets(_ key: String) -> [String: String] {
        var values: [String: String] = [:]
        for (name, node, path) in entries(key) {
            guard let text = scalarText(node) else { reader.report(node.mark, path, "expected \(FieldType.secret.expectation)"); continue }
            switch reader.secrets.resolve(text) {
            case .success(let value): values[name] = value
            case .failure(let problem): reader.report(node.mark, path, problem.description)
            }
        }
        return values
    }

    func texts(_ key: String) -> [String] {
        items(key).enumerated().compactMap { index, node in
            if let text = scalarText(node) { return text }
            reader.expected("text", at: node, path: "\(path(of: key))[\(index)]")
            return nil
        }
    }

    /// Texts with the place of each, for readers of their own languages.
    func markedTexts(_ key: String) -> [(text: String, mark: Mark?)] {
        items(key).compactMap { node in scalarText(node).map { ($0, node.mark) } }
    }

    func node(_ key: String) -> Node? { present(key) }

    private func items(_ key: String) -> [Node] {
        guard let node = present(key) else { return [] }
        if case .sequence(let items) = node { return Array(items) }
        if case .oneOrMore? = type(of: key) { return [node] }
        reader.expected(expectation(key), at: node, path: path(of: key))
        return []
    }

    /// The value, unless it is absent or null.
    private func present(_ key: String) -> Node? {
        guard let node = values[key] else { return nil }
        if case .scalar(let scalar) = node, scalar.style == .plain, ["", "null", "~"].contains(scalar.string) { return nil }
        return node
    }

    private func scalar<Value>(_ key: String, _ convert: (String) -> Value?) -> Value? {
        guard let node = present(key) else { return nil }
        guard let text = scalarText(node), let value = convert(text) else {
            reader.expected(expectation(key), at: node, path: path(of: key))
            return nil
        }
        return value
    }

    private func scalarText(_ node: Node) -> String? { if case .scalar(let scalar) = node { scalar.string } else { nil } }
    private func expectation(_ key: String) -> String { type(of: key)?.expectation ?? "a value" }

    private func type(of key: String) -> FieldType? {
        guard let type = schema.field(key)?.type else { return nil }
        if case .optional(let inner) = type { return inner }
        return type
    }
}

/// Whether a text may become a path: `^[a-z0-9][a-z0-9-]{0,62}$`.
package func isIdentifier(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, first != UInt8(ascii: "-"), bytes.count <= 63 else { return false }
    return bytes.allSatisfy { $0 &- 48 < 10 || $0 &- 97 < 26 || $0 == UInt8(ascii: "-") }
}

/// Whether a text is an http or https address with a host and without control characters or spaces.
func isWebAddress(_ text: String) -> Bool {
    let lower = text.lowercased()
    let rest = lower.hasPrefix("https://") ? lower.dropFirst(8) : lower.hasPrefix("http://") ? lower.dropFirst(7) : ""
    return !rest.isEmpty && !rest.hasPrefix("/") && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
}

/// Whether something stands before the host of a web address: `https://user:password@host/`.
private func namesUser(_ address: String) -> Bool {
    guard let mark = address.firstRange(of: "://") else { return false }
    return address[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }.contains("@")
}
