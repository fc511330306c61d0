import Collectors
import Storage
import Telemetry

/// Works out the trace signals of groups whose traces come in files, from all summaries on record: the traces of one step come in several
/// files, and in several runs.
struct TraceSignalKeeper {
    /// Summaries of one group that are looked at; more in one stretch are too many for numbers that are sampled anyway.
    private static let summaryLimit = 500_000

    let tenant: TenantConfiguration
    let context: RunContext

    init(_ tenant: TenantConfiguration, context: RunContext) {
        self.tenant = tenant
        self.context = context
    }

    /// What is to be recorded beside the harvest that brought the traces. Its problems stay those of the run.
    func harvest(after harvest: Harvest, from store: TenantStore) throws -> Harvest {
        var made = Harvest(window: harvest.window)
        made.problems = harvest.problems
        let sources = Set(tenant.sources.filter(\.settings.bringsTracesInFiles).map(\.key))
        let groups = harvest.resources.map(\.id).filter { $0.kind == .trace && sources.contains($0.source) }
        let end = CollectionWindow.end(now: context.now, period: store.grain)
        for group in Set(groups).sorted() {
            let times = harvest.summaries.filter { $0.group == group.name }.compactMap { Timestamp(epoch: $0.start.rounded(.down)) }.filter { $0 < end }
            guard let first = times.min(), let last = times.max() else { continue }
            let window = TimeWindow(from: first.floored(to: store.grain), to: last.floored(to: store.grain) + store.grain)
            // Old traces may lie far apart: only steps that hold new ones are worked out again.
            let touched = Set(times.map { $0.floored(to: store.grain) })
            let summaries = try store.traceSummaries(group: group.name, in: window, limit: Self.summaryLimit)
            let batches = TraceStatistics.batches(of: summaries, resource: group, steps: touched, period: store.grain) { CollectionWindow.quality(of: $0, end: end) }
            made.series += batches
            for batch in batches { made.cursors[batch.series] = window.end }
        }
        return made
    }
}
