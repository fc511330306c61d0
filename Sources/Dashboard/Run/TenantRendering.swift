import Digests
import JSON
import Publishers
import Site
import Storage
import Telemetry

/// One tenant's pages, from its database to a tree that waits for its exchange.
struct TenantRendering {
    let tenant: TenantConfiguration
    let context: RunContext
    let theme: SiteTheme

    init(_ tenant: TenantConfiguration, context: RunContext, theme: SiteTheme) {
        self.tenant = tenant
        self.context = context
        self.theme = theme
    }

    func prepare(_ store: TenantStore, run: TenantOutcome) throws -> (tree: PreparedTree, digest: TenantDigest) {
        var site = TenantSite(tenant, context: context, resources: try store.resources(), grain: store.grain)
        site.findings = FindingSite.all(try FindingLedger(store), tenant: tenant, documents: site.documents, now: context.now)
        let writer = try context.tree(tenant.id).writer()
        let plan = try RenderPlan(tenant: tenant, context: context, store: store)
        let digest = try SiteBuilder(theme: theme, now: context.now).build(site, store: store, isDue: { path in
            // A page that is not there cannot be kept.
            if plan.isDue(path) { return true }
            return (try? writer.keep(path)) != true
        }, emit: { page in try writer.add(page.path, page.bytes) })
        let tree = try writer.finish { build(run, files: $0).bytes(pretty: true) }
        try plan.remember(in: store)
        return (tree, digest)
    }

    /// `build.json`: how the tree came about and a digest of each file.
    private func build(_ run: TenantOutcome, files: Manifest) -> JSONValue {
        ["schema": 1, "run_id": .string(context.runID), "now": .string(context.now.rfc3339), "exit": JSONValue(Int(run.exit.rawValue)),
         "duration": JSONValue(run.seconds.reduce(0) { $0 + $1.seconds }),
         "stages": .array(run.seconds.map { ["stage": .string($0.stage.rawValue), "seconds": JSONValue($0.seconds)] }),
         "ledger": ["calls": JSONValue(run.calls), "metrics": JSONValue(run.metrics), "bytes": JSONValue(run.bytes), "cost_usd": .number(run.dollars)],
         "problems": .array(run.problems.map { ["stage": .string($0.stage.rawValue), "message": .string($0.message)] }),
         "files": .object(files.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })]
    }
}

/// Which pages are made anew. The present is made in every run, long ranges and documents less often; whatever changes a state, a text or a
/// setting makes everything due at once, because no page may go on saying that all is well.
struct RenderPlan {
    /// Classes of pages with the seconds that a page of them may grow old.
    private static let ages: [(name: String, seconds: Int64)] = [("24h", 900), ("7d", 3_600), ("30d", 86_400), ("90d", 86_400), ("documents", 3_600)]
    private static let folders = ["runbooks/", "patterns/", "deploy/"]
    private static let note = "render/plan"

    private let now: Timestamp
    private let input: String
    /// Classes that may stay as they are, with the moment that they were made.
    private var kept: [String: Timestamp] = [:]

    init(tenant: TenantConfiguration, context: RunContext, store: TenantStore) throws {
        now = context.now
        let states = try store.alertStates().filter { $0.phase != .inactive }.map { "\($0.key.rule)/\($0.key.resource.kind.rawValue)/\($0.key.resource.name)/\($0.phase.rawValue)/\($0.severity.rawValue)/\($0.suppressedBy ?? "")" }
        input = context.inputDigest(of: tenant) + hex(fastHash(Array(states.sorted().joined(separator: "\n").utf8)))
        var lines = (try store.note(Self.note) ?? "").split(separator: "\n")
        guard lines.first.map({ $0 == input }) ?? false else { return }
        lines.removeFirst()
        for (line, (name, age)) in zip(lines, Self.ages) {
            // A clock that went back makes everything due as well.
            if let last = Int64(line).map(Timestamp.init(seconds:)), last <= now, now - last < age { kept[name] = last }
        }
    }

    func isDue(_ path: String) -> Bool {
        guard !kept.isEmpty else { return true }
        if Self.folders.contains(where: path.hasPrefix) { return kept["documents"] == nil }
        guard path.hasPrefix("services/") else { return true }
        // `services/x/7d/index.html` and `services/x/data-7d.csv`.
        return !kept.keys.contains { path.hasSuffix("/\($0)/index.html") || path.hasSuffix("/data-\($0).csv") }
    }

    func remember(in store: TenantStore) throws {
        try store.setNote(Self.note, ([input] + Self.ages.map { String((kept[$0.name] ?? now).seconds) }).joined(separator: "\n"))
    }
}
