import Signals
import Telemetry

/// OpenMetrics text (https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md): a family a signal, all of it together as the
/// format demands, so families are collected before they are written. A counter's points are the sums of their periods, hence gauges.
/// Partial points are left out: the format has no word for them.
struct OpenMetricsWriter: SeriesWriter {
    private var families: [String: MetricFamily] = [:]

    mutating func begin(_ window: TimeWindow, _ resolution: Resolution, _ sink: ([UInt8]) throws -> Void) throws {}

    mutating func series(_ series: ExportedSeries, _ sink: ([UInt8]) throws -> Void) throws {
        let id = series.id.resource, definition = SignalCatalogue.definition(of: series.id.signal)
        let unit: String? = switch series.unit {
        case .seconds: "seconds"
        case .bytes: "bytes"
        case .ratio: "ratio"
        case .count, .perSecond: nil
        }
        let name = MetricFamily.name("tidewatch_\(id.kind.rawValue)_\(series.id.name)", unit: unit)
        var family = families[name] ?? MetricFamily(name, .gauge, unit: unit, help: (definition?.title ?? series.id.name) + (definition?.form == .counter ? ", sum of the period" : ""))
        let labels = [("tenant", series.tenant), ("service", series.service ?? ""), ("source", id.source), ("resource", id.name)]
        series.forEachPoint { point in if point.quality != .partial { family.add(point.value, labels, at: point.time) } }
        if !family.isEmpty { families[name] = family }
    }

    mutating func end(_ sink: ([UInt8]) throws -> Void) throws {
        for (_, family) in families.sorted(by: { $0.key < $1.key }) { try sink(family.openMetrics) }
        try sink(Array("# EOF\n".utf8))
    }
}
