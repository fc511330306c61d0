import Telemetry

/// Up to where each source's numbers are known. A page is as fresh as the oldest of them: one source that stands still is not hidden by another.
struct SourceAges: Sendable {
    private let readings: [SourceReading]

    init(_ readings: [SourceReading], now: Timestamp) {
        self.readings = readings.filter { reading in reading.dataTo.map { $0 <= now } ?? false }
    }

    /// The newest of all: where charts may end.
    var newest: Timestamp? { readings.compactMap(\.dataTo).max() }

    /// - Parameter sources: those whose numbers are shown. What else a tenant reads, such as logs, lags without making numbers old.
    func dataTo(of sources: Set<String>) -> Timestamp? { relevant(sources).compactMap(\.dataTo).min() ?? newest }

    /// Which reading holds the others back.
    func laggard(behind dataTo: Timestamp?, by interval: Int64) -> SourceReading? {
        guard let dataTo, let newest = readings.filter(\.isMetrics).compactMap(\.dataTo).max(), newest - dataTo > interval else { return nil }
        return readings.first { $0.isMetrics && $0.dataTo == dataTo }
    }

    private func relevant(_ sources: Set<String>) -> [SourceReading] { readings.filter { $0.isMetrics && sources.contains($0.source) } }
}
