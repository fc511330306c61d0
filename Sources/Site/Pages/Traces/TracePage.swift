import JSON
import Storage
import Telemetry

/// One kept trace: the waterfall, the linked trace on its own clock, and where the time went.
struct TracePage {
    static func path(_ group: String, _ id: String) -> String { "traces/\(PathName.safe(group))/\(PathName.safe(id))/index.html" }
    static func shortID(_ id: String) -> String { id.count > 18 ? "\(id.prefix(16))…" : id }

    /// More rows than this break the page's budget; the JSON file has all of them.
    private static let mostRows = 220

    let picture: TenantPicture
    let group: TraceGroupSite
    let trace: Trace
    let timing: TraceTiming
    let linked: [(link: SpanLink, trace: Trace)]

    init(_ picture: TenantPicture, group: TraceGroupSite, trace: Trace, store: TenantStore) throws(StoreError) {
        self.picture = picture
        self.group = group
        self.trace = trace
        timing = TraceTiming(trace)
        var linked: [(SpanLink, Trace)] = []
        for link in trace.links.prefix(4) where link.linkedTraceID != trace.id {
            if let other = try store.trace(link.linkedTraceID) { linked.append((link, other)) }
        }
        self.linked = linked
    }

    private var path: String { Self.path(group.id, trace.id) }

    func pages(_ tenant: TenantFrame) throws(TemplateError) -> [SitePage] {
        let shares = timing.shares()
        let page = try tenant.frame.page(
            path, template: "trace", title: "\(name) \(Words.duration(timing.duration)) – trace",
            say: Say(state, sentence(shares), detail: detail), crumbs: tenant.crumbs(.init("Traces", "traces/index.html"), .init(group.title, TraceGroupPage.path(group.id)), .init(Self.shortID(trace.id))),
            tab: "Traces", tone: state == .ok ? .ok : state,
            blocks: ["waterfall": waterfall(timing, of: trace), "linked": linkedBlock, "shares": shareTable(shares), "errors": errors, "annotations": annotations],
            words: ["note": "\(trace.isComplete ? "complete" : "incomplete"), \(Words.plural(trace.spans.count, "span"))"])
        return [page, SitePage(path.replacingSuffix("index.html", with: "index.json"), TraceJSON.bytes(trace, timing))]
    }

    private var name: String { timing.rows.first?.span.name ?? Self.shortID(trace.id) }
    private var state: StateMark {
        let worst = trace.spans.map(\.status)
        return worst.contains(.fault) ? .critical : worst.contains(.error) || worst.contains(.throttle) ? .warning : .ok
    }

    private func sentence(_ shares: [(doing: String, seconds: Double)]) -> String {
        let parts = shares.prefix(2).filter { $0.seconds >= timing.duration * 0.1 }.map { "\(Words.percent(timing.duration > 0 ? $0.seconds / timing.duration : 0)) \($0.doing)" }
        return "\(name) took \(Words.duration(timing.duration))" + (parts.isEmpty ? "" : ": \(Words.list(parts))")
    }

    private var detail: Markup {
        var out = Markup()
        let failures = trace.spans.filter { $0.status != .ok }
        out.text("Started \(Timestamp(epoch: timing.start).map { "\(picture.clock.day($0)) \(picture.clock.timeWithSeconds($0))" } ?? "at an unknown time").")
        if let first = failures.first { out.text(" \(Words.plural(failures.count, "span")) ended badly, first \(first.name): \(first.status.words).") }
        if !trace.isComplete { out.text(" The trace is incomplete: the source cut it off or a part is still in progress.") }
        return out
    }

