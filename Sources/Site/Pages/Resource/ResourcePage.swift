import Alerting
import Storage
import Telemetry

/// One resource of a service that has too many for one page: all its numbers against their limits, all its pictures of a day, what stands
/// before and behind it, and what its rules see.
struct ResourcePage {
    /// From so many hops on a service's page shows the worst of them only, and each has a page of its own.
    private static let hopsOnOnePage = 3
    /// Not asked for more often than the 24 hours of the service: the stretch is the same.
    static let range = ServiceRange.day

    let picture: TenantPicture
    let service: ServicePicture
    let resource: ResourcePicture
    let neighbours: Neighbours
    private let answers: AnswerHours
    private let fingerprints: [LogFingerprint]
    private let runtimes: RuntimeTable
    private let transitions: [AlertTransition]

    init(_ picture: TenantPicture, _ service: ServicePicture, _ resource: ResourcePicture, neighbours: Neighbours, store: TenantStore) throws(StoreError) {
        self.picture = picture
        self.resource = resource
        self.neighbours = neighbours
        var alone = service
        // A function's log is named like the function.
        alone.resources = [resource] + service.resources.filter { $0.id.kind == .log && $0.id.name == resource.id.name && $0.id.source == resource.id.source && resource.id.kind == .function }
        self.service = alone
        let isFunction = resource.id.kind == .function, window = TimeWindow(from: picture.end - Self.range.seconds, to: picture.end)
        transitions = try store.transitions(in: window).filter { $0.state.key.resource == resource.id }
        answers = try AnswerHours(alone, until: picture.end, store: store)
        fingerprints = isFunction ? try store.fingerprints(of: alone.resources.map(\.id), in: window) : []
        runtimes = try RuntimeTable(alone, in: window, store: store)
    }

    static func has(_ resource: ResourcePicture, in service: ServicePicture) -> Bool { isKind(resource.id.kind) && isCrowded(service) }

    static func isCrowded(_ service: ServicePicture) -> Bool { service.resources.count { isKind($0.id.kind) } > hopsOnOnePage }

    static func isKind(_ kind: ResourceKind) -> Bool {
        switch kind {
        case .api, .httpAPI, .function, .queue, .topic, .bus, .table: true
        case .bucket, .stateMachine, .log, .trace, .probe, .balance, .slo: false
        }
    }

    /// Names of sources tell apart what two accounts call the same.
    static func path(_ id: ResourceID, of service: ServicePicture) -> String {
        // By the file, which a page that is alone with its resource knows whole.
        let sources = Set(service.site.resources.lazy.map(\.id).filter { isKind($0.kind) }.map(\.source)).count > 1 ? "\(id.source)-" : ""
        return "services/\(PathName.safe(service.site.id))/resources/\(PathName.safe("\(id.kind.rawValue.replacing("_", with: "-"))-\(sources)\(id.name)"))/index.html"
    }

    /// The page of a resource, or the place on its service's page where it is told.
    static func href(_ resource: ResourcePicture, in service: ServicePicture, from here: PageLocation) -> String {
        here.href(has(resource, in: service) ? path(resource.id, of: service) : ServiceRange.sixHours.path(of: service.site.id))
    }

    func page(_ tenant: TenantFrame) throws(TemplateError) -> SitePage {
        let path = Self.path(resource.id, of: service), here = PageLocation(path)
        let grids = [resource.id: resource.day], section = SignalsSection(picture: picture, service: service, grids: grids, range: Self.range, transitions: transitions, alerts: resource.alerts)
        let charts = ServiceCharts(service, grids: grids, rules: picture.rules(watching: resource.id), clock: picture.clock, rangeWords: Self.range.words, isAlone: true)
        var signals = Markup(picture.language, reserving: 32_000)
        charts.write(frame: section.frame(csv: here.href(Self.range.csvPath(of: service.site.id))), into: &signals)
        if charts.items.isEmpty { signals.note("No signal of this resource has a value in the last \(Self.range.words).") }
        let deadline = Deadline(service, picture)
        let whole = tenant.frame(keptFor: Self.range.keptFor)
        return try whole.page(
            path, template: "resource", title: resource.state == .ok ? .verbatim(resource.site.title) : "\(resource.state.word): \(resource.site.title)", say: say(here),
            crumbs: tenant.crumbs(.init(.verbatim(service.site.title), ServiceRange.sixHours.path(of: service.site.id)), .init("Resources", ResourceListPage.path(of: service, 1)), .init(.verbatim(resource.site.title))),
            tab: .verbatim(service.site.title), tone: resource.state,
            blocks: ["readings": readings, "deadline": deadline?.ruler ?? Markup(picture.language), "deadline_note": deadline?.note ?? Markup(picture.language), "signals": signals, "signals_note": section.note,
                     "neighbours": neighbourTable(here), "rules": rules(here), "answer_hours": answerHours, "runtimes": runtimeTable, "logs": logs])
    }

