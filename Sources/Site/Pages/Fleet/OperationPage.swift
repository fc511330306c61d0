import Telemetry

/// The operator's page beside the fleet's: what runs took and cost, how budgets stand, and where tenants differ from the defaults.
package struct OperationPage {
    /// One run that is over, newest first.
    package struct Run: Hashable, Sendable {
        package var startedAt: Timestamp
        package var seconds: Double?
        package var exit: Int?
        package var failed: Int
        package var tenants: Int
        package var pages: Int
        package var calls: Int
        /// Stage to seconds, added up over the tenants, in the order of a run.
        package var stages: [Stage]

        package struct Stage: Hashable, Sendable {
            package var name: String
            package var seconds: Double
            package init(_ name: String, _ seconds: Double) { self.name = name; self.seconds = seconds }
        }

        package init(startedAt: Timestamp, seconds: Double?, exit: Int?, failed: Int, tenants: Int, pages: Int, calls: Int, stages: [Stage]) {
            self.startedAt = startedAt
            self.seconds = seconds
            self.exit = exit
            self.failed = failed
            self.tenants = tenants
            self.pages = pages
            self.calls = calls
            self.stages = stages
        }
    }

    /// What one source of one tenant may ask and did ask.
    package struct Budget: Hashable, Codable, Sendable {
        package var source: String
        /// Calls of the last run, and how many a run may make.
        package var calls: Int
        package var callsPerRun: Int?
        /// Metrics of the last 24 hours, and how many a day may have.
        package var metrics: Int
        package var metricsPerDay: Int?

        package init(source: String, calls: Int, callsPerRun: Int?, metrics: Int, metricsPerDay: Int?) {
            self.source = source
            self.calls = calls
            self.callsPerRun = callsPerRun
            self.metrics = metrics
            self.metricsPerDay = metricsPerDay
        }

        /// The fuller of the two, as a share.
        var used: Double? {
            [callsPerRun.map { Double(calls) / Double(max(1, $0)) }, metricsPerDay.map { Double(metrics) / Double(max(1, $0)) }].compactMap(\.self).max()
        }
    }

    package struct Tenant: Hashable, Codable, Sendable {
        package var id: String
        /// Of the last run, all stages; nothing where that is not to be on the page.
        package var seconds: Double?
        package var databaseBytes: Int64
        /// Nothing where its pages could not be made.
        package var dollars: Double?
        package var budgets: [Budget]
        /// `orders: queue-age warning 10m`
        package var overrides: [String]

        package init(id: String, seconds: Double?, databaseBytes: Int64, dollars: Double?, budgets: [Budget], overrides: [String]) {
            self.id = id
            self.seconds = seconds
            self.databaseBytes = databaseBytes
            self.dollars = dollars
            self.budgets = budgets
            self.overrides = overrides
        }
    }

    static let path = "operation/index.html"
    private static let mostRows = 200

    package var runs: [Run]
    package var interval: Int64
    // Of the tenants the rows that are shown, and sums over all.
    private var tenants = 0
    private var overridden = 0
    private var dollars = 0.0
    private var slowest = Leading<Tenant>(mostRows) { ($1.seconds ?? 0, $1.dollars ?? 0, $0.id) < ($0.seconds ?? 0, $0.dollars ?? 0, $1.id) }
    private var fullest = Leading<Limited>(mostRows) { ($1.used, $0.tenant, $0.budget.source) < ($0.used, $1.tenant, $1.budget.source) }
    private var overrides = Leading<Override>(mostRows) { ($0.tenant, $0.line) < ($1.tenant, $1.line) }

    private struct Limited {
        var tenant: String
        var budget: Budget
        var used: Double
    }

    private struct Override {
        var tenant: String
        /// Its place among those of the tenant.
        var line: Int
        var words: String
    }

    package init(runs: [Run], tenants: [Tenant] = [], interval: Int64) {
        self.runs = runs
        self.interval = interval
        tenants.forEach { add($0) }
    }

    package mutating func add(_ tenant: Tenant) {
        tenants += 1
        dollars += tenant.dollars ?? 0
        if !tenant.overrides.isEmpty { overridden += 1 }
        slowest.add(tenant)
        for budget in tenant.budgets { if let used = budget.used { fullest.add(Limited(tenant: tenant.id, budget: budget, used: used)) } }
        for (line, words) in tenant.overrides.enumerated() { overrides.add(Override(tenant: tenant.id, line: line, words: words)) }
    }

    func page(_ frame: PageFrame, channels: Markup) throws(TemplateError) -> SitePage {
        let language = frame.theme.language
        var detail = Markup(language)
        if let longest = runs.compactMap(\.seconds).max() { detail.text("The longest of \(Words.plural(runs.count, "run")) took \(Words.duration(longest)) of \(Words.span(interval)). ") }
        detail.text("\(Words.dollars(dollars)) this month so far. \(Words.plural(overridden, "tenant differs", "tenants differ")) from the defaults.")
        return try frame.page(Self.path, template: "operation", title: "Operation", say: Say(nil, sentence, detail: detail), crumbs: [.init("All tenants", "index.html"), .init("Operation")],
                              blocks: ["runs": runTable(frame.clock), "tenants": tenantTable(language), "budgets": budgetTable(language), "overrides": overrideTable(language), "channels": channels])
    }

    private var sentence: Phrase {
        let bad = runs.prefix { $0.exit != 0 }.count
        if runs.isEmpty { return "Operation: this is the first run" }
        return bad == 0 ? "Operation: the last run ended well" : bad == 1 ? "Operation: the last run did not end well" : "Operation: the last \(Words.count(bad)) runs did not end well"
    }

    private func runTable(_ clock: TenantClock) -> Markup {
        let language = clock.language
        var out = Markup(language)
        guard !runs.isEmpty else { out.note("This is the first run."); return out }
        let rows = runs.map { run -> [Cell] in
            var state = Markup(language), began = Markup(language)
            switch run.exit {
            case 0: state.state(.ok)
            case nil: state.state(.stale, word: "Not ended")
            case let code?: state.state(.warning, word: "Exit \(code)")
            }
            began.time(run.startedAt, "\(clock.day(run.startedAt)) \(clock.timeWithSeconds(run.startedAt))")
            let stages = run.stages.map { stage -> Phrase in "\(Phrase.known(stage.name)) \(Words.duration(stage.seconds))" }.joined(separator: ", ")
            return [Cell(state), Cell(began, class: "w", isHeader: true), Cell(verbatim: run.seconds.map(Words.duration) ?? "–", class: "n", label: "Took"), Cell(stages.isEmpty ? "–" : stages, class: "w", label: "Stages"),
                    Cell("\(run.tenants - run.failed) of \(run.tenants)", class: "n", label: "Tenants well"), Cell(verbatim: Words.count(run.calls), class: "n", label: "Calls"), Cell(verbatim: Words.count(run.pages), class: "n", label: "Files")]
        }
        Table("t stack q", caption: "The newest first, \(clock.zone). Stages are added up over the tenants, which run side by side.",
              columns: [.init("State"), .init("Began"), .init("Took", class: "n"), .init("Stages"), .init("Tenants well", class: "n"), .init("Calls", class: "n"), .init("Files", class: "n")], rows: rows).write(into: &out)
        return out
    }

    private func tenantTable(_ language: Language?) -> Markup {
        var out = Markup(language)
        guard tenants > 0 else { out.note("No tenant was run."); return out }
        let here = PageLocation(Self.path)
        let rows = slowest.first.map { tenant -> [Cell] in
            var name = Markup(language)
            name.link(tenant.id, here.root + "../\(tenant.id)/index.html")
            return [Cell(name, isHeader: true), Cell(verbatim: tenant.seconds.map(Words.duration) ?? "–", class: "n"), Cell(verbatim: Words.count(tenant.budgets.reduce(0) { $0 + $1.calls }), class: "n"),
                    Cell(verbatim: tenant.dollars.map { Words.dollars($0) } ?? "–", class: "n"), Cell(verbatim: Words.bytes(Double(tenant.databaseBytes)), class: "n p2")]
        }
        Table("t tight", caption: caption("The slowest first. Cost is that of the month so far, at list prices.", tenants),
              columns: [.init("Tenant"), .init("Took", class: "n"), .init("Calls", class: "n"), .init("Cost", class: "n"), .init("Database", class: "n p2")], rows: rows).write(into: &out)
        return out
    }

    private func budgetTable(_ language: Language?) -> Markup {
        var out = Markup(language)
        guard fullest.count > 0 else { out.note("No source has a budget of its own."); return out }
        func share(_ used: Int, _ limit: Int?) -> Phrase { limit.map { "\(Words.count(used)) of \(Words.count($0))" } ?? .verbatim(Words.count(used)) }
        let rows = fullest.first.map { limited -> [Cell] in
            let tenant = limited.tenant, budget = limited.budget, used = limited.used
            return [.state(used >= 1 ? .warning : .ok, word: used >= 1 ? "Used up" : .verbatim(Words.percent(used))), Cell("\(tenant) / \(budget.source)", class: "w", isHeader: true),
             Cell(share(budget.calls, budget.callsPerRun), class: "n", label: "Calls, last run"), Cell(share(budget.metrics, budget.metricsPerDay), class: "n", label: "Metrics, 24 h")]
        }
        Table("t stack q", caption: caption("Sources with a budget, the fullest first.", fullest.count),
              columns: [.init("Used"), .init("Source"), .init("Calls, last run", class: "n"), .init("Metrics, 24 h", class: "n")], rows: rows).write(into: &out)
        return out
    }

    private func overrideTable(_ language: Language?) -> Markup {
        var out = Markup(language)
        guard overrides.count > 0 else { out.note("Every tenant runs with the defaults."); return out }
        Table("t tight", caption: caption("What tenants set apart from the defaults; 'tidewatch explain RULE --tenant ID' shows where.", overrides.count), columns: [.init("Tenant"), .init("Sets")],
              rows: overrides.first.map { [Cell(verbatim: $0.tenant, isHeader: true), Cell(verbatim: $0.words, class: "w")] }).write(into: &out)
        return out
    }

    private func caption(_ text: Phrase, _ count: Int) -> Phrase { count > Self.mostRows ? "First \(Self.mostRows) of \(Words.count(count)). \(text)" : text }
}