    private func waterfall(_ timing: TraceTiming, of trace: Trace, dwell: Double? = nil) -> Markup {
        let shift = dwell ?? 0
        let scale = WaterfallScale(seconds: timing.duration + shift)
        let many = timing.rows.count > 60
        var shown = timing.rows
        if shown.count > Self.mostRows {
            let threshold = shown.map { $0.end - $0.start }.sorted(by: >)[Self.mostRows - 1]
            shown = Array(shown.filter { $0.end - $0.start >= threshold || $0.span.status != .ok }.prefix(Self.mostRows))
        }
        var out = Markup(reserving: shown.count * 600)
        out.raw("<table role=\"table\" class=\"t tight wf\"><caption>Trace "); out.text(trace.id)
        out.text(". Milliseconds from \(dwell == nil ? "the first byte" : "the sending span").")
        if shown.count < timing.rows.count { out.text(" \(timing.rows.count - shown.count) short spans are only in the JSON file.") }
        out.raw("</caption><thead role=\"rowgroup\"><tr role=\"row\"><th role=\"columnheader\">Span</th><th role=\"columnheader\"><span class=\"vh\">Timeline, </span>")
        scale.writeHead(into: &out)
        out.raw("</th><th role=\"columnheader\" class=\"n p2\">Start</th><th role=\"columnheader\" class=\"n\">Took</th><th role=\"columnheader\" class=\"n\">Self</th></tr></thead><tbody role=\"rowgroup\">\n")
        if let dwell {
            row("queue", "dwell, waiting to be picked up", 0, WaterfallRow(total: 0...dwell, waiting: [0...dwell]), 0, dwell, nil, scale, many, into: &out)
        }
        for item in shown {
            let isBad = item.span.status != .ok
            let total = (item.start + shift)...(item.end + shift)
            let own = item.selfTimes.map { ($0.lowerBound + shift)...($0.upperBound + shift) }
            let bar = WaterfallRow(total: total, selfTimes: isBad ? [] : own, failed: isBad ? (own.isEmpty ? [total] : own) : [],
                                   note: isBad ? item.span.status.words : nil, isOpen: item.span.end == nil)
            row(item.span.name, subtitle(item.span), item.depth, bar, item.start + shift, item.end - item.start, item.selfSeconds, scale, many, into: &out)
        }
        out.raw("</tbody></table>\n")
        return out
    }

    private func row(_ title: String, _ subtitle: String, _ depth: Int, _ bar: WaterfallRow, _ start: Double, _ took: Double, _ own: Double?,
                     _ scale: WaterfallScale, _ isPlain: Bool, into out: inout Markup) {
        out.raw("<tr role=\"row\"><th role=\"rowheader\" class=\"d"); out.number(min(3, depth)); out.raw("\"><span class=\"b\">"); out.text(title)
        out.raw("</span><span class=\"sub\">"); out.text(subtitle); out.raw("</span></th><td role=\"cell\" class=\"gx\">")
        bar.write(scale: scale, drawsGrid: !isPlain, into: &out)
        out.raw("</td><td role=\"cell\" class=\"n p2\">"); out.text(Words.decimal(start * 1_000, places: start < 0.01 ? 1 : 0))
        out.raw("</td><td role=\"cell\" class=\"n\">"); out.text(Words.decimal(took * 1_000, places: took < 0.01 ? 1 : 0))
        out.raw("</td><td role=\"cell\" class=\"n\">"); out.text(own.map { Words.decimal($0 * 1_000, places: $0 < 0.01 ? 1 : 0) } ?? "–"); out.raw("</td></tr>\n")
    }

    private func subtitle(_ span: TraceSpan) -> String {
        let place = span.origin.map { $0.hasPrefix("AWS::") ? $0.dropFirst(5).split(separator: ":", omittingEmptySubsequences: true).joined(separator: " ") : $0 }
        return [place, span.isInferred ? "inferred" : nil, span.isInProgress || span.end == nil ? "incomplete" : nil].compactMap { $0 }.joined(separator: ", ")
    }

