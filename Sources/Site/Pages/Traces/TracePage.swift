import JSON
import Storage
import Telemetry

/// One kept trace: the waterfall, the traces before and after on their own clocks, and where the time went.
struct TracePage {
    static func path(_ group: String, _ id: String) -> String { "traces/\(PathName.safe(group))/\(PathName.safe(id))/index.html" }
    static func shortID(_ id: String) -> String { id.count > 18 ? "\(id.prefix(16))…" : id }

    let picture: TenantPicture
    let group: TraceGroupSite
    let trace: Trace
    let timing: TraceTiming
    private let journey: Journey
    private let groups: Set<String>
    /// Traces before and after that have a page; nothing where all do.
    private let paged: Set<String>?

    init(_ picture: TenantPicture, group: TraceGroupSite, trace: Trace, store: TenantStore) throws(StoreError) {
        self.picture = picture
        self.group = group
        self.trace = trace
        timing = TraceTiming(trace)
        journey = try Journey(of: trace, picture: picture, store: store)
        var paged: Set<String> = []
        if picture.site.mostTraces != nil { for group in Set((journey.before + journey.after).map(\.trace.group)) { paged.formUnion(try picture.pagedTraces(of: group, store)) } }
        self.paged = picture.site.mostTraces == nil ? nil : paged
        groups = Set(picture.site.services.flatMap(\.traceGroups).map(\.id))
    }

    private var path: String { Self.path(group.id, trace.id) }

    func pages(_ tenant: TenantFrame) throws(TemplateError) -> [SitePage] {
        let shares = timing.shares()
        var waterfall = Markup(picture.language)
        Waterfall(trace, timing).write(into: &waterfall)
        let page = try tenant.frame.page(
            path, template: "trace", title: "\(name) \(Words.duration(timing.duration)) – trace",
            say: Say(state, sentence(shares), detail: detail), crumbs: tenant.crumbs(.init("Traces", "traces/index.html"), .init(.verbatim(group.title), TraceGroupPage.path(group.id)), .init(.verbatim(Self.shortID(trace.id)))),
            tab: "Traces", tone: state == .ok ? .ok : state,
            blocks: ["waterfall": waterfall, "linked": linked, "shares": shareTable(shares), "errors": errors, "annotations": annotations],
            words: ["note": "\(trace.isComplete ? "complete" : "incomplete"), \(Words.plural(trace.spans.count, "span"))"])
        return [page, SitePage(path.replacingSuffix("index.html", with: "index.json"), TraceJSON.bytes(trace, timing))]
    }

    private var name: String { timing.rows.first?.span.name ?? Self.shortID(trace.id) }
    private var state: StateMark {
        let worst = trace.spans.map(\.status)
        return worst.contains(.fault) ? .critical : worst.contains(.error) || worst.contains(.throttle) ? .warning : .ok
    }

    private func sentence(_ shares: [(doing: Phrase, seconds: Double)]) -> Phrase {
        let parts = shares.prefix(2).filter { $0.seconds >= timing.duration * 0.1 }.map { share -> Phrase in "\(Words.percent(timing.duration > 0 ? share.seconds / timing.duration : 0)) \(share.doing)" }
        return parts.isEmpty ? "\(name) took \(Words.duration(timing.duration))" : "\(name) took \(Words.duration(timing.duration)): \(Words.list(parts))"
    }

    private var detail: Markup {
        var out = Markup(picture.language)
        let failures = trace.spans.filter { $0.status != .ok }, odd = timing.oddities
        out.text(Timestamp(epoch: timing.start).map { "Started \(picture.clock.day($0)) \(picture.clock.timeWithSeconds($0))." } ?? "Started at an unknown time.")
        if let first = failures.first { out.text(" \(Words.plural(failures.count, "span")) ended badly, first \(first.name): \(first.status.words).") }
        if let overlap = timing.overlap, overlap.seconds >= 0.001, overlap.seconds >= timing.duration * 0.02 {
            let first = overlap.first, second = overlap.second, whole = max(first.end, second.end) - first.start
            out.text(" \(first.span.name) and \(second.span.name) overlap by \(Words.duration(overlap.seconds)): \(Words.duration(first.seconds)) and \(Words.duration(second.seconds)) fit into \(Words.duration(whole)).")
        }
        if !trace.isComplete { out.text(" The trace is incomplete: the source cut it off or a part is still in progress.") }
        if odd.orphans > 0 { out.text(odd.orphans == 1 ? " The parent of 1 span is not in the trace; it stands at the left." : " The parent of \(Words.plural(odd.orphans, "span")) is not in the trace; they stand at the left.") }
        if odd.circular > 0 { out.text(odd.circular == 1 ? " 1 span only leads to itself; the earliest stands for their start." : " \(Words.plural(odd.circular, "span")) only lead to each other; the earliest stands for their start.") }
        if odd.early > 0 { out.text(odd.early == 1 ? " 1 span begins before what called it: two clocks disagree." : " \(Words.count(odd.early)) spans begin before what called them: two clocks disagree.") }
        if odd.late > 0 { out.text(odd.late == 1 ? " 1 span ends after what called it." : " \(Words.count(odd.late)) spans end after what called them.") }
        return out
    }

