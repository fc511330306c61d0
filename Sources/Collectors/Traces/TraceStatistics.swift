import Telemetry

/// `trace.*` signals of one group, from its summaries. Sampled: each point stands beside the number of traces that it was made of.
package enum TraceStatistics {
    /// - Parameter window: whole points only; traces that began outside it belong to points that this reading cannot complete.
    static func batches(of summaries: [TraceSummary], resource: ResourceID, window: TimeWindow, period: Int64,
                        quality: (Timestamp) -> Quality) -> [SeriesBatch] {
        var steps: Set<Timestamp> = []
        var time = window.start.floored(to: period)
        while time < window.end {
            steps.insert(time)
            time = time + period
        }
        return batches(of: summaries.filter { Timestamp(epoch: $0.start.rounded(.down)).map(window.contains) ?? false }, resource: resource, steps: steps, period: period,
                       quality: quality)
    }

    /// - Parameter steps: the points to make; a step without a trace is a count of zero.
    package static func batches(of summaries: [TraceSummary], resource: ResourceID, steps: Set<Timestamp>, period: Int64,
                                quality: (Timestamp) -> Quality) -> [SeriesBatch] {
        var rows: [Timestamp: [TraceSummary]] = [:]
        var seen: Set<String> = []
        for summary in summaries where seen.insert(summary.id).inserted {
            guard let time = Timestamp(epoch: summary.start.rounded(.down)) else { continue }
            rows[time.floored(to: period), default: []].append(summary)
        }
        var samples: [String: [Sample]] = [:]
        for time in steps.sorted() {
            let traces = rows[time] ?? []
            let quality = quality(time)
            func add(_ name: String, _ value: Double, _ quality: Quality) { samples[name, default: []].append(Sample(time, value, quality)) }
            add("count", Double(traces.count), traces.isEmpty && quality != .partial ? .zeroFilled : quality)
            if !traces.isEmpty {
                let count = Double(traces.count)
                func share(_ claim: (TraceSummary) -> Bool) -> Double { Double(traces.count(where: claim)) / count }
                add("ok_rate", share { !$0.hasError && !$0.hasFault && !$0.hasThrottle }, quality)
                add("error_rate", share(\.isPlainError), quality)
                add("fault_rate", share(\.hasFault), quality)
                add("throttle_rate", share(\.hasThrottle), quality)
                let durations = traces.map(\.duration).sorted()
                add("duration.p50", percentile(50, of: durations), quality)
                add("duration.p95", percentile(95, of: durations), quality)
                add("duration.p99", percentile(99, of: durations), quality)
            }
        }
        return samples.sorted { $0.key < $1.key }.map { SeriesBatch(SeriesID(resource, $0.key), period: period, samples: $0.value) }
    }

    /// `dwell.*` from the spans that Lambda calls "Dwell Time": how long an asynchronous event waited.
    static func dwell(in traces: [Trace], resource: ResourceID, window: TimeWindow, period: Int64, quality: (Timestamp) -> Quality) -> [SeriesBatch] {
        var rows: [Timestamp: [Double]] = [:]
        for span in traces.flatMap(\.spans) where span.name == "Dwell Time" {
            guard let end = span.end, let time = Timestamp(epoch: span.start.rounded(.down)), window.contains(time) else { continue }
            rows[time.floored(to: period), default: []].append(end - span.start)
        }
        return ["p50": 50.0, "p99": 99.0].sorted { $0.key < $1.key }.compactMap { name, rank in
            let samples = rows.sorted { $0.key < $1.key }.map { Sample($0.key, percentile(rank, of: $0.value.sorted()), quality($0.key)) }
            return samples.isEmpty ? nil : SeriesBatch(SeriesID(resource, "dwell.\(name)"), period: period, samples: samples)
        }
    }

    /// Linear between the two nearest ranks, as most tools define it; `sorted` is not empty.
    static func percentile(_ rank: Double, of sorted: [Double]) -> Double {
        guard let last = sorted.last else { return 0 }
        let place = max(0, min(1, rank / 100)) * Double(sorted.count - 1)
        let low = Int(exactly: place.rounded(.down)) ?? 0
        guard low + 1 < sorted.count, sorted.indices.contains(low) else { return last }
        return sorted[low] + (sorted[low + 1] - sorted[low]) * (place - Double(low))
    }
}
