import Storage
import Telemetry

/// One trace group: distribution, then comparison by runtime, then examples.
struct TraceGroupPage {
    static func path(_ group: String) -> String { "traces/\(PathName.safe(group))/index.html" }

    let picture: TenantPicture
    let group: TraceGroupPicture
    private let table: RuntimeTable
    private let hours: [(start: Timestamp, statistics: ExecutionStatistics)]
    /// Of the kept traces of the day: what each was mostly at, and how long events waited before their run.
    private var mostly: [String: Phrase] = [:]
    /// And in what those that failed did so.
    private var failed: [String: String] = [:]
    private var dwell = LogHistogram()
    private var dwellRange: (words: Phrase, waits: Int)?

    /// What lies within this factor of the median is about as long as half of all.
    private static let nearness = 1.5
    /// Enough to see a distribution; each is a whole tree of spans.
    private static let mostExamined = 80

    init(_ picture: TenantPicture, _ group: TraceGroupPicture, store: TenantStore) throws(StoreError) {
        self.picture = picture
        self.group = group
        let window = TimeWindow(from: picture.end - 86_400, to: picture.end)
        let day = Set(group.summaries.map(\.id))
        var examined: [Trace] = []
        for id in group.kept.filter(day.contains).prefix(Self.mostExamined) { if let trace = try store.trace(id) { examined.append(trace) } }
        // A service has other functions as well, which these traces say nothing about.
        let names = group.participants.union(examined.flatMap(\.spans).compactMap { $0.kind == .client || $0.kind == .producer ? nil : $0.resource ?? $0.name })
        table = try RuntimeTable(group.service, in: window, names: names, store: store)
        var sums: [Timestamp: ExecutionStatistics] = [:]
        for function in table.functions {
            for (start, hour) in try store.executionHours(of: function.resource.id, in: window) { sums[start, default: ExecutionStatistics()].add(hour) }
        }
        hours = sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        for trace in examined {
            let timing = TraceTiming(trace), id = trace.id
            failed[id] = timing.rootCause.map { $0.resource ?? $0.name }
            mostly[id] = timing.shares().prefix(2).filter { $0.seconds >= timing.duration * 0.1 }.map { share -> Phrase in "\(share.doing) \(Words.duration(share.seconds))" }.joined(separator: ", ")
            for span in trace.spans where span.name == "Dwell Time" { if let end = span.end, end >= span.start { dwell.add(end - span.start) } }
        }
        dwellRange = TraceGroupPicture.dwell(examined)
    }

    private var here: PageLocation { PageLocation(Self.path(group.group.id)) }

    func page(_ tenant: TenantFrame) throws(TemplateError) -> SitePage {
        var all = ExecutionStatistics()
        for function in table.functions { all.add(function.statistics) }
        return try tenant.frame.page(
            Self.path(group.group.id), template: "trace-group", title: "\(group.group.title) – traces", say: Say(group.state, sentence(all), detail: detail(all)),
            crumbs: tenant.crumbs(.init("Traces", "traces/index.html"), .init(.verbatim(group.group.title))), tab: "Traces", tone: group.state,
            blocks: ["shape": shape(all), "runtimes": runtimes, "slowest": slowest, "failing": failing, "ordinary": ordinary], words: ["window": "24 h to \(picture.clock.moment(picture.end))"])
    }

    private func sentence(_ all: ExecutionStatistics) -> Phrase {
        let title = group.group.title
        if group.faults > 0 { return "\(title): \(group.share(group.faults)) of the sampled traces fail" }
        if let warm = Percentiles.known(all.warm, 0.5), let cold = Percentiles.known(all.cold, 0.5), all.coldCount >= 3, warm > 0, cold > warm * 1.5 {
            return "\(title): warm runs take \(Words.duration(warm)), cold ones \(Words.count((cold / warm).rounded())) times as long"
        }
        if let p50 = Percentiles.known(group.durations, 0.5) { return "\(title): half of the traces take up to \(Words.duration(p50))" }
        if let least = group.durations.first, let most = group.durations.last {
            let traces = Words.plural(group.durations.count, "sampled trace")
            return least == most ? "\(title): \(traces) in 24 h of \(Words.duration(most))" : "\(title): \(traces) in 24 h, from \(Words.duration(least)) to \(Words.duration(most))"
        }
        return "\(title): no trace was sampled in 24 h"
    }

