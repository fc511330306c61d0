import AWS
import Alerting
import Collectors
import Notifiers
import Signals
import Site
import Storage
import Telemetry

/// One tenant's way through a run: collect → record → evaluate → notify. Whatever fails here is noted down and stays here.
struct TenantRun {
    let tenant: TenantConfiguration
    let context: RunContext
    var outcome: TenantOutcome

    init(_ tenant: TenantConfiguration, context: RunContext) {
        self.tenant = tenant
        self.context = context
        outcome = TenantOutcome(id: tenant.id)
        outcome.title = tenant.title
    }

    mutating func fail(_ stage: RunOptions.Stage, _ message: String, _ code: ExitCode = .partial, words: String? = nil) {
        // A full disk stops every stage; it is said once.
        if !outcome.problems.contains(where: { $0.message == message }) { outcome.problems.append(RunProblem(tenant: tenant.id, stage: stage, message: message, words: words)) }
        outcome.exit = outcome.exit.worse(code)
    }

    /// Opens the tenant's database; one that is damaged, or somebody else's, is set aside, and the gap is said.
    mutating func openStore() -> TenantStore? {
        do throws(StoreError) {
            return try ownStore(at: context.statePath(tenant.id))
        } catch {
            fail(.collect, error.description, .failed)
            return nil
        }
    }

    private mutating func ownStore(at path: String) throws(StoreError) -> TenantStore {
        do throws(StoreError) {
            let store = try context.store(at: path)
            try store.claim(for: tenant.id)
            return store
        } catch {
            switch error {
            case .corrupt(_, let detail): return try beginAnew(path, .damaged, detail)
            case .foreign: return try beginAnew(path, .foreign)
            case .newer, .readOnly, .diskFull, .busy, .failed: throw error
            }
        }
    }

    private mutating func beginAnew(_ path: String, _ loss: Loss, _ detail: String? = nil) throws(StoreError) -> TenantStore {
        let kept = try TenantStore.setAside(path: path, as: loss.rawValue)
        fail(.collect, "the database \(loss.words)\(detail.map { " (\($0))" } ?? "") and was set aside as \(kept). A new one begins now; history before is not shown.")
        let store = try context.store(at: path)
        try store.setNotes([Self.beginning: String(context.now.seconds), Self.loss: loss.rawValue], standing: nil)
        return store
    }

    /// Why a database could not be used, as the one that was set aside is called.
    private enum Loss: String {
        case damaged = "corrupt", foreign

        /// Whose it is, is not for the tenant's pages.
        var words: String {
            switch self {
            case .damaged: "was damaged"
            case .foreign: "was not this tenant's"
            }
        }
    }

    private static let beginning = "history/begins", loss = "history/lost"

    /// For a month the pages say that what came before is missing.
    private func lostHistory(_ store: TenantStore) throws(StoreError) -> [Problem] {
        guard let began = try store.note(Self.beginning).flatMap({ Int64($0) }).map(Timestamp.init(seconds:)), context.now - began < 30 * 86_400 else { return [] }
        let moment = TenantClock(zone: tenant.timezone, now: context.now).moment(began), loss = try store.note(Self.loss).flatMap(Loss.init) ?? .damaged
        return [Problem(.historyLost, source: "", operation: "database", place: "state/\(tenant.id).sqlite",
                        message: "The database \(loss.words) and was set aside (\(moment)). A new one began then; history before is not shown. Restore a snapshot to have it back.")]
    }

    // MARK: Collect and record

