import Alerting
import Storage
import Telemetry

/// One incident as a report that can be printed: what happened when, who was told, what the configuration was then.
struct IncidentPage {
    static func path(_ id: String) -> String { "alerts/\(PathName.safe(id))/index.html" }

    let picture: TenantPicture
    /// A storm is told by its beginning and its end; the table of what fired has all.
    private static let mostEvents = 60, mostNames = 12
    let incident: Incident
    let transitions: [AlertTransition]
    let messages: [OutboxMessage]
    let changes: [SettingChange]
    let service: ServicePicture?
    let grids: [ResourceID: SampleGrid]
    let evidence: IncidentEvidence
    /// By message.
    let attempts: [String: [DeliveryAttempt]]
    let newLines: NewLines?
    private let suspects: [WatchedSystem.Finding]
    private let window: TimeWindow

    init(_ picture: TenantPicture, _ incident: Incident, store: TenantStore) throws(StoreError) {
        self.picture = picture
        self.incident = incident
        let end = incident.endedAt ?? picture.now
        let around = TimeWindow(from: incident.startedAt - 3_600, to: end + 1)
        transitions = try store.transitions(in: around).filter { $0.state.incident == incident.id || (incident.alerts.contains($0.state.key) && $0.at >= incident.startedAt) }
        messages = try store.messages(in: TimeWindow(from: incident.startedAt, to: end + 7_200)).filter { $0.incident == incident.id }
        changes = try store.settingChanges(in: TimeWindow(from: incident.startedAt - 86_400, to: end + 1))
        service = picture.service(incident.service)
        var observed = TenantObservations()
        observed.deployments = picture.deployments.filter { $0.time <= incident.startedAt }
        newLines = try service.flatMap { service throws(StoreError) in try NewLines(of: service.site, observed, now: end, store: store) }
        // An hour before, and at most five after the start: the picture is about the beginning.
        window = TimeWindow(from: (incident.startedAt - 3_600).floored(to: picture.site.grain),
                            to: min(picture.end, (min(end + 1_800, incident.startedAt + 18_000) + picture.site.grain).floored(to: picture.site.grain)))
        var grids: [ResourceID: SampleGrid] = [:]
        for key in Set(incident.alerts.map(\.resource)).sorted().prefix(3) { grids[key] = try store.grid(of: key, in: window, resolution: .raw) }
        self.grids = grids
        evidence = try IncidentEvidence(picture, incident, service: service, here: PageLocation(Self.path(incident.id)), transitions: transitions, changes: changes, store: store)
        // Messages ask about what fires; of what is over all that fired is asked about.
        let firing = picture.alerts.filter { $0.phase == .firing && $0.incident == incident.id }
        suspects = try store.suspects(behind: firing.isEmpty ? transitions.filter { $0.kind == .fired }.map(\.state) : firing, to: min(end, picture.end))
        var attempts: [String: [DeliveryAttempt]] = [:]
        for message in messages { attempts[message.id] = try store.attempts(of: message.id) }
        self.attempts = attempts
    }

    private var path: String { Self.path(incident.id) }
    private var here: PageLocation { PageLocation(path) }
    private var title: String { service?.site.title ?? incident.service }

