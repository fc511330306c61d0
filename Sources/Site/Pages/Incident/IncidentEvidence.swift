import Alerting
import Storage
import Telemetry

/// What was known around an incident: its alerts with what explained them, what changed in the hour before, what the logs said and what
/// the traces show.
struct IncidentEvidence {
    /// A change this long before the first alert is worth a look.
    static let changeSeconds: Int64 = 3_600
    /// So long before, a log must have been read for a line to be called new.
    private static let comparedFrom: Int64 = 3_600
    private static let lineLimit = 8, traceLimit = 6

    private let picture: TenantPicture
    private let incident: Incident
    private let service: ServicePicture?
    private let here: PageLocation
    private let transitions: [AlertTransition]
    private let changes: [SettingChange]
    /// In the incident, and which of them nobody had seen in the day before it.
    private let lines: [LogFingerprint]
    private let newLines: Set<LineKey>
    /// Of which the day before was read far enough to call a line new, and the shortest of those stretches in seconds.
    private let seen: Set<LineKey>
    private let comparable: Set<ResourceID>
    private let comparedSeconds: Int64?
    private let traces: [TraceSummary]
    private let kept: Set<String>

    private struct LineKey: Hashable {
        var resource: ResourceID
        var level: LogFingerprint.Level
        var text: String
        init(_ line: LogFingerprint) { resource = line.resource; level = line.level; text = line.text }
    }

    init(_ picture: TenantPicture, _ incident: Incident, service: ServicePicture?, here: PageLocation, transitions: [AlertTransition], changes: [SettingChange], store: TenantStore) throws(StoreError) {
        self.picture = picture
        self.incident = incident
        self.service = service
        self.here = here
        self.transitions = transitions
        let begin = transitions.map(\.state.activeAt).min() ?? incident.startedAt, end = (incident.endedAt ?? picture.now) + 1
        let resources = service?.resources.map(\.id) ?? []
        self.changes = changes.filter { resources.contains($0.resource) && $0.at >= begin - Self.changeSeconds }
        let during = TimeWindow(from: begin - Self.changeSeconds, to: min(end, begin + 86_400))
        lines = try store.fingerprints(of: resources, in: during)
        let before = Set(try store.fingerprints(of: resources, in: TimeWindow(from: during.start - 86_400, to: during.start)).map(LineKey.init))
        var logs: [ResourceID: SampleGrid] = [:]
        let day = TimeWindow(from: during.start - 86_400, to: during.start)
        for resource in Set(lines.map(\.resource)) {
            let log = resource.kind == .log ? resource : ResourceID(source: resource.source, kind: .log, name: resource.name)
            logs[log] = try store.grid(of: log, in: day, resolution: picture.now - day.start < 14 * 86_400 ? .raw : .hour)
        }
        let reach = LogReach(logs)
        let compared = lines.compactMap { line in reach.start(of: line.resource).map { (line.resource, during.start - $0) } }.filter { $0.1 >= Self.comparedFrom }
        comparable = Set(compared.map(\.0))
        comparedSeconds = compared.map(\.1).min()
        newLines = Set(lines.filter { [comparable] in comparable.contains($0.resource) }.map(LineKey.init)).subtracting(before)
        seen = before
        var found: [TraceSummary] = [], kept: [String] = []
        for group in service?.site.traceGroups ?? [] {
            found += try store.traceSummaries(group: group.id, in: during, limit: 500)
            kept += try picture.pagedTraces(of: group.id, store)
        }
        // What failed says most, then what took long.
        traces = Array(found.sorted { a, b in
            func rank(_ trace: TraceSummary) -> Int { trace.hasFault ? 0 : trace.hasError || trace.hasThrottle ? 1 : 2 }
            return (rank(a), -a.duration, a.id) < (rank(b), -b.duration, b.id)
        }.prefix(Self.traceLimit))
        self.kept = Set(kept)
    }

