import Alerting
import Storage
import Telemetry

/// A service's page in one range: where is it stuck, how long have I got, since when, is anything lost, who is to blame, what did the rules see.
struct ServicePage {
    let picture: TenantPicture
    let service: ServicePicture
    let range: ServiceRange
    let grids: [ResourceID: SampleGrid]
    let fingerprints: [LogFingerprint]
    let traces: RelatedTraces
    let runtimes: RuntimeTable
    let answers: AnswerHours
    private let transitions: [AlertTransition]
    private let watching: [RuleSite]
    private static let mostLeftOut = 12

    init(_ picture: TenantPicture, _ service: ServicePicture, range: ServiceRange, store: TenantStore) throws(StoreError) {
        self.picture = picture
        self.service = service
        self.range = range
        watching = picture.rules(watching: service)
        let window = TimeWindow(from: picture.end - range.seconds, to: picture.end)
        var grids: [ResourceID: SampleGrid] = [:]
        for resource in service.resources {
            switch range {
            // The picture holds the last day already.
            case .sixHours: grids[resource.id] = resource.day.suffix(seconds: range.seconds)
            case .day: grids[resource.id] = resource.day
            case .week, .month, .quarter: grids[resource.id] = try store.grid(of: resource.id, in: window, resolution: range.resolution)
            }
        }
        self.grids = grids
        transitions = try store.transitions(in: window).filter { $0.state.service == service.site.id }
        fingerprints = try store.fingerprints(of: service.resources.map(\.id), in: window)
        traces = try RelatedTraces(picture, service, here: PageLocation(range.path(of: service.site.id)), window: window, store: store)
        answers = try AnswerHours(service, until: picture.end, store: store)
        runtimes = try RuntimeTable(service, in: TimeWindow(from: picture.end - 86_400, to: picture.end), store: store)
    }

    var path: String { range.path(of: service.site.id) }
    private var here: PageLocation { PageLocation(path) }
    private var section: SignalsSection { SignalsSection(picture: picture, service: service, grids: grids, range: range, transitions: transitions, alerts: service.alerts) }
    private var logReach: Phrase {
        LogReach(grids).words(range.words, in: TimeWindow(from: picture.end - range.seconds, to: picture.end), period: grids.values.map(\.period).max() ?? picture.site.grain)
    }
    private var list: AlertList { AlertList(picture: picture, here: here) }

    /// The page and the file with all its points.
    func pages(_ tenant: TenantFrame) throws(TemplateError) -> [SitePage] {
        let charts = ServiceCharts(service, grids: grids, rules: watching, clock: picture.clock, rangeWords: range.words)
        var signals = Markup(picture.language, reserving: 48_000)
        charts.write(frame: section.frame(csv: charts.csv.isEmpty ? nil : here.href(range.csvPath(of: service.site.id))), into: &signals)
        if charts.items.isEmpty { sentence("No signal of this service has a value in the last \(range.words).", into: &signals) }
        writeLeftOut(charts.leftOut, into: &signals)
        var pathStrip = Markup(picture.language)
        for strip in MessagePath.strips(service, here: here) { strip.write(into: &pathStrip) }
        MessagePath.writeBeside(service, into: &pathStrip)
        let deadline = Deadline(service, picture)
        let page = try tenant.frame(keptFor: range.keptFor, mayBeQuiet: QuietPage.mayBe(service, range)).page(
            path, template: "service", title: title, say: say, crumbs: tenant.crumbs(.init(.verbatim(service.site.title))),
            tab: .verbatim(service.site.title), tone: service.state,
            blocks: ["path": pathStrip, "deadline": deadline?.ruler ?? Markup(picture.language), "deadline_note": deadline?.note ?? Markup(picture.language), "ranges": ranges,
                     "signals": signals, "signals_note": section.note, "balance": service.site.balances.isEmpty ? Markup(picture.language) : BalanceBlock(service, picture).markup, "objectives": ObjectivesBlock(service, language: picture.language).markup, "answers": AnswersBlock(service, picture, answers).markup, "answer_hours": answerHours,
                     "smoke": SmokeBlock(picture, service).markup, "rules": rules, "runtimes": runtimeTable, "traces": traceTable, "logs": LogLines(picture: picture, service: service, fingerprints: fingerprints, reach: logReach, hasRuns: !runtimes.functions.isEmpty).markup, "documents": documents])
        guard !charts.csv.isEmpty, let grid = grids.values.first else { return [page] }
        let csv = SeriesCSV(start: grid.start, period: grid.period, columns: charts.csv)
        return [page, SitePage(range.csvPath(of: service.site.id), csv.bytes)]
    }

