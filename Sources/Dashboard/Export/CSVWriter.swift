import Site
import Telemetry

/// A row a point (RFC 4180). The last three columns are filled where a point stands for several.
struct CSVWriter: SeriesWriter {
    mutating func begin(_ window: TimeWindow, _ resolution: Resolution, _ sink: ([UInt8]) throws -> Void) throws {
        try sink(Array("time,tenant,service,source,kind,resource,signal,unit,value,quality,minimum,maximum,points\r\n".utf8))
    }

    mutating func series(_ series: ExportedSeries, _ sink: ([UInt8]) throws -> Void) throws {
        let names = [series.tenant, series.service ?? "", series.id.resource.source, series.id.resource.kind.rawValue, series.id.resource.name, series.id.name, series.unit.rawValue]
        let middle = Array(("," + names.map(SeriesCSV.cell).joined(separator: ",") + ",").utf8)
        var out: [UInt8] = []
        series.forEachPoint { point in
            point.time.appendRFC3339(to: &out)
            out += middle
            out += digits(point.value).utf8
            out += ",\(point.quality.word),".utf8
            if let parts = point.parts { out += "\(digits(parts.minimum)),\(digits(parts.maximum)),\(parts.count)".utf8 } else { out += ",,".utf8 }
            out += "\r\n".utf8
        }
        if !out.isEmpty { try sink(out) }
    }

    mutating func end(_ sink: ([UInt8]) throws -> Void) throws {}
}