    mutating func collect(into store: TenantStore) async {
        let started = context.world.clock()
        let orders: [(SourceConfiguration, CollectionOrder)]
        do {
            // What tells about resources of others comes after them.
            let sources = tenant.sources.filter(\.bringsResources) + tenant.sources.filter { !$0.bringsResources }
            orders = try sources.map { ($0, try order(for: $0, store: store)) }
        } catch {
            return fail(.collect, "\(error)", .failed)
        }
        var harvest = Harvest(window: TimeWindow(from: context.now, to: context.now))
        let deadline = context.deadline(ofTenantFrom: started)
        for (source, order) in orders {
            var order = order
            order.budget.calls = min(order.budget.calls, max(0, tenant.limits.calls - harvest.ledger.reduce(0) { $0 + $1.calls }))
            order.isOutOfTime = context.isOutOfTime(by: deadline)
            harvest.join(await context.source(for: source, tenant: tenant, deadline: deadline).harvest(order))
        }
        keepWithinLimits(&harvest)
        note(harvest)
        if context.world.stop.raised == nil, context.world.clock() >= context.deadline {
            fail(.collect, "the run's time was used up before everything was read. What is missing is read next time; raise deadline or interval if this stays.", .deadline)
        }
        do {
            harvest.problems += try lostHistory(store)
            try Self.remember(askingInterval: harvest.askingInterval, in: store)
            let summary = try store.record(harvest, at: context.now)
            outcome.newPoints = summary.new
            for problem in summary.leftOut { fail(.collect, problem.message) }
            harvest.problems += summary.leftOut
            let traces = try TraceSignalKeeper(tenant, context: context).harvest(after: harvest, from: store)
            if !traces.series.isEmpty { try store.record(traces, at: context.now) }
            let balances = try BalanceKeeper(tenant, context: context).harvest(after: harvest, from: store)
            if !balances.resources.isEmpty { try store.record(balances, at: context.now) }
            let objectives = try ObjectiveKeeper(tenant, context: context).harvest(after: harvest, from: store)
            if !objectives.resources.isEmpty { try store.record(objectives, at: context.now) }
            try ConfigurationInspector(tenant, context: context).inspect(store)
            try TopologyKeeper(tenant, context: context).keep(in: store)
        } catch {
            fail(.collect, "\(error)", .failed)
        }
    }

    /// What a tenant has too much of is left out, always the same part of it, and said.
    private mutating func keepWithinLimits(_ harvest: inout Harvest) {
        let limits = tenant.limits
        if harvest.ledger.reduce(0, { $0 + $1.calls }) >= limits.calls { reach("\(limits.calls) calls in one run (limits.calls): what is missing is asked for in the next", .collect) }
        let series = Set(harvest.series.map(\.series))
        guard series.count > limits.series else { return }
        reach("\(limits.series) series in one run (limits.series), which leaves out \(count(series.count - limits.series, "other"))", .collect)
        let kept = Set(series.sorted().prefix(limits.series))
        harvest.series.removeAll { !kept.contains($0.series) }
    }

    private mutating func reach(_ limit: String, _ stage: RunOptions.Stage) {
        let words = "The limit is reached of \(limit)."
        outcome.limits.append(words)
        fail(stage, words)
    }

    private static let pace = "collect/asking-interval"

    private static func remember(askingInterval: Int64, in store: TenantStore) throws(StoreError) {
        let text = askingInterval > 0 ? String(askingInterval) : nil
        if try store.note(pace) != text { try store.setNote(pace, text) }
    }

    /// Seconds between two readings of the numbers: a budget may ask for longer than the runs do, and freshness is judged by that.
    static func interval(_ site: SiteConfiguration, store: TenantStore) throws(StoreError) -> Int64 {
        max(site.interval, try store.note(pace).flatMap { Int64($0) } ?? 0)
    }

    private mutating func note(_ harvest: Harvest) {
        let refused = harvest.problems.filter { $0.kind == .credentials }
        // One refusal explains all the others.
        for problem in refused.isEmpty ? harvest.problems : Array(refused.prefix(1)) + harvest.problems.filter({ $0.kind != .credentials }) { fail(.collect, problem.message) }
        outcome.isRefused = !harvest.problems.isEmpty && harvest.problems.allSatisfy { $0.kind == .credentials } && harvest.series.isEmpty
        for entry in harvest.ledger {
            outcome.calls += entry.calls
            outcome.metrics += entry.operation.hasSuffix("GetMetricData") ? entry.units : 0
            outcome.bytes += entry.bytes
            outcome.dollars += entry.dollars
        }
    }

    /// What a source is asked, with everything that the store knows from earlier runs.
    func order(for source: SourceConfiguration, store: TenantStore) throws -> CollectionOrder {
        let known = try store.resources().filter { $0.id.source == source.key }
        var kept: Set<String> = []
        let window = TimeWindow(from: context.now - 2 * 86_400, to: context.now + 1)
        for group in tenant.services.flatMap(\.traceGroups) { kept.formUnion(try store.keptTraces(group: group.id, in: window)) }
        let services = tenant.services.map(ServiceOrder.init)
        var order = CollectionOrder(
            tenant: tenant.id, source: source.key, services: services.compactMap { $0.share(of: source.key) }, tenantServices: services,
            known: Dictionary(known.map { ($0.id, KnownResource($0, checkedAt: $0.checkedAt ?? Timestamp(seconds: 0))) }, uniquingKeysWith: { first, _ in first }),
            cursors: try store.cursors(), keptTraces: kept, marks: try store.marks(of: source.key), now: context.now, grain: store.grain)
        order.interval = context.configuration.site.interval
        let spent = try store.ledger(in: TimeWindow(from: context.now - 86_400, to: context.now + 1)).filter { $0.source == source.key }
        source.settings.limit(&order, spent: spent)
        if let since = context.since { order.read(since: since) }
        return order
    }