    private func detail(_ all: ExecutionStatistics) -> Markup {
        var out = Markup(picture.language)
        if all.count > 0 {
            out.text("Cold starts are \(strong: .verbatim(Words.percent(Double(all.coldCount) / Double(all.count)))) of \(Words.plural(all.count, "run")). ")
        }
        out.text("\(Words.plural(group.summaries.count, "trace")) sampled, so counts are samples and not traffic; \(group.kept.count) kept as examples.")
        if let dwellRange { out.text(" In kept traces dwell adds \(dwellRange.words) before any code runs.") }
        return out
    }

    private func shape(_ all: ExecutionStatistics) -> Markup {
        var out = Markup(picture.language)
        out.raw("<div class=\"charts\">")
        if all.count > 0 {
            var both = all.warm
            both.add(all.cold)
            let marks = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)].compactMap { label, share in
                Percentiles.known(both, share).map { (label: label, seconds: $0) }
            }
            HistogramChart(title: "Run time", word: "of the handler, from REPORT lines, logarithmic", warm: all.warm, cold: all.cold, percentiles: marks).write(into: &out)
        }
        if !group.durations.isEmpty {
            let marks = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)].compactMap { label, share in
                Percentiles.known(group.durations, share).map { (label: label, seconds: $0) }
            }
            HistogramChart(title: "Trace duration", word: "sampled traces, all of the trace, logarithmic", warm: group.histogram, percentiles: marks).write(into: &out)
        }
        if !hours.isEmpty {
            let start = (picture.end - 86_400).floored(to: 3_600), count = Int((picture.end - start + 3_599) / 3_600)
            let axis = TimeAxis(TimeWindow(from: start, to: start + Int64(count) * 3_600), clock: picture.clock)
            let known = Dictionary(hours.map { ($0.start, $0.statistics) }) { first, _ in first }
            let columns = (0..<count).map { index -> LogHistogram? in
                known[start + Int64(index) * 3_600].map { var sum = $0.warm; sum.add($0.cold); return sum }
            }
            HeatStrip(title: "Run time over the day", word: "darker is more runs, 1 h a column", columns: columns, start: start, period: 3_600).write(axis: axis, clock: picture.clock, into: &out)
            let cold = (0..<count).map { known[start + Int64($0) * 3_600].map { Double($0.coldCount) } ?? .nan }
            BarChart(title: "Cold starts", word: "runs that began with an initialisation, per 1 h", start: start, period: 3_600, stacks: [.init("Cold", .good, cold)])
                .write(frame: ChartFrame(axis: axis, clock: picture.clock, height: 90), into: &out)
        }
        if hours.isEmpty, !group.summaries.isEmpty { heat(into: &out) }
        if let dwellRange {
            // Kept are the slowest, the failing and some ordinary ones: their percentiles would be nobody's.
            HistogramChart(title: "Dwell", word: "from event accepted to run, \(Words.plural(dwellRange.waits, "wait")) in kept traces", warm: dwell, percentiles: [],
                           takeaway: "Spent in the Lambda service before any code runs. Kept traces are chosen, so the shape has no percentiles.").write(into: &out)
        }
        out.raw("</div>\n")
        if all.count == 0, group.durations.isEmpty {
            out = Markup(picture.language)
            let traces = Watching(.trace, of: group.service, clock: picture.clock, hasEvidence: false)
            traces.write(into: &out)
            if !traces.isBlind { out.note("Nothing was sampled in the last 24 h.") }
        }
        return out
    }

    /// Where no function tells its own times: how long traces took, hour by hour.
    private func heat(into out: inout Markup) {
        let start = (picture.end - 86_400).floored(to: 3_600), count = Int(clamping: (picture.end - start + 3_599) / 3_600)
        var columns: [LogHistogram?] = Array(repeating: nil, count: count)
        for summary in group.summaries {
            guard let time = Timestamp(epoch: summary.start.rounded(.down)), time >= start else { continue }
            let index = Int(clamping: (time - start) / 3_600)
            guard columns.indices.contains(index) else { continue }
            var column = columns[index] ?? LogHistogram()
            column.add(summary.duration)
            columns[index] = column
        }
        let axis = TimeAxis(TimeWindow(from: start, to: start + Int64(count) * 3_600), clock: picture.clock)
        HeatStrip(title: "Trace duration over the day", word: "darker is more sampled traces, 1 h a column", columns: columns, start: start, period: 3_600).write(axis: axis, clock: picture.clock, into: &out)
    }

    /// Kept traces that took about as long as half of all: what the slow ones are compared with.
    private var ordinary: Markup {
        var out = Markup(picture.language)
        let kept = Set(group.kept)
        guard let median = Percentiles.exact(group.durations, 0.5) else { out.note("No trace in the last 24 h."); return out }
        let fine = group.summaries.filter { trace in
            kept.contains(trace.id) && !trace.hasFault && !trace.hasError && !trace.hasThrottle && trace.duration >= median / Self.nearness && trace.duration <= median * Self.nearness
        }
        let rows = fine.sorted { (abs($0.duration - median), $0.id) < (abs($1.duration - median), $1.id) }.prefix(3).map { row($0) }
        let words: Phrase = Percentiles.known(group.durations, 0.5).map { "the median of \(Words.duration($0))" } ?? "the middle of \(Words.plural(group.durations.count, "sampled trace"))"
        guard !rows.isEmpty else { out.note("No trace without an error near \(words) is kept."); return out }
        Table("t stack", caption: "Kept, without an error, nearest to \(words).", columns: Self.columns, rows: Array(rows)).write(into: &out)
        return out
    }

    private static let columns: [Table.Column] = [.init("Started"), .init("Trace, kept ones linked"), .init("Duration", class: "n"), .init("Mostly in, ended with")]

    private func row(_ trace: TraceSummary) -> [Cell] {
        let place = [mostly[trace.id].flatMap { $0.isEmpty ? nil : $0 }, TracePage.outcome(trace)].compactMap(\.self).joined(separator: "; ")
        return [started(trace), name(trace), Cell(verbatim: Words.duration(trace.duration), class: "n", label: "Duration"), Cell(place, class: "w")]
    }

    private var runtimes: Markup {
        var out = Markup(picture.language)
        guard !table.functions.isEmpty else {
            if let declared = group.service.site.logsDeclared { out.note("REPORT lines are not read. \(Phrase.known(AlertList.sentence(declared)))"); return out }
            let watching = Watching(.log, of: group.service, clock: picture.clock, hasEvidence: false)
            watching.write(into: &out)
            if !watching.isBlind { out.note("No REPORT line of a function in these traces was read in the last 24 h.") }
            return out
        }
        table.write(of: "these traces", into: &out)
        return out
    }

    private var slowest: Markup {
        var out = Markup(picture.language)
        let rows = group.summaries.sorted { ($0.duration, $1.id) > ($1.duration, $0.id) }.prefix(8).map { row($0) }
        guard !rows.isEmpty else { out.note("No trace in the last 24 h."); return out }
        Table("t stack", caption: "Slowest of 24 h.", columns: Self.columns, rows: Array(rows)).write(into: &out)
        return out
    }

    private var failing: Markup {
        var out = Markup(picture.language)
        let failures = group.summaries.filter { $0.hasFault || $0.hasError || $0.hasThrottle }
        guard !failures.isEmpty else { out.note("No sampled trace failed in the last 24 h."); return out }
        let rows = failures.prefix(8).map { trace -> [Cell] in
            let word: Phrase = trace.hasFault ? "Fault 5xx" : trace.hasThrottle ? "Throttle 429" : "Error 4xx"
            var place = Markup(picture.language)
            place.text(.verbatim(failed[trace.id] ?? "–"))
            if let entry = [trace.entryPoint, trace.httpMethod.flatMap { method in trace.httpPath.map { "\(method) \($0)" } }].compactMap(\.self).joined(separator: ", ").nonEmpty {
                place.raw("<span class=\"sub\">"); place.text("began at \(entry)"); place.raw("</span>")
            }
            return [started(trace), name(trace), .state(trace.hasFault ? .critical : .warning, word: word, class: "w"), Cell(place, class: "w", label: "Failed in")]
        }
        Table("t stack", caption: "Newest failing of 24 h: \(failures.count) in \(Words.count(group.summaries.count)). Only kept ones say what failed first.", columns: [.init("Started"), .init("Trace"), .init("Kind"), .init("Failed in")], rows: Array(rows)).write(into: &out)
        return out
    }

    private func started(_ trace: TraceSummary) -> Cell {
        let time = Timestamp(epoch: trace.start) ?? Timestamp(seconds: 0)
        return Cell("\(picture.clock.shortDay(time)) \(picture.clock.timeWithSeconds(time))", class: "nw")
    }

    /// Only kept traces have a page.
    private func name(_ trace: TraceSummary) -> Cell {
        var out = Markup(picture.language)
        if group.kept.contains(trace.id) { out.link(TracePage.shortID(trace.id), here.href(TracePage.path(group.group.id, trace.id))) } else { out.text(TracePage.shortID(trace.id)) }
        return Cell(out, class: "m", isHeader: true)
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
