import Alerting
import JSON
import Signals
import Telemetry
import Theme
import Yams

/// A Prometheus rule file as far as its alerts translate: a rule pack for `rules/`, and of everything else the reason and the place.
package struct PrometheusRuleImport: Sendable {
    package struct Translated: Sendable {
        /// As the file calls it.
        package var alert: String
        package var line: Int
        var rule: RuleDraft
        /// What the file says about its runbook.
        var runbookURL: String?
        /// As written.
        var query: String
    }

    package private(set) var translated: [Translated] = []
    /// What did not translate; `file:line:column: alert: why`.
    package private(set) var refused: [Diagnostic] = []
    private var ids: Set<String> = []
    private let pack: [CompiledRule]

    /// - Parameter read: a file's bytes; nothing where it cannot be read.
    package init(files: [String], read: (String) -> [UInt8]?) throws(ConfigurationError) {
        let diagnostics = Diagnostics()
        pack = RuleFile.builtIn(ThemeFiles(), diagnostics: diagnostics)
        guard diagnostics.errors.isEmpty else { throw ConfigurationError(diagnostics.errors) }
        for file in files {
            guard let bytes = read(file) else { throw ConfigurationError([Diagnostic(file: file, message: "cannot be read. Check the path and its permissions.")]) }
            try self.read(bytes, file: file)
        }
    }

    /// Adds one file: `groups:` as Prometheus reads them, or a PrometheusRule of its operator.
    private mutating func read(_ bytes: [UInt8], file: String) throws(ConfigurationError) {
        let diagnostics = Diagnostics()
        guard let root = YAMLFile.root(of: bytes, file: file, diagnostics: diagnostics) else { throw ConfigurationError(diagnostics.errors) }
        guard let groups = (root["groups"] ?? root["spec"]?["groups"])?.sequence else {
            throw ConfigurationError([Diagnostic(file: file, line: root.mark?.line ?? 1, column: root.mark?.column ?? 1, message: "no 'groups:' with a list in here. Give a rule file of Prometheus or a PrometheusRule.")])
        }
        let source = SourceLines(bytes)
        for rule in groups.flatMap({ $0["rules"]?.sequence.map(Array.init) ?? [] }) { read(rule, file: file, source) }
    }
}

private extension PrometheusRuleImport {
    mutating func read(_ rule: Node, file: String, _ source: SourceLines) {
        let mark = rule.mark
        func refuse(_ name: String, _ reason: String, _ place: (line: Int, column: Int)? = nil) {
            refused.append(Diagnostic(file: file, line: place?.line ?? mark?.line ?? 1, column: place?.column ?? mark?.column ?? 1, message: "\(printable(name)): \(printable(reason))"))
        }
        guard let name = rule["alert"]?.string else { return refuse(rule["record"]?.string ?? "a rule", rule["record"] == nil ? "neither an alert nor a recording" : "a recording rule: it alerts nobody") }
        guard !name.allSatisfy(\.isWhitespace) else { return refuse("an alert", "its name is empty") }
        guard let expression = rule["expr"], let query = expression.string else { return refuse(name, "no 'expr'") }
        let translation: PromQLTranslation
        do throws(PromQLRefusal) { translation = try PromQLTranslation(query) } catch {
            return refuse(name, error.reason, source.place(of: error.offset, in: query, at: expression))
        }
        let annotations = rule["annotations"], labels = rule["labels"], severity = labels?["severity"]?.string?.lowercased() ?? ""
        var draft = RuleDraft(id: id(name, translation.kind), title: printable(name), on: translation.kind, runbook: "", summary: summary(annotations, translation.identity),
                              origin: RuleOrigin(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1))
        let text = RuleDraft.Text(translation.condition, draft.origin)
        if ["critical", "page", "error", "high", "emergency"].contains(severity) { draft.critical = text } else { draft.warning = text }
        for (key, target) in [("for", \RuleDraft.forSeconds), ("keep_firing_for", \.recoverForSeconds)] {
            guard let written = rule[key]?.string else { continue }
            guard let seconds = Self.seconds(written) else { return refuse(name, "'\(key): \(written)' is no duration") }
            draft[keyPath: target] = seconds
        }
        draft.resources = translation.resources
        let compiled = RuleCompiler.compile(draft, vocabulary: SignalCatalogue.vocabulary)
        guard let understood = compiled.rule else { return refuse(name, "would become `\(translation.condition)`, but \(compiled.diagnostics.first?.message ?? "that is no condition")") }
        draft.runbook = runbook(for: understood)
        ids.insert("\(translation.kind.rawValue) \(draft.id)")
        translated.append(Translated(alert: name, line: draft.origin.line, rule: draft, runbookURL: annotations?["runbook_url"]?.string ?? annotations?["runbook"]?.string, query: query))
    }

    /// `AwsSqsMessageAgeTooOld` as `aws-sqs-message-age-too-old`; a number behind it where that is taken.
    func id(_ name: String, _ kind: ResourceKind) -> String {
        var id = "", last = Character("-")
        for character in name {
            let isWord = character.isASCII && (character.isLetter || character.isNumber)
            if isWord, character.isUppercase, last.isLowercase || last.isNumber { id.append("-") }
            if isWord { id += character.lowercased() } else if !id.isEmpty, !id.hasSuffix("-") { id.append("-") }
            last = character
        }
        while id.hasSuffix("-") { id.removeLast() }
        let base = String((id.first?.isLetter == true ? id : "alert-" + id).prefix(50))
        var number = 1
        while ids.contains("\(kind.rawValue) \(number == 1 ? base : "\(base)-\(number)")") { number += 1 }
        return number == 1 ? base : "\(base)-\(number)"
    }