    private var title: Phrase {
        guard let worst = service.worst else { return .verbatim(service.site.title) }
        let badge = AlertWords(worst, now: picture.now).badge
        return "\(service.state.word): \(Words.midSentence(service.site.title)) \(badge.said(badge.english.lowercased(), form: "mid")) \(Words.span(max(0, picture.now - worst.activeAt)))"
    }

    private var say: Say {
        var actions: [Say.Action] = []
        if let worst = service.worst {
            if let path = list.runbookPath(worst.key.rule) { actions.append(.init("Open runbook", here.href(path))) }
            if let incident = worst.incident, picture.incidents.contains(where: { $0.id == incident }) {
                actions.append(.init("Incident", here.href(IncidentPage.path(incident))))
            }
        }
        return Say(service.state, Verdict.sentence(service, picture), detail: Verdict.detail(service, picture), actions: actions)
    }

    private var ranges: Markup {
        var out = Markup(picture.language)
        out.raw("<nav class=\"rng\" aria-label=\""); out.text("Time range"); out.raw("\">")
        for other in ServiceRange.allCases {
            if other == range { out.raw("<b aria-current=\"page\">"); out.text(other.label); out.raw("</b>") }
            else { out.link(other.label, here.href(other.path(of: service.site.id) + "#charts")) }
        }
        out.raw("</nav>")
        return out
    }

    private func writeLeftOut(_ resources: [ResourcePicture], into out: inout Markup) {
        guard !resources.isEmpty else { return }
        let isCrowded = ResourcePage.isCrowded(service), own = resources.count { ResourcePage.has($0, in: service) }
        let rows = resources.prefix(Self.mostLeftOut).map { resource -> [Cell] in
            var name = Markup(picture.language)
            if ResourcePage.has(resource, in: service) { name.link(resource.title, ResourcePage.href(resource, in: service, from: here)) } else { name.text(resource.title) }
            return [.state(resource.state, word: resource.word), Cell(name, isHeader: true), Cell(ResourceFacts.kind(of: resource), class: "p2"), Cell(ResourceFacts.words(of: resource))]
        }
        let more = resources.count - rows.count
        let whole = Words.plural(resources.count, "more resource")
        let hidden: Phrase = more > 0 ? "\(whole) without a picture on this page, \(Words.count(more)) of them not listed." : "\(whole) without a picture on this page."
        let pages: Phrase = own == 0 ? "" : own == resources.count ? " Each has a page of its own." : own == 1 ? " 1 of them has a page of its own." : " \(Words.count(own)) of them have pages of their own."
        Table("t tight", caption: "\(hidden)\(pages) All points are in the CSV file.",
              columns: [.init("State"), .init("Resource"), .init("Kind", class: "p2"), .init("Now")], rows: rows).write(into: &out)
        if isCrowded { out.raw("<p class=\"sm\">"); out.link("All \(Words.plural(service.resources.count, "resource"))", here.href(ResourceListPage.path(of: service, 1))); out.raw("</p>\n") }
    }

    private var rules: Markup {
        var out = Markup(picture.language)
        RuleRows(picture: picture, here: here).write(service, into: &out)
        return out
    }

    private var traceTable: Markup {
        var out = Markup(picture.language)
        traces.write(rangeWords: range.words, into: &out)
        return out
    }

    private var answerHours: Markup {
        var out = Markup(picture.language)
        // Always of 24 h: once is enough.
        if range == .sixHours, !answers.rows.isEmpty { AnswerFigure(hours: answers, clock: picture.clock).write(into: &out) }
        return out
    }

    private var runtimeTable: Markup {
        var out = Markup(picture.language)
        // Always of 24 h: once is enough.
        if range == .sixHours, !runtimes.functions.isEmpty { runtimes.write(into: &out) }
        return out
    }

