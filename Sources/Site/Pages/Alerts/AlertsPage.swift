import Alerting
import Storage
import Telemetry

/// All alerts in the order of urgency, and the rules behind them with what they did in 30 days.
struct AlertsPage {
    static let path = "alerts/index.html"

    let picture: TenantPicture
    let transitions: [AlertTransition]
    /// Of the last week, without those that wait their first try.
    let messages: [OutboxMessage]
    private let here = PageLocation(path)

    init(_ picture: TenantPicture, store: TenantStore) throws(StoreError) {
        self.picture = picture
        // Thirty days of the calendar are an hour longer where the clock was set back.
        let first = picture.clock.days(30, through: picture.now).first?.start ?? picture.now
        transitions = try store.transitions(in: TimeWindow(from: min(first, picture.now - 30 * 86_400), to: picture.now + 1))
        messages = try store.messages(in: TimeWindow(from: picture.now - 7 * 86_400, to: picture.now + 1)).filter { $0.kind != .test }
    }

    func page(_ tenant: TenantFrame) throws(TemplateError) -> SitePage {
        let list = AlertList(picture: picture, here: here)
        let firing = picture.alerts.filter { $0.mark == .critical || $0.mark == .warning }
        let pending = picture.alerts.filter { $0.mark == .pending }, quiet = picture.alerts.filter { $0.mark == .silenced || $0.mark == .maintenance }
        var fired = Markup(picture.language), waiting = Markup(picture.language), silenced = Markup(picture.language)
        if firing.isEmpty { fired.note("Nothing fires.") } else { list.write(firing, namesService: true, into: &fired) }
        if pending.isEmpty { waiting.note("No condition is true and waiting for its time.") } else { list.write(pending, namesService: true, into: &waiting) }
        if quiet.isEmpty { silenced.note("Nothing is silenced.") } else { list.write(quiet, namesService: true, into: &silenced) }
        SilenceTable(picture: picture).write(into: &silenced)
        let state = firing.first?.mark ?? (picture.isStale ? .stale : picture.dataTo == nil ? .noData : .ok)
        return try tenant.frame.page(
            Self.path, template: "alerts", title: firing.isEmpty ? "Alerts" : "\(firing.count) firing – alerts",
            say: Say(state, sentence(firing, state), detail: detail(pending.count, quiet.count)), crumbs: tenant.crumbs(.init("Alerts")), tab: "Alerts",
            blocks: ["firing": fired, "pending": waiting, "silenced": silenced, "resolved": resolved, "messages": messageBlock, "rules": rules])
    }

    private func sentence(_ firing: [AlertState], _ state: StateMark) -> Phrase {
        if state == .stale || state == .noData { return state == .stale ? Verdict.age(picture).map { "Alerts are paused: no fresh data for \($0)" } ?? "Alerts are paused: no fresh data for ever" : "No alert yet: there is no data" }
        let services = Set(firing.map(\.service)).sorted().compactMap { picture.site.service($0)?.title ?? $0 }
        guard let first = services.first else { return "No alert fires" }
        let title = Words.midSentence(first)
        return firing.count == 1 ? "1 alert fires: \(title)" : services.count == 1 ? "\(firing.count) alerts fire, all on \(title)" : "\(firing.count) alerts fire, on \(services.count) services"
    }

    private func detail(_ pending: Int, _ quiet: Int) -> Markup {
        var out = Markup(picture.language)
        out.text("\(pending) pending, \(quiet) silenced.")
        if quiet > 0, let words = picture.counts.words { out.text(" Firing in all: \(words).") }
        let resolved = transitions.filter { $0.kind == .resolved && picture.now - $0.at < 86_400 }.count
        if resolved > 0 { out.text(" \(Words.plural(resolved, "alert")) resolved in the last 24 h.") }
        return out
    }

