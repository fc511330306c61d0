import Collectors
import Signals
import Storage
import Telemetry

/// Works out every balance of a tenant from what is stored, as series of their own: rules and pages read them like any other.
struct BalanceKeeper {
    /// A first run makes up for this much at most.
    private static let reach: Int64 = 86_400

    let tenant: TenantConfiguration
    let context: RunContext

    init(_ tenant: TenantConfiguration, context: RunContext) {
        self.tenant = tenant
        self.context = context
    }

    /// What is to be recorded beside the harvest that the balances are made from. Its problems stay those of the run.
    func harvest(after harvest: Harvest, from store: TenantStore) throws -> Harvest {
        var made = Harvest(window: harvest.window)
        made.problems = harvest.problems
        let resources = try store.resources().addingDeclaredFeeds(of: tenant.services), end = CollectionWindow.end(now: context.now, period: store.grain)
        for service in tenant.services {
            for balance in service.balances(among: resources) { try keep(balance, to: end, resources: resources, store: store, &made) }
        }
        return made
    }

    private func keep(_ balance: Balance, to end: Timestamp, resources: [Resource], store: TenantStore, _ made: inout Harvest) throws {
        made.resources.append(balance.resource)
        let series = SeriesID(balance.id, "imbalance"), oldest = end - Self.reach
        // Terms may be corrected for a quarter of an hour, and each of them counts for a whole window.
        let from = max(oldest, (try store.cursor(of: series) ?? oldest) - CollectionWindow.rereading)
        let window = TimeWindow(from: from.floored(to: store.grain) - balance.window - store.grain, to: end)
        var readers: [ResourceID: SignalReader] = [:]
        for id in Set(balance.terms.map(\.resource)) {
            guard let resource = resources.first(where: { $0.id == id }) else { continue }
            let dead = try DerivedSignal.deadLetterQueue(of: resource, among: resources).map { try store.grid(of: $0.id, in: window, resolution: .raw) }
            readers[id] = SignalReader(resource, grid: try store.grid(of: id, in: window, resolution: .raw), deadLetters: dead)
        }
        let rows = Int(clamping: window.seconds / store.grain)
        let share = balance.imbalance(rows: rows, period: store.grain) { readers[$0.resource]?.column($0.signal) }
        let samples = (0..<rows).compactMap { row -> Sample? in
            let time = window.start + Int64(row) * store.grain
            guard let share, time >= from, share.values.indices.contains(row), share.values[row].isFinite else { return nil }
            return Sample(time, share.values[row], share.qualities[row] == .final ? CollectionWindow.quality(of: time, end: end) : share.qualities[row])
        }
        if !samples.isEmpty { made.series.append(SeriesBatch(series, period: store.grain, samples: samples)) }
        if (samples.last?.time ?? oldest) < end - 2 * store.grain {
            made.absences[series] = try Absence.of(balance.terms, readers: &readers, store: store, now: context.now)
                ?? Absence(.asleep, since: context.now, detail: "nothing came in, or too few of its counts are known")
        }
    }
}

extension Absence {
    /// The first term that cannot be counted, and why; nothing where all can be.
    static func of(_ terms: [Balance.Term], readers: inout [ResourceID: SignalReader], store: TenantStore, now: Timestamp) throws -> Absence? {
        for term in terms where readers[term.resource]?.column(term.signal) == nil {
            let known = try store.absence(of: SeriesID(term.resource, term.signal))
            let reason = known?.reason ?? .neverSeen
            return Absence(reason, since: known?.since ?? now, detail: "\(term.resource.kind.rawValue).\(term.signal) of \(term.resource.name) is not counted: \(reason.rawValue.replacing("_", with: " "))")
        }
        return nil
    }
}

extension ServiceConfiguration {
    /// Its own balances, or those that its pattern comes with. `resources` know what the configuration says about where they lead. A term whose resource nobody knows leaves the balance without a number, and says so.
    func balances(among resources: [Resource]) -> [Balance] {
        guard !balances.isEmpty else { return pattern.map { BuiltInBalances.balances(pattern: $0, service: id, among: resources) } ?? [] }
        return balances.enumerated().compactMap { index, balance in
            func terms(_ texts: [BalanceTermText]) -> [Balance.Term] {
                texts.map { Balance.Term(resource(of: $0, among: resources), $0.signal.name, factor: $0.isTakenAway ? -1 : 1) }
            }
            guard !balance.inputs.isEmpty, !balance.outputs.isEmpty else { return nil }
            return Balance(id: ResourceID(source: source, kind: .balance, name: balances.count == 1 ? id : "\(id) \(index + 1)"), service: id, inputs: terms(balance.inputs),
                           outputs: terms(balance.outputs), tolerance: balance.tolerance, window: balance.window, unmeasured: ["messages that expire unseen"])
        }
    }

    func resource(of term: BalanceTermText, among found: [Resource]) -> ResourceID {
        if let name = term.name {
            return found.first { $0.id.kind == term.signal.kind && $0.id.name == name }?.id ?? ResourceID(source: source, kind: term.signal.kind, name: name)
        }
        let declared = resources.filter { $0.kind == term.signal.kind }.map { ResourceID(source: source, kind: $0.kind, name: $0.name) }
        let own = declared + found.filter { $0.service == id && $0.id.kind == term.signal.kind && !declared.contains($0.id) }.map(\.id)
        let dead = Set(found.filter { $0.settings[.deadLetterSources] != nil }.map(\.id))
        return own.first { !dead.contains($0) } ?? own.first ?? ResourceID(source: source, kind: term.signal.kind, name: id)
    }
}

extension [Resource] {
    /// Configuration may say where things lead across services; the collector knows one service at a time.
    func addingDeclaredFeeds(of services: [ServiceConfiguration]) -> [Resource] {
        var next: [ResourceID: [String]] = [:]
        for service in services {
            for declared in service.resources { next[ResourceID(source: service.source, kind: declared.kind, name: declared.name), default: []] += declared.feeds }
        }
        let byName = Dictionary(grouping: map(\.id)) { "\($0.source)/\($0.name)" }
        return map { resource in
            var resource = resource
            for name in next[resource.id] ?? [] {
                for target in (byName["\(resource.id.source)/\(name)"] ?? []).sorted() where ![.log, .trace, .balance, .slo].contains(target.kind) && !resource.feeds.contains(target) {
                    resource.feeds.append(target)
                }
            }
            return resource
        }
    }
}
