import Alerting
import Signals
import Telemetry
import Yams

/// Reads `tests:`, which stand beside the rules that they are about.
enum RuleTestFile {
    static let schema = RecordSchema("a rule test", [
        .init("name", .text, required: true, "What holds, as a sentence."),
        .init("interval", .duration, "How long a step is. Default 5m."),
        .init("start", .time, "When the series begin. Default 2026-11-20T00:00:00Z."),
        .init("resources", .list(.record(resourceSchema)), required: true, "What is measured."),
        .init("alerts", .list(.record(checkSchema)), required: true, "Which alerts there are at which time."),
    ])
    private static let resourceSchema = RecordSchema("a measured resource", [
        .init("kind", .choice(ResourceKind.allCases.map(\.rawValue)), required: true, "What it is."),
        .init("name", .text, required: true, "Its name."),
        .init("service", .text, "The service that it belongs to. Default test."),
        .init("feeds", .oneOrMore(.text), "Names of the resources that come next."),
        .init("settings", .map(.text), "Its settings, such as {timeout: 30s, fifo: true}."),
        .init("series", .map(.text), "Signal to values, one a step: 10m+5mx3 is 10, 15, 20, 25 minutes, 1x5 is six ones, _ is a gap, _x3 three."),
        .init("absent", .map(.choice(AbsenceReason.allCases.map(\.rawValue))), "Signal to the reason why it has no fresh value."),
    ])
    private static let checkSchema = RecordSchema("an expectation", [
        .init("at", .duration, required: true, "Time since the start; what ended by then is known."),
        .init("rule", .identifier, "Look at this rule alone. Default all."),
        .init("expect", .list(.record(alertSchema)), "Exactly the alerts that fire. Default none."),
    ])
    private static let alertSchema = RecordSchema("an expected alert", [
        .init("rule", .identifier, "Default the expectation's rule."),
        .init("resource", .text, "Default the only resource."),
        .init("severity", .choice(Severity.allCases.map(\.rawValue)), required: true, "How bad it is."),
        .init("state", .choice(["firing", "pending"]), "Default firing."),
        .init("value", .text, "Its value, such as 16m, 5% or 12."),
        .init("summary", .text, "Its whole sentence."),
        .init("explained", .flag, "Whether another alert is named as its cause."),
    ])

    /// - Parameter rules: ids that a test may name.
    static func tests(in bytes: [UInt8], file: String, rules: Set<String>, diagnostics: Diagnostics) -> [RuleTest] {
        guard let root = YAMLFile.root(of: bytes, file: file, diagnostics: diagnostics) else { return [] }
        let reader = ConfigurationReader(file: file, diagnostics: diagnostics, secrets: SecretResolver(environment: [:], readFile: { _ in nil }))
        guard let pack = reader.open(root, as: RuleFile.schema) else { return [] }
        return pack.records("tests", schema).compactMap { test($0, rules: rules) }
    }

    private static func test(_ record: ConfigurationReader.Record, rules: Set<String>) -> RuleTest? {
        let interval = record.duration("interval") ?? 300
        guard (60...3_600).contains(interval) else {
            record.fail("interval", "must lie between 1m and 1h")
            return nil
        }
        let start = (record.time("start") ?? RuleTest.usualStart).floored(to: interval)
        var subjects = record.records("resources", resourceSchema).compactMap(subject)
        let ids = subjects.map(\.resource.id)
        for (index, body) in record.records("resources", resourceSchema).enumerated() where subjects.indices.contains(index) {
            for name in body.texts("feeds") {
                guard let id = ids.first(where: { $0.name == name }) else {
                    body.fail("feeds", "no resource of this test is called '\(printable(name))'. " + body.reader.suggestion(name, ids.map(\.name)))
                    continue
                }
                subjects[index].resource.feeds.append(id)
            }
        }
        let checks = record.records("alerts", checkSchema).compactMap { check($0, rules: rules, resources: ids.map(\.name)) }
        guard let name = record.text("name") else { return nil }
        return RuleTest(name: name, origin: record.origin, interval: interval, start: start, subjects: subjects, checks: checks)
    }

