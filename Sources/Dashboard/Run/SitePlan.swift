import Collectors
import Foundation
import JSON
import Storage
import Telemetry

/// What a month asks of every source and what that costs, told before anything is asked. No network; nothing is written.
package struct SitePlan: Sendable {
    package struct Entry: Sendable {
        package var tenant: String
        /// Region or host.
        package var place: String
        package var plan: CollectionPlan
        /// Nothing where rights are not a matter of policies.
        package var policy: JSONValue?
    }

    /// By tenant, then source. Sources that are not asked over a network, such as files, are left out.
    package let entries: [Entry]
    /// What stands in the way of a better answer.
    package private(set) var notes: [String] = []

    /// - Parameter tenants: only these; none means all.
    /// - Throws: `ConfigurationError` with every mistake that concerns all tenants, or a tenant that does not exist.
    package init(directory: String, world: World, tenants: Set<String>) throws(ConfigurationError) {
        let loaded = try LoadedSite(directory: directory, world: world)
        let known = loaded.configuration.tenants.map(\.id) + loaded.configuration.brokenTenants.map(\.id)
        let unknown = tenants.subtracting(known).sorted()
        guard unknown.isEmpty else {
            throw ConfigurationError(unknown.map { Diagnostic(file: "tenants/", message: "no tenant is called '\(printable($0))' (--tenant)") })
        }
        let context = RunContext(loaded, world: world, options: RunOptions())
        let state = loaded.configuration.directory + "/state"
        // Databases have one owner at a time: while a run has them, configuration alone is planned.
        let lock = FileManager.default.fileExists(atPath: state) ? try? RunLock(stateDirectory: state, owner: "plan", countsSkip: false) : nil
        if lock == nil, FileManager.default.fileExists(atPath: state) { notes.append("A run is under way: what earlier runs found is not counted.") }
        for broken in loaded.configuration.brokenTenants where tenants.isEmpty || tenants.contains(broken.id) { notes += broken.diagnostics.map(\.description) }
        var entries: [Entry] = []
        for tenant in loaded.configuration.tenants where tenants.isEmpty || tenants.contains(tenant.id) {
            for source in tenant.sources {
                do {
                    if let entry = try Self.entry(tenant, source, context: context, isOwner: lock != nil) { entries.append(entry) }
                } catch {
                    notes.append("\(tenant.id): \(error)")
                }
            }
        }
        withExtendedLifetime(lock) {}
        self.entries = entries
    }

    private static func entry(_ tenant: TenantConfiguration, _ source: SourceConfiguration, context: RunContext, isOwner: Bool) throws -> Entry? {
        let path = context.statePath(tenant.id), grain = context.configuration.site.grain
        let isKnown = isOwner && FileManager.default.fileExists(atPath: path)
        let store = isKnown ? try context.store(at: path) : try TenantStore.inMemory(grain: grain)
        let order = try TenantRun(tenant, context: context).order(for: source, store: store)
        let past = try store.ledger(in: TimeWindow(from: context.now - 86_400, to: context.now + 1))
        // A ledger of a few runs says nothing about a month.
        let runs = try store.runs(limit: 400).filter { context.now - $0.startedAt < 86_400 }
        let covered = runs.map { context.now - $0.startedAt }.max() ?? 0
        let question = SourcePlanQuestion(order: order, interval: context.configuration.site.interval, past: covered >= 43_200 ? past : [],
                                          pastSeconds: max(43_200, covered))
        return source.settings.plan(question).map { Entry(tenant: tenant.id, place: $0.place, plan: $0.plan, policy: $0.policy) }
    }
}

extension SitePlan {
    package var dollars: Double { entries.reduce(0) { $0 + $1.plan.dollars } }

    /// For people: a table a source.
    package var text: String {
        var out: [String] = []
        for entry in entries {
            let metrics = entry.plan.metricsPerRun > 0 ? ": \(entry.plan.metricsPerRun) metrics a run" : ""
            out.append("\(entry.tenant) / \(entry.plan.source) in \(entry.place)\(metrics)")
            out.append(Self.row("  a month (30 days)", "calls", "units", "dollars"))
            for line in entry.plan.lines { out.append(Self.row("  " + line.operation, String(line.calls), String(line.units), Self.money(line.dollars))) }
            out.append(Self.row("  together", String(entry.plan.calls), "", Self.money(entry.plan.dollars)))
            out += entry.plan.assumptions.map { "  " + $0 }
            out.append("")
        }
        out.append("All sources: \(Self.money(dollars)) dollars a month at list prices of \(Prices.asOf), without free tiers.")
        return out.joined(separator: "\n")
    }

    package var json: JSONValue {
        ["prices_as_of": .string(Prices.asOf), "dollars_a_month": .number(dollars), "sources": .array(entries.map { entry in
            ["tenant": .string(entry.tenant), "source": .string(entry.plan.source), "region": .string(entry.place),
             "metrics_per_run": .number(Double(entry.plan.metricsPerRun)), "dollars_a_month": .number(entry.plan.dollars),
             "calls": .array(entry.plan.lines.map { ["operation": .string($0.operation), "calls": .number(Double($0.calls)), "units": .number(Double($0.units)),
                                                     "dollars": .number($0.dollars)] }),
             "assumptions": .array(entry.plan.assumptions.map(JSONValue.string)), "policy": entry.policy ?? .null]
        })]
    }

    /// The policy of a single source as it is pasted into a console; of several, one under each name.
    package var policies: JSONValue {
        let named = entries.compactMap { entry in entry.policy.map { JSONValue.Member("\(entry.tenant)/\(entry.plan.source)", $0) } }
        if let only = named.first, named.count == 1 { return only.value }
        return .object(named)
    }

    private static func row(_ name: String, _ calls: String, _ units: String, _ dollars: String) -> String {
        func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(1, width - text.count)) + text }
        return name + String(repeating: " ", count: max(0, 38 - name.count)) + right(calls, 10) + right(units, 12) + right(dollars, 10)
    }

    private static func money(_ dollars: Double) -> String {
        guard let cents = Int(exactly: (dollars * 100).rounded()) else { return "?" }
        return "\(cents / 100)." + (cents % 100 < 10 ? "0" : "") + "\(cents % 100)"
    }
}
