import Storage
import Telemetry

/// The traces of a service on its page: where the time of the kept ones went, then the newest.
struct RelatedTraces {
    let picture: TenantPicture
    let service: ServicePicture
    let here: PageLocation
    private let newest: [TraceSummary]
    private let kept: Set<String>
    /// By what was at work, as a share of the whole of all examined traces.
    private let shares: [(doing: Phrase, share: Double)]
    private let examined: Int

    /// Enough to see a pattern; each is a whole tree of spans.
    private static let mostExamined = 12

    init(_ picture: TenantPicture, _ service: ServicePicture, here: PageLocation, window: TimeWindow, store: TenantStore) throws(StoreError) {
        self.picture = picture
        self.service = service
        self.here = here
        var newest: [TraceSummary] = [], kept: [String] = [], sums: [Phrase: Double] = [:], whole = 0.0, examined = 0
        for group in service.site.traceGroups {
            newest += try store.traceSummaries(group: group.id, in: window, limit: 5)
            kept += try picture.pagedTraces(of: group.id, store)
        }
        for id in kept.prefix(Self.mostExamined) {
            guard let timing = try store.trace(id).map(TraceTiming.init), timing.duration > 0 else { continue }
            for share in timing.shares() { sums[share.doing, default: 0] += share.seconds }
            whole += timing.duration
            examined += 1
        }
        self.newest = Array(newest.sorted { ($0.start, $0.id) > ($1.start, $1.id) }.prefix(5))
        self.kept = Set(kept)
        self.examined = examined
        shares = whole > 0 ? sums.map { ($0.key, $0.value / whole) }.sorted { ($0.1, $1.0.english) > ($1.1, $0.0.english) } : []
    }

    func write(rangeWords: Phrase, into out: inout Markup) {
        guard !service.site.traceGroups.isEmpty else { out.note("No trace group belongs to this service."); return }
        let watching = Watching(.trace, of: service, clock: picture.clock, hasEvidence: !newest.isEmpty || !kept.isEmpty)
        watching.write(into: &out)
        if !shares.isEmpty { writeShares(into: &out) }
        guard !newest.isEmpty else {
            if !watching.isBlind { out.note("No trace was sampled in the last \(rangeWords).") }
            return
        }
        let rows = newest.map { trace -> [Cell] in
            let started = Timestamp(epoch: trace.start) ?? Timestamp(seconds: 0)
            var name = Markup(picture.language)
            if kept.contains(trace.id) { name.link(TracePage.shortID(trace.id), here.href(TracePage.path(trace.group, trace.id))) } else { name.text(TracePage.shortID(trace.id)) }
            return [Cell(verbatim: picture.clock.timeWithSeconds(started)), Cell(name, class: "m", isHeader: true),
                    Cell(verbatim: Words.duration(trace.duration), class: "n", label: "Duration"), Cell(TracePage.outcome(trace), class: "w")]
        }
        Table("t stack", caption: "Newest traces. Sampled: never a measure of traffic. Kept ones have a page.",
              columns: [.init("Started"), .init("Trace"), .init("Duration", class: "n"), .init("Ended with")], rows: rows).write(into: &out)
        out.raw("<p class=\"sm\">")
        for (index, group) in service.site.traceGroups.enumerated() {
            if index > 0 { out.raw(" · ") }
            out.link("All of \(group.title)", here.href(TraceGroupPage.path(group.id)))
        }
        out.raw("</p>\n")
    }

    private func writeShares(into out: inout Markup) {
        let shown = shares.prefix(6).filter { $0.share >= 0.01 }
        var rows = shown.map { [Cell($0.doing, class: "w", isHeader: true), Cell(verbatim: Words.percent($0.share), class: "n")] }
        let rest = shares.dropFirst(shown.count).reduce(0) { $0 + $1.share }
        if rest >= 0.005 { rows.append([Cell("\(shares.count - shown.count) others", isHeader: true), Cell(verbatim: Words.percent(rest), class: "n")]) }
        Table("t tight", caption: "Where the time went in \(Words.plural(examined, "kept trace")); what overlaps is counted once, as together.",
              columns: [.init("Waiting for"), .init("Share", class: "n")], rows: rows).write(into: &out)
    }
}
