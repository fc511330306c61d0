import Alerting
import Publishers
import Site
import Storage
import Telemetry

/// What one tenant's work brought.
struct TenantResult: Codable, Sendable {
    var outcome: TenantOutcome
    var prepared: PreparedTree?
    var digest: TenantDigest?
    var channels: [ChannelState] = []
    /// Nothing where it could not be opened.
    var databaseBytes: Int64?
    /// For the operator's page, where there is to be one.
    var operation: OperationPage.Tenant?
    /// In its files; nothing was done for it.
    var mistakes: [Diagnostic]?

    init(outcome: TenantOutcome) { self.outcome = outcome }

    init(broken tenant: Configuration.BrokenTenant) {
        outcome = TenantOutcome(id: tenant.id)
        outcome.exit = .partial
        outcome.problems = tenant.diagnostics.map { RunProblem(tenant: tenant.id, stage: .collect, message: $0.description) }
        mistakes = tenant.diagnostics
    }
}

/// Tenants side by side, a bounded number at a time. One tenant's failure stays its own.
struct TenantBatch: Sendable {
    /// What it says while it works, about one tenant each.
    enum Event: Codable, Sendable {
        case begun(String)
        /// What is done for the tenant from now on.
        case stage(String, RunOptions.Stage)
        case stageEnded(String, RunOptions.Stage, milliseconds: Int)
        case ended(TenantResult)
    }

    let configuration: Configuration
    let context: RunContext
    let theme: SiteTheme
    /// Of tenants that have a look of their own.
    let themes: [String: SiteTheme]
    let options: RunOptions
    /// Whether the operator's pages are made of it.
    let isForFleet: Bool

    init(_ loaded: LoadedSite, context: RunContext, options: RunOptions, isForFleet: Bool) {
        configuration = loaded.configuration
        theme = loaded.theme
        themes = loaded.themes
        self.context = context
        self.options = options
        self.isForFleet = isForFleet
    }

    /// Every tenant that was read has its result said by `ended`.
    func run(_ say: @escaping @Sendable (Event) -> Void) async {
        for tenant in configuration.brokenTenants { say(.ended(TenantResult(broken: tenant))) }
        let stop = context.world.stop
        await withTaskGroup(of: Bool.self) { group in
            var waiting = configuration.tenants.makeIterator(), underWay = 0
            func beginNext() {
                guard let tenant = waiting.next() else { return }
                underWay += 1
                group.addTask {
                    await work(on: tenant, say)
                    return true
                }
            }
            for _ in 0..<max(1, options.jobs) { beginNext() }
            // Whoever asks the run to end does not want to wait for a service that does not answer.
            group.addTask {
                while stop.raised == nil, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(100)) }
                return false
            }
            while underWay > 0, let isTenant = await group.next() {
                guard isTenant else {
                    group.cancelAll()
                    continue
                }
                underWay -= 1
                if stop.raised == nil { beginNext() }
            }
            group.cancelAll()
        }
    }
}

private extension TenantBatch {
    func work(on tenant: TenantConfiguration, _ say: @Sendable (Event) -> Void) async {
        say(.begun(tenant.id))
        var run = TenantRun(tenant, context: context)
        guard let store = run.openStore() else { return say(.ended(TenantResult(outcome: run.outcome))) }
        run.outcome.hasBegun = true
        let isCollected = options.stages.contains(.collect) && tenant.disabled == nil, isEvaluated = options.stages.contains(.evaluate) && tenant.disabled == nil
        if isCollected {
            let watch = begin(.collect, tenant, say)
            await run.collect(into: store)
            end(.collect, &run.outcome, watch, say)
        }
        // What was read is on record; the next run goes on from there.
        if context.world.stop.raised != nil { return say(.ended(TenantResult(outcome: run.outcome))) }
        if isEvaluated {
            let watch = begin(.evaluate, tenant, say)
            run.evaluate(store)
            end(.evaluate, &run.outcome, watch, say)
        }
        if options.stages.contains(.notify) {
            let watch = begin(.notify, tenant, say)
            await run.notify(store)
            end(.notify, &run.outcome, watch, say)
        }
        // After the messages, which must not wait; before the pages, which say what it found.
        if isEvaluated {
            say(.stage(tenant.id, .evaluate))
            run.refreshBacktest(store)
        }
        var result = TenantResult(outcome: run.outcome), made: Made?
        result.channels = (try? store.channels()) ?? []
        if options.stages.contains(.render) {
            let watch = begin(.render, tenant, say)
            made = render(tenant, store, &result)
            end(.render, &result.outcome, watch, say)
        }
        if options.stages.contains(.collect) { try? store.pruneIfDue(at: context.now) }
        let bytes = store.byteSize
        result.databaseBytes = bytes
        if isForFleet { result.operation = operation(tenant, result, store, bytes) }
        say(.ended(result))
        // Not before: a tenant that is worked on again makes the same pages again.
        if context.out == nil, let made { try? made.plan.remember(in: store, manifest: made.manifest, build: made.build) }
    }

