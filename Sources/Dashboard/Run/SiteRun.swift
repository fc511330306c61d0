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

    /// Reads and checks everything; nothing is asked and nothing is written yet.
    /// - Throws: `ConfigurationError` with every mistake of the site's own files, its rules and its runbooks.
    package init(directory: String, world: World, options: RunOptions) throws(ConfigurationError) {
        // Where workers do the tenants' part, only they read the tenants' files.
        let loaded = try LoadedSite(directory: directory, world: world, only: world.worker == nil ? nil : [])
        let diagnostics = Diagnostics()
        for id in options.tenants where !loaded.configuration.tenantIDs.contains(id) {
            diagnostics.report(Diagnostic(file: "tenants/", message: "no tenant is called '\(printable(id))' (--tenant)"))
        }
        if !diagnostics.errors.isEmpty { throw ConfigurationError(diagnostics.errors) }
        configuration = loaded.configuration
        theme = loaded.theme
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
            for tenant in loaded.configuration.brokenTenants { for diagnostic in tenant.diagnostics { diagnostics.report(diagnostic) } }
            for warning in loaded.configuration.warnings + loaded.configuration.brokenSilences { diagnostics.report(warning) }
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
            let outcome = await locked(lock)
            withExtendedLifetime(lock) {}
            return outcome
        } catch let held as RunLock.Held {
            return RunOutcome(exit: .locked, problems: [RunProblem(tenant: nil, stage: .collect, message: held.description)])
        } catch {
            return RunOutcome(exit: .failed, problems: [RunProblem(tenant: nil, stage: .collect, message: "\(error)")])
        }
    }
}

private extension SiteRun {
    func locked(_ lock: RunLock) async -> RunOutcome {
        let started = world.clock()
        if options.pingsHeartbeat { await ping(.start, "") }
        var outcome = RunOutcome()
        for mistake in configuration.brokenSilences {
            outcome.problems.append(RunProblem(tenant: nil, stage: .evaluate, message: "\(mistake.description) (this file mutes nothing)"))
            outcome.exit = outcome.exit.worse(.partial)
        }

        let work = await work(lock), results = work.results
        outcome.workers = work.workers
        outcome.tenants = results.filter { $0.mistakes == nil }.map(\.outcome)
        for result in results {
            outcome.problems += result.outcome.problems
            outcome.exit = outcome.exit.worse(result.outcome.exit == .failed ? .partial : result.outcome.exit)
        }
        if !outcome.tenants.isEmpty, options.stages.contains(.collect), outcome.tenants.allSatisfy(\.isRefused) { outcome.exit = outcome.exit.worse(.credentials) }

        if let signal = world.stop.raised {
            outcome.exit = signal == SIGINT ? .interrupted : .terminated
            if options.pingsHeartbeat { await ping(.failure, outcome.report) }
            return outcome
        }
        if options.stages.contains(.notify), options.tenants.isEmpty {
            let problems = await ChannelDrill(context: context).run()
            outcome.problems += problems
            if !problems.isEmpty { outcome.exit = outcome.exit.worse(.undelivered) }
        }
        if options.stages.contains(.render) { render(results, started: started, &outcome) }
        if options.stages.contains(.publish), outcome.exit != .failed { publish(&outcome) }
        if outcome.exit == .done, options.reportsState {
            let worst = outcome.tenants.compactMap(\.severity).max { $0 == "warning" && $1 == "critical" }
            if let worst { outcome.exit = worst == "critical" ? .critical : .warning }
        }
        if options.pingsHeartbeat { await ping([.done, .partial, .undelivered, .warning, .critical].contains(outcome.exit) ? .success : .failure, outcome.report) }
        return outcome
    }

    /// The tenants' work: in processes of their own where the world has a program for it, else in this one.
    func work(_ lock: RunLock) async -> Workshop.Work {
        let wanted = configuration.tenantIDs.filter { options.tenants.isEmpty || options.tenants.contains($0) }
        if let program = world.worker {
            let workshop = Workshop(executable: program, directory: configuration.directory, context: context, options: options, lock: lock.descriptor)
            return await workshop.work(on: wanted, apart: Quarantine(context).names)
        }
        var work = Workshop.Work()
        let broken = configuration.brokenTenants.filter { options.tenants.isEmpty || options.tenants.contains($0.id) }.map(TenantResult.init(broken:))
        let tenants = configuration.tenants.filter { options.tenants.isEmpty || options.tenants.contains($0.id) }
        work.results = (broken + (await TenantBatch(tenants, context: context, theme: theme, options: options).run())).sorted { $0.outcome.id < $1.outcome.id }
        return work
    }

    /// All trees are finished before the first is exchanged; one that cannot be holds up no other.
    func render(_ results: [TenantResult], started: Timestamp, _ outcome: inout RunOutcome) {
        func fail(_ tenant: String?, _ error: any Error) {
            outcome.problems.append(RunProblem(tenant: tenant, stage: .render, message: "\(error)"))
            outcome.exit = outcome.exit.worse(tenant == nil ? .failed : .partial)
        }
        var trees = results.compactMap { result in result.prepared.map { (tenant: Optional(result.outcome.id), tree: $0) } }
        for result in results {
            guard let reason = result.quarantine else { continue }
            do { trees.append((result.outcome.id, try Quarantine(context).standingTree(of: result.outcome, theme: theme, reason: reason))) } catch { fail(result.outcome.id, error) }
        }
        if options.tenants.isEmpty {
            do {
                trees.append((nil, try FleetRendering(configuration: configuration, context: context, theme: theme).prepare(results, outcome: outcome, seconds: world.clock() - started)))
            } catch { fail(nil, error) }
        }
        do { try trees.first?.tree.synchronise() } catch { return fail(nil, error) }
        for (tenant, tree) in trees {
            do { try tree.exchange() } catch { fail(tenant, error) }
        }
    }

    func publish(_ outcome: inout RunOutcome) {
        let source = configuration.directory + "/public"
        let trees = configuration.tenantIDs.filter { isIdentifier($0) && $0 != "fleet" && FileManager.default.fileExists(atPath: source + "/" + $0) } + ["fleet"]
        for case .directory(let path) in configuration.site.publish {
            let target = path.hasPrefix("/") ? path : configuration.directory + "/" + path
            do {
                outcome.publishedFiles += try DirectoryTarget(path: target).publish(from: source, trees: trees).written
            } catch {
                outcome.problems.append(RunProblem(tenant: nil, stage: .publish, message: "not published: \(error)"))
                outcome.exit = outcome.exit.worse(.publish)
            }
        }
    }

    func ping(_ event: Heartbeat.Event, _ summary: String) async {
        guard let heartbeat = configuration.site.heartbeat else { return }
        await Heartbeat(url: heartbeat.url, allowsPrivate: heartbeat.allowPrivate, transport: world.transport, pause: world.sleep).call(event, run: context.runID, summary: summary)
    }
}
