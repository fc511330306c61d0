import Alerting
import Publishers
import Site
import Storage

/// What one tenant's task hands back.
struct TenantResult: Codable, Sendable {
    var outcome: TenantOutcome
    var prepared: PreparedTree?
    var digest: TenantDigest?
    var channels: [ChannelState] = []
    /// Mistakes in its file; nothing was done for it.
    var mistakes: [Diagnostic]?
    /// Why its worker was ended; nothing of it is known from this run.
    var quarantine: String?

    init(outcome: TenantOutcome) { self.outcome = outcome }

    init(broken: Configuration.BrokenTenant) {
        outcome = TenantOutcome(id: broken.id)
        outcome.exit = .partial
        outcome.problems = broken.diagnostics.map { RunProblem(tenant: broken.id, stage: .collect, message: $0.description) }
        mistakes = broken.diagnostics
    }
}

/// Tenants side by side, a bounded number at a time. One tenant's failure stays its own.
struct TenantBatch: Sendable {
    private let tenants: [TenantConfiguration]
    private let context: RunContext
    private let theme: SiteTheme
    private let options: RunOptions

    init(_ tenants: [TenantConfiguration], context: RunContext, theme: SiteTheme, options: RunOptions) {
        self.tenants = tenants
        self.context = context
        self.theme = theme
        self.options = options
    }

    /// The results in the order of the ids.
    func run(_ say: @escaping @Sendable (WorkerWord) -> Void = { _ in }) async -> [TenantResult] {
        let stop = context.world.stop
        return await withTaskGroup(of: TenantResult?.self) { group in
            var waiting = tenants.makeIterator(), results: [TenantResult] = [], underWay = 0
            for _ in 0..<max(1, options.jobs) {
                guard let tenant = waiting.next() else { break }
                group.addTask { await one(tenant, say) }
                underWay += 1
            }
            // Whoever asks the run to end does not want to wait for a service that does not answer.
            group.addTask {
                while stop.raised == nil, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(100)) }
                return nil
            }
            while underWay > 0, let next = await group.next() {
                guard let result = next else {
                    group.cancelAll()
                    continue
                }
                results.append(result)
                underWay -= 1
                if stop.raised == nil, let tenant = waiting.next() {
                    group.addTask { await one(tenant, say) }
                    underWay += 1
                }
            }
            group.cancelAll()
            return results.sorted { $0.outcome.id < $1.outcome.id }
        }
    }

    private func one(_ tenant: TenantConfiguration, _ say: @Sendable (WorkerWord) -> Void) async -> TenantResult {
        say(.begun(tenant.id))
        let result = await stages(tenant, say)
        say(.done(result))
        return result
    }

    private func stages(_ tenant: TenantConfiguration, _ say: @Sendable (WorkerWord) -> Void) async -> TenantResult {
        var run = TenantRun(tenant, context: context)
        guard let store = run.openStore() else { return TenantResult(outcome: run.outcome) }
        let isCollected = options.stages.contains(.collect) && tenant.disabled == nil, isEvaluated = options.stages.contains(.evaluate) && tenant.disabled == nil
        if isCollected {
            say(.stage(tenant.id, .collect))
            await run.collect(into: store)
        }
        // What was read is on record; the next run goes on from there.
        if context.world.stop.raised != nil { return TenantResult(outcome: run.outcome) }
        if isEvaluated {
            say(.stage(tenant.id, .evaluate))
            run.evaluate(store)
        }
        if options.stages.contains(.notify) {
            say(.stage(tenant.id, .notify))
            await run.notify(store)
        }
        // After the messages, which must not wait; before the pages, which say what it found.
        if isEvaluated { run.refreshBacktest(store) }
        var result = TenantResult(outcome: run.outcome)
        result.channels = (try? store.channels()) ?? []
        if options.stages.contains(.render) {
            say(.stage(tenant.id, .render))
            do {
                let rendered = try TenantRendering(tenant, context: context, theme: theme).prepare(store, run: run.outcome)
                result.prepared = rendered.tree
                result.digest = rendered.digest
                result.outcome.pages = rendered.tree.files
                result.outcome.pagesWritten = rendered.tree.written
            } catch {
                result.outcome.problems.append(RunProblem(tenant: tenant.id, stage: .render, message: "\(error)"))
                result.outcome.exit = result.outcome.exit.worse(.failed)
            }
        }
        if options.stages.contains(.collect) { try? store.pruneIfDue(at: context.now) }
        return result
    }
}