    // MARK: Evaluate

    mutating func evaluate(_ store: TenantStore) {
        do {
            let rules = context.rules(for: tenant)
            let end = CollectionWindow.end(now: context.now, period: store.grain)
            let before = try store.alertStates(), cursor = try store.evaluationCursor()
            // A clock that was ahead has left incidents that are still to come.
            let week = TimeWindow(from: context.now - 7 * 86_400, to: max(context.now, cursor ?? context.now) + 1)
            let evaluator = Evaluator(rules: rules, grain: store.grain)
            let evaluation = try evaluator.evaluate(
                states: before, incidents: try store.incidents(in: week), measurements: store, from: cursor, to: end, now: context.now, silences: context.silences(for: tenant))
            var record = EvaluationRecord(states: evaluation.states, forgotten: evaluation.forgotten,
                                          transitions: evaluation.transitions, incidents: evaluation.incidents, evaluatedTo: evaluation.cursor, at: context.now)
            if cursor == nil { record.evaluatedFrom = end - evaluator.longestReplay }
            if evaluation.clockWasAhead, let cursor {
                record.clockWasAhead = true
                fail(.evaluate, "the clock of an earlier run was ahead: alerts had been evaluated to \(cursor.rfc3339), which is still to come. They go on from now; what was told in between may be wrong. Check the clock (timedatectl) or what was given as --now.")
            }
            if let route = context.configuration.site.route, tenant.disabled == nil {
                let isUsedUp = try AnnouncementStage(tenant: tenant, context: context, store: store, dataTo: end)
                    .announce(evaluation, since: evaluation.clockWasAhead ? end : cursor, route: route, in: &record)
                if isUsedUp { reach("\(tenant.limits.messages) messages in 24 hours (limits.messages): what is more was counted in one message", .evaluate) }
            }
            try store.save(record)
            outcome.severity = evaluation.states.filter { $0.phase == .firing && $0.suppressedBy == nil }.map(\.severity).max()?.rawValue
        } catch {
            fail(.evaluate, "\(error)", .failed)
        }
    }

    /// What the rules would have done in 30 days, once a day.
    mutating func refreshBacktest(_ store: TenantStore) {
        do { try BacktestMemory(tenant, context: context).refresh(store) } catch { fail(.evaluate, "\(error)") }
    }

    // MARK: Notify

    mutating func notify(_ store: TenantStore) async {
        do {
            let report = try await DeliveryStage(tenant: tenant, context: context).deliver(from: store)
            outcome.messagesSent = report.sent
            outcome.messagesWaiting = try store.waitingMessages()
            for problem in report.problems { fail(.notify, "message not delivered to \(problem)", .undelivered, words: report.words[problem]) }
        } catch {
            fail(.notify, "\(error)", .undelivered)
        }
    }
}

private extension ServiceOrder {
    init(_ service: ServiceConfiguration) {
        self.init(
            id: service.id, source: service.source, resources: service.resources.map(ResourceOrder.init), namePrefix: service.discovery.namePrefix, tags: service.discovery.tags,
            stack: service.discovery.stack, traceGroups: service.traceGroups.map { TraceGroupOrder(id: $0.id, source: $0.source, filter: $0.filter, group: $0.group) },
            errorPatterns: service.errorPatterns, warningPatterns: service.warningPatterns, logs: service.logs.order)
        answerPatterns = service.answerPatterns
        readsDrift = service.discovery.readsDrift
    }
}

private extension ServiceConfiguration.LogPolicy {
    var order: ServiceOrder.LogPolicy {
        switch self {
        case .collect: .collect
        case .denied: .denied
        case .off: .off
        }
    }
}

private extension ResourceOrder {
    init(_ resource: DeclaredResource) {
        var settings: [Setting: SettingValue] = [:]
        settings[.stage] = resource.stage.map(SettingValue.text)
        settings[.apiID] = resource.apiID.map(SettingValue.text)
        settings[.rule] = resource.rule.map(SettingValue.text)
        settings[.schedule] = resource.schedule.map(SettingValue.text)
        self.init(resource.kind, resource.name, settings: settings, feeds: resource.feeds)
    }
}