    private var linked: Markup {
        var out = Markup(picture.language)
        for step in journey.before { write(step, isBefore: true, into: &out) }
        for step in journey.after { write(step, isBefore: false, into: &out) }
        func name(_ traces: [String], _ why: Phrase) {
            guard !traces.isEmpty else { return }
            let rest = traces.count - 8
            out.note(rest > 0 ? "\(why): \(traces.prefix(8).joined(separator: ", ")) and \(Words.plural(rest, "other"))." : "\(why): \(Words.list(traces)).")
        }
        func named(_ links: [SpanLink]) -> [String] { links.map { link in "\(link.name.map { "\($0), " } ?? "")\(Self.shortID(link.linkedTraceID))" as String } }
        name(named(journey.unkept), "Not kept, so not drawn")
        name(named(journey.beyond) + journey.takers.map(Self.shortID), "Linked as well, beyond the first \(Journey.mostSteps), which are drawn")
        return out
    }

    private func write(_ step: Journey.Step, isBefore: Bool, into out: inout Markup) {
        let other = TraceTiming(step.trace)
        let sender = isBefore ? nil : trace.spans.first { $0.id == step.spanID }
        // Two hosts have two clocks: a message that was taken before it was sent waited for a time that nobody knows.
        let waited = sender.map { other.start - ($0.end ?? $0.start) }, dwell = waited.flatMap { $0 >= 0 ? $0 : nil }
        let kind = trace.spans.contains { $0.name == sender?.name } ? sender?.name : nil
        out.raw("<p class=\"sm soft\">")
        if step.isGuess {
            out.text("Perhaps continued: nothing links the two, but the \(step.means) fit. Drawn dashed.")
        } else if isBefore {
            out.text("Before: this trace goes on with a message of the following one (\(step.means)), which keeps its own clock.")
        } else {
            let dwellWords: Phrase = dwell.map { dwell in kind.map { "dwell \(Words.duration(dwell)) after \($0)" } ?? "dwell \(Words.duration(dwell))" }
                ?? waited.map { "it began \(Words.duration(-$0)) before the message was sent, so two clocks disagree and the dwell is unknown" } ?? "the dwell is unknown, for the sending span is not in this trace"
            out.text("Then (\(step.means)): \(dwellWords), \(Words.duration(other.duration)) of work. The message was passed on; the other side keeps its own clock.")
        }
        if hasPage(step.trace) { out.raw(" "); out.link("Its own page", PageLocation(path).href(Self.path(step.trace.group, step.trace.id))) }
        out.raw("</p>")
        Waterfall(step.trace, other, dwell: dwell, isGuess: step.isGuess).write(into: &out)
    }

    /// Whether the group's pages show it still.
    private func hasPage(_ other: Trace) -> Bool {
        guard groups.contains(other.group), paged?.contains(other.id) ?? true, let start = other.spans.lazy.map(\.start).filter(\.isFinite).min() else { return false }
        return start >= Double((picture.now - TenantSite.traceReach).seconds) && start < Double((picture.now + 1).seconds)
    }

    private func shareTable(_ shares: [(doing: Phrase, seconds: Double)]) -> Markup {
        var out = Markup(picture.language)
        guard !shares.isEmpty, timing.duration > 0 else { out.note("The spans of this trace have no duration to share out."); return out }
        var rows = shares.prefix(14).map { [Cell($0.doing, isHeader: true), Cell(verbatim: Words.decimal($0.seconds * 1_000, places: 1), class: "n"), Cell(verbatim: Words.percent($0.seconds / timing.duration), class: "n")] }
        let rest = shares.dropFirst(14).reduce(0) { $0 + $1.seconds }
        if rest > 0 { rows.append([Cell("\(shares.count - 14) others", isHeader: true), Cell(verbatim: Words.decimal(rest * 1_000, places: 1), class: "n"), Cell(verbatim: Words.percent(rest / timing.duration), class: "n")]) }
        let foot = [Cell("All", isHeader: true), Cell(verbatim: Words.decimal(timing.duration * 1_000, places: 1), class: "n"), Cell("100\u{A0}%", class: "n")]
        Table("t tight", caption: "Every millisecond counted once.", columns: [.init("Doing"), .init("ms", class: "n"), .init("Share", class: "n")], rows: rows, foot: foot).write(into: &out)
        return out
    }

