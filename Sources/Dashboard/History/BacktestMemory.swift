import Alerting
import Collectors
import Digests
import Storage
import Telemetry

/// What a backtest of 30 days found, kept for the pages: it costs too much to be done again in each run.
struct BacktestMemory {
    static let seconds: Int64 = 30 * 86_400
    private static let note = "backtest/30d"
    /// A site of so few tenants does them as they fall due; a larger one spreads them over the day.
    private static let fewTenants = 8

    private let tenant: TenantConfiguration
    private let context: RunContext
    private let fingerprint: String

    init(_ tenant: TenantConfiguration, context: RunContext) {
        self.tenant = tenant
        self.context = context
        fingerprint = context.rulesFingerprint(for: tenant)
    }

    func remember(_ records: [RuleRecord], in store: TenantStore) throws {
        let lines = records.filter { $0.fired > 0 }.map { "\($0.rule) \($0.fired)" }
        try store.setNote(Self.note, (["\(context.now.seconds) \(fingerprint)"] + lines).joined(separator: "\n"))
    }

    /// Rule to how often it would have fired, and when that was found; nothing where the rules are others by now.
    func recall(from store: TenantStore) throws -> (fired: [String: Int], at: Timestamp)? {
        guard let text = try store.note(Self.note) else { return nil }
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        guard let head = lines.first, head.count == 2, head[1] == fingerprint, let at = Int64(head[0]) else { return nil }
        var fired: [String: Int] = [:]
        for line in lines.dropFirst() where line.count == 2 { fired[String(line[0])] = Int(line[1]) }
        return (fired, Timestamp(seconds: at))
    }

    /// Once a day, and after a change of the rules. Which run does it follows from the tenant's name and the time alone.
    func refresh(_ store: TenantStore) throws {
        guard !context.isOutOfTime(by: context.deadline)(), isDue(try recall(from: store)?.at) else { return }
        let grain = store.grain, end = CollectionWindow.end(now: context.now, period: grain)
        let rules = context.rules(for: tenant), window = TimeWindow(from: end - Self.seconds, to: end)
        let replay = try Evaluator(rules: rules, grain: grain).replay(store, in: window)
        try remember(RuleRecord.records(of: Backtest.Firing.all(in: replay.transitions), rules: rules.map(\.id)), in: store)
    }

    private func isDue(_ last: Timestamp?) -> Bool {
        if let last, last <= context.now, context.now - last < 86_400 { return false }
        let interval = context.configuration.site.interval, runs = max(1, 86_400 / max(1, interval))
        guard context.configuration.tenantIDs.count > Self.fewTenants else { return true }
        return Int64(clamping: fastHash(Array(tenant.id.utf8)) % UInt64(runs)) == context.now.seconds / max(1, interval) % runs
    }
}

extension [CompiledRule] {
    /// The same for the same rules in every process.
    var fingerprint: String {
        hex(reduce(UInt64(0)) { seed, rule in
            let parts = [rule.id, rule.on.rawValue, rule.warningText ?? "", rule.criticalText ?? "", "\(rule.forSeconds)", "\(rule.recoverForSeconds)", rule.missing.rawValue,
                         rule.datapoints.map { "\($0.breaching)/\($0.outOf)" } ?? "", rule.minimumCount.map { "\($0.signal) \($0.atLeast)" } ?? "", rule.services.joined(separator: ","),
                         rule.origin.file]
            return fastHash([UInt8](parts.joined(separator: "\u{1F}").utf8), seed: seed)
        })
    }
}
