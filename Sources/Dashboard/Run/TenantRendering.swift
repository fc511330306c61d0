import JSON
import Publishers
import Signals
import Site
import Storage
import Telemetry

/// One tenant's pages, from its database to a tree that waits for its exchange.
struct TenantRendering {
    let tenant: TenantConfiguration
    let context: RunContext
    let theme: SiteTheme

    init(_ tenant: TenantConfiguration, context: RunContext, theme: SiteTheme) {
        self.tenant = tenant
        self.context = context
        self.theme = theme
    }

    /// - Returns: the tree with the digest of its manifest, and the plan that is to be remembered with it.
    func prepare(_ store: TenantStore, run: TenantOutcome) throws -> (tree: PreparedTree, manifest: String?, digest: TenantDigest, plan: RenderPlan) {
        var site = try site(store)
        site.interval = try TenantRun.interval(context.configuration.site, store: store)
        site.findings = FindingSite.all(try FindingLedger(store), tenant: tenant, documents: site.documents, now: context.now)
        site.isPast = context.out != nil
        let cut = site.mostTraces.map { "The limit is reached of \(tenant.limits.pages) files (limits.pages): the newest \($0) kept traces of a group have a page, older ones have none." }
        site.findings += (run.limits + [cut].compactMap(\.self)).map { FindingSite(state: .warning, title: "A limit is reached", detail: .told($0, as: "limit")) }
        if let memory = try BacktestMemory(tenant, context: context).recall(from: store) {
            for index in site.rules.indices { site.rules[index].backtest = .init(fired: memory.fired[site.rules[index].id] ?? 0, at: memory.at) }
        }
        let writer = try context.writer(tenant.id)
        var plan = try RenderPlan(tenant: tenant, context: context, store: store, live: writer.liveManifestDigest)
        var digest = try SiteBuilder(theme: theme, now: context.now).build(site, store: store, isDue: { path in
            // A page that is not there cannot be kept.
            if plan.isDue(path) { return true }
            return (try? writer.keep(path)) != true
        }, stays: { page in
            guard plan.mayStay(page), try writer.keep(page.paths[0]) else { return false }
            // A page without a point has no file of points.
            for path in page.paths.dropFirst() { _ = try writer.keep(path) }
            return true
        }, emit: { page in
            try writer.add(page.path, page.bytes)
            try TooMuch.check(writer, tenant.limits)
        })
        try TooMuch.check(writer, tenant.limits)
        try writer.add(HeadersFile.name, HeadersFile(isWholeFleet: false).bytes)
        let resources = try store.resources().addingDeclaredFeeds(of: tenant.services)
        let tree = try writer.finish { build(run, site, resources, files: $0).bytes(pretty: true) }
        digest.noise = try store.noise(in: TimeWindow(from: context.now - FleetBuilder.noiseSeconds, to: context.now + 1))
        return (tree, writer.manifestDigest, digest, plan)
    }

    /// Paths of all pages and files as they would be made now.
    func paths(_ store: TenantStore) throws -> [String] { try SiteBuilder(theme: theme, now: context.now).paths(of: site(store), store: store) }

    /// What decides how many pages there are.
    private func site(_ store: TenantStore) throws -> TenantSite {
        var site = TenantSite(tenant, context: context, resources: try store.resources(), grain: store.grain)
        site.mostTraces = try mostTraces(site, store)
        if let first = try store.firstMoment() { site.reports = ReportMonth.settled(since: first, TenantClock(zone: tenant.timezone, now: context.now)) }
        return site
    }

    /// Pages that would fill the disk of all tenants.
    struct TooMuch: Error, CustomStringConvertible {
        /// `1.0 GiB (limits.bytes)`
        let limit: String
        var description: String { "its pages would be more than \(limit): the pages of the last run stay. Raise the limit, or watch less." }

        static func check(_ writer: TreeWriter, _ limits: TenantLimits) throws {
            let limit = writer.bytes > limits.bytes ? "\(Quantity.bytes(Double(limits.bytes))) (limits.bytes)" : writer.files > limits.pages ? "\(limits.pages) files (limits.pages)" : nil
            if let limit { throw TooMuch(limit: limit) }
        }
    }

    /// Traces of a group that get a page, so that all pages keep within the tenant's limit; nothing where all may. A trace has two files.
    private func mostTraces(_ site: TenantSite, _ store: TenantStore) throws -> Int? {
        let groups = site.services.flatMap(\.traceGroups), window = TimeWindow(from: context.now - TenantSite.traceReach, to: context.now + 1)
        let kept = try groups.map { try store.keptTraces(group: $0.id, in: window).count }
        let others = site.services.count * 12 + site.services.reduce(0) { $0 + $1.resources.count } + site.documents.count + 60
        let room = max(0, tenant.limits.pages / (1 + context.configuration.site.compress.count) - others) / 2
        return kept.reduce(0, +) > room ? room / max(1, groups.count) : nil
    }

    /// `build.json`: how the tree came about, what it was judged by, and a digest of each file.
    private func build(_ run: TenantOutcome, _ site: TenantSite, _ resources: [Resource], files: Manifest) -> JSONValue {
        ["schema": 1, "run_id": .string(context.runID), "now": .string(context.now.rfc3339), "exit": JSONValue(Int(run.exit.rawValue)),
         "duration": context.isRepeatable ? .null : .number(run.seconds),
         "stages": .array(context.isRepeatable ? [] : run.stages.map { ["stage": .string($0.stage.rawValue), "seconds": .number($0.seconds)] }),
         "ledger": ["calls": JSONValue(run.calls), "metrics": JSONValue(run.metrics), "bytes": JSONValue(run.bytes), "cost_usd": .number(run.dollars)],
         "rules": .array(site.rules.sorted { $0.id < $1.id }.map {
             ["id": .string($0.id), "warning": JSONValue($0.warning), "critical": JSONValue($0.critical), "for": JSONValue($0.forSeconds > 0 ? Quantity.text(Double($0.forSeconds), .seconds) : nil)]
         }),
         "topology": .array(resources.sorted { $0.id < $1.id }.flatMap { resource in
             resource.feeds.sorted().map { ["from": .string("\(resource.id.kind.rawValue) \(resource.id.name)"), "to": .string("\($0.kind.rawValue) \($0.name)")] }
         }),
         "problems": .array(run.problems.map { ["stage": .string($0.stage.rawValue), "message": .string($0.message)] }),
         "files": .object(files.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })]
    }
}
