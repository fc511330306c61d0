import Alerting
import Telemetry

/// The first page of a tenant: a manager stops after the sentence, an on-call after the first alert.
struct OverviewPage {
    let picture: TenantPicture
    private let here = PageLocation("index.html")
    /// What needs a look is never folded; of what does not, more than these would hide it.
    private static let mostServices = 20

    func page(_ tenant: TenantFrame) throws(TemplateError) -> SitePage {
        let list = AlertList(picture: picture, here: here)
        let firing = picture.alerts.filter { $0.mark == .critical || $0.mark == .warning }
        let pending = picture.alerts.count { $0.mark == .pending }, quiet = picture.alerts.count { $0.mark == .silenced || $0.mark == .maintenance }
        var alerts = Markup(picture.language)
        // One line for the worst of each service and one for all else that fires on it; the whole list is on the alerts page.
        if !firing.isEmpty { list.write(worstOf: picture.services, into: &alerts) }
        let counts: [Phrase] = [firing.isEmpty ? nil : "\(firing.count) firing", pending == 0 ? nil : "\(pending) pending", quiet == 0 ? nil : "\(quiet) muted"].compactMap { $0 }
        return try tenant.frame.page(
            "index.html", template: "overview", title: title, say: say(list), crumbs: [.init(.verbatim(picture.site.title))], tab: "Overview", tone: picture.state,
            blocks: ["alerts": alerts, "services": services, "incidents": incidents, "sources": sources, "cost": cost, "findings": findings, "problems": problems],
            words: ["alerts_note": counts.isEmpty ? "none" : counts.joined(separator: ", ") + (firing.count > 1 ? ", grouped by service" : ""),
                    "alerts_path": .verbatim(here.href("alerts/index.html")), "services_title": !picture.isStale ? "Services" : picture.dataTo.map { "Services, as of \(picture.clock.moment($0))" } ?? "Services, as of never"],
            flags: ["shows_body": picture.site.disabled == nil])
    }

    private var title: Phrase {
        let attention = picture.services.filter(\.state.needsAttention)
        guard let first = attention.first else { return picture.site.disabled == nil ? .verbatim(picture.site.id) : "Disabled" }
        return "\(first.state.word): \(attention.count) of \(Words.plural(picture.services.count, "service"))"
    }

    private func say(_ list: AlertList) -> Say {
        var actions: [Say.Action] = []
        if let worst = picture.services.first, let alert = worst.worst {
            if let path = list.runbookPath(alert.key.rule) { actions.append(.init("Open runbook", here.href(path))) }
            actions.append(.init(.verbatim(worst.site.title), here.href(ServiceRange.sixHours.path(of: worst.site.id))))
        }
        return Say(picture.state, Verdict.sentence(picture), detail: Verdict.detail(picture), actions: actions)
    }

    /// The exact error of a source, and who can fix it: only where it explains a stale or empty picture.
    private var problems: Markup {
        var out = Markup(picture.language)
        for problem in picture.problems.prefix(picture.isStale || picture.dataTo == nil ? 3 : 0) {
            out.raw("<p class=\"banner\"><b>"); out.text("\(problem.operation): \(problem.kind.words)"); out.raw("</b> "); out.text(AlertList.sentence(problem.message)); out.raw("</p>\n")
        }
        return out
    }

    private var services: Markup {
        var out = Markup(picture.language)
        let columns: [Table.Column] = [.init("State"), .init("Service"), .init("Backlog", class: "n"), .init("Oldest message", class: "n"), .init("Errors, 24 h", class: "n"),
                                       .init("Slowest p99 of timeout", class: "n"), .init("30 days", class: "md")]
        guard !picture.services.isEmpty else { out.note("No service is configured for this tenant yet."); return out }
        let attention = picture.services.count { $0.state.needsAttention }, shown = picture.services.prefix(max(attention, Self.mostServices))
        let folded = picture.services.dropFirst(shown.count)
        let rows = shown.map { ServiceRow(service: $0, picture: picture, here: here).cells }
        Table("t stack mid", caption: "Worst first. Small charts cover 24 h to \(picture.clock.moment(picture.end)), each row on its own scale except p99, which is 0 to 100 % of the timeout.",
              columns: columns, rows: rows).write(into: &out)
        guard !folded.isEmpty else { return out }
        out.raw("<details><summary>"); out.text(folded.count == 1 ? "1 more service that needs no look" : "\(folded.count) more services that need no look"); out.raw("</summary>")
        Table("t tight", caption: "In the same order.", columns: Array(columns.prefix(2)), rows: folded.map { Array(ServiceRow(service: $0, picture: picture, here: here).cells.prefix(2)) }).write(into: &out)
        out.raw("</details>\n")
        return out
    }

    private var incidents: Markup {
        var out = Markup(picture.language)
        let recent = picture.incidents.filter { ($0.endedAt ?? picture.now) >= picture.now - 7 * 86_400 }
        guard !recent.isEmpty else { out.note("No incident in the last 7 days."); return out }
        let rows = recent.prefix(10).map { incident -> [Cell] in
            var name = Markup(picture.language)
            name.link(.known(incident.title), here.href(IncidentPage.path(incident.id)))
            let lasted: Phrase = incident.endedAt.map { .verbatim(Words.span($0 - incident.startedAt)) } ?? "open, \(Words.span(picture.now - incident.startedAt))"
            return [Cell("\(picture.clock.day(incident.startedAt)) \(picture.clock.time(incident.startedAt))", class: "nw"), Cell(name, isHeader: true), Cell(lasted, class: "n")]
        }
        Table("t tight lst", caption: recent.count > 10 ? "Newest 10 of \(recent.count) in the last 7 days." : "Last 7 days.",
              columns: [.init("Started"), .init("Incident"), .init("Lasted", class: "n")], rows: Array(rows)).write(into: &out)
        return out
    }

