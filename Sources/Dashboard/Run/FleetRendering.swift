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

    /// Of what grows with the tenants one digest of each is held, and the table of those that need a look, which is one page; files are written
    /// as they are made.
    /// - Parameter seconds: how long the run took until now.
    func prepare(_ all: [TenantResult], outcome: RunOutcome, seconds: Int64) throws -> PreparedTree {
        let store = try context.store(at: context.fleetStatePath), seconds = context.isRepeatable ? nil : seconds
        let results = all.lazy.filter { $0.mistakes == nil }
        let pages = results.reduce(0) { $0 + $1.outcome.pages }, calls = results.reduce(0) { $0 + $1.outcome.calls }
        var stages: [String: Double] = [:]
        for result in results { for spent in result.outcome.seconds { stages[spent.stage.rawValue, default: 0] += Double(spent.seconds) } }
        try store.recordRun(RunRecord(id: context.runID, startedAt: context.now, finishedAt: seconds.map { context.now + $0 }, exit: Int(outcome.exit.rawValue),
                                      counts: ["tenants": all.count, "failed": all.count { $0.mistakes != nil || $0.outcome.exit != .done }, "quarantined": results.count { $0.outcome.quarantine != nil }, "pages": pages, "calls": calls],
                                      stages: stages))
        try Quarantine(context).remember(results, in: store)
        var digests: [TenantDigest] = []
        digests.reserveCapacity(all.count)
        for result in results {
            digests.append(result.digest ?? TenantDigest(id: result.outcome.id, title: result.outcome.title ?? result.outcome.id, state: .stale, headline: result.outcome.problems.first.map { .verbatim($0.message) } ?? "Its last run failed"))
        }
        for result in all {
            guard let mistakes = result.mistakes else { continue }
            digests.append(TenantDigest(id: result.outcome.id, title: result.outcome.id, state: .stale, headline: "Its configuration is invalid: \(mistakes.first?.description ?? "")"))
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
        try writer.add("status.json", pieces: builder.writeStatus)
        let metrics = FleetMetrics(results: results, outcome: outcome, channels: builder.channels, startedAt: context.now, seconds: seconds, fleetBytes: store.byteSize)
        try writer.add("metrics.prom", pieces: metrics.write)
        try writer.add(HeadersFile.name, HeadersFile(isWholeFleet: false).bytes)
        return try writer.finishInPieces { files, out in try describe(results, outcome: outcome, seconds: seconds, files: files, in: &out) }
    }

    /// Tenants whose files could be read, one after the other: nobody needs them in a list of their own.
    typealias Results = LazyFilterSequence<[TenantResult]>

    /// Four hours of runs every five minutes.
    private static let shownRuns = 48

    private func operation(_ results: Results, _ records: [RunRecord]) -> OperationPage {
        let runs = records.map { run in
            OperationPage.Run(
                startedAt: run.startedAt, seconds: run.finishedAt.map { Double($0 - run.startedAt) }, exit: run.exit, failed: run.counts["failed"] ?? 0, tenants: run.counts["tenants"] ?? 0,
                pages: run.counts["pages"] ?? 0, calls: run.counts["calls"] ?? 0,
                stages: RunOptions.Stage.allCases.compactMap { stage in run.stages[stage.rawValue].flatMap { $0 > 0 ? OperationPage.Run.Stage(stage.rawValue, $0) : nil } })
        }
        return OperationPage(runs: runs, tenants: Array(results.compactMap(\.operation)), interval: configuration.site.interval)
    }

    /// Each receiver, with what its drills and all tenants' messages say of it.
    private func channels(_ results: Results, _ store: TenantStore) throws -> [FleetBuilder.Channel] {
        let drills = try store.channels()
        return try context.receivers.map { receiver in
            let drill = drills.first { $0.receiver == receiver.name && $0.address == receiver.address }
            var channel = FleetBuilder.Channel(name: receiver.name, lastAccepted: nil, lastDrill: drill?.lastAccepted, failingSince: nil, disabled: nil)
            func count(_ used: ChannelState) {
                guard used.receiver == receiver.name else { return }
                channel.lastAccepted = [channel.lastAccepted, used.lastAccepted].compactMap(\.self).max()
                // One lost message is no dead channel; a drill that failed is.
                if used.isOpen || (used == drill && used.failures > 0) { channel.failingSince = [channel.failingSince, used.failingSince].compactMap(\.self).min() }
                if channel.disabled == nil, used.address == receiver.address { channel.disabled = used.disabledReason }
            }
            for result in results { result.channels.forEach(count) }
            if let drill { count(drill) }
            if channel.failingSince == nil, drill?.failures ?? 0 > 0 {
                channel.failingSince = try store.note(ChannelDrill.noteKey(receiver.name)).flatMap { Int64($0) }.map(Timestamp.init(seconds:))
            }
            return channel
        }
    }

    /// `build.json`.
    private func describe(_ results: Results, outcome: RunOutcome, seconds: Int64?, files: Manifest, in out: inout JSONDocumentWriter) throws {
        try out.add("schema", 1)
        try out.add("run_id", .string(context.runID))
        try out.add("now", .string(context.now.rfc3339))
        try out.add("exit", JSONValue(Int(outcome.exit.rawValue)))
        try out.add("duration", seconds.map { JSONValue($0) } ?? .null)
        try out.add("tenants", each: results) { $0.outcome.json }
        try out.add("problems", each: outcome.problems) { ["tenant": JSONValue($0.tenant), "stage": .string($0.stage.rawValue), "message": .string($0.message)] }
        try out.add("files", .object(files.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }))
    }
}