    /// Each alert of the incident: when it fired and ended, and what explained it.
    var alerts: Markup {
        var out = Markup(picture.language)
        let rows = incident.alerts.map { key -> (Timestamp, [Cell]) in
            let own = transitions.filter { $0.state.key == key }.sorted { $0.at < $1.at }
            let state = own.last?.state ?? picture.alerts.first { $0.key == key }
            let fired = own.first { $0.kind == .fired }?.at, ended = own.last { $0.kind == .resolved }?.at
            let worst = own.map(\.state.severity).max() ?? state?.severity ?? incident.severity
            var name = Markup(picture.language)
            name.text(picture.ruleTitle(key.rule))
            name.raw("<span class=\"sub\">"); name.text(key.resource.name); name.raw("</span>")
            let reason = own.compactMap(\.state.suppressedBy).last ?? state?.suppressedBy
            return (fired ?? incident.startedAt, [
                .state(worst.mark), Cell(name, class: "w", isHeader: true), Cell(verbatim: fired.map(picture.clock.moment) ?? "–", label: "Fired"),
                Cell(ended.map { .verbatim(picture.clock.moment($0)) } ?? (state?.phase == .firing ? "still firing" : "–"), label: "Resolved"), Cell(reason.map { Self.words($0) } ?? "told by itself", class: "w", label: "Explained by"),
            ])
        }
        Table("t tight stack", caption: "\(Words.plural(rows.count, "alert")). What another one explains is listed, and starts no message of its own.",
              columns: [.init("Worst"), .init("Alert"), .init("Fired"), .init("Resolved"), .init("Explained by")],
              rows: rows.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)).write(into: &out)
        return out
    }

    /// Deploys, settings and errors that nobody had seen before, in the hour before the first alert.
    var changed: Markup {
        var out = Markup(picture.language), rows: [(Timestamp, [Cell])] = []
        let begin = transitions.map(\.state.activeAt).min() ?? incident.startedAt, before = TimeWindow(from: begin - Self.changeSeconds, to: begin + 1)
        func add(_ time: Timestamp, _ what: Phrase, _ detail: Markup) {
            let distance = begin - time
            rows.append((time, [Cell(verbatim: picture.clock.moment(time), class: "nw"), Cell(what, isHeader: true), Cell(detail, class: "w"), Cell(verbatim: distance > 0 ? Words.span(distance) : "–", class: "n", label: "Before")]))
        }
        func plain(_ text: Phrase) -> Markup {
            var out = Markup(picture.language)
            out.text(text)
            return out
        }
        for deploy in picture.deployments where deploy.service == incident.service && before.contains(deploy.time) { add(deploy.time, "Deploy", plain("\(Phrase.known(deploy.label))\(deploy.detail.map { ": \($0)" } ?? "")")) }
        for change in changes where before.contains(change.at) {
            add(change.at, "Setting", plain("\(change.resource.name): \(change.setting.rawValue) from \(SettingWords.words(change.old)) to \(SettingWords.words(change.new))"))
        }
        for line in lines where line.level == .error && newLines.contains(LineKey(line)) && before.contains(line.first) {
            var text = Markup(picture.language)
            text.trusted(LogText.markup(line.text).string)
            add(line.first, "New error", text)
        }
        guard !rows.isEmpty else { out.note("No deploy, no changed setting and no new error is known of the hour before."); return out }
        Table("t tight stack", caption: "In the hour before the first sign of it.", columns: [.init("Time"), .init("What"), .init("Detail"), .init("Before", class: "n")],
              rows: rows.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)).write(into: &out)
        return out
    }

    var logs: Markup {
        var out = Markup(picture.language)
        guard !lines.isEmpty else { out.note("No error or warning line was logged around it in what was read."); return out }
        // What is new first: it is what the day before did not have.
        let sorted = lines.enumerated().sorted { a, b in
            let left = newLines.contains(LineKey(a.element)), right = newLines.contains(LineKey(b.element))
            return left == right ? a.offset < b.offset : left
        }.map(\.element)
        let rows = sorted.prefix(Self.lineLimit).map { line -> [Cell] in
            var text = Markup(picture.language)
            text.trusted(LogText.markup(line.text).string)
            return [Cell(verbatim: Words.count(line.count), class: "n b"), Cell(text, class: "log"), Cell(newLines.contains(LineKey(line)) ? "new" : seen.contains(LineKey(line)) || comparable.contains(line.resource) ? "seen before" : "not known", class: "nw"), Cell(verbatim: picture.clock.moment(line.first), class: "nw p2")]
        }
        let meaning: Phrase = comparedSeconds.map { $0 > 84_600 ? "New: not in the day before." : "New: not in the \(Words.span($0)) before, as far back as they were read." } ?? "What was logged earlier was not read, so no line is called new."
        Table("t tight", caption: sorted.count > rows.count ? "Grouped by text, from an hour before. \(meaning) \(sorted.count - rows.count) more kinds are not shown." : "Grouped by text, from an hour before. \(meaning)",
              columns: [.init("Count", class: "n"), .init("Text"), .init("Known"), .init("First", class: "p2")], rows: Array(rows)).write(into: &out)
        return out
    }

    var traceTable: Markup {
        var out = Markup(picture.language)
        guard !traces.isEmpty else { out.note("No trace was sampled around it."); return out }
        let rows = traces.map { trace -> [Cell] in
            var name = Markup(picture.language)
            if kept.contains(trace.id) { name.link(TracePage.shortID(trace.id), here.href(TracePage.path(trace.group, trace.id))) } else { name.text(TracePage.shortID(trace.id)) }
            return [Cell(verbatim: Timestamp(epoch: trace.start).map(picture.clock.timeWithSeconds) ?? "–"), Cell(name, class: "m", isHeader: true), Cell(verbatim: Words.duration(trace.duration), class: "n", label: "Duration"),
                    Cell(TracePage.outcome(trace), class: "w")]
        }
        Table("t tight stack", caption: "Failed ones first, then the slowest. Sampled: never a measure of traffic.",
              columns: [.init("Started"), .init("Trace"), .init("Duration", class: "n"), .init("Ended with")], rows: rows).write(into: &out)
        return out
    }

    private static func words(_ reason: String) -> Phrase {
        .told(reason.hasPrefix("upstream: ") ? String(reason.dropFirst("upstream: ".count)) : reason, as: "cause")
    }
}
