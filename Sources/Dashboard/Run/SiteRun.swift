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
    private let loaded: LoadedSite

    /// Reads and checks everything; nothing is asked and nothing is written yet.
    /// - Throws: `ConfigurationError` with every mistake of the site's own files and its rules. What is wrong in a text is a problem of the run.
    package init(directory: String, world: World, options: RunOptions) throws(ConfigurationError) {
        // Where workers do the tenants' work, they alone read the tenants' files.
        let loaded = try LoadedSite(directory: directory, world: world) { world.worker == nil && (options.tenants.isEmpty || options.tenants.contains($0)) }
        let diagnostics = Diagnostics()
        for id in options.tenants.sorted() where !loaded.configuration.tenantIDs.contains(id) {
            diagnostics.report(Diagnostic(file: "tenants/", message: "no tenant is called '\(printable(id))' (--tenant)"))
        }
        if !diagnostics.errors.isEmpty { throw ConfigurationError(diagnostics.errors) }
        configuration = loaded.configuration
        self.loaded = loaded
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
            ReferenceCheck(configuration: loaded.configuration, library: loaded.library, rules: loaded.rules).check(diagnostics: diagnostics)
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
            options.observer(.began(run: context.runID, tenants: tenantIDs.count))
            var outcome = await locked(lock)
            recordEnd(of: &outcome)
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
    var tenantIDs: [String] { configuration.tenantIDs.filter { options.tenants.isEmpty || options.tenants.contains($0) } }

    func locked(_ lock: RunLock) async -> RunOutcome {
        let started = world.clock()
        if options.pingsHeartbeat { await ping(.start, "") }
        var outcome = RunOutcome()
        if let problem = context.setAsideUselessFleetStore() {
            outcome.problems.append(problem)
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

        // The fleet's pages tell of runs over all tenants, and the past has had its own.
        let isForFleet = options.stages.contains(.render) && options.tenants.isEmpty && context.out == nil
        let shelf = FleetShelf(in: isForFleet ? configuration.directory + "/state" : nil)
        var work = await work(lock, shelf)
        outcome.workers = work.workers
        outcome.tenants.reserveCapacity(work.results.count)
        for result in work.results where result.mistakes == nil { outcome.tenants.append(result.outcome) }
        // In place: of ten thousand tenants a second list would be felt.
        if context.isRepeatable { for index in work.results.indices { work.results[index].outcome.forgetWhatOnlyThisRunKnows() } }
        for result in work.results {
            outcome.problems += result.outcome.problems
            outcome.exit = outcome.exit.worse(result.outcome.exit == .failed ? .partial : result.outcome.exit)
        }
        if !outcome.tenants.isEmpty, options.stages.contains(.collect), outcome.tenants.allSatisfy(\.isRefused) { outcome.exit = outcome.exit.worse(.credentials) }

        if await isStopped(&outcome) { return outcome }
        if options.stages.contains(.notify), options.tenants.isEmpty {
            let problems = await ChannelDrill(context: context).run()
            outcome.problems += problems
            if !problems.isEmpty { outcome.exit = outcome.exit.worse(.undelivered) }
        }
        if options.stages.contains(.render) { render(work.results, fleet: isForFleet ? shelf : nil, started: started, &outcome) }
        if options.stages.contains(.publish), outcome.exit != .failed { await PublishStage(configuration: configuration, context: context).run(&outcome) }
        if await isStopped(&outcome) { return outcome }
        if outcome.exit == .done, options.reportsState {
            let worst = outcome.tenants.compactMap(\.severity).max { $0 == "warning" && $1 == "critical" }
            if let worst { outcome.exit = worst == "critical" ? .critical : .warning }
        }
        if options.pingsHeartbeat { await ping([.done, .partial, .undelivered, .warning, .critical].contains(outcome.exit) ? .success : .failure, outcome.report) }
        return outcome
    }

    /// A run is written down for the fleet's pages, before it publishes and before it is over. That alerts fire is no fault of the run.
    func recordEnd(of outcome: inout RunOutcome) {
        guard FileManager.default.fileExists(atPath: context.fleetStatePath) else { return }
        do {
            let store = try context.store(at: context.fleetStatePath), exit = [.warning, .critical].contains(outcome.exit) ? ExitCode.done : outcome.exit
            guard let last = try store.runs(limit: 1).first, last.id == context.runID, last.exit != Int(exit.rawValue) else { return }
            try store.correctExit(ofRun: last.id, to: Int(exit.rawValue))
        } catch {
            outcome.problems.append(RunProblem(tenant: nil, stage: .publish, message: "how the run ended cannot be written down: \(error)"))
        }
    }

    /// Whether somebody asked the run to end; then it has said so.
    func isStopped(_ outcome: inout RunOutcome) async -> Bool {
        guard let signal = world.stop.raised else { return false }
        outcome.exit = signal == SIGINT ? .interrupted : .terminated
        if options.pingsHeartbeat { await ping(.failure, outcome.report) }
        return true
    }

    /// The tenants' work: in processes of their own where the world has a program for it, else in this one. In the order of ids.
    func work(_ lock: RunLock, _ shelf: FleetShelf) async -> Workshop.Work {
        if let program = world.worker {
            return await Workshop(executable: program, context: context, options: options, lock: lock.descriptor, shelf: shelf).work(on: tenantIDs, apart: Quarantine(context).names)
        }
        let results = Mutex<[HeldResult]>([]), options = options
        await TenantBatch(loaded, context: context, options: options, isForFleet: options.tenants.isEmpty).run { event in
            options.observe(event)
            if case .ended(let result) = event { results.withLock { $0.append(shelf.keep(result)) } }
        }
        return Workshop.Work(results: results.withLock { $0.sorted { $0.outcome.id < $1.outcome.id } })
    }

    /// All trees are finished before the first is exchanged; one that cannot be holds up no other.
    /// - Parameter fleet: what its pages are made of; nothing: they stay as they are.
    func render(_ results: [HeldResult], fleet: FleetShelf?, started: Timestamp, _ outcome: inout RunOutcome) {
        func fail(_ tenant: String?, _ error: any Error) {
            outcome.problems.append(RunProblem(tenant: tenant, stage: .render, message: "\(error)"))
            outcome.exit = outcome.exit.worse(tenant == nil ? .failed : .partial)
        }
        var others: [(tenant: String?, tree: PreparedTree)] = []
        let quarantine = Quarantine(context)
        for result in results where result.outcome.quarantine != nil {
            do { if let tree = try quarantine.standingTree(of: result.outcome, theme: loaded.theme) { others.append((result.outcome.id, tree)) } } catch { fail(result.outcome.id, error) }
        }
        if let fleet {
            do {
                others.append((nil, try FleetRendering(configuration: configuration, context: context, theme: loaded.theme, shelf: fleet).prepare(results, outcome: outcome, seconds: world.clock() - started)))
            } catch { fail(nil, error) }
        }
        do { try (results.lazy.compactMap(\.prepared).first ?? others.first?.tree)?.synchronise() } catch { return fail(nil, error) }
        func exchange(_ tree: PreparedTree, _ tenant: String?) { do { try tree.exchange() } catch { fail(tenant, error) } }
        for result in results { if let tree = result.prepared { exchange(tree, result.outcome.id) } }
        for (tenant, tree) in others { exchange(tree, tenant) }
    }

    func ping(_ event: Heartbeat.Event, _ summary: String) async {
        guard let heartbeat = configuration.site.heartbeat else { return }
        await Heartbeat(url: heartbeat.url, allowsPrivate: heartbeat.allowPrivate, transport: world.transport, pause: world.sleep).call(event, run: context.runID, summary: summary)
    }
}