    func page(_ tenant: TenantFrame) throws(TemplateError) -> SitePage {
        let isOpen = incident.endedAt == nil
        let length = Words.span(max(0, (incident.endedAt ?? picture.now) - incident.startedAt))
        var actions: [Say.Action] = []
        if let rule = incident.alerts.compactMap({ picture.rule($0.rule) }).first, let document = picture.site.document(.runbook, rule.runbook) {
            actions.append(.init("Open runbook", here.href(document.path)))
        }
        if let service { actions.append(.init(.verbatim(service.site.title), here.href(ServiceRange.sixHours.path(of: service.site.id)))) }
        var charts = Markup(picture.language)
        if let service {
            let axis = TimeAxis(window, clock: picture.clock)
            let drawn = ServiceCharts(service.only(Set(grids.keys)), grids: grids, rules: picture.site.rules, clock: picture.clock, rangeWords: "this time")
            let band = ChartFrame.Band(TimeWindow(from: incident.startedAt, to: min(incident.endedAt ?? window.end, window.end)), isCritical: incident.severity == .critical)
            let markers = picture.deployments.filter { $0.service == incident.service && window.contains($0.time) }.map { ChartFrame.Marker($0.time, "\(Phrase.known($0.label)) deployed") }
            drawn.write(frame: ChartFrame(axis: axis, clock: picture.clock, bands: [band], markers: markers, height: 96), into: &charts)
            if drawn.items.isEmpty { charts.note("The points around the start are older than the raw history that is kept.") }
        } else {
            charts.note("The service is no longer configured, so nothing can be drawn.")
        }
        return try tenant.frame.page(
            path, template: "incident", title: "Incident \(incident.id)",
            say: Say(isOpen ? incident.severity.mark : .resolved, isOpen ? "\(Phrase.known(incident.title)), open for \(length)" : "\(Phrase.known(incident.title)), resolved after \(length)", detail: detail, actions: actions),
            crumbs: tenant.crumbs(.init("Alerts", "alerts/index.html"), .init(.verbatim(incident.id))), tab: "Alerts",
            blocks: ["timeline": timeline, "facts": facts, "charts": charts, "messages": messageTable, "steps": steps, "alerts": evidence.alerts, "changed": evidence.changed, "logs": evidence.logs, "traces": evidence.traceTable],
            words: ["window": "\(picture.clock.moment(window.start)) to \(picture.clock.moment(window.end)), shaded while it lasted"])
    }

    private var detail: Markup {
        var out = Markup(picture.language)
        let first = transitions.last { $0.kind == .fired }
        let sent = messages.filter { $0.state == .sent }.compactMap(\.sentAt).min()
        out.text("Started \(strong: .verbatim(picture.clock.moment(first?.state.activeAt ?? incident.startedAt))), fired \(strong: .verbatim(picture.clock.moment(incident.startedAt)))")
        if let sent { out.raw(", "); out.text("first message accepted \(strong: .verbatim(picture.clock.moment(sent)))") }
        if let ended = incident.endedAt { out.raw(", "); out.text("resolved \(strong: .verbatim(picture.clock.moment(ended)))") }
        out.raw(".")
        if messages.contains(where: { $0.state == .dead }) { out.text(" A message could not be delivered.") }
        return out
    }

