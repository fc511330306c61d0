import Alerting
import Signals
import Telemetry

/// Rules with their state on each resource: firing ones one by one, quiet ones once a rule.
struct RuleRows {
    static let columns: [Table.Column] = [.init("State"), .init("Rule"), .init("Now", class: "n"), .init("Limit", class: "n"), .init("For", class: "n"), .init("Since")]

    let picture: TenantPicture
    let here: PageLocation

    private static let mostActive = 20, mostOpen = 4

    /// What fires stands open; many rules that are fine are folded.
    /// - Parameter isAlone: a page of one resource.
    func write(_ service: ServicePicture, isAlone: Bool = false, into out: inout Markup) {
        let rules = picture.rules(watching: service), known = Dictionary(rules.map { ($0.id, $0) }) { first, _ in first }
        let active = service.alerts.compactMap { alert in known[alert.key.rule].map { (alert, $0) } }
        let firing = Set(active.map(\.1.id)), quiet = rules.filter { !firing.contains($0.id) }
        guard !rules.isEmpty else { out.note(isAlone ? "No rule watches this resource." : "No rule watches this service."); return }
        let judged = quiet.map { row($0, service) }
        let fine = judged.count(where: \.isAtRest)
        let folds = !active.isEmpty && fine > Self.mostOpen
        let open = active.prefix(Self.mostActive).map { row($0.0, $0.1) } + judged.filter { !folds || !$0.isAtRest }.map(\.cells)
        let left = active.count - Self.mostActive
        let now = picture.clock.time(picture.now), whole = Words.plural(rules.count, "rule")
        let watch: Phrase = isAlone ? (rules.count == 1 ? "\(whole) watches this resource." : "\(whole) watch this resource.") : rules.count == 1 ? "\(whole) watches this service." : "\(whole) watch this service."
        let evaluated: Phrase = picture.dataTo.map { "Evaluated at \(now) on data to \(picture.clock.moment($0))." } ?? "Evaluated at \(now)."
        Table("t stack q", caption: "\(watch) \(evaluated)\(left > 0 ? " \(Words.plural(left, "more alert")) on the page of alerts." : "")",
              columns: Self.columns, rows: open).write(into: &out)
        guard folds else { return }
        out.raw("<details><summary>"); out.text("\(Words.plural(fine, "rule")) at rest"); out.raw("</summary>")
        Table("t stack q", caption: "Nothing fires and nothing is pending.", columns: Self.columns, rows: judged.filter(\.isAtRest).map(\.cells)).write(into: &out)
        out.raw("</details>\n")
    }

    /// A rule of which nothing fires.
    private struct Judged {
        var cells: [Cell]
        /// Whether nothing is to be seen here: all is well, or there is nothing that it could judge.
        var isAtRest: Bool
    }

    /// A rule that sees no value is not fine: it knows nothing. One whose condition is about a setting that none of them has does not apply.
    func state(of rule: RuleSite, _ watched: [ResourcePicture]) -> (mark: StateMark, word: Phrase?) {
        guard let first = watched.first else { return (.disabled, "Watches nothing") }
        if watched.allSatisfy({ [.noData, .denied, .asleep, .stale].contains($0.state) }) { return (first.state, nil) }
        if let setting = rule.neededSetting, watched.allSatisfy({ $0.resource?.settings[setting] == nil }) { return (.disabled, "Does not apply") }
        let signals = Set(rule.limits.map(\.signal))
        if !signals.isEmpty, watched.allSatisfy({ resource in signals.allSatisfy { resource.reading($0) == nil } }) { return (.disabled, "Not measured") }
        return (.ok, nil)
    }

    private func row(_ alert: AlertState, _ rule: RuleSite) -> [Cell] {
        let mark = alert.mark ?? .ok, evidence = AlertEvidence(alert, rule)
        let resource = picture.services.lazy.flatMap(\.resources).first { $0.id == alert.key.resource }?.title ?? .verbatim(alert.key.resource.name)
        let since: Phrase = mark == .pending && rule.forSeconds > 0 ? "fires at \(picture.clock.moment(alert.activeAt + rule.forSeconds))" : .verbatim(picture.clock.moment(alert.since))
        return [.state(mark, class: "w"), name(rule, resource), Cell(evidence.value ?? (evidence.conditions == nil ? "–" : "holds"), class: "n", label: "Now"),
                Cell(evidence.limit ?? evidence.conditions.map { "\($0) conditions" } ?? "any", class: "n", label: "Limit"), Cell(hold(rule), class: "n", label: "For"), Cell(since, label: "Since")]
    }

    private func row(_ rule: RuleSite, _ service: ServicePicture) -> Judged {
        let watched = service.resources.filter { rule.resources.contains($0.id) }
        let state = state(of: rule, watched)
        let reading = quietest(rule, watched)
        let learned = service.quiet.lazy.filter { $0.key.rule == rule.id }.compactMap { $0.memory.learned }.min()
        let cells = [.state(state.mark, word: learned == nil ? state.word : "Learning", class: "w"), name(rule, watched.count == 1 ? watched[0].title : Words.plural(watched.count, rule.on.word), isInline: true),
                Cell(reading?.now ?? "–", class: "n", label: "Now"), Cell(reading?.limit ?? "–", class: "n", label: "Limit"), Cell(hold(rule), class: "n", label: "For"),
                Cell(learned.map { "\($0)\u{A0}% of the past that it needs" } ?? "–", label: "Since")]
        return Judged(cells: cells, isAtRest: state.mark == .ok || state.mark == .disabled)
    }

    /// How near the nearest resource is to the rule's first plain limit; nothing where the condition has another shape or nothing is known.
    private func quietest(_ rule: RuleSite, _ watched: [ResourcePicture]) -> (now: Phrase, limit: Phrase)? {
        for limit in rule.limits {
            // A quiet rule with a value beyond this limit is kept quiet by another of its conditions: the pair would mislead.
            guard let bound = limit.warning ?? limit.critical, let greatest = watched.compactMap({ $0.reading(limit.signal) }).filter({ $0 <= bound }).max() else { continue }
            let signal = Signal(rule.on, limit.signal), unit = SignalCatalogue.definition(of: signal)?.unit ?? DerivedSignal.named(signal)?.type.unit ?? rule.unit
            return (.known(Words.value(greatest, unit)), .known(Words.value(bound, unit)))
        }
        return nil
    }

    func name(_ rule: RuleSite, _ detail: Phrase, isInline: Bool = false) -> Cell {
        var out = Markup(picture.language)
        if let document = picture.site.document(.runbook, rule.runbook) { out.link(.known(rule.title), here.href(document.path)) } else { out.text(.known(rule.title)) }
        out.trusted(isInline ? " <span class=\"sm soft\">" : "<span class=\"sub\">"); out.text(detail); out.raw("</span>")
        return Cell(out, class: "w", isHeader: true)
    }

    func condition(_ rule: RuleSite) -> Phrase {
        [rule.warning.map { "warning: \($0)" }, rule.critical.map { "critical: \($0)" }].compactMap { (part: Phrase?) in part }.joined(separator: "; ")
    }

    func hold(_ rule: RuleSite) -> Phrase { rule.forSeconds > 0 ? .verbatim(Words.span(rule.forSeconds)) : "at once" }
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