    private var resolved: Markup {
        var out = Markup(picture.language)
        let rows = transitions.filter { $0.kind == .resolved && picture.now - $0.at < 7 * 86_400 }.prefix(50).map { transition -> [Cell] in
            let state = transition.state, clock = picture.clock
            let rule = picture.rule(state.key.rule)
            let title: Phrase = "\(picture.site.service(state.service)?.title ?? state.service): \(Words.midSentence(picture.ruleTitle(state.key.rule)))"
            return [.state(.resolved), Cell(title, class: "w", isHeader: true), Cell("\(clock.day(state.since)) \(clock.time(state.since))", label: "Fired"),
                    Cell(verbatim: clock.moment(transition.at), label: "Resolved"), Cell(verbatim: Words.span(max(0, transition.at - state.since)), class: "n", label: "Lasted"),
                    Cell(AlertEvidence(state, rule).value ?? "–", label: "Last value")]
        }
        guard !rows.isEmpty else { out.note("Nothing was resolved in the last 7 days."); return out }
        Table("t stack", caption: "Last 7 days.", columns: [.init("State"), .init("Alert"), .init("Fired"), .init("Resolved"), .init("Lasted", class: "n"), .init("Last value")],
              rows: Array(rows)).write(into: &out)
        return out
    }

    /// Whether people were told: counts by receiver, and every message that did not arrive.
    private var messageBlock: Markup {
        var out = Markup(picture.language)
        guard !messages.isEmpty else { out.note("No message was written in the last 7 days."); return out }
        let lost = messages.filter { $0.state == .dead }
        if !lost.isEmpty {
            out.raw("<p>"); out.state(.critical, word: "Not delivered"); out.text(" \(Words.plural(lost.count, "message")) did not arrive."); out.raw("</p>\n")
            Table("t tight stack", caption: lost.count > 20 ? "The newest 20 of \(lost.count)." : "Messages that did not arrive.",
                  columns: [.init("Written"), .init("To"), .init("Subject"), .init("Answer")], rows: lost.prefix(20).map { message in
                      [Cell(verbatim: picture.clock.moment(message.createdAt)), Cell(verbatim: message.receiver, isHeader: true), Cell(verbatim: message.subject, class: "w", label: "Subject"), Cell(message.lastAnswer.map { .verbatim($0) } ?? "–", class: "w", label: "Answer")]
                  }).write(into: &out)
        }
        let rows = Dictionary(grouping: messages, by: \.receiver).sorted { $0.key < $1.key }.map { receiver, own -> [Cell] in
            func count(_ label: Phrase, _ states: OutboxMessage.State...) -> Cell { Cell(verbatim: Words.count(own.count { states.contains($0.state) }), class: "n", label: label) }
            return [Cell(verbatim: receiver, class: "w", isHeader: true), count("Taken", .sent), count("Waiting", .pending, .sending), count("In a digest", .digested), count("Taken back", .superseded), count("Not delivered", .dead)]
        }
        Table("t tight stack", caption: "Messages of the last 7 days. The columns add up to all that were written.",
              columns: [.init("Receiver"), .init("Taken", class: "n"), .init("Waiting", class: "n"), .init("In a digest", class: "n"), .init("Taken back", class: "n"), .init("Not delivered", class: "n")], rows: rows).write(into: &out)
        return out
    }