    private func say(_ here: PageLocation) -> Say {
        let worst = resource.alerts.first { $0.mark == .critical || $0.mark == .warning }
        let phrase = worst.map { alert -> Phrase in
            resource.isDeadLetterQueue ? "has held messages for \(Words.span(max(0, picture.now - alert.activeAt)))" : AlertWords(alert, now: picture.now).phrase
        }
        // A name is written as it is; a title begins the sentence.
        let isName = resource.site.title == resource.id.name, title = isName ? resource.site.title : resource.site.title.prefix(1).uppercased() + resource.site.title.dropFirst()
        var detail = Markup(picture.language), actions: [Say.Action] = []
        if let worst, let path = AlertList(picture: picture, here: here).runbookPath(worst.key.rule) { actions.append(.init("Open runbook", here.href(path))) }
        if let worst, !worst.summary.isEmpty { detail.text(AlertList.sentence(worst.said)); detail.raw(" ") }
        detail.text(ResourceFacts.kind(of: resource))
        if resource.site.title != resource.id.name { detail.raw(" <code>"); detail.text(resource.id.name); detail.raw("</code>") }
        detail.raw(". "); detail.text("Part of \(service.site.title).")
        return Say(resource.state, Verdict.sentence(title, resource.state, phrase: phrase, picture), detail: detail, actions: actions)
    }

    private var readings: Markup {
        var out = Markup(picture.language)
        let rows = ResourceReadings(resource: resource, clock: picture.clock, end: picture.end).all.map { reading -> [Cell] in
            let tone = reading.tone.map { " b x-\($0.tone)" } ?? ""
            return [Cell(reading.name, isHeader: true), Cell(reading.value, class: "\(reading.value.english.count > 24 ? "" : "n")\(tone)"), Cell(reading.against, class: "soft")]
        }
        Table("t tight", caption: picture.dataTo.map { "Newest values to \(picture.clock.moment($0))." } ?? "Newest values.", columns: [.init("Reading"), .init("Value", class: "n"), .init("Against")], rows: rows).write(into: &out)
        return out
    }

    /// Before it, behind it, and where its dead letters go.
    private func neighbourTable(_ here: PageLocation) -> Markup {
        var rows: [[Cell]] = []
        func add(_ ids: [ResourceID], _ relation: Phrase) {
            for id in ids.prefix(12) {
                guard let (service, other) = neighbours.find(id) else { continue }
                var name = Markup(picture.language)
                name.link(other.site.title, ResourcePage.href(other, in: service, from: here))
                name.raw("<span class=\"sub\">"); name.text(service.site.id == self.service.site.id ? ResourceFacts.kind(of: other) : "\(ResourceFacts.kind(of: other)) of \(service.site.title)"); name.raw("</span>")
                rows.append([Cell(relation), .state(other.state, word: other.word), Cell(name, isHeader: true), Cell(ResourceFacts.words(of: other), class: "p2")])
            }
            if ids.count > 12 { rows.append([Cell(relation), Cell("–"), Cell("\(ids.count - 12) more", isHeader: true), Cell("–", class: "p2")]) }
        }
        let sources = resource.isDeadLetterQueue ? neighbours.sources(ofDeadLetterQueue: resource) : []
        add(neighbours.before(resource.id).filter { !sources.contains($0) }, "Fed by")
        add(sources, "Dead letters of")
        add(neighbours.after(resource), "Feeds")
        if let deadLetters = neighbours.deadLetterQueue(of: resource) { add([deadLetters], "Dead letters go to") }
        var out = Markup(picture.language)
        guard !rows.isEmpty else { out.note("Nothing is known to feed it, and it is not known to feed anything."); return out }
        Table("t tight", caption: "As configuration and mappings say.", columns: [.init("Relation"), .init("State"), .init("Resource"), .init("Last 5 minutes", class: "p2")], rows: rows).write(into: &out)
        return out
    }

    private func rules(_ here: PageLocation) -> Markup {
        var out = Markup(picture.language), alone = service
        alone.alerts = resource.alerts
        RuleRows(picture: picture, here: here).write(alone, isAlone: true, into: &out)
        return out
    }

    private var answerHours: Markup {
        var out = Markup(picture.language)
        if !answers.rows.isEmpty { AnswerFigure(hours: answers, clock: picture.clock).write(into: &out) }
        return out
    }

    private var runtimeTable: Markup {
        var out = Markup(picture.language)
        if !runtimes.functions.isEmpty { runtimes.write(into: &out) }
        return out
    }

    private var logs: Markup {
        guard resource.id.kind == .function else { return Markup(picture.language) }
        let days = Dictionary(service.resources.map { ($0.id, $0.day) }) { first, _ in first }
        let reach = LogReach(days).words(Self.range.words, in: TimeWindow(from: picture.end - Self.range.seconds, to: picture.end), period: resource.day.period)
        return LogLines(picture: picture, service: service, fingerprints: fingerprints, reach: reach, hasRuns: !runtimes.functions.isEmpty).markup
    }
}