    private var sources: Markup {
        var out = Markup(picture.language)
        guard !picture.readings.isEmpty else { out.note("No source has been read yet."); return out }
        Table("t tight", caption: "Last good read per source. A late source is shown as a gap, never as zero.",
              columns: [.init("Source"), .init("State"), .init("Data to", class: "n"), .init("Lag", class: "n p2")], rows: picture.readings.map { SourceRow.cells($0, picture) }).write(into: &out)
        return out
    }

    private var cost: Markup {
        var out = Markup(picture.language)
        guard !picture.ledger.isEmpty else { out.note("Nothing was asked this month, so nothing was paid."); return out }
        let largest = picture.ledger.sorted { ($0.dollars, Double($0.calls), $1.operation) > ($1.dollars, Double($1.calls), $0.operation) }
        let rows = largest.prefix(8).map { [Cell(verbatim: $0.operation, isHeader: true), Cell($0.counted, class: "n"), Cell(verbatim: Words.dollars($0.dollars), class: "n")] }
        let rest = largest.dropFirst(8)
        let others = rest.isEmpty ? [] : [[Cell("\(rest.count) others", isHeader: true), Cell(Words.plural(rest.reduce(0) { $0 + $1.calls }, "call"), class: "n"), Cell(verbatim: Words.dollars(rest.reduce(0) { $0 + $1.dollars }), class: "n")]]
        let foot = [Cell("Total since \(picture.clock.shortDay(picture.ledgerFrom))", isHeader: true), Cell(Words.plural(picture.ledger.reduce(0) { $0 + $1.calls }, "call"), class: "n"),
                    Cell(verbatim: Words.dollars(picture.ledger.reduce(0) { $0 + $1.dollars }), class: "n")]
        Table("t tight", caption: "Estimated cost of reading, this month so far, at list prices.",
              columns: [.init(("Operation" as Phrase).form("call")), .init(("Read" as Phrase).form("done"), class: "n"), .init("Cost", class: "n")], rows: rows + others, foot: foot).write(into: &out)
        return out
    }

    private var findings: Markup {
        var out = Markup(picture.language)
        let open = picture.site.findings.sorted { ($0.state, $0.title) < ($1.state, $1.title) }
        guard !open.isEmpty else { out.note("No finding is recorded for this tenant."); return out }
        Table("t tight", caption: open.count > 8 ? "Worst 8 of \(open.count). All are under Checks." : "Configuration checks of this build.",
              columns: [.init("State"), .init("Finding")], rows: open.prefix(8).map { FindingRow.cells($0, here, picture.clock) }).write(into: &out)
        return out
    }
}

extension LedgerEntry {
    /// What the price counts, in its own unit: bytes, traces and calls do not add up.
    var counted: Phrase {
        switch operation {
        case "cloudwatch:GetMetricData": Words.plural(units, "metric")
        case "logs:StartQuery", "logs:FilterLogEvents": .verbatim(Words.bytes(Double(units)))
        case "xray:GetTraceSummaries", "xray:BatchGetTraces", "xray:StartTraceRetrieval": Words.plural(units, "trace")
        default: Words.plural(calls, "call")
        }
    }
}

/// A source in the freshness table.
enum SourceRow {
    static func cells(_ reading: SourceReading, _ picture: TenantPicture) -> [Cell] {
        var name = Markup(picture.language)
        name.text(.known(reading.what))
        if let detail = reading.detail { name.raw("<span class=\"sub\">"); name.text(.told(detail, as: "reading")); name.raw("</span>") }
        let lag = reading.dataTo.map { max(0, picture.now - $0) }
        let isLate = (lag ?? 0) > 3 * picture.site.interval
        let (state, word): (StateMark, Phrase?) = switch reading.state {
        case .ok: isLate ? (.stale, nil) : (.ok, nil)
        case .partial: (.warning, "Partial")
        case .denied: (.denied, nil)
        case .failed: (.noData, "Failed")
        }
        return [Cell(name, isHeader: true), .state(state, word: word), Cell(reading.dataTo.map { .verbatim(picture.clock.moment($0)) } ?? (reading.state == .ok ? "–" : "never"), class: "n"),
                Cell(verbatim: lag.map { Words.span($0) } ?? "–", class: "n p2")]
    }
}

/// A finding of the configuration checks.
enum FindingRow {
    static func cells(_ finding: FindingSite, _ here: PageLocation, _ clock: TenantClock) -> [Cell] {
        var title = Markup(clock.language)
        if let link = finding.link { title.link(finding.title, here.href(link)) } else { title.text(finding.title) }
        if let detail = finding.detail {
            title.raw("<span class=\"sub\">"); title.text(detail)
            if let since = finding.since { title.text(" Since \(clock.day(since)).") }
            title.raw("</span>")
        }
        return [.state(finding.state, word: finding.word), Cell(title, isHeader: true)]
    }
}
