import Alerting
import Storage
import Telemetry

/// A month on one page, made to be printed: it tells of what is over, so it never goes out of date.
package struct MonthlyReportPage {
    let report: MonthlyReport
    let site: TenantSite
    private let clock: TenantClock

    init(_ report: MonthlyReport, site: TenantSite, clock: TenantClock) {
        self.report = report
        self.site = site
        self.clock = clock
    }

    /// As one file, and its numbers.
    package static func files(of month: ReportMonth, site: TenantSite, store: TenantStore, theme: SiteTheme, now: Timestamp) throws -> (html: [UInt8], csv: [UInt8]) {
        let picture = try TenantPicture.read(site, from: store, now: now, language: theme.language), report = try MonthlyReport(month, of: site, store: store, now: now)
        let tenant = TenantFrame(picture, theme: theme, hasTraces: site.services.contains { !$0.traceGroups.isEmpty })
        let page = try MonthlyReportPage(report, site: site, clock: picture.clock).page(tenant)
        return (StandalonePage(theme: theme).bytes(of: page, base: site.baseURL.map { $0 + site.id + "/" }), MonthlyReportCSV(report, tenant: site.id).bytes)
    }

    func page(_ tenant: TenantFrame) throws(TemplateError) -> SitePage {
        try tenant.timeless.page(
            report.month.path, template: "report", title: title, say: Say(nil, sentence, detail: detail),
            crumbs: tenant.crumbs(.init("Reports", ReportsPage.path), .init(report.month.title)), tab: "Reports",
            blocks: ["availability": availability, "objectives": objectives, "incidents": incidents, "noise": noise, "cost": cost])
    }

    private var title: Phrase { report.isRunning ? "\(report.month.title) so far" : report.month.title }

    private var sentence: Phrase {
        let count = report.incidents.count
        let services = Words.plural(report.services.count, "service")
        return count == 0 ? "\(title): no incident on \(services)" : "\(title): \(Words.plural(count, "incident")) on \(services)"
    }

    private var detail: Markup {
        var out = Markup(clock.language)
        let known = report.services.compactMap { service in service.availability.map { (service.title, $0) } }
        if let worst = known.min(by: { $0.1 < $1.1 }) {
            out.text(worst.1 == 1 ? "No critical alert fired on any service in all of its measured time. " : "Lowest availability: \(worst.0), \(Self.fine(worst.1)). ")
        }
        let missed = report.objectives.filter { $0.isMet == false }
        if !report.objectives.isEmpty { out.text(missed.isEmpty ? "Objectives: all that were counted are kept. " : "Objectives missed: \(Words.list(missed.map(\.title))). ") }
        out.text("\(clock.fullDay(report.window.start)) to \(clock.fullDay(report.window.end - 1)), \(clock.zone).")
        return out
    }

    private var availability: Markup {
        var out = Markup(clock.language)
        let rows = report.services.map { service -> [Cell] in
            var strip = Markup(clock.language)
            if service.days.isEmpty { strip.raw("<span class=\"soft\">–</span>") } else { DayStrip(service.days).write(into: &strip) }
            return [Cell(verbatim: service.title, class: "w", isHeader: true), Cell(service.availability.map { .verbatim(Self.fine($0)) } ?? "not measured", class: "n", label: "Available"),
                    Cell(verbatim: service.criticalSeconds > 0 ? Words.span(service.criticalSeconds) : "–", class: "n", label: "Critical"), Cell(verbatim: service.warningSeconds > 0 ? Words.span(service.warningSeconds) : "–", class: "n", label: "Warning"),
                    Cell(verbatim: Words.percent(Double(service.measuredSeconds) / Double(max(1, report.window.seconds))), class: "n", label: "Measured"), Cell(strip, label: "Days")]
        }
        guard !rows.isEmpty else { out.note("No service is configured."); return out }
        Table("t stack", caption: "Available is the share of the measured time without a critical alert; an hour without any number, or before rules looked at it, is not measured, neither good nor bad.",
              columns: [.init("Service"), .init("Available", class: "n"), .init("Critical", class: "n"), .init("Warning", class: "n"), .init("Measured", class: "n"), .init("Days")], rows: rows).write(into: &out)
        return out
    }

    private var objectives: Markup {
        var out = Markup(clock.language)
        let rows = report.objectives.map { objective -> [Cell] in
            [objective.isMet.map { Cell.state($0 ? .ok : .critical, word: $0 ? "Kept" : "Missed") } ?? .state(.noData, word: "No event"), Cell("\(objective.service): \(Words.midSentence(objective.title))", class: "w", isHeader: true),
             Cell("\(Words.decimal(objective.promised * 100, places: 3))\u{A0}%", class: "n", label: "Promise"), Cell(verbatim: objective.kept.map(Self.fine) ?? "–", class: "n", label: "Kept"),
             Cell("\(Words.count(objective.bad)) of \(Words.count(objective.events))", class: "n", label: "Bad"), Cell(verbatim: objective.budgetUsed.map(Words.percent) ?? "–", class: "n", label: "Budget used")]
        }
        guard !rows.isEmpty else { return out }
        Table("t stack q", caption: "Counted over the month alone, whatever the objective’s own window is.",
              columns: [.init("State"), .init("Objective"), .init("Promise", class: "n"), .init("Kept", class: "n"), .init("Bad events", class: "n"), .init("Budget used", class: "n")], rows: rows).write(into: &out)
        return out
    }

    private var incidents: Markup {
        var out = Markup(clock.language)
        guard !report.incidents.isEmpty else { out.note("No incident."); return out }
        let rows = report.incidents.prefix(200).map { incident -> [Cell] in
            let title: Phrase = "\(site.service(incident.service)?.title ?? incident.service): \(Words.midSentence(Phrase.known(incident.title)))"
            return [.state(incident.severity == .critical ? .critical : .warning), Cell(title, class: "w", isHeader: true), Cell("\(clock.day(incident.startedAt)) \(clock.time(incident.startedAt))", label: "Began"),
                    Cell(incident.endedAt.map { .verbatim(Words.span($0 - incident.startedAt)) } ?? "still open", class: "n", label: "Lasted")]
        }
        let middle: Phrase = report.medianSeconds.map { " Half of those that ended did so within \(Words.span($0))." } ?? ""
        Table("t stack q", caption: (report.incidents.count > 200 ? "First 200 of \(report.incidents.count)." : "\(Words.plural(report.incidents.count, "incident")), the oldest first.") + middle,
              columns: [.init("Severity"), .init("Incident"), .init("Began"), .init("Lasted", class: "n")], rows: Array(rows)).write(into: &out)
        return out
    }

    private var noise: Markup {
        var out = Markup(clock.language)
        guard !report.noise.isEmpty else { out.note("No rule fired."); return out }
        let rows = report.noise.prefix(50).map { record -> [Cell] in
            [Cell(.known(site.rules.first { $0.id == record.rule }?.title ?? record.rule), class: "w", isHeader: true), Cell(verbatim: Words.count(record.fired), class: "n"), Cell(verbatim: Words.count(record.flaps), class: "n"),
             Cell(verbatim: Words.count(record.suppressed), class: "n p2"), Cell(verbatim: record.median.map { Words.span($0) } ?? "–", class: "n p2")]
        }
        let told = (report.messages ?? [:]).values.reduce(0, +)
        let messages: Phrase = report.messages.map { states in
            states[.dead].map { " \(Words.plural(told, "message")) in all, \($0) not delivered." } ?? " \(Words.plural(told, "message")) in all."
        } ?? " How many messages that made is no longer on record."
        Table("t tight", caption: "Rules that fired; one that came back did so within an hour of its end." + messages,
              columns: [.init("Rule"), .init("Fired", class: "n"), .init("Came back", class: "n"), .init("Suppressed", class: "n p2"), .init("Middle length", class: "n p2")], rows: Array(rows)).write(into: &out)
        return out
    }

    private var cost: Markup {
        var out = Markup(clock.language)
        guard !report.costs.isEmpty else { out.note("Nothing was asked, so nothing was paid."); return out }
        let rows = report.costs.map { [Cell(verbatim: $0.source, isHeader: true), Cell(verbatim: Words.count($0.calls), class: "n"), Cell(verbatim: Words.dollars($0.dollars), class: "n")] }
        let total = [Cell("Total", isHeader: true), Cell(verbatim: Words.count(report.costs.reduce(0) { $0 + $1.calls }), class: "n"), Cell(verbatim: Words.dollars(report.dollars), class: "n")]
        Table("t tight", caption: "What reading cost, estimated at list prices." + (report.costBefore > 0 ? " The month before: \(Words.dollars(report.costBefore))." : ""),
              columns: [.init("Source"), .init("Calls", class: "n"), .init("Cost", class: "n")], rows: rows, foot: total).write(into: &out)
        return out
    }

    /// `99.97 %`: two more digits than elsewhere, because that is where promises lie.
    private static func fine(_ share: Double) -> String { share >= 1 ? "100\u{A0}%" : "\(Words.decimal(Double(scaled(share, by: 100_000)) / 1_000, places: 3))\u{A0}%" }
}
