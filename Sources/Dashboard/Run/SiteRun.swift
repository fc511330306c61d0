import Alerting
import Foundation
import Publishers
import Signals
import Site
import Storage
import Synchronization
import Telemetry
import Theme

/// One run over all tenants. One tenant's failure never stops another's; the old site stays until the new one is whole.
package struct SiteRun: Sendable {
    private let configuration: Configuration
    private let context: RunContext
    private let options: RunOptions
    private let world: World
    private let theme: SiteTheme
    private let themes: [String: SiteTheme]

    /// Reads and checks everything; nothing is asked and nothing is written yet.
    /// - Throws: `ConfigurationError` with every mistake of the site's own files and its rules. What is wrong in a text is a problem of the run.
    package init(directory: String, world: World, options: RunOptions) throws(ConfigurationError) {
        let loaded = try LoadedSite(directory: directory, world: world)
        let diagnostics = Diagnostics()
        for id in options.tenants where !loaded.configuration.tenants.contains(where: { $0.id == id }) && !loaded.configuration.brokenTenants.contains(where: { $0.id == id }) {
            diagnostics.report(Diagnostic(file: "tenants/", message: "no tenant is called '\(printable(id))' (--tenant)"))
        }
        if !diagnostics.errors.isEmpty { throw ConfigurationError(diagnostics.errors) }
        configuration = loaded.configuration
        theme = loaded.theme
        themes = loaded.themes
        self.world = world
        self.options = options
        context = RunContext(loaded, world: world, options: options)
    }

    /// Everything that `validate` can find, in the order of files and lines.
    package static func validate(directory: String, world: World) -> [Diagnostic] {
        do throws(ConfigurationError) {
            let loaded = try LoadedSite(directory: directory, world: world)
            let diagnostics = Diagnostics()
            loaded.library.check(diagnostics: diagnostics)
            ContentCoverage(library: loaded.library, rules: loaded.configuration.rules).check(diagnostics: diagnostics)
            for mistake in loaded.library.mistakes { diagnostics.report(mistake) }
            for tenant in loaded.configuration.brokenTenants { for diagnostic in tenant.diagnostics { diagnostics.report(diagnostic) } }
            for warning in loaded.configuration.warnings + loaded.configuration.brokenSilences { diagnostics.report(warning) }
            loaded.checkTemplates(world: world, diagnostics: diagnostics)
            let check = SilenceCheck(configuration: loaded.configuration), rules = Set(loaded.configuration.rules.map(\.id))
            for warning in loaded.configuration.silences.flatMap(check.warnings) { diagnostics.report(warning) }
            for name in (world.files.list(directory + "/rules") ?? []) where name.hasSuffix(".yaml") && !name.hasPrefix(".") {
                _ = RuleTestFile.tests(in: world.files.readFile(directory + "/rules/" + name) ?? [], file: "rules/\(name)", rules: rules, diagnostics: diagnostics)
            }
            return diagnostics.sorted
        } catch {
            return error.diagnostics
        }
    }

    package func run() async -> RunOutcome {
        let state = configuration.directory + "/state"
        do {
            let lock = try RunLock(stateDirectory: state, owner: "pid \(ProcessInfo.processInfo.processIdentifier), since \(world.clock().rfc3339)")
            let watch = Stopwatch()
            options.observer(.began(run: context.runID, tenants: tenants.count))
            let outcome = await locked()
            withExtendedLifetime(lock) {}
            for problem in outcome.problems { options.observer(.problem(problem)) }
            options.observer(.ended(outcome, milliseconds: watch.milliseconds))
            return outcome
        } catch let held as RunLock.Held {
            return notBegun(.locked, held.description)
        } catch {
            return notBegun(.failed, "\(error)")
        }
    }

    private func notBegun(_ exit: ExitCode, _ message: String) -> RunOutcome {
        let problem = RunProblem(tenant: nil, stage: .collect, message: message), outcome = RunOutcome(exit: exit, problems: [problem])
        options.observer(.problem(problem))
        options.observer(.ended(outcome, milliseconds: 0))
        return outcome
    }
}

