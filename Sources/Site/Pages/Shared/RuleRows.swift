import Alerting
import Signals
import Telemetry

/// Rules with their state on each resource: firing ones one by one, quiet ones once a rule.
struct RuleRows {
    static let columns: [Table.Column] = [.init("State"), .init("Rule"), .init("Now", class: "n"), .init("Limit", class: "n"), .init("For", class: "n"), .init("Since")]

    let picture: TenantPicture
    let here: PageLocation

    func rows(of service: ServicePicture) -> [[Cell]] {
        let rules = picture.rules(watching: service)
        let active = service.alerts.compactMap { alert in rules.first { $0.id == alert.key.rule }.map { (alert, $0) } }
        let quiet = rules.filter { rule in !active.contains { $0.0.key.rule == rule.id } }
        return active.map { row($0.0, $0.1) } + quiet.map { row($0, service) }
    }

    private func row(_ alert: AlertState, _ rule: RuleSite) -> [Cell] {
        let mark = alert.mark ?? .ok, unit = alert.unit(rule)
        let resource = picture.services.lazy.flatMap(\.resources).first { $0.id == alert.key.resource }?.site.title ?? alert.key.resource.name
        let since = mark == .pending && rule.forSeconds > 0 ? "fires at \(picture.clock.moment(alert.activeAt + rule.forSeconds))" : picture.clock.moment(alert.since)
        return [.state(mark, class: "w"), name(rule, resource), Cell(alert.value.map { Words.value($0, unit) } ?? "–", class: "n", label: "Now"),
                Cell(alert.limit.map { Words.value($0, unit) } ?? "any", class: "n", label: "Limit"), Cell(hold(rule), class: "n", label: "For"), Cell(since, label: "Since")]
    }

    private func row(_ rule: RuleSite, _ service: ServicePicture) -> [Cell] {
        let watched = service.resources.filter { rule.resources.contains($0.id) }
        // A rule that sees no value is not fine: it knows nothing.
        let state: StateMark = !watched.isEmpty && watched.allSatisfy({ [.noData, .denied, .asleep, .stale].contains($0.state) }) ? watched[0].state : .ok
        let reading = quietest(rule, watched)
        let learned = service.quiet.lazy.filter { $0.key.rule == rule.id }.compactMap { $0.memory.learned }.min()
        return [.state(state, word: learned == nil ? nil : "Learning", class: "w"), name(rule, watched.count == 1 ? watched[0].site.title : Words.plural(watched.count, rule.on.word), isInline: true),
                Cell(reading?.now ?? "–", class: "n", label: "Now"), Cell(reading?.limit ?? "–", class: "n", label: "Limit"), Cell(hold(rule), class: "n", label: "For"),
                Cell(learned.map { "\($0)\u{A0}% of the past that it needs" } ?? "–", label: "Since")]
    }

    /// How near the nearest resource is to the rule's first plain limit; nothing where the condition has another shape or nothing is known.
    private func quietest(_ rule: RuleSite, _ watched: [ResourcePicture]) -> (now: String, limit: String)? {
        for limit in rule.limits {
            // A quiet rule with a value beyond this limit is kept quiet by another of its conditions: the pair would mislead.
            guard let bound = limit.warning ?? limit.critical, let greatest = watched.compactMap({ $0.reading(limit.signal) }).filter({ $0 <= bound }).max() else { continue }
            let signal = Signal(rule.on, limit.signal), unit = SignalCatalogue.definition(of: signal)?.unit ?? DerivedSignal.named(signal)?.type.unit ?? rule.unit
            return (Words.value(greatest, unit), Words.value(bound, unit))
        }
        return nil
    }

    func name(_ rule: RuleSite, _ detail: String, isInline: Bool = false) -> Cell {
        var out = Markup()
        if let document = picture.site.document(.runbook, rule.runbook) { out.link(rule.title, here.href(document.path)) } else { out.text(rule.title) }
        out.trusted(isInline ? " <span class=\"sm soft\">" : "<span class=\"sub\">"); out.text(detail); out.raw("</span>")
        return Cell(out, class: "w", isHeader: true)
    }

    func condition(_ rule: RuleSite) -> String {
        [rule.warning.map { "warning: \($0)" }, rule.critical.map { "critical: \($0)" }].compactMap { $0 }.joined(separator: "; ")
    }

    func hold(_ rule: RuleSite) -> String { rule.forSeconds > 0 ? Words.span(rule.forSeconds) : "at once" }
}

extension AlertState {
    /// Of its value and limit: as the evaluator found them, for a rule may compare different things.
    func unit(_ rule: RuleSite?) -> MetricUnit { memory.unit ?? rule?.unit ?? .count }
}

extension ResourcePicture {
    /// The newest value of a stored or derived signal.
    func reading(_ name: String) -> Double? {
        if let stored = latest(name) { return stored }
        guard let resource else { return nil }
        var reader = SignalReader(resource, grid: day.suffix(seconds: 4 * day.period))
        return reader.column(name)?.values.last { !$0.isNaN }
    }
}