    private var timeline: Markup {
        var events: [(Timestamp, String, Markup)] = []
        func add(_ time: Timestamp, _ tone: String, _ strong: Phrase?, _ text: Phrase) {
            var out = Markup(picture.language)
            if let strong { out.raw("<b>"); out.text(strong); out.raw("</b> ") }
            out.text(text)
            events.append((time, tone, out))
        }
        let before = TimeWindow(from: incident.startedAt - 7_200, to: (incident.endedAt ?? picture.now) + 1)
        for deploy in picture.deployments where deploy.service == incident.service && before.contains(deploy.time) {
            add(deploy.time, "", nil, deploy.detail.map { "\(Verdict.named(deploy)) finished: \($0)." } ?? "\(Verdict.named(deploy)) finished.")
        }
        for change in changes where service?.resources.contains(where: { $0.id == change.resource }) ?? false {
            add(change.at, "", nil, "\(change.resource.name): \(change.setting.rawValue) changed from \(SettingWords.words(change.old)) to \(SettingWords.words(change.new)).")
        }
        let grown = Dictionary(grouping: transitions.filter { $0.kind == .grew }, by: \.state.key).mapValues { $0.map(\.at) }
        for transition in transitions {
            let state = transition.state, rule = picture.ruleTitle(state.key.rule)
            let summary: Phrase = state.summary.isEmpty ? "\(rule)." : AlertList.sentence(state.said)
            switch transition.kind {
            case .fired: add(transition.at, state.severity.mark.tone, "\(state.severity.mark.word) fires:", summary)
            case .escalated: add(transition.at, "crit", "Now critical:", summary)
            case .deescalated: add(transition.at, "warn", "Now a warning:", summary)
            case .grew:
                // What grows for hours says so in every run: the first and the newest tell it all.
                let all = grown[state.key] ?? [], newest = all.max()
                if all.count <= 3 { add(transition.at, state.severity.mark.tone, "Grew:", summary) }
                else if transition.at == newest { add(transition.at, state.severity.mark.tone, "Grew \(all.count) times since \(picture.clock.moment(all.min() ?? transition.at)), last:", summary) }
            case .flapping: add(transition.at, "warn", "Comes and goes:", "held firing until it has been calm for a while. \(summary)")
            case .resolved: add(transition.at, "ok", "Resolved:", "\(rule).")
            }
        }
        for message in messages {
            guard let at = message.sentAt ?? (message.state == .dead || message.state == .digested ? message.createdAt : nil) else { continue }
            add(at, message.state == .dead ? "crit" : "", nil, "\(message.kind.word) to \(message.receiver): \(message.state.words(at: nil))\(message.lastAnswer.map { ", \($0)" } ?? "").")
        }
        add(picture.now, "", nil, incident.endedAt == nil ? "This report. Incident open." : "This report.")
        var out = Markup(picture.language)
        let sorted = events.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element)
        let isLong = sorted.count > Self.mostEvents
        out.raw("<ol class=\"tl\">")
        for event in isLong ? Array(sorted.prefix(Self.mostEvents - 10)) + sorted.suffix(10) : sorted {
            out.raw("<li"); if !event.1.isEmpty { out.raw(" class=\""); out.trusted(event.1); out.raw("\"") }
            out.raw(">"); out.time(event.0, picture.clock.moment(event.0)); out.raw("<span>"); out.append(event.2); out.raw("</span></li>")
        }
        out.raw("</ol>\n")
        if isLong { out.note("\(Words.count(sorted.count - Self.mostEvents)) events between them are not listed here; what fired is in the table below.") }
        return out
    }

    private func name(of resource: ResourceID) -> String { picture.services.lazy.flatMap(\.resources).first { $0.id == resource }?.site.title ?? resource.name }

    private var facts: Markup {
        var facts: [(Phrase, Markup)] = []
        func add(_ name: Phrase, _ text: Phrase) { var out = Markup(picture.language); out.text(text); facts.append((name, out)) }
        add("Tenant", .verbatim(picture.site.title))
        add("Service", .verbatim(title))
        add("Severity", incident.severity == .critical ? "critical, the worst it had" : "warning, the worst it had")
        add("Rules", Words.list(Set(incident.alerts.map { picture.ruleTitle($0.rule) }).sorted { $0.english < $1.english }))
        if let suspect = suspects.first {
            add("Suspected cause", "\(name(of: suspect.resource)). \(Phrase.told(suspect.suspect.evidence, as: "evidence"))")
            let others = suspects.dropFirst().map { name(of: $0.resource) }
            if !others.isEmpty { add("Also suspected", Words.list(others)) }
        }
        let names = Set(incident.alerts.map(\.resource.name)).sorted(), more = names.count - Self.mostNames
        add("Resources", Words.list(names.prefix(Self.mostNames).map { .verbatim($0) } + (more > 0 ? ["\(more) more"] : [])))
        let concerned = Set(incident.alerts.map(\.resource))
        for resource in (service?.resources.filter { concerned.contains($0.id) } ?? []).prefix(Self.mostNames) {
            let settings = SettingWords.important(resource)
            if !settings.isEmpty { add("Configuration", "\(resource.site.title): \(settings)") }
        }
        if let deploy = picture.deployments.last(where: { $0.service == incident.service && $0.time <= incident.startedAt }) {
            // From when its condition became true, as the overview and messages say it.
            let began = transitions.last { $0.kind == .fired }?.state.activeAt ?? incident.startedAt
            let what = Phrase.known(deploy.label)
            add("Change before", began > deploy.time ? "\(what) at \(picture.clock.moment(deploy.time)), \(Words.span(began - deploy.time)) before it began" : "\(what) at \(picture.clock.moment(deploy.time)), as it began")
        }
        if let newLines, !newLines.lines.isEmpty {
            let texts = newLines.lines.prefix(3).map { line -> Phrase in "“\(line.text)” (\(Words.count(line.count)))" }
            add("New since then", Words.list(Array(texts)) + (newLines.lines.count > 3 ? ", and \(newLines.lines.count - 3) more" : ""))
        }
        var out = Markup(picture.language)
        out.facts(facts)
        return out
    }

    private var messageTable: Markup {
        var out = Markup(picture.language)
        guard !messages.isEmpty else { out.note("No message was sent for this incident."); return out }
        let sent = messages.count { $0.state == .sent }, dead = messages.count { $0.state == .dead }, waiting = messages.count { $0.state == .pending || $0.state == .sending }
        let rows = messages.sorted { ($0.createdAt, $0.receiver, $0.sequence) < ($1.createdAt, $1.receiver, $1.sequence) }.map { message in
            let tries = attempts[message.id] ?? []
            let took = message.sentAt.map { $0 - message.createdAt } ?? 0
            var result: Phrase = message.state.words(at: message.sentAt.map(picture.clock.moment)) + (message.lastAnswer.map { ", \($0)" } ?? "")
            if tries.count > 1 { result += took >= 60 ? ". \(tries.count) tries, arrived after \(Words.span(took))" : ". \(tries.count) tries" }
            return [Cell(verbatim: picture.clock.moment(message.createdAt)), Cell(verbatim: message.receiver, isHeader: true), Cell(message.kind.word, label: "What"), Cell(result, label: "Result")]
        }
        Table("t tight stack", caption: "\(sent) sent, \(waiting) waiting, \(dead) not deliverable.", columns: [.init("Written"), .init("To"), .init("What"), .init("Result")], rows: rows).write(into: &out)
        return out
    }

    private var steps: Markup {
        var out = Markup(picture.language)
        let runbooks = Set(incident.alerts.compactMap { picture.rule($0.rule)?.runbook }).sorted().compactMap { picture.site.document(.runbook, $0) }
        guard !runbooks.isEmpty else { out.note("No runbook belongs to the rules of this incident."); return out }
        // The steps of the runbook that the incident is named after; what else fired with it is one click away.
        let named = incident.alerts.compactMap { picture.rule($0.rule) }.first { $0.title == incident.title }?.runbook
        let main = runbooks.first { $0.slug == named } ?? runbooks[0]
        out.raw("<p class=\"b\">"); out.link(main.title, here.href(main.path)); out.raw("</p>")
        for section in main.steps {
            if !section.section.isEmpty { out.raw("<p class=\"sm soft\">"); out.text(section.section); out.raw("</p>") }
            out.raw("<div class=\"ck\">")
            for title in section.titles { out.raw("<label><input type=\"checkbox\"><span>"); out.text(title); out.raw("</span></label>") }
            out.raw("</div>")
        }
        out.note(main.steps.isEmpty ? "It has no numbered steps." : "Ticks are for paper and for your own view. They are not stored.")
        let others = runbooks.filter { $0.slug != main.slug }
        guard !others.isEmpty else { return out }
        out.raw("<p class=\"sm\">"); out.text("Fired with it: ")
        for (index, runbook) in others.enumerated() {
            if index > 0 { out.raw(" · ") }
            out.link(runbook.title, here.href(runbook.path))
        }
        out.raw("</p>\n")
        return out
    }
}