    /// The rule's own sentence where its templates say what ours can, else the usual one.
    func summary(_ annotations: Node?, _ identity: Set<String>) -> String {
        let usual = "{{resource}}: {{value}} (limit {{limit}})"
        guard var text = annotations?["summary"]?.string ?? annotations?["message"]?.string else { return usual }
        for (foreign, own) in ["{{ $value }}": "{{value}}", "{{$value}}": "{{value}}", "{{ $value | humanize }}": "{{value}}", "{{ $value | humanizePercentage }}": "{{value}}", "{{ $value | humanizeDuration }}": "{{value}}"] { text = text.replacing(foreign, with: own) }
        for label in identity.union(["instance"]) { text = text.replacing("{{ $labels.\(label) }}", with: "{{resource}}").replacing("{{$labels.\(label)}}", with: "{{resource}}") }
        return text.contains("$") || text.contains("\n") || text.contains("%{") ? usual : printable(text)
    }

    /// Prometheus's durations: `1h30m`, `5m`, `0`.
    static func seconds(_ text: String) -> Int64? {
        PromQLLexer.duration(text).flatMap { Int64(exactly: $0.rounded()) }
    }
}

extension PrometheusRuleImport {
    /// The runbook of the pack's rule that has a limit on the same signal, else of one whose summary tells it, else of one that reads it, else of one about
    /// the same kind. A zero only asks whether there is anything: that is no limit.
    func runbook(for rule: CompiledRule) -> String {
        let near = pack.filter { $0.on == rule.on }
        func limits(_ rule: CompiledRule) -> Set<String> {
            Set([rule.warning, rule.critical].compactMap(\.self).flatMap { $0.plainLimits.filter { $0.value != 0 } }.map(\.signal))
        }
        let own = limits(rule), read = Set(rule.signals)
        let best = near.first { !limits($0).isDisjoint(with: own) } ?? near.first { !read.isDisjoint(with: $0.toldSignals) } ?? near.first { !read.isDisjoint(with: $0.signals) }
        return (best ?? near.first ?? pack.first)?.runbook ?? "runbook"
    }

    /// A rule pack, with what it was made of in comments.
    package var yaml: String {
        guard !translated.isEmpty else { return "" }
        var out = "rules:\n"
        for item in translated {
            let rule = item.rule
            func line(_ key: String, _ text: String) { out += "    \(key): '\(text.replacing("'", with: "''"))'\n" }
            out += "  # \(printable(rule.origin.file)):\(item.line) \(printable(item.alert)): \(printable(item.query.split(whereSeparator: \.isWhitespace).joined(separator: " ")))\n"
            if let url = item.runbookURL { out += "  # Its own runbook: \(printable(url))\n" }
            out += "  - id: \(rule.id)\n"
            line("title", rule.title)
            out += "    on: \(rule.on.rawValue)\n"
            if let warning = rule.warning { line("warning", warning.text) }
            if let critical = rule.critical { line("critical", critical.text) }
            if rule.forSeconds > 0 { out += "    for: \(rule.forSeconds)s\n" }
            if rule.recoverForSeconds != 600 { out += "    recover_for: \(rule.recoverForSeconds)s\n" }
            if let resources = rule.resources { line("resources", printable(resources)) }
            out += "    runbook: \(rule.runbook)\n"
            line("summary", rule.summary)
        }
        return out
    }

    package var json: JSONValue {
        [
            "schema": 1, "translated": .array(translated.map { item in
                ["alert": .string(item.alert), "file": .string(item.rule.origin.file), "line": .number(Double(item.line)), "id": .string(item.rule.id), "on": .string(item.rule.on.rawValue),
                 "condition": .string(item.rule.critical?.text ?? item.rule.warning?.text ?? ""), "severity": .string(item.rule.critical == nil ? "warning" : "critical")]
            }),
            "refused": .array(refused.map { ["file": .string($0.file), "line": .number(Double($0.line)), "column": .number(Double($0.column)), "reason": .string($0.message)] }),
        ]
    }
}

/// Where in a file a character of one of its texts stands.
private struct SourceLines {
    private let lines: [Substring]

    init(_ bytes: [UInt8]) { lines = String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false) { $0.isNewline } }

    /// - Parameter offset: in characters from the text's start. Of a text that YAML folds the place of its start is told.
    func place(of offset: Int, in text: String, at node: Node) -> (line: Int, column: Int) {
        let mark = node.mark, line = mark?.line ?? 1, column = mark?.column ?? 1
        let before = text.unicodeScalars.prefix(offset), down = before.count { $0 == "\n" }
        let row = before.split(separator: "\n", omittingEmptySubsequences: false).last.map { String(String.UnicodeScalarView($0)) } ?? ""
        let own = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard case .scalar(let scalar) = node, own.indices.contains(down) else { return (line, column) }
        switch scalar.style {
        case .literal:
            guard lines.indices.contains(line + down), let at = lines[line + down].firstRange(of: own[down]) else { return (line, column) }
            return (line + down + 1, lines[line + down].unicodeScalars.distance(from: lines[line + down].startIndex, to: at.lowerBound) + row.unicodeScalars.count + 1)
        case .plain, .singleQuoted, .doubleQuoted, .any:
            guard down == 0, lines.indices.contains(line - 1), lines[line - 1].contains(row) else { return (line, column) }
            return (line, column + (scalar.style == .plain || scalar.style == .any ? 0 : 1) + row.unicodeScalars.count)
        case .folded: return (line, column)
        }
    }
}