    private var rules: Markup {
        var out = Markup(picture.language)
        guard !picture.site.rules.isEmpty else { out.note("No rule is configured."); return out }
        let rowMaker = RuleRows(picture: picture, here: here), known = Dictionary(picture.services.flatMap(\.resources).map { ($0.id, $0) }) { first, _ in first }
        let rows = picture.site.rules.map { rule -> (StateMark, [Cell]) in
            let mark = picture.alerts.first { $0.key.rule == rule.id }?.mark ?? .ok
            let fired = transitions.filter { $0.kind == .fired && $0.state.key.rule == rule.id }
            let severity: Phrase = rule.warning != nil && rule.critical != nil ? "both" : rule.critical != nil ? "critical" : "warning"
            let watched: Phrase = rule.resources.isEmpty ? "watches nothing now" : Words.plural(rule.resources.count, rule.on.word)
            var strip = Markup(picture.language)
            DayStrip(days(of: rule, fired)).write(into: &strip)
            let rest: (mark: StateMark, word: Phrase?) = mark == .ok ? rowMaker.state(of: rule, rule.resources.compactMap { known[$0] }) : (mark: mark, word: nil)
            return (mark, [.state(rest.mark, word: rest.word, class: "w"), rowMaker.name(rule, "\(watched): \(rowMaker.condition(rule)), \(([rowMaker.hold(rule)] + rule.manners.map { .told($0, as: "manner") }).joined(separator: "; "))\(past(rule))"), Cell(severity, label: "Severity"),
                           Cell(verbatim: Words.count(fired.count), class: "n", label: "Fired, 30 d"), Cell(strip, class: "w md")])
        }
        let sorted = rows.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element)
        let open = sorted.filter { $0.0 < .resolved }, quiet = sorted.filter { $0.0 >= .resolved }, folds = !open.isEmpty
        func write(_ rows: [(StateMark, [Cell])], _ caption: Phrase) {
            Table("t stack q", caption: caption, columns: [.init("State"), .init("Rule"), .init("Severity"), .init("Fired, 30 d", class: "n"), .init("30 days", class: "md")], rows: rows.map(\.1)).write(into: &out)
        }
        let backtest: Phrase = "The command tidewatch backtest shows what today’s limits would have done.", whole = Words.plural(rows.count, "rule")
        let active: Phrase = open.count == 1 ? "1 of \(whole) is active." : "\(open.count) of \(whole) are active."
        write(folds ? open : sorted, folds ? "\(active) \(backtest)" : "\(whole). \(backtest)")
        guard folds, !quiet.isEmpty else { return out }
        out.raw("<details><summary>"); out.text("\(Words.plural(quiet.count, "rule")) at rest"); out.raw("</summary>")
        write(quiet, "Nothing fires, is pending or silenced.")
        out.raw("</details>\n")
        return out
    }

    /// Not what was, but what the rule as it is written now would have done.
    private func past(_ rule: RuleSite) -> Phrase {
        guard let backtest = rule.backtest else { return "" }
        let known = measured.count { $0 }, reach: Phrase = known >= 30 ? "in the last 30 days" : known <= 1 ? "in the day on record" : "in the \(known) days on record"
        return backtest.fired == 0 ? ". Would not have fired \(reach)" : ". Would have fired \(Words.plural(backtest.fired, "time")) \(reach)"
    }

    /// Of the last thirty days, those on which any service has data.
    private var measured: [Bool] { Self.measured(picture.services) }

    private static func measured(_ services: [ServicePicture]) -> [Bool] {
        (0..<30).map { day in
            services.contains { service in
                let at = service.days.count - 30 + day
                return service.days.indices.contains(at) && service.days[at] != .noData
            }
        }
    }

    /// The days of the services' own strips. Before the first data nothing was fine.
    private func days(of rule: RuleSite, _ fired: [AlertTransition]) -> [DayStrip.Day] {
        let watched = Set(rule.resources), measured = Self.measured(picture.services.filter { service in service.resources.contains { watched.contains($0.id) } })
        return zip(picture.clock.days(30, through: picture.now), measured).map { day, isMeasured in
            switch fired.filter({ day.contains($0.at) }).map(\.state.severity).max() {
            case .critical: .critical
            case .warning: .warning
            case nil: isMeasured ? .ok : .noData
            }
        }
    }
}

extension ResourceKind {
    /// In people's words, one of it.
    var word: Phrase {
        switch self {
        case .api: "REST API"
        case .httpAPI: "HTTP API"
        case .function: "function"
        case .queue: "queue"
        case .topic: "topic"
        case .bus: "event bus"
        case .table: "table"
        case .bucket: "bucket"
        case .stateMachine: "state machine"
        case .log: "log group"
        case .trace: "trace group"
        case .probe: "probe"
        case .balance: "balance"
        case .slo: "objective"
        }
    }
}