    private var documents: Markup {
        var facts: [(Phrase, Markup)] = []
        func add(_ label: Phrase, _ document: DocumentSite?) {
            guard let document else { return }
            var link = Markup(picture.language)
            link.link(document.title, here.href(document.path))
            facts.append((label, link))
        }
        let runbooks = Set(watching.map(\.runbook))
        if let worst = service.worst, let rule = picture.rule(worst.key.rule) { add("Runbook now", picture.site.document(.runbook, rule.runbook)) }
        add("Pattern", service.site.pattern.flatMap { picture.site.document(.pattern, $0) })
        add("Deployment", service.site.deploy.flatMap { picture.site.document(.deploy, $0) })
        for suggestion in service.site.suggestions { facts.append(("Looks like", words(suggestion))) }
        if let last = picture.deployments.last(where: { $0.service == service.site.id }) {
            var text = Markup(picture.language)
            text.text("\(Phrase.known(last.label)), \(picture.clock.moment(last.time))\(last.detail.map { ", \($0)" } ?? "")")
            facts.append(("Last deploy", text))
        }
        if !runbooks.isEmpty {
            var links = Markup(picture.language)
            for (index, runbook) in picture.site.documents.filter({ $0.kind == .runbook && runbooks.contains($0.slug) }).enumerated() {
                if index > 0 { links.raw(" · ") }
                links.link(runbook.title, here.href(runbook.path))
            }
            if !links.isEmpty { facts.append(("All runbooks", links)) }
        }
        var out = Markup(picture.language)
        guard !facts.isEmpty else { sentence("No runbook, pattern or deployment page belongs to this service.", into: &out); return out }
        out.facts(facts)
        return out
    }

    /// What the inventory says, and what to write so that its pages belong to the service.
    private func words(_ suggestion: PatternSuggestion) -> Markup {
        var out = Markup(picture.language)
        let evidence = suggestion.evidence.map { $0.joined(separator: " → ") }.joined(separator: "; "), code = "pattern: \(suggestion.pattern)"
        let deployments = suggestion.deployments.map { Phrase.verbatim($0) }.joined(separator: " or ")
        out.text("\(suggestion.title): \(evidence). ")
        out.text(suggestion.deployments.isEmpty ? "Its page describes what goes wrong: write \(code: code) for this service in the tenant’s file."
            : "Its page describes what goes wrong: write \(code: code) and deploy: \(deployments) for this service in the tenant’s file.")
        return out
    }

    private func sentence(_ text: Phrase, into out: inout Markup) { out.note(text) }
}

extension Markup {
    /// Why a section is empty, in one sentence.
    mutating func note(_ sentence: Phrase) {
        raw("<p class=\"sm soft\">"); text(sentence); raw("</p>\n")
    }

    mutating func facts(_ facts: [(Phrase, Markup)]) {
        raw("<dl class=\"facts\">")
        for (name, value) in facts { raw("<dt>"); text(name); raw("</dt><dd>"); append(value); raw("</dd>") }
        raw("</dl>\n")
    }
}

extension SampleGrid {
    /// The newest part.
    func suffix(seconds: Int64) -> SampleGrid {
        let rows = min(count, Int(clamping: max(1, seconds / period)))
        var cut = SampleGrid(start: time(count - rows), period: period, count: rows)
        cut.columns = columns.mapValues { column in
            SampleColumn(values: Array(column.values.suffix(rows)), qualities: Array(column.qualities.suffix(rows)), minima: Array(column.minima.suffix(rows)),
                         maxima: Array(column.maxima.suffix(rows)), counts: Array(column.counts.suffix(rows)))
        }
        return cut
    }
}

extension Problem.Kind {
    var words: Phrase {
        switch self {
        case .denied: "access denied"
        case .throttled: "collector throttled"
        case .unreachable: "source unreachable"
        case .timedOut: "source timed out"
        case .credentials: "credentials refused"
        case .badAnswer: "bad answer"
        case .limit: "limit reached"
        case .missing: "resource missing"
        case .budget: "budget used up"
        case .historyLost: "history lost"
        }
    }
}
