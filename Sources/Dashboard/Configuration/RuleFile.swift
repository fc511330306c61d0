import Alerting
import Signals
import Telemetry
import Theme
import Yams

/// Reads `rules: [...]` of the built-in pack and of `rules/*.yaml` into drafts; Alerting understands their expressions.
enum RuleFile {
    static let schema = RecordSchema("a rule pack", [
        .init("rules", .list(.record(ruleSchema)), "The rules of this file."),
        .init("tests", .list(.record(RuleTestFile.schema)), "Unit tests of rules, run by 'tidewatch test'."),
    ])
    private static let ruleSchema = RecordSchema("a rule", [
        .init("id", .identifier, required: true, "Names the rule in overrides, runbooks and messages."),
        .init("title", .text, required: true, "What people call it."),
        .init("on", .choice(ResourceKind.allCases.map(\.rawValue)), required: true, "The kind of resource it watches."),
        .init("warning", .expression, "When to look today."),
        .init("critical", .expression, "When to act now."),
        .init("for", .duration, "How long it must last. Default 0s: one step."),
        .init("datapoints", .text, "M of N: how many of the newest steps must breach."),
        .init("recover_for", .duration, "How long it must be fine again. Default 10m."),
        .init("missing", .choice(MissingData.allCases.map(\.rawValue)), "What an absent value does."),
        .init("min_count", .record(floorSchema), "Stays silent below this many events."),
        .init("growth", .oneOrMore(.text), "Say it again when the value has grown by this share or amount, such as 10% or 10."),
        .init("runbook", .identifier, required: true, "The page that helps."),
        .init("summary", .text, required: true, "One line of a message; {{resource}}, {{value}} and {{limit}} are filled in."),
        .init("resources", .text, "Only resources whose name matches; * and ? are wild."),
        .init("services", .oneOrMore(.text), "Only these services."),
        .init("active", .record(ActiveHours.schema), "Only in these hours; outside of them the condition counts as false."),
    ])
    private static let floorSchema = RecordSchema("a floor", [
        .init("signal", .text, required: true, "The counter."),
        .init("at_least", .integer(1...1_000_000_000), required: true, "Events in the step."),
    ])

    static func drafts(in bytes: [UInt8], file: String, diagnostics: Diagnostics) -> [RuleDraft] {
        guard let root = YAMLFile.root(of: bytes, file: file, diagnostics: diagnostics) else { return [] }
        let reader = ConfigurationReader(file: file, diagnostics: diagnostics, secrets: SecretResolver(environment: [:], readFile: { _ in nil }))
        guard let pack = reader.open(root, as: schema) else { return [] }
        if !pack.has("rules"), !pack.has("tests") { reader.report(root.mark, "", "neither rules nor tests are in here. Write 'rules:' and a list") }
        return pack.records("rules", ruleSchema).compactMap(draft)
    }

    /// The pack as it is shipped, whatever a site makes of it.
    static func builtIn(_ theme: ThemeFiles, diagnostics: Diagnostics) -> [CompiledRule] {
        let file = "content/rules/default.yaml"
        let compiled = RuleCompiler.compile(drafts(in: theme.file(file) ?? [], file: file, diagnostics: diagnostics), vocabulary: SignalCatalogue.vocabulary)
        for mistake in compiled.diagnostics { diagnostics.report(Diagnostic(mistake)) }
        return compiled.rules
    }

    private static func draft(_ record: ConfigurationReader.Record) -> RuleDraft? {
        guard let id = record.identifier("id"), let title = record.text("title"), let kind: ResourceKind = record.choice("on"),
              let runbook = record.identifier("runbook"), let summary = record.text("summary") else { return nil }
        let file = record.reader.file
        var draft = RuleDraft(id: id, title: title, on: kind, runbook: runbook, summary: summary,
                              origin: RuleOrigin(file: file, line: record.mark?.line ?? 1, column: record.mark?.column ?? 1))
        func expression(_ key: String) -> RuleDraft.Text? {
            record.text(key).map { text in
                let mark = record.mark(of: key)
                return .init(text, RuleOrigin(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1))
            }
        }
        draft.warning = expression("warning")
        draft.critical = expression("critical")
        if draft.warning == nil, draft.critical == nil { record.reader.report(record.mark, record.path, "the rule '\(id)' needs warning, critical or both") }
        draft.forSeconds = record.duration("for") ?? draft.forSeconds
        draft.recoverForSeconds = record.duration("recover_for") ?? draft.recoverForSeconds
        draft.missing = record.choice("missing")
        if let floor = record.record("min_count", floorSchema), let signal = floor.text("signal"), let least = floor.integer("at_least") {
            draft.minimumCount = MinimumCount(signal: signal, atLeast: Double(least))
        }
        draft.resources = record.text("resources")
        draft.services = record.texts("services")
        draft.active = record.record("active", ActiveHours.schema).flatMap { ActiveHours($0) }
        draft.datapoints = datapoints(record)
        draft.growth = growth(record)
        for field in ruleSchema.fields where record.has(field.name) {
            let mark = record.mark(of: field.name)
            draft.origins[field.name] = RuleOrigin(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
        }
        return draft
    }

    /// `2 of 3`.
    private static func datapoints(_ record: ConfigurationReader.Record) -> Datapoints? {
        guard let text = record.text("datapoints") else { return nil }
        let words = text.split(separator: " ")
        guard words.count == 3, words[1] == "of", let m = Int(words[0]), let n = Int(words[2]), (1...64).contains(n), (1...n).contains(m) else {
            record.fail("datapoints", "expected M of N, such as 2 of 3, with N at most 64")
            return nil
        }
        return Datapoints(breaching: m, outOf: n)
    }

    /// `10% or 10`, or a list of a share and an amount.
    private static func growth(_ record: ConfigurationReader.Record) -> (ratio: Double, amount: Double)? {
        guard record.has("growth") else { return nil }
        var share = Double.infinity, amount = Double.infinity
        for word in record.texts("growth").flatMap({ $0.split(separator: " ").map(String.init) }) where word != "or" {
            if word.hasSuffix("%"), let ratio = QuantityText.ratio(word) {
                share = ratio
            } else if let number = Double(word), number > 0, number.isFinite {
                amount = number
            } else {
                record.fail("growth", "expected a share, an amount or both, such as 10% or 10")
            }
        }
        return (share, amount)
    }
}