private extension SiteRun {
    var tenants: [TenantConfiguration] { configuration.tenants.filter { options.tenants.isEmpty || options.tenants.contains($0.id) } }

    func locked() async -> RunOutcome {
        let started = world.clock()
        if options.pingsHeartbeat { await ping(.start, "") }
        var outcome = RunOutcome()
        for broken in configuration.brokenTenants where options.tenants.isEmpty || options.tenants.contains(broken.id) {
            outcome.problems += broken.diagnostics.map { RunProblem(tenant: broken.id, stage: .collect, message: $0.description) }
            outcome.exit = outcome.exit.worse(.partial)
        }

        for mistake in configuration.brokenSilences {
            outcome.problems.append(RunProblem(tenant: nil, stage: .evaluate, message: "\(mistake.description) (this file mutes nothing)"))
            outcome.exit = outcome.exit.worse(.partial)
        }

        for mistake in context.library.mistakes where mistake.grade == .error && options.stages.contains(.render) {
            outcome.problems.append(RunProblem(tenant: nil, stage: .render, message: "\(mistake.description) (another page stands in its place)"))
            outcome.exit = outcome.exit.worse(.partial)
        }

        let results = await eachTenant()
        outcome.tenants = results.map(\.outcome)
        for result in results {
            outcome.problems += result.outcome.problems
            outcome.exit = outcome.exit.worse(result.outcome.exit == .failed ? .partial : result.outcome.exit)
        }
        if !results.isEmpty, options.stages.contains(.collect), results.allSatisfy(\.outcome.isRefused) { outcome.exit = outcome.exit.worse(.credentials) }

        if await isStopped(&outcome) { return outcome }
        if options.stages.contains(.notify), options.tenants.isEmpty {
            let problems = await ChannelDrill(context: context).run()
            outcome.problems += problems
            if !problems.isEmpty { outcome.exit = outcome.exit.worse(.undelivered) }
        }
        if options.stages.contains(.render) { render(results, started: started, &outcome) }
        if options.stages.contains(.publish), outcome.exit != .failed { await PublishStage(configuration: configuration, context: context).run(&outcome) }
        if await isStopped(&outcome) { return outcome }
        if outcome.exit == .done, options.reportsState {
            let worst = outcome.tenants.compactMap(\.severity).max { $0 == "warning" && $1 == "critical" }
            if let worst { outcome.exit = worst == "critical" ? .critical : .warning }
        }
        if options.pingsHeartbeat { await ping([.done, .partial, .undelivered, .warning, .critical].contains(outcome.exit) ? .success : .failure, outcome.report) }
        return outcome
    }

    /// Whether somebody asked the run to end; then it has said so.
    func isStopped(_ outcome: inout RunOutcome) async -> Bool {
        guard let signal = world.stop.raised else { return false }
        outcome.exit = signal == SIGINT ? .interrupted : .terminated
        if options.pingsHeartbeat { await ping(.failure, outcome.report) }
        return true
    }

