import JSON
import Publishers
import Site
import Storage
import Telemetry

/// The operator's pages over all tenants. They are made when a run covers them all; a run of a part leaves them as they are.
struct FleetRendering {
    let configuration: Configuration
    let context: RunContext
    let theme: SiteTheme

    func prepare(_ results: [TenantResult], outcome: RunOutcome, seconds: Int64) throws -> PreparedTree {
        let store = try context.store(at: context.configuration.directory + "/state/fleet.sqlite")
        let pages = results.reduce(0) { $0 + $1.outcome.pages }, calls = results.reduce(0) { $0 + $1.outcome.calls }
        try store.recordRun(RunRecord(id: context.runID, startedAt: context.now, finishedAt: context.now + seconds, exit: Int(outcome.exit.rawValue),
                                      counts: ["tenants": results.count, "failed": results.count { $0.outcome.exit != .done }, "pages": pages, "calls": calls]))
        var digests = results.map { result in
            result.digest ?? TenantDigest(id: result.outcome.id, title: configuration.tenants.first { $0.id == result.outcome.id }?.title ?? result.outcome.id, state: .stale,
                                          headline: result.outcome.problems.first?.message ?? "Its last run failed")
        }
        digests += configuration.brokenTenants.map {
            TenantDigest(id: $0.id, title: $0.id, state: .stale, headline: "Its configuration is invalid: \($0.diagnostics.first?.description ?? "")")
        }
        let runs = try store.runs(limit: 3).map { run in
            let failed = run.counts["failed"] ?? 0, all = run.counts["tenants"] ?? 0
            return FleetBuilder.Run(
                startedAt: run.startedAt, seconds: run.finishedAt.map { Double($0 - run.startedAt) }, state: failed == 0 ? .ok : .warning, word: failed == 0 ? "OK" : "Partial",
                detail: "\(all - failed) of \(all) tenants", pages: run.counts["pages"] ?? 0, requests: run.counts["calls"] ?? 0)
        }
        let builder = FleetBuilder(title: configuration.site.title, theme: theme, interval: configuration.site.interval, tenants: digests, runs: runs, now: context.now)
        let writer = try context.tree("fleet").writer()
        try builder.pages { page in try writer.add(page.path, page.bytes) }
        return try writer.finish { build(results, outcome: outcome, seconds: seconds, files: $0).bytes(pretty: true) }
    }

    private func build(_ results: [TenantResult], outcome: RunOutcome, seconds: Int64, files: Manifest) -> JSONValue {
        ["schema": 1, "run_id": .string(context.runID), "now": .string(context.now.rfc3339), "exit": JSONValue(Int(outcome.exit.rawValue)), "duration": JSONValue(seconds),
         "tenants": .array(results.map(\.outcome.json)),
         "problems": .array(outcome.problems.map { ["tenant": JSONValue($0.tenant), "stage": .string($0.stage.rawValue), "message": .string($0.message)] }),
         "files": .object(files.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })]
    }
}