    private var linkedBlock: Markup {
        var out = Markup()
        for (link, other) in linked {
            let timing = TraceTiming(other)
            let sender = trace.spans.first { $0.id == link.spanID }
            // A consumer links back to who sent the message; a producer's link leads on.
            if timing.start < self.timing.start, let sender {
                let sent = other.spans.first { $0.id == link.linkedSpanID }.map { $0.end ?? $0.start } ?? timing.start + timing.duration
                out.raw("<p class=\"sm soft\">"); out.text("\(sender.name) works on a message of this trace: sent \(Words.duration(max(0, sender.start - sent))) earlier, by the clock of the sender.")
                out.raw("</p>"); out.append(waterfall(timing, of: other))
                continue
            }
            // Two hosts have two clocks: the dwell is what their clocks say, and never negative.
            let dwell = sender.map { max(0, timing.start - ($0.end ?? $0.start)) } ?? 0
            out.raw("<p class=\"sm soft\">"); out.text("Dwell \(Words.duration(dwell)), then \(Words.duration(timing.duration)) of work. The message was passed on; the other side keeps its own trace on its own clock.")
            out.raw("</p>"); out.append(waterfall(timing, of: other, dwell: dwell))
        }
        return out
    }

    private func shareTable(_ shares: [(doing: String, seconds: Double)]) -> Markup {
        var out = Markup()
        guard !shares.isEmpty, timing.duration > 0 else { out.note("The spans of this trace have no duration to share out."); return out }
        var rows = shares.prefix(14).map { [Cell($0.doing, isHeader: true), Cell(Words.decimal($0.seconds * 1_000, places: 1), class: "n"), Cell(Words.percent($0.seconds / timing.duration), class: "n")] }
        let rest = shares.dropFirst(14).reduce(0) { $0 + $1.seconds }
        if rest > 0 { rows.append([Cell("\(shares.count - 14) others", isHeader: true), Cell(Words.decimal(rest * 1_000, places: 1), class: "n"), Cell(Words.percent(rest / timing.duration), class: "n")]) }
        let foot = [Cell("All", isHeader: true), Cell(Words.decimal(timing.duration * 1_000, places: 1), class: "n"), Cell("100\u{A0}%", class: "n")]
        Table("t tight", caption: "Every millisecond counted once.", columns: [.init("Doing"), .init("ms", class: "n"), .init("Share", class: "n")], rows: rows, foot: foot).write(into: &out)
        return out
    }

    private var errors: Markup {
        var out = Markup()
        let failures = trace.spans.filter { $0.status != .ok }.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
        guard !failures.isEmpty else { out.note("No error, fault or throttle in this trace."); return out }
        let rows = failures.prefix(20).map { span -> [Cell] in
            var place = Markup()
            place.text(span.name)
            let why = [span.cause, span.httpStatus.map { "status \($0)" }].compactMap { $0 }.joined(separator: ", ")
            if !why.isEmpty { place.raw("<span class=\"sub\">"); place.text(why); place.raw("</span>") }
            return [.state(span.status == .fault ? .critical : .warning, word: span.status.words), Cell(place, isHeader: true)]
        }
        Table("t tight", caption: "\(failures.count) in this trace.", columns: [.init("Kind"), .init("Where")], rows: Array(rows)).write(into: &out)
        return out
    }

    private var annotations: Markup {
        var out = Markup()
        let all = Dictionary(trace.spans.flatMap { $0.annotations }) { first, _ in first }
        guard !all.isEmpty else { out.note("No span carries an annotation."); return out }
        out.facts(all.sorted { $0.key < $1.key }.prefix(24).map { name, value in
            var text = Markup()
            text.raw("<span class=\"m\">"); text.text(value); text.raw("</span>")
            return (name, text)
        })
        return out
    }

    static func outcome(_ trace: TraceSummary) -> String {
        let kind = trace.hasFault ? "fault" : trace.hasThrottle ? "throttled" : trace.hasError ? "error" : "OK"
        return [kind, trace.httpStatus.map(String.init), trace.isPartial ? "incomplete" : nil].compactMap { $0 }.joined(separator: ", ")
    }
}

extension TraceSpan.Status {
    /// X-Ray's three kinds stay three.
    var words: String {
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