    /// Tenants side by side, a bounded number at a time; the results in the order of their ids.
    func eachTenant() async -> [TenantResult] {
        await withTaskGroup(of: TenantResult?.self) { group in
            var waiting = tenants.makeIterator(), results: [TenantResult] = [], underWay = 0
            for _ in 0..<max(1, options.jobs) {
                guard let tenant = waiting.next() else { break }
                group.addTask { await one(tenant) }
                underWay += 1
            }
            // Whoever asks the run to end does not want to wait for a service that does not answer.
            group.addTask {
                while world.stop.raised == nil, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(100)) }
                return nil
            }
            while underWay > 0, let next = await group.next() {
                guard let result = next else {
                    group.cancelAll()
                    continue
                }
                results.append(result)
                underWay -= 1
                if world.stop.raised == nil, let tenant = waiting.next() {
                    group.addTask { await one(tenant) }
                    underWay += 1
                }
            }
            group.cancelAll()
            return results.sorted { $0.outcome.id < $1.outcome.id }
        }
    }

    func one(_ tenant: TenantConfiguration) async -> TenantResult {
        let result = await stages(of: tenant)
        options.observer(.tenantEnded(id: tenant.id, exit: result.outcome.exit))
        return result
    }

    func stages(of tenant: TenantConfiguration) async -> TenantResult {
        var run = TenantRun(tenant, context: context)
        guard let store = run.openStore() else { return TenantResult(outcome: run.outcome) }
        var watch = Stopwatch()
        func over(_ stage: RunOptions.Stage) {
            options.observer(.stage(tenant: tenant.id, stage, milliseconds: watch.milliseconds))
            watch = Stopwatch()
        }
        if options.stages.contains(.collect), tenant.disabled == nil {
            await run.collect(into: store)
            over(.collect)
        }
        // What was read is on record; the next run goes on from there.
        if world.stop.raised != nil { return TenantResult(outcome: run.outcome) }
        if options.stages.contains(.evaluate), tenant.disabled == nil {
            run.evaluate(store)
            over(.evaluate)
        }
        if options.stages.contains(.notify) {
            await run.notify(store)
            over(.notify)
        }
        // After the messages, which must not wait; before the pages, which say what it found.
        if options.stages.contains(.evaluate), tenant.disabled == nil { run.refreshBacktest(store) }
        var result = TenantResult(outcome: run.outcome)
        result.channels = (try? store.channels()) ?? []
        if options.stages.contains(.render) {
            let rendering = TenantRendering(tenant, context: context, theme: themes[tenant.id] ?? theme)
            do {
                let rendered = try rendering.prepare(store, run: run.outcome)
                result.prepared = rendered.tree
                result.digest = rendered.digest
                result.outcome.pages = rendered.tree.files
                result.outcome.pagesWritten = rendered.tree.written
            } catch {
                result.outcome.problems.append(RunProblem(tenant: tenant.id, stage: .render, message: "\(error)"))
                result.outcome.exit = result.outcome.exit.worse(.failed)
            }
            over(.render)
        }
        if options.stages.contains(.collect) { try? store.pruneIfDue(at: context.now) }
        result.databaseBytes = store.byteSize
        if options.tenants.isEmpty {
            result.spentNow = (try? store.ledger(in: TimeWindow(from: context.now, to: context.now + 1))) ?? []
            result.spentToday = (try? store.ledger(in: TimeWindow(from: context.now - 86_400, to: context.now + 1))) ?? []
        }
        return result
    }

    /// All trees are finished before the first is exchanged; one that cannot be holds up no other.
    func render(_ results: [TenantResult], started: Timestamp, _ outcome: inout RunOutcome) {
        func fail(_ tenant: String?, _ error: any Error) {
            outcome.problems.append(RunProblem(tenant: tenant, stage: .render, message: "\(error)"))
            outcome.exit = outcome.exit.worse(tenant == nil ? .failed : .partial)
        }
        var trees = results.compactMap { result in result.prepared.map { (tenant: Optional(result.outcome.id), tree: $0) } }
        // The fleet's pages tell of runs, and the past has had its own.
        if options.tenants.isEmpty, context.out == nil {
            do {
                trees.append((nil, try FleetRendering(configuration: configuration, context: context, theme: theme).prepare(results, outcome: outcome, seconds: world.clock() - started)))
            } catch { fail(nil, error) }
        }
        do { try trees.first?.tree.synchronise() } catch { return fail(nil, error) }
        for (tenant, tree) in trees {
            do { try tree.exchange() } catch { fail(tenant, error) }
        }
    }

    func ping(_ event: Heartbeat.Event, _ summary: String) async {
        guard let heartbeat = configuration.site.heartbeat else { return }
        await Heartbeat(url: heartbeat.url, allowsPrivate: heartbeat.allowPrivate, transport: world.transport, pause: world.sleep).call(event, run: context.runID, summary: summary)
    }
}

/// What one tenant's task hands back.
struct TenantResult: Sendable {
    var outcome: TenantOutcome
    var prepared: PreparedTree?
    var digest: TenantDigest?
    var channels: [ChannelState] = []
    var databaseBytes: Int64 = 0
    /// What this run asked, and what all runs of the last day did.
    var spentNow: [LedgerEntry] = []
    var spentToday: [LedgerEntry] = []
}