    /// What is remembered of the making of a tenant's pages.
    struct Made {
        var plan: RenderPlan
        var manifest: String
        var build: String?
    }

    /// - Returns: nothing where no page was made.
    func render(_ tenant: TenantConfiguration, _ store: TenantStore, _ result: inout TenantResult) -> Made? {
        let memory = BuildMemory(tenant, context: context, run: result.outcome, stages: options.stages)
        if let build = memory?.standing(in: store) {
            result.digest = build.digest
            result.outcome.pages = build.files
            result.outcome.pagesWritten = 0
            return nil
        }
        do {
            let rendered = try TenantRendering(tenant, context: context, theme: themes[tenant.id] ?? theme).prepare(store, run: result.outcome)
            result.prepared = rendered.tree
            result.digest = rendered.digest
            result.outcome.pages = rendered.tree.files
            result.outcome.pagesWritten = rendered.tree.written
            return Made(plan: rendered.plan, manifest: rendered.manifest ?? "", build: memory?.note(of: rendered.tree, manifest: rendered.manifest, rendered.digest))
        } catch {
            if let tooMuch = error as? TenantRendering.TooMuch { result.outcome.limits.append("The limit is reached of \(tooMuch.limit): the pages of an earlier run stay.") }
            result.outcome.problems.append(RunProblem(tenant: tenant.id, stage: .render, message: "\(error)"))
            result.outcome.exit = result.outcome.exit.worse(.failed)
            return nil
        }
    }

    func begin(_ stage: RunOptions.Stage, _ tenant: TenantConfiguration, _ say: (Event) -> Void) -> Stopwatch {
        say(.stage(tenant.id, stage))
        return Stopwatch()
    }

    func end(_ stage: RunOptions.Stage, _ outcome: inout TenantOutcome, _ watch: Stopwatch, _ say: (Event) -> Void) {
        let time = TenantOutcome.StageTime(stage: stage, milliseconds: watch.milliseconds)
        outcome.stages.append(time)
        say(.stageEnded(outcome.id, stage, milliseconds: time.milliseconds))
    }

    func operation(_ tenant: TenantConfiguration, _ result: TenantResult, _ store: TenantStore, _ bytes: Int64) -> OperationPage.Tenant {
        func spent(since start: Timestamp) -> [LedgerEntry] { (try? store.ledger(in: TimeWindow(from: start, to: context.now + 1))) ?? [] }
        let now = spent(since: context.now), today = spent(since: context.now - 86_400)
        let budgets = tenant.sources.map { source in
            let limits = source.settings.budget
            return OperationPage.Budget(
                source: source.key, calls: now.filter { $0.source == source.key }.reduce(0) { $0 + $1.calls }, callsPerRun: limits.callsPerRun,
                metrics: today.filter { $0.source == source.key && $0.operation.hasSuffix("GetMetricData") }.reduce(0) { $0 + $1.units }, metricsPerDay: limits.metricsPerDay)
        }
        return OperationPage.Tenant(
            id: tenant.id, seconds: context.isRepeatable ? nil : result.outcome.seconds, databaseBytes: bytes, dollars: result.digest?.dollars,
            budgets: budgets, overrides: tenant.overrides)
    }
}
