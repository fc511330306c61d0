import Alerting
import Telemetry

/// Alerts as lines: state and since, what, value against limit, links with the runbook first.
struct AlertList {
    var picture: TenantPicture
    var here: PageLocation

    /// What is known of one alert, ready for a list or a table.
    struct Line {
        var mark: StateMark
        var title: String
        var summary: String
        var note: String?
    }

    func write(_ alerts: [AlertState], namesService: Bool, into out: inout Markup) {
        out.raw("<ul class=\"al\">")
        for alert in alerts {
            let mark = alert.mark ?? .ok
            out.raw("<li><div>"); out.state(mark); out.raw("<span class=\"sub\">"); out.text(since(alert, mark)); out.raw("</span></div><div><h3>")
            let title = picture.rule(alert.key.rule)?.title ?? alert.key.rule
            let service = picture.site.service(alert.service)
            out.text(namesService ? "\(service?.title ?? alert.service): \(Words.midSentence(title))" : title)
            out.raw("</h3><p><span class=\"v\">"); out.text(alert.summary.isEmpty ? values(alert) : Self.sentence(alert.summary)); out.raw("</span>")
            if let note = note(alert) { out.raw(" "); out.text(note) }
            out.raw("</p>")
            links(alert, service, into: &out)
            out.raw("</div></li>")
        }
        out.raw("</ul>\n")
    }

    func since(_ alert: AlertState, _ mark: StateMark) -> String {
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
    func values(_ alert: AlertState) -> String {
        let unit = alert.unit(picture.rule(alert.key.rule))
        let value = alert.value.map { Words.value($0, unit) } ?? "no value"
        return alert.limit.map { "\(value), limit \(Words.value($0, unit))." } ?? "\(value)."
    }

    private func note(_ alert: AlertState) -> String? {
        if let silence = silence(alert) { return "“\(silence.reason)”, by \(silence.by)." }
        if let unknown = alert.unknownSince { return "No fresh value since \(picture.clock.moment(unknown)): the state is kept, not confirmed." }
        if let cause = alert.suppressedBy, alert.phase == .firing { return "Not sent: \(cause)." }
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
        out.raw("<details class=\"sm\"><summary>Silence</summary><pre><code>")
        out.text(SilenceCommand.silence(alert, tenant: picture.site.id))
        out.raw("</code></pre></details>")
    }

    func runbookPath(_ rule: String) -> String? {
        picture.rule(rule).flatMap { picture.site.document(.runbook, $0.runbook) }?.path
    }

    static func sentence(_ text: String) -> String { text.last.map { ".!?".contains($0) ? text : text + "." } ?? text }
}
