import JSON
import Telemetry

/// One document, a series a line: `[time, value, quality]` for a point, with `minimum, maximum, count` behind where it stands for several.
struct JSONSeriesWriter: SeriesWriter {
    private var isFirst = true

    mutating func begin(_ window: TimeWindow, _ resolution: Resolution, _ sink: ([UInt8]) throws -> Void) throws {
        let name = switch resolution {
        case .raw: "raw"
        case .fiveMinutes: "5m"
        case .hour: "1h"
        }
        try sink(Array("{\"schema\":1,\"from\":\"\(window.start.rfc3339)\",\"to\":\"\(window.end.rfc3339)\",\"resolution\":\"\(name)\",\"series\":[".utf8))
    }

    mutating func series(_ series: ExportedSeries, _ sink: ([UInt8]) throws -> Void) throws {
        var points: [JSONValue] = []
        series.forEachPoint { point in
            let parts: [JSONValue] = point.parts.map { [.number($0.minimum), .number($0.maximum), JSONValue($0.count)] } ?? []
            points.append(.array([.string(point.time.rfc3339), .number(point.value), .string(point.quality.word)] + parts))
        }
        guard !points.isEmpty else { return }
        let id = series.id.resource
        let document: JSONValue = ["tenant": .string(series.tenant), "service": JSONValue(series.service), "source": .string(id.source), "kind": .string(id.kind.rawValue), "resource": .string(id.name),
                                   "signal": .string(series.id.signal.description), "unit": .string(series.unit.rawValue), "period": JSONValue(series.period), "points": .array(points)]
        try sink(Array((isFirst ? "\n" : ",\n").utf8) + document.bytes())
        isFirst = false
    }

    mutating func end(_ sink: ([UInt8]) throws -> Void) throws { try sink(Array("\n]}\n".utf8)) }
}
