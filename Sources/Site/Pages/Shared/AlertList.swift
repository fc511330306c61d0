import Alerting
import Telemetry

/// Alerts as lines: state and since, what, value against limit, links with the runbook first.
struct AlertList {
    var picture: TenantPicture
    var here: PageLocation

    func write(_ alerts: [AlertState], namesService: Bool, into out: inout Markup) {
        out.raw("<ul class=\"al\">")
        for alert in alerts.prefix(Self.mostInList) { write(alert, namesService: namesService, into: &out) }
        out.raw("</ul>\n")
        let rest = alerts.dropFirst(Self.mostInList)
        if !rest.isEmpty { writeGroups(rest, into: &out) }
    }

    /// Beyond these nobody reads on line by line, and a phone waits for it.
    private static let mostInList = 200, mostInLine = 4

    /// Nothing that fires is left out: what is too much for lines is counted by service and rule.
    private func writeGroups(_ alerts: ArraySlice<AlertState>, into out: inout Markup) {
        let groups = Dictionary(grouping: alerts) { "\($0.service) \($0.key.rule)" }.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        let rows = groups.compactMap { _, same -> [Cell]? in
            guard let first = same.first else { return nil }
            let service = picture.site.service(first.service)
            var title = Markup(picture.language)
            title.link(service?.title ?? first.service, here.href(ServiceRange.sixHours.path(of: first.service)))
            title.text(": \(Words.midSentence(picture.ruleTitle(first.key.rule)))")
            return [.state(same.compactMap(\.mark).min() ?? .ok), Cell(title, isHeader: true), Cell(verbatim: Words.count(same.count), class: "n")]
        }
        Table("t tight", caption: "\(Words.plural(alerts.count, "more alert")), counted by service and rule. alerts.json lists each.",
              columns: [.init("State"), .init("Alert"), .init("Resources", class: "n")], rows: rows).write(into: &out)
    }

    private func write(_ alert: AlertState, namesService: Bool, into out: inout Markup) {
        let mark = alert.mark ?? .ok
        out.raw("<li><div>"); out.state(mark); out.raw("<span class=\"sub\">"); out.text(since(alert, mark)); out.raw("</span></div><div><h3>")
        let title = picture.ruleTitle(alert.key.rule)
        let service = picture.site.service(alert.service)
        out.text(namesService ? "\(service?.title ?? alert.service): \(Words.midSentence(title))" : title)
        out.raw("</h3><p><span class=\"v\">"); out.text(alert.summary.isEmpty ? values(alert) : Self.sentence(alert.said)); out.raw("</span>")
        if let note = note(alert) { out.raw(" "); out.text(note) }
        out.raw("</p>")
        links(alert, service, into: &out)
        out.raw("</div></li>")
    }

    /// The worst alert of each service, and what else fires on it in a line of its own.
    func write(worstOf services: [ServicePicture], into out: inout Markup) {
        out.raw("<ul class=\"al\">")
        for service in services {
            guard let worst = service.worst else { continue }
            write(worst, namesService: true, into: &out)
            let rest = service.firing.dropFirst()
            guard let next = rest.first else { continue }
            out.raw("<li><div>"); out.state(next.mark ?? .warning); out.raw("<span class=\"sub\">"); out.text("since \(picture.clock.moment(rest.map(\.since).min() ?? next.since))")
            out.raw("</span></div><div><h3>"); out.text("\(service.site.title): \(Words.plural(rest.count, "more alert"))"); out.raw("</h3><p>")
            out.text(rest.prefix(Self.mostInLine).map { alert -> Phrase in "\(picture.ruleTitle(alert.key.rule)) \(AlertEvidence(alert, picture.rule(alert.key.rule)).words)" }.joined(separator: " · "))
            if rest.count > Self.mostInLine { out.text(" · and \(rest.count - Self.mostInLine) more") }
            out.raw("</p><div class=\"lk\">"); out.link("Rules", here.href(ServiceRange.sixHours.path(of: service.site.id) + "#rules")); out.raw("</div></div></li>")
        }
        out.raw("</ul>\n")
    }

    func since(_ alert: AlertState, _ mark: StateMark) -> Phrase {
        let clock = picture.clock
        if mark == .pending, let rule = picture.rule(alert.key.rule), rule.forSeconds > 0 {
            return "fires at \(clock.moment(alert.activeAt + rule.forSeconds))"
        }
        if mark == .silenced || mark == .maintenance {
            return silence(alert)?.until.map { "until \(clock.moment($0))" } ?? "since \(clock.moment(alert.since))"
        }
        return "since \(clock.moment(alert.since)), \(Words.span(max(0, picture.now - alert.since)))"
    }

    /// `47 min, limit 15 min`
    func values(_ alert: AlertState) -> Phrase {
        AlertEvidence(alert, picture.rule(alert.key.rule)).words + "."
    }

    private func note(_ alert: AlertState) -> Phrase? {
        if let silence = silence(alert) { return "“\(silence.reason)”, by \(silence.by)." }
        if let unknown = alert.unknownSince { return "No fresh value since \(picture.clock.moment(unknown)): the state is kept, not confirmed." }
        if let cause = alert.suppressedBy, alert.phase == .firing { return "Not sent: \(Phrase.told(cause, as: "cause"))." }
        if let fine = alert.recoveringSince { return "Fine again since \(picture.clock.moment(fine)); resolves when that lasts." }
        return nil
    }

    private func silence(_ alert: AlertState) -> SilenceSite? {
        guard let cause = alert.suppressedBy else { return nil }
        guard case .muted(_, let id) = Suppression(cause) else { return nil }
        return picture.site.silences.first { $0.id == id }
    }

    private func links(_ alert: AlertState, _ service: ServiceSite?, into out: inout Markup) {
        out.raw("<div class=\"lk\">")
        if let path = runbookPath(alert.key.rule) { out.link("Runbook", here.href(path), class: "b") }
        if let service { out.link(service.title, here.href(ServiceRange.sixHours.path(of: service.id) + "#rules")) }
        if let incident = alert.incident, picture.incidents.contains(where: { $0.id == incident }) {
            out.link("Incident \(incident)", here.href(IncidentPage.path(incident)))
        }
        out.raw("</div>")
        guard alert.phase == .firing, !alert.isMuted, here.path == AlertsPage.path else { return }
        out.raw("<details class=\"sm\"><summary>"); out.text("Silence"); out.raw("</summary><pre><code>")
        out.text(SilenceCommand.silence(alert, tenant: picture.site.id))
        out.raw("</code></pre></details>")
    }

    func runbookPath(_ rule: String) -> String? {
        picture.rule(rule).flatMap { picture.site.document(.runbook, $0.runbook) }?.path
    }

    /// With a full stop at its end; words of users and of sources.
    static func sentence(_ text: String) -> String { ends(.verbatim(text)) ? text : text + "." }
    static func sentence(_ phrase: Phrase) -> Phrase { ends(phrase) ? phrase : "\(phrase)." }

    static func ends(_ phrase: Phrase) -> Bool { phrase.english.last.map { ".!?".contains($0) } ?? true }
}
