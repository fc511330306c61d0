import Yams

/// A YAML file read into nodes with positions, within limits, or the reason why it cannot be.
enum YAMLFile {
    /// Larger files are refused before they are parsed.
    static let byteLimit = 4 * 1_024 * 1_024
    static let nodeLimit = 200_000
    static let depthLimit = 64

    /// The root node, or nothing after reporting the mistake. An empty file is an empty mapping.
    static func root(of bytes: [UInt8], file: String, diagnostics: Diagnostics) -> Node? {
        guard bytes.count <= byteLimit else {
            diagnostics.report(Diagnostic(file: file, message: "the file has \(bytes.count) bytes; at most \(byteLimit) are read. Split it."))
            return nil
        }
        var text = String(decoding: bytes, as: UTF8.self)
        if text.hasPrefix("\u{FEFF}") { text.removeFirst() }
        do {
            // Only the text of a scalar counts here, never the type that YAML would guess: nothing is to be resolved.
            let parser = try Parser(yaml: text, resolver: .basic)
            guard let node = try parser.singleRoot() else { return Node.mapping(.init([])) }
            var budget = nodeLimit
            guard measure(node, depth: 0, budget: &budget) else {
                diagnostics.report(Diagnostic(file: file, message: "nested deeper than \(depthLimit) or more than \(nodeLimit) values. Split the file."))
                return nil
            }
            return node
        } catch let error as YamlError {
            diagnostics.report(diagnostic(for: error, file: file))
        } catch {
            diagnostics.report(Diagnostic(file: file, message: "not readable as YAML: \(error)"))
        }
        return nil
    }

    /// Aliases can multiply a small text; whoever walks the tree must count.
    private static func measure(_ node: Node, depth: Int, budget: inout Int) -> Bool {
        budget -= 1
        guard depth <= depthLimit, budget > 0 else { return false }
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                guard measure(key, depth: depth + 1, budget: &budget), measure(value, depth: depth + 1, budget: &budget) else { return false }
            }
            return true
        case .sequence(let items):
            for item in items { guard measure(item, depth: depth + 1, budget: &budget) else { return false } }
            return true
        case .scalar, .alias:
            return true
        }
    }

    private static func diagnostic(for error: YamlError, file: String) -> Diagnostic {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            Diagnostic(file: file, line: mark.line, column: mark.column, message: "not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            Diagnostic(file: file, line: context.mark.line, column: context.mark.column,
                       message: "the key \(duplicates.map { "'\($0)'" }.sorted().joined(separator: ", ")) stands more than once in this mapping. Keep one.")
        default:
            Diagnostic(file: file, message: "not valid YAML: \(error)")
        }
    }
}
