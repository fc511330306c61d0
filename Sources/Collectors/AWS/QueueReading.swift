import Telemetry

/// Counts from the queue itself stand in where CloudWatch has none. They never mix with its points: a count is taken only for a series that
/// has no point in the whole window, and an empty silent queue stays asleep.
enum QueueReading {
    static func fill(_ live: [ResourceID: LiveQueue], record: MetricRecord, order: CollectionOrder, harvest: inout Harvest) {
        for (resource, counts) in live.sorted(by: { $0.key < $1.key }) {
            let values = [("visible", counts.visible), ("in_flight", counts.inFlight), ("delayed", counts.delayed)]
            let isEmpty = values.allSatisfy { ($0.1 ?? 0) == 0 }
            for (name, value) in values {
                let series = SeriesID(resource, name)
                guard let value, value.isFinite, value >= 0, let entry = record.entries[series], entry.values.isEmpty else { continue }
                let isSilent = entry.failure == nil && !entry.isPartial && entry.isAsked
                if isEmpty, isSilent { continue }
                // The last whole point of the window: counts are about a minute old, and a point may not lie after the end of what is known.
                let time = entry.stretch.end - entry.stretch.period
                harvest.series.append(SeriesBatch(series, period: entry.stretch.period, samples: [Sample(time, value, .late)]))
                harvest.absences[series] = nil
            }
        }
    }
}
