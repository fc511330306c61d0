import Storage
import Telemetry

/// One trace group over the last day: its sampled traces, the kept examples, and the functions of its service.
struct TraceGroupPicture {
    let group: TraceGroupSite
    let service: ServicePicture
    /// Newest first.
    let summaries: [TraceSummary]
    /// Sorted durations in seconds.
    let durations: [Double]
    let kept: [String]

    /// Enough for shape and percentiles: the newest of a group that has more.
    private static let mostSummaries = 10_000

    init(_ picture: TenantPicture, _ service: ServicePicture, _ group: TraceGroupSite, store: TenantStore) throws(StoreError) {
        self.group = group
        self.service = service
        let window = TimeWindow(from: picture.now - 86_400, to: picture.now + 1)
        summaries = try store.traceSummaries(group: group.id, in: window, limit: Self.mostSummaries)
        durations = summaries.map(\.duration).filter(\.isFinite).sorted()
        kept = try picture.pagedTraces(of: group.id, store)
    }

    var errors: Int { summaries.count(where: \.isPlainError) }
    var faults: Int { summaries.count(where: \.hasFault) }
    var throttles: Int { summaries.count(where: \.hasThrottle) }
    var state: StateMark {
        if let alert = service.alerts.first(where: { $0.key.resource.kind == .trace && $0.key.resource.name == group.id }), let mark = alert.mark { return mark }
        // The default rule's own floor: fewer than twenty samples prove nothing.
        if summaries.count >= 20, Double(faults) > 0.01 * Double(summaries.count) { return .warning }
        return summaries.isEmpty ? .asleep : .ok
    }

    var histogram: LogHistogram {
        var histogram = LogHistogram()
        for duration in durations { histogram.add(duration) }
        return histogram
    }

    /// Names of all that took part in the sampled traces.
    var participants: Set<String> { Set(summaries.flatMap(\.services)) }

    /// How long events waited before their run, from the shortest to the longest: kept traces are chosen, so percentiles of them are nobody's.
    static func dwell(_ traces: [Trace]) -> (words: Phrase, waits: Int)? {
        let waits = traces.flatMap(\.spans).compactMap { span in span.name == "Dwell Time" ? span.end.map { $0 - span.start } : nil }.filter { $0 >= 0 && $0.isFinite }
        guard let least = waits.min(), let most = waits.max() else { return nil }
        return (least == most ? .verbatim(Words.duration(least)) : "\(Words.duration(least)) to \(Words.duration(most))", waits.count)
    }

    func share(_ count: Int) -> String { summaries.isEmpty ? "–" : Words.percent(Double(count) / Double(summaries.count)) }
}

extension TenantPicture {
    /// Kept traces of a group that have a page, the newest first.
    func pagedTraces(of group: String, _ store: TenantStore) throws(StoreError) -> [String] {
        Array(try store.keptTraces(group: group, in: TimeWindow(from: now - TenantSite.traceReach, to: now + 1)).prefix(site.mostTraces ?? .max))
    }
}
