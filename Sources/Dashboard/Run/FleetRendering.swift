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
    let shelf: FleetShelf

    /// Of what grows with the tenants a line of each is held; files are written as they are made.
    /// - Parameter seconds: how long the run took until now.
    func prepare(_ results: [HeldResult], outcome: RunOutcome, seconds: Int64) throws -> PreparedTree {
        let store = try context.store(at: context.fleetStatePath), seconds = context.isRepeatable ? nil : seconds
        let pages = results.reduce(0) { $0 + ($1.outcome.pages ?? 0) }, calls = results.reduce(0) { $0 + $1.outcome.calls }
        var stages: [String: Double] = [:]
        for result in results { for spent in result.outcome.stages { stages[spent.stage.rawValue, default: 0] += spent.seconds } }
        try store.recordRun(RunRecord(id: context.runID, startedAt: context.now, finishedAt: seconds.map { context.now + $0 }, exit: Int(outcome.exit.rawValue),
                                      counts: ["tenants": results.count, "failed": results.count { $0.mistakes != nil || $0.outcome.exit != .done }, "quarantined": results.count { $0.outcome.quarantine != nil }, "pages": pages, "calls": calls],
                                      stages: stages))
        try Quarantine(context).remember(results, in: store)
        let records = try store.runs(limit: Self.shownRuns), before = records.dropFirst().first?.exit
        let runs = records.prefix(3).map { run in
            let failed = run.counts["failed"] ?? 0, all = run.counts["tenants"] ?? 0, isWell = failed == 0 && run.exit == 0
            return FleetBuilder.Run(
                startedAt: run.startedAt, seconds: run.finishedAt.map { Double($0 - run.startedAt) }, state: isWell ? .ok : .warning, word: isWell ? "OK" : failed > 0 ? "Partial" : run.exit.map { "Exit \($0)" } ?? "Not ended",
                detail: "\(all - failed) of \(all) tenants", pages: run.counts["pages"] ?? 0, requests: run.counts["calls"] ?? 0)
        }
        var builder = FleetBuilder(title: configuration.site.title, theme: theme, interval: configuration.site.interval, tenants: FleetDigests { try digest(of: results[$0]) }, runs: Array(runs), now: context.now)
        var channels = try ChannelTally(context.receivers, drills: store.channels()), operation = OperationPage(runs: records.map(line), interval: configuration.site.interval)
        for result in results {
            let entry = try shelf.entry(at: result.place)
            builder.tenants.add(digest(of: result, entry))
            entry.channels.forEach { channels.count($0) }
            if let tenant = entry.operation { operation.add(tenant) }
        }
        builder.channels = try channels.finished { try store.note(ChannelDrill.noteKey($0)) }
        builder.operation = operation
        let writer = try context.writer("fleet")
        try writer.add(FleetBuilder.firstPage, pieces: builder.writeFirstPage)
        try builder.pages { page in try writer.add(page.path, page.bytes) }
        try writer.add("status.json", pieces: builder.writeStatus)
        let metrics = FleetMetrics(results: results, outcome: outcome, channels: builder.channels, startedAt: context.now, seconds: seconds, exitBefore: before, fleetBytes: store.byteSize)
        try writer.add("metrics.prom", pieces: metrics.write)
        try writer.add(HeadersFile.name, HeadersFile(isWholeFleet: false).bytes)
        return try writer.finishInPieces { files, out in try describe(results, outcome: outcome, seconds: seconds, files: files, in: &out) }
    }

    /// Four hours of runs every five minutes.
    private static let shownRuns = 48

    private func line(_ run: RunRecord) -> OperationPage.Run {
        OperationPage.Run(
            startedAt: run.startedAt, seconds: run.finishedAt.map { Double($0 - run.startedAt) }, exit: run.exit, failed: run.counts["failed"] ?? 0, tenants: run.counts["tenants"] ?? 0,
            pages: run.counts["pages"] ?? 0, calls: run.counts["calls"] ?? 0,
            stages: RunOptions.Stage.allCases.compactMap { stage in run.stages[stage.rawValue].flatMap { $0 > 0 ? OperationPage.Run.Stage(stage.rawValue, $0) : nil } })
    }

    private func digest(of result: HeldResult) throws -> TenantDigest { digest(of: result, try shelf.entry(at: result.place)) }

    private func digest(of result: HeldResult, _ entry: FleetEntry) -> TenantDigest {
        let outcome = result.outcome
        if let mistakes = result.mistakes { return TenantDigest(id: outcome.id, title: outcome.id, state: .stale, headline: "Its configuration is invalid: \(mistakes.first?.description ?? "")") }
        return entry.digest ?? TenantDigest(id: outcome.id, title: outcome.title ?? outcome.id, state: .stale, headline: outcome.problems.first.map { .verbatim($0.message) } ?? "Its last run failed")
    }

    /// `build.json`.
    private func describe(_ results: [HeldResult], outcome: RunOutcome, seconds: Int64?, files: Manifest, in out: inout JSONDocumentWriter) throws {
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