    private var errors: Markup {
        var out = Markup(picture.language)
        let failures = trace.spans.filter { $0.status != .ok }.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
        guard !failures.isEmpty else { out.note("No error, fault or throttle in this trace."); return out }
        let rows = failures.prefix(20).map { span -> [Cell] in
            var place = Markup(picture.language)
            place.text(span.name)
            let why = [span.cause.map { .verbatim($0) }, span.httpStatus.map { "status \($0)" }].compactMap { (part: Phrase?) in part }.joined(separator: ", ")
            if !why.isEmpty { place.raw("<span class=\"sub\">"); place.text(why); place.raw("</span>") }
            return [.state(span.status == .fault ? .critical : .warning, word: span.status.words), Cell(place, isHeader: true)]
        }
        Table("t tight", caption: failures.count > rows.count ? "\(failures.count) in this trace, the first \(rows.count)." : "\(failures.count) in this trace.", columns: [.init("Kind"), .init("Where")], rows: Array(rows)).write(into: &out)
        return out
    }

    private var annotations: Markup {
        var out = Markup(picture.language)
        let all = Dictionary(trace.spans.flatMap { $0.annotations }) { first, _ in first }
        guard !all.isEmpty else { out.note("No span carries an annotation."); return out }
        out.facts(all.sorted { $0.key < $1.key }.prefix(24).map { name, value in
            var text = Markup(picture.language)
            text.raw("<span class=\"m\">"); text.text(value); text.raw("</span>")
            return (Phrase.verbatim(name), text)
        })
        if all.count > 24 { out.note("\(Words.count(all.count - 24)) more are in the JSON file.") }
        return out
    }

    static func outcome(_ trace: TraceSummary) -> Phrase {
        let kind: Phrase = trace.hasFault ? "fault" : trace.hasThrottle ? "throttled" : trace.hasError ? "error" : "OK"
        return [kind, trace.httpStatus.map { .verbatim(String($0)) }, trace.isPartial ? "incomplete" : nil].compactMap { (part: Phrase?) in part }.joined(separator: ", ")
    }
}

extension TraceSpan.Status {
    /// X-Ray's three kinds stay three.
    var words: Phrase {
        switch self {
        case .ok: "OK"
        case .error: "error 4xx"
        case .throttle: "throttle 429"
        case .fault: "fault 5xx"
        }
    }
}

/// The trace as a document for other tools.
enum TraceJSON {
    static func bytes(_ trace: Trace, _ timing: TraceTiming) -> [UInt8] {
        let spans = timing.rows.map { row -> JSONValue in
            let span = row.span
            return ["id": .string(span.id), "parent_id": JSONValue(span.parentID), "name": .string(span.name), "kind": .string(span.kind.rawValue), "resource": JSONValue(span.resource),
                    "start": JSONValue(micro(row.start)), "duration": JSONValue(span.end == nil ? nil : micro(row.end - row.start)), "self": JSONValue(micro(row.selfSeconds)),
                    "critical": .bool(row.isCritical), "status": .string(span.status.rawValue),
                    "annotations": .object(span.annotations.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })]
        }
        let links = trace.links.map { link -> JSONValue in ["trace_id": .string(link.linkedTraceID), "span_id": .string(link.spanID), "kind": .string(link.kind)] }
        let document: JSONValue = ["schema": 1, "trace_id": .string(trace.id), "group": .string(trace.group),
                                   "started_at": JSONValue(Timestamp(epoch: timing.start)?.rfc3339), "duration": JSONValue(micro(timing.duration)),
                                   "complete": .bool(trace.isComplete), "spans": .array(spans), "links": .array(links)]
        return document.bytes(pretty: true)
    }

    /// Clocks give microseconds; what is beyond is noise of subtraction.
    private static func micro(_ seconds: Double) -> Double { (seconds * 1_000_000).rounded() / 1_000_000 }
}

extension String {
    func replacingSuffix(_ suffix: String, with other: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) + other : self + other }
}
