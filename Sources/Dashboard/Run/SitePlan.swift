import Collectors
import Foundation
import JSON
import Signals
import Storage
import Telemetry

/// What a month asks of every source and what that costs, told before anything is asked. Nothing is written, and nobody is asked unless
/// discovery is wanted, which reads what exists and no number.
package struct SitePlan: Sendable {
    package struct Entry: Sendable {
        package var tenant: String
        /// Region or host.
        package var place: String
        package var plan: CollectionPlan
        /// Nothing where rights are not a matter of policies.
        package var policy: JSONValue?
    }

    /// What a run makes for one tenant as things stand; incidents and kept traces add a page each.
    package struct Pages: Sendable {
        package var tenant: String
        package var pages: Int
        /// Pages, their numbers as files, pictures and scripts; not those that are compressed beside them.
        package var files: Int
    }

    /// By tenant.
    package let pages: [Pages]
    /// By tenant, then source. Sources that are not asked over a network, such as files, are left out.
    package let entries: [Entry]
    /// What stands in the way of a better answer.
    package private(set) var notes: [String] = []
    /// Whether a source could not be planned: then there is no sum.
    package private(set) var isPartial = false

    /// - Parameters:
    ///   - tenants: only these; none means all.
    ///   - discovers: asks each account what there is, so that a site that finds its resources is planned before its first run.
    /// - Throws: `ConfigurationError` with every mistake that concerns all tenants, or a tenant that does not exist.
    package init(directory: String, world: World, tenants: Set<String>, discovers: Bool = false) async throws(ConfigurationError) {
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
        for broken in loaded.configuration.brokenTenants where tenants.isEmpty || tenants.contains(broken.id) {
            notes += broken.diagnostics.map(\.description)
            isPartial = true
        }
        var entries: [Entry] = [], pages: [Pages] = []
        for tenant in loaded.configuration.tenants where tenants.isEmpty || tenants.contains(tenant.id) {
            let store: TenantStore
            do { store = try Self.store(tenant, context: context, isOwner: lock != nil) } catch {
                notes.append("\(tenant.id): \(error)")
                isPartial = true
                continue
            }
            var found: [Resource] = []
            for source in tenant.sources {
                do {
                    var question = try Self.question(tenant, source, store: store, context: context)
                    if discovers { notes += await Self.discover(tenant, source, &question, context: context) }
                    found += question.order.known.values.map(\.resource)
                    if let plan = source.settings.plan(question) { entries.append(Entry(tenant: tenant.id, place: plan.place, plan: plan.plan, policy: plan.policy)) }
                } catch {
                    notes.append("\(tenant.id): \(error)")
                    isPartial = true
                }
            }
            do {
                let paths = try TenantRendering(tenant, context: context, theme: loaded.themes[tenant.id] ?? loaded.theme).paths(discovers ? Self.store(finding: found, beside: store, context: context) : store)
                pages.append(Pages(tenant: tenant.id, pages: paths.count { $0.hasSuffix(".html") }, files: paths.count))
            } catch {
                notes.append("\(tenant.id): its pages could not be counted: \(error)")
                isPartial = true
            }
        }
        withExtendedLifetime(lock) {}
        self.entries = entries
        self.pages = pages
    }

    private static func store(_ tenant: TenantConfiguration, context: RunContext, isOwner: Bool) throws -> TenantStore {
        let path = context.statePath(tenant.id)
        return isOwner && FileManager.default.fileExists(atPath: path) ? try context.store(at: path) : try TenantStore.inMemory(grain: context.configuration.site.grain)
    }

    /// Nothing is written: what was found just now is looked at in memory, where no run has recorded it yet.
    private static func store(finding found: [Resource], beside store: TenantStore, context: RunContext) throws -> TenantStore {
        guard try store.resources().isEmpty else { return store }
        let memory = try TenantStore.inMemory(grain: context.configuration.site.grain)
        var harvest = Harvest(window: TimeWindow(from: context.now - 1, to: context.now))
        harvest.resources = found
        try memory.record(harvest, at: context.now)
        return memory
    }

    private static func question(_ tenant: TenantConfiguration, _ source: SourceConfiguration, store: TenantStore, context: RunContext) throws -> SourcePlanQuestion {
        let order = try TenantRun(tenant, context: context).order(for: source, store: store)
        let day = TimeWindow(from: context.now - 86_400, to: context.now + 1)
        let times = try store.askingTimes(in: day), covered = times.first.map { context.now - $0 } ?? 0
        var question = SourcePlanQuestion(order: order, interval: context.configuration.site.interval)
        // A ledger of a few runs says nothing about a month.
        question.past = covered >= 43_200 ? try store.ledger(in: day) : []
        question.pastSeconds = max(43_200, covered)
        // A first run reads a history; how large ordinary answers are shows in the runs after it.
        if times.count > 12, let first = times.first { question.recent = try store.ledger(in: TimeWindow(from: first + 1, to: day.end)) }
        return question
    }

    /// Asks what exists, where the source has a way to.
    /// - Returns: what came of it, for people.
    private static func discover(_ tenant: TenantConfiguration, _ source: SourceConfiguration, _ question: inout SourcePlanQuestion, context: RunContext) async -> [String] {
        guard let collector = context.source(for: source, tenant: tenant) as? AWSCollector else { return [] }
        let harvest = await collector.inventory(question.order)
        for resource in harvest.resources { question.order.known[resource.id] = KnownResource(resource, checkedAt: resource.checkedAt ?? question.order.now) }
        let calls = harvest.ledger.reduce(0) { $0 + $1.calls }, alive = harvest.resources.count { $0.presence == .alive }
        return ["\(tenant.id) / \(source.key): \(calls) calls found \(alive) resources."] + harvest.problems.map { "\(tenant.id): \($0.message)" }
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
            out.append(Self.row("  a month (30 days)", "calls", "units", "received", "dollars"))
            for line in entry.plan.lines {
                out.append(Self.row("  " + line.operation, String(line.calls), String(line.units), Quantity.bytes(Double(line.bytes)), Self.money(line.dollars)))
            }
            out.append(Self.row("  together", String(entry.plan.calls), "", Quantity.bytes(Double(entry.plan.bytes)), Self.money(entry.plan.dollars)))
            out += entry.plan.assumptions.map { "  " + $0 }
            out.append("")
        }
        if !pages.isEmpty {
            out.append(Self.row("pages as things stand", "pages", "files"))
            out += pages.prefix(Self.mostTenants).map { Self.row("  " + $0.tenant, String($0.pages), String($0.files)) }
            let rest = pages.dropFirst(Self.mostTenants)
            if !rest.isEmpty { out.append(Self.row("  \(rest.count) more tenants", String(rest.reduce(0) { $0 + $1.pages }), String(rest.reduce(0) { $0 + $1.files }))) }
            if pages.count > 1 { out.append(Self.row("  together", String(pages.reduce(0) { $0 + $1.pages }), String(pages.reduce(0) { $0 + $1.files }))) }
            out += ["  Each incident and each kept trace adds a page.", ""]
        }
        guard !isPartial else { return (out + ["No sum: of what is named above nothing is known."]).joined(separator: "\n") }
        out.append("All sources: \(Self.money(dollars)) dollars a month at list prices of \(Prices.asOf), without free tiers.")
        return out.joined(separator: "\n")
    }

    package var json: JSONValue {
        ["prices_as_of": .string(Prices.asOf), "dollars_a_month": isPartial ? .null : .number(dollars), "sources": .array(entries.map { entry in
            ["tenant": .string(entry.tenant), "source": .string(entry.plan.source), "region": .string(entry.place),
             "metrics_per_run": .number(Double(entry.plan.metricsPerRun)), "calls_a_month": .number(Double(entry.plan.calls)),
             "metrics_a_month": .number(Double(entry.plan.metrics)), "bytes_a_month": .number(Double(entry.plan.bytes)), "dollars_a_month": .number(entry.plan.dollars),
             "calls": .array(entry.plan.lines.map { ["operation": .string($0.operation), "calls": .number(Double($0.calls)), "units": .number(Double($0.units)),
                                                     "bytes": .number(Double($0.bytes)), "dollars": .number($0.dollars)] }),
             "assumptions": .array(entry.plan.assumptions.map(JSONValue.string)), "policy": entry.policy ?? .null]
        }), "pages": .array(pages.map { ["tenant": .string($0.tenant), "pages": JSONValue($0.pages), "files": JSONValue($0.files)] })]
    }

    /// The policy of a single source as it is pasted into a console; of several, one under each name.
    package var policies: JSONValue {
        let named = entries.compactMap { entry in entry.policy.map { JSONValue.Member("\(entry.tenant)/\(entry.plan.source)", $0) } }
        if let only = named.first, named.count == 1 { return only.value }
        return .object(named)
    }

    /// Tenants of which the table names the pages.
    private static let mostTenants = 20

    private static func row(_ name: String, _ columns: String...) -> String {
        func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(1, width - text.count)) + text }
        return name + String(repeating: " ", count: max(0, 38 - name.count)) + zip(columns, [10, 12, 11, 10]).map(right).joined()
    }

    private static func money(_ dollars: Double) -> String {
        guard let cents = Int(exactly: (dollars * 100).rounded()) else { return "?" }
        return "\(cents / 100)." + (cents % 100 < 10 ? "0" : "") + "\(cents % 100)"
    }
}
