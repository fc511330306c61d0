import Alerting
import Telemetry

/// A silence as its file says it: `silences/<id>.yaml`.
package struct SilenceFile: Hashable, Sendable {
    package var silence: Silence
    var weekly: [WeeklyWindow]
    /// Relative to the site.
    package var path: String

    static let schema = RecordSchema("a silence", [
        .init("kind", .choice(Silence.Kind.allCases.map(\.rawValue)), "silence (default), ack or maintenance: how pages call it."),
        .init("match", .map(.text), required: true, "Label to value, * and ? are wild: \(Silence.labels.joined(separator: ", ")). All must match."),
        .init("author", .text, required: true, "Who answers for it."),
        .init("reason", .text, required: true, "Why nobody is told."),
        .init("from", .time, "When it begins. Default: it holds already."),
        .init("until", .text, "When it ends: a time such as 2026-12-31T18:00:00Z, or resolved (with the alerts that fired when it began). Required where nothing is weekly."),
        .init("weekly", .list(.record(WeeklyWindow.schema)), "Windows that come back every week."),
    ])

    /// How far around the present recurring windows are worked out.
    private static let horizon: Int64 = 15 * 86_400

    /// Nothing after reporting the mistakes.
    init?(bytes: [UInt8], path: String, diagnostics: Diagnostics) {
        let reader = ConfigurationReader(file: path, diagnostics: diagnostics, secrets: SecretResolver(environment: [:], readFile: { _ in nil }))
        guard let record = YAMLFile.root(of: bytes, file: path, diagnostics: diagnostics).flatMap({ reader.open($0, as: Self.schema) }) else { return nil }
        var match: [String: String] = [:]
        for (label, node, place) in record.entries("match") {
            guard Silence.labels.contains(label) else {
                reader.report(node.mark, place, "unknown label '\(printable(label))'. " + reader.suggestion(label, Silence.labels))
                continue
            }
            guard let value = node.string, !value.isEmpty else { reader.expected("a name", at: node, path: place); continue }
            if label == "severity", !Severity.allCases.map(\.rawValue).contains(value) { reader.report(node.mark, place, "expected warning or critical") }
            if label == "kind", ResourceKind(rawValue: value) == nil, !value.contains(where: { "*?".contains($0) }) {
                reader.report(node.mark, place, "unknown kind '\(printable(value))'. " + reader.suggestion(value, ResourceKind.allCases.map(\.rawValue)))
            }
            match[label] = value
        }
        if record.has("match"), match.isEmpty { record.fail("match", "names no label: it would mute everything. Name a tenant, a service or a rule") }
        for key in ["author", "reason"] where record.text(key)?.allSatisfy(\.isWhitespace) == true { record.fail(key, "must not be empty") }
        let start = record.time("from")
        weekly = record.records("weekly", WeeklyWindow.schema).compactMap(WeeklyWindow.init)
        let end: Silence.End? = switch record.text("until") {
        case nil: record.has("weekly") ? .open : nil
        case "resolved": .resolved
        case .some(let text): Timestamp(rfc3339: text).map(Silence.End.at)
        }
        switch end {
        case nil where record.has("until"): record.fail("until", "expected a time such as 2026-12-31T18:00:00Z, or resolved")
        case nil: reader.report(record.mark, "", "the key 'until' is missing: a silence without an end is forgotten. Give a time, or resolved")
        case .resolved where start == nil: record.fail("until", "resolved needs 'from': alerts that fire later are a new matter")
        case .resolved where record.has("weekly"): record.fail("until", "resolved does not go with weekly windows. Give a time, or leave it out")
        case .at(let time): if let start, time <= start { record.fail("until", "lies before 'from'") }
        case .resolved, .open: break
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard diagnostics.errors.isEmpty, let end, let author = record.text("author"), let reason = record.text("reason") else { return nil }
        self.path = path
        silence = Silence(id: String(name.dropLast(5)), kind: record.choice("kind") ?? .silence, author: author, reason: reason, match: match,
                          start: start ?? Timestamp(seconds: 0), end: end)
    }

    package init(silence: Silence) {
        self.silence = silence
        weekly = []
        path = "silences/\(silence.id).yaml"
    }

    /// With its windows around `now`.
    package func silence(around now: Timestamp) -> Silence {
        guard !weekly.isEmpty else { return silence }
        var silence = silence
        let stretch = TimeWindow(from: now - Self.horizon, to: now + Self.horizon)
        silence.windows = weekly.flatMap { $0.windows(in: stretch) }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
        return silence
    }

    /// Whether it may concern alerts of this tenant at all.
    func concerns(_ tenant: String) -> Bool { silence.match["tenant"].map { Glob($0).matches(tenant) } ?? true }

    /// `tenant=acme, rule=queue-*`
    package var matchWords: String { silence.match.sorted { $0.key < $1.key }.map { "\($0.key)=\(printable($0.value))" }.joined(separator: ", ") }
}
