import Alerting
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

    /// - Parameter seconds: how long the run took until now.
    func prepare(_ all: [TenantResult], outcome: RunOutcome, seconds: Int64) throws -> PreparedTree {
        let store = try context.store(at: context.fleetStatePath), seconds = context.isRepeatable ? nil : seconds
        var results = all.filter { $0.mistakes == nil }
        if context.isRepeatable { for index in results.indices { results[index].outcome.forgetWhatOnlyThisRunKnows() } }
        let pages = results.reduce(0) { $0 + $1.outcome.pages }, calls = results.reduce(0) { $0 + $1.outcome.calls }
        try store.recordRun(RunRecord(id: context.runID, startedAt: context.now, finishedAt: seconds.map { context.now + $0 }, exit: Int(outcome.exit.rawValue),
                                      counts: ["tenants": all.count, "failed": all.count { $0.mistakes != nil || $0.outcome.exit != .done }, "quarantined": results.count { $0.outcome.quarantine != nil }, "pages": pages, "calls": calls],
                                      stages: Dictionary(results.flatMap(\.outcome.seconds).map { ($0.stage.rawValue, Double($0.seconds)) }, uniquingKeysWith: +)))
        try Quarantine(context).remember(results, in: store)
        var digests = results.map { result in
            result.digest ?? TenantDigest(id: result.outcome.id, title: result.outcome.title ?? result.outcome.id, state: .stale, headline: result.outcome.problems.first.map { .verbatim($0.message) } ?? "Its last run failed")
        }
        digests += all.compactMap { result in
            result.mistakes.map { TenantDigest(id: result.outcome.id, title: result.outcome.id, state: .stale, headline: "Its configuration is invalid: \($0.first?.description ?? "")") }
        }
        let records = try store.runs(limit: Self.shownRuns)
        let runs = records.prefix(3).map { run in
            let failed = run.counts["failed"] ?? 0, all = run.counts["tenants"] ?? 0
            return FleetBuilder.Run(
                startedAt: run.startedAt, seconds: run.finishedAt.map { Double($0 - run.startedAt) }, state: failed == 0 ? .ok : .warning, word: failed == 0 ? "OK" : "Partial",
                detail: "\(all - failed) of \(all) tenants", pages: run.counts["pages"] ?? 0, requests: run.counts["calls"] ?? 0)
        }
        var builder = FleetBuilder(title: configuration.site.title, theme: theme, interval: configuration.site.interval, tenants: digests, runs: Array(runs), now: context.now)
        builder.channels = try channels(results, store)
        builder.operation = operation(results, records)
        let writer = try context.writer("fleet")
        try builder.pages { page in try writer.add(page.path, page.bytes) }
        let metrics = FleetMetrics(results: results, outcome: outcome, channels: builder.channels, startedAt: context.now, seconds: seconds, fleetBytes: store.byteSize)
        try writer.add("metrics.prom", metrics.bytes)
        try writer.add(HeadersFile.name, HeadersFile(isWholeFleet: false).bytes)
        return try writer.finish { build(results, outcome: outcome, seconds: seconds, files: $0).bytes(pretty: true) }
    }

    /// Four hours of runs every five minutes.
    private static let shownRuns = 48

    private func operation(_ results: [TenantResult], _ records: [RunRecord]) -> OperationPage {
        let runs = records.map { run in
            OperationPage.Run(
                startedAt: run.startedAt, seconds: run.finishedAt.map { Double($0 - run.startedAt) }, exit: run.exit, failed: run.counts["failed"] ?? 0, tenants: run.counts["tenants"] ?? 0,
                pages: run.counts["pages"] ?? 0, calls: run.counts["calls"] ?? 0,
                stages: RunOptions.Stage.allCases.compactMap { stage in run.stages[stage.rawValue].flatMap { $0 > 0 ? OperationPage.Run.Stage(stage.rawValue, $0) : nil } })
        }
        return OperationPage(runs: runs, tenants: results.compactMap(\.operation), interval: configuration.site.interval)
    }

    /// Each receiver, with what its drills and all tenants' messages say of it.
    private func channels(_ results: [TenantResult], _ store: TenantStore) throws -> [FleetBuilder.Channel] {
        let drills = try store.channels()
        return try context.receivers.map { receiver in
            let drill = drills.first { $0.receiver == receiver.name && $0.address == receiver.address }
            let used = (results.flatMap(\.channels) + [drill].compactMap(\.self)).filter { $0.receiver == receiver.name }
            let drilled = try store.note(ChannelDrill.noteKey(receiver.name)).flatMap { Int64($0) }.map(Timestamp.init(seconds:))
            return FleetBuilder.Channel(
                name: receiver.name, lastAccepted: used.compactMap(\.lastAccepted).max(), lastDrill: drill?.lastAccepted,
                // One lost message is no dead channel; a drill that failed is.
                failingSince: used.filter { $0.isOpen || ($0 == drill && $0.failures > 0) }.compactMap(\.failingSince).min() ?? (drill?.failures ?? 0 > 0 ? drilled : nil),
                disabled: used.filter { $0.address == receiver.address }.compactMap(\.disabledReason).first)
        }
    }

    private func build(_ results: [TenantResult], outcome: RunOutcome, seconds: Int64?, files: Manifest) -> JSONValue {
        ["schema": 1, "run_id": .string(context.runID), "now": .string(context.now.rfc3339), "exit": JSONValue(Int(outcome.exit.rawValue)), "duration": seconds.map { JSONValue($0) } ?? .null,
         "tenants": .array(results.map(\.outcome.json)),
         "problems": .array(outcome.problems.map { ["tenant": JSONValue($0.tenant), "stage": .string($0.stage.rawValue), "message": .string($0.message)] }),
         "files": .object(files.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })]
    }
}