    private static func subject(_ record: ConfigurationReader.Record) -> RuleTest.Subject? {
        guard let kind: ResourceKind = record.choice("kind"), let name = record.text("name") else { return nil }
        var resource = Resource(id: ResourceID(source: "test", kind: kind, name: name), service: record.text("service") ?? "test", presence: .alive)
        for (name, node, path) in record.entries("settings") {
            guard let text = node.string else { record.reader.expected("text", at: node, path: path); continue }
            do {
                resource.settings[Setting(rawValue: name)] = try SettingValue.reading(text, as: Setting(rawValue: name))
            } catch { record.reader.report(node.mark, path, error.message) }
        }
        var series: [String: [Double?]] = [:], absences: [String: AbsenceReason] = [:]
        let known = SignalCatalogue.vocabulary.allNames(of: kind)
        func isKnown(_ signal: String, _ node: Node, _ path: String) -> Bool {
            if known.contains(signal) { return true }
            record.reader.report(node.mark, path, "unknown signal '\(printable(signal))' of \(kind.rawValue). " + record.reader.suggestion(signal, known))
            return false
        }
        for (signal, node, path) in record.entries("series") {
            guard isKnown(signal, node, path), let type = SignalCatalogue.vocabulary.type(of: Signal(kind, signal)) else { continue }
            guard let text = node.string else { record.reader.expected("values such as 1x5 or 10m _ 20m", at: node, path: path); continue }
            do {
                series[signal] = try SeriesNotation.values(text, unit: type.unit)
            } catch {
                record.reader.report(node.mark, path, "at '\(printable(String(text.dropFirst(error.offset).prefix(12))))': \(error.message)")
            }
        }
        for (signal, node, path) in record.entries("absent") where isKnown(signal, node, path) {
            guard let reason = node.string.flatMap(AbsenceReason.init(rawValue:)) else {
                record.reader.expected("one of " + AbsenceReason.allCases.map(\.rawValue).joined(separator: ", "), at: node, path: path)
                continue
            }
            absences[signal] = reason
        }
        return RuleTest.Subject(resource, series: series, absences: absences)
    }

    private static func check(_ record: ConfigurationReader.Record, rules: Set<String>, resources: [String]) -> RuleTest.Check? {
        guard let at = record.duration("at") else { return nil }
        if at > 35 * 86_400 { record.fail("at", "at most 35d"); return nil }
        func known(_ body: ConfigurationReader.Record) -> String? {
            guard let rule = body.identifier("rule") else { return nil }
            if !rules.contains(rule) { body.fail("rule", "no rule is called '\(printable(rule))'. " + body.reader.suggestion(rule, rules.sorted())) }
            return rule
        }
        let rule = known(record)
        let expected = record.records("expect", alertSchema).compactMap { body -> RuleTest.Expected? in
            guard let severity: Severity = body.choice("severity") else { return nil }
            guard let named = known(body) ?? rule else { body.reader.report(body.mark, body.path, "says no rule, and the expectation names none. Add rule"); return nil }
            guard let resource = body.text("resource") ?? (resources.count == 1 ? resources.first : nil) else {
                body.reader.report(body.mark, body.path, "the test has several resources: add resource")
                return nil
            }
            if !resources.contains(resource) { body.fail("resource", "no resource of this test is called '\(printable(resource))'. " + body.reader.suggestion(resource, resources)) }
            let state: AlertPhase = body.text("state") == "pending" ? .pending : .firing
            var wanted = RuleTest.Expected(rule: named, resource: resource, severity: severity, phase: state, summary: body.text("summary"), isEffect: body.flag("explained"))
            if let text = body.text("value") {
                if let (value, unit) = SeriesNotation.quantity(text) { (wanted.value, wanted.unit) = (value, unit) } else { body.fail("value", "expected a value such as 16m, 5% or 12") }
            }
            return wanted
        }
        return RuleTest.Check(at: at, rule: rule, expected: expected, origin: record.origin)
    }
}

extension ConfigurationReader.Record {
    var origin: RuleOrigin { RuleOrigin(file: reader.file, line: mark?.line ?? 1, column: mark?.column ?? 1) }
}
