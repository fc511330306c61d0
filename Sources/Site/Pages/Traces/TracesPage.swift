import Telemetry

/// All trace groups of a tenant: the whole before the part, and who takes part in it.
struct TracesPage {
    let picture: TenantPicture
    let groups: [TraceGroupPicture]
    /// Kept traces of all groups, for the table of participants.
    let traces: [Trace]
    private let here = PageLocation("traces/index.html")

    init(_ picture: TenantPicture, groups: [TraceGroupPicture], traces: [Trace]) {
        self.picture = picture
        self.groups = groups.sorted { a, b in
            if a.state != b.state { return a.state < b.state }
            return (Percentiles.exact(a.durations, 0.99) ?? 0, b.group.id) > (Percentiles.exact(b.durations, 0.99) ?? 0, a.group.id)
        }
        self.traces = traces
    }

    func page(_ tenant: TenantFrame) throws(TemplateError) -> SitePage {
        let faults = groups.reduce(0) { $0 + $1.faults }, total = groups.reduce(0) { $0 + $1.summaries.count }
        let state = groups.map(\.state).min() ?? .ok
        var detail = Markup(picture.language)
        detail.text(total == 0 ? "No trace was sampled in the last 24 h: nothing ran, or tracing is off." : "\(Words.plural(total, "sampled trace")) in 24 h. Counts are samples and not traffic.")
        return try tenant.frame.page(
            "traces/index.html", template: "traces", title: "Traces",
            say: Say(state, faults == 0 ? "Traces: \(Words.plural(groups.count, "group")), no faults in 24 h" : "Traces: \(Words.plural(groups.count, "group")), \(Words.plural(faults, "fault")) in 24 h", detail: detail),
            crumbs: tenant.crumbs(.init("Traces")), tab: "Traces", blocks: ["groups": table, "participants": participants])
    }

    private var table: Markup {
        var out = Markup(picture.language)
        guard !groups.isEmpty else { out.note("No trace group is configured."); return out }
        let range = HistogramChart.range(of: groups.map(\.histogram))
        let rows = groups.map { group -> [Cell] in
            var name = Markup(picture.language)
            name.link(group.group.title, here.href(TraceGroupPage.path(group.group.id)))
            name.raw("<span class=\"sub\">"); name.text(group.service.site.title); name.raw("</span>")
            var shape = Markup(picture.language)
            HistogramChart.small(warm: group.histogram, cold: nil, range: range, into: &shape)
            let dwell: Phrase = TraceGroupPicture.dwell(traces.filter { $0.group == group.group.id })?.words ?? "none"
            return [.state(group.state, class: "w"), Cell(name, class: "w", isHeader: true), Cell(verbatim: Words.count(group.summaries.count), class: "n", label: "Traces"),
                    Cell(verbatim: group.share(group.errors), class: "n", label: "Error 4xx"), Cell(verbatim: group.share(group.faults), class: group.faults > 0 ? "n b crit" : "n", label: "Fault 5xx"),
                    Cell(verbatim: group.share(group.throttles), class: "n", label: "Throttle"), Cell(Percentiles.words(group.durations, 0.5), class: "n", label: "p50"),
                    Cell(Percentiles.words(group.durations, 0.95), class: "n", label: "p95"), Cell(Percentiles.words(group.durations, 0.99), class: "n", label: "p99"),
                    Cell(dwell, class: "n", label: "Dwell, kept traces"), Cell(shape, class: "w md")]
        }
        Table("t stack mid q", caption: "Groups of the last 24 h, worst first, then the slowest. Percentiles need \(Percentiles.fewest) traces. Histograms share one logarithmic scale.",
              columns: [.init("State"), .init("Group"), .init("Traces", class: "n"), .init("Error", class: "n"), .init("Fault", class: "n"), .init("Throttle", class: "n"), .init("p50", class: "n"),
                        .init("p95", class: "n"), .init("p99", class: "n"), .init("Dwell, kept traces", class: "n"), .init("Duration", class: "md")], rows: rows).write(into: &out)
        return out
    }

    private static let gateways: Set<String> = ["AWS::ApiGateway::Stage", "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"]
    private static func api(_ segment: String) -> String { String(segment.prefix { $0 != "/" }) }

    /// A hop that sends no segments looks like silence; here it is said.
    private var participants: Markup {
        var out = Markup(picture.language)
        var seen: [String: (own: Int, inferred: Int, origin: String)] = [:]
        for span in traces.flatMap(\.spans) {
            // A segment of an API is called after it and its stage.
            guard let resource = span.resource ?? (span.origin.map(Self.gateways.contains) ?? false ? Self.api(span.name) : nil) else { continue }
            var entry = seen[resource] ?? (0, 0, span.origin ?? "")
            if span.isInferred || span.kind == .client || span.kind == .producer { entry.inferred += 1 } else { entry.own += 1 }
            seen[resource] = entry
        }
        let inSummaries = Set(groups.flatMap(\.participants).flatMap { [$0, Self.api($0)] })
        let silent = picture.services.flatMap(\.resources).filter { [.function, .queue, .topic, .api, .table].contains($0.id.kind) && seen[$0.id.name] == nil }
        guard !traces.isEmpty else { out.note("No trace is kept yet, so nobody can be seen taking part."); return out }
        let rows = seen.sorted { $0.key < $1.key }.prefix(30).map { name, entry -> [Cell] in
            [Cell(verbatim: name, class: "w", isHeader: true), entry.own > 0 ? .state(.ok, word: "Yes", class: "w") : .state(.disabled, word: "Inferred", class: "w"),
             Cell(entry.own > 0 ? "own segments" : "calls of the others", class: "w"), Cell(verbatim: Words.count(entry.own + entry.inferred), class: "n", label: "Spans")]
        } + silent.prefix(20).map { resource -> [Cell] in
            [Cell("\(Words.sentenceStart(resource.id.kind.word)) \(resource.site.title)", class: "w", isHeader: true), inSummaries.contains(resource.id.name) ? .state(.ok, word: "Yes", class: "w") : .state(.disabled, word: "Not seen", class: "w"),
             Cell(inSummaries.contains(resource.id.name) ? "own segments, in traces that are not kept" : "not in the traces of these groups", class: "w"), Cell("0", class: "n", label: "Spans")]
        }
        Table("t stack", caption: "A hop that sends no segments looks like silence. From \(Words.plural(traces.count, "kept trace")).",
              columns: [.init("Hop"), .init("Sends segments"), .init("Seen through"), .init("Spans", class: "n")], rows: rows).write(into: &out)
        return out
    }
}
