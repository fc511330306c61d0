import Alerting
import Telemetry

/// Rules with their state on each resource: firing ones one by one, quiet ones once a rule.
struct RuleRows {
    static let columns: [Table.Column] = [.init("State"), .init("Rule"), .init("Now", class: "n"), .init("Limit", class: "n"), .init("For", class: "n"), .init("Since")]

    let picture: TenantPicture
    let here: PageLocation

    func rows(of service: ServicePicture) -> [[Cell]] {
        let ids = Set(service.resources.map(\.id))
        let rules = picture.site.rules.filter { !ids.isDisjoint(with: $0.resources) }
        let active = service.alerts.compactMap { alert in rules.first { $0.id == alert.key.rule }.map { (alert, $0) } }
        let quiet = rules.filter { rule in !active.contains { $0.0.key.rule == rule.id } }
        return active.map { row($0.0, $0.1) } + quiet.map { row($0, service) }
    }

    private func row(_ alert: AlertState, _ rule: RuleSite) -> [Cell] {
        let mark = alert.mark ?? .ok
        let resource = picture.services.flatMap(\.resources).first { $0.id == alert.key.resource }?.site.title ?? alert.key.resource.name
        let since = mark == .pending && rule.forSeconds > 0 ? "fires at \(picture.clock.moment(alert.activeAt + rule.forSeconds))" : picture.clock.moment(alert.since)
        return [.state(mark, class: "w"), name(rule, "\(resource): \(condition(rule))", isLinked: true),
                Cell(alert.value.map { Words.value($0, rule.unit) } ?? "–", class: "n", label: "Now"),
                Cell(alert.limit.map { Words.value($0, rule.unit) } ?? "any", class: "n", label: "Limit"),
                Cell(hold(rule), class: "n", label: "For"), Cell(since, label: "Since")]
    }

    private func row(_ rule: RuleSite, _ service: ServicePicture) -> [Cell] {
        let watched = service.resources.filter { rule.resources.contains($0.id) }
        // A rule that sees no value is not fine: it knows nothing.
        let state: StateMark = !watched.isEmpty && watched.allSatisfy({ [.noData, .denied, .asleep, .stale].contains($0.state) }) ? watched[0].state : .ok
        return [.state(state, class: "w"), name(rule, condition(rule), isLinked: false), Cell("–", class: "n", label: "Now"),
                Cell("–", class: "n", label: "Limit"), Cell(hold(rule), class: "n", label: "For"), Cell("–", label: "Since")]
    }

    func name(_ rule: RuleSite, _ detail: String, isLinked: Bool) -> Cell {
        var out = Markup()
        if let document = picture.site.document(.runbook, rule.runbook) { out.link(rule.title, here.href(document.path)) } else { out.text(rule.title) }
        out.raw("<span class=\"sub\">"); out.text(detail); out.raw("</span>")
        return Cell(out, class: "w", isHeader: true)
    }

    func condition(_ rule: RuleSite) -> String {
        [rule.warning.map { "warning: \($0)" }, rule.critical.map { "critical: \($0)" }].compactMap { $0 }.joined(separator: "; ")
    }

    func hold(_ rule: RuleSite) -> String { rule.forSeconds > 0 ? Words.span(rule.forSeconds) : "at once" }
}
