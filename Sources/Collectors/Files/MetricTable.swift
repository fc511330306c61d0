import Telemetry

/// A CSV of points: `timestamp,value`, or `time,series,value`. Times without a zone are UTC.
package struct MetricTable: Equatable, Sendable {
    /// By the name in the series column, or `value` where there is none; in the order of the file.
    package var series: [String: [Point]] = [:]
    /// Numbers of the first few lines that are no point.
    package var refused: [Int] = []
    package var refusedCount = 0

    package struct Point: Equatable, Sendable {
        package var time: Timestamp
        package var value: Double
    }

    package init(_ bytes: [UInt8]) {
        var columns = (time: 0, series: Int?.none, value: 1)
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            let fields = Self.fields(index == 0 && text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text)
            if fields.allSatisfy(\.isEmpty) { continue }
            if index == 0, let header = Self.header(fields) { columns = header; continue }
            func field(_ column: Int) -> String { fields.indices.contains(column) ? fields[column] : "" }
            let name = columns.series.map(field) ?? "value"
            guard !name.isEmpty, let time = Self.time(field(columns.time)), let value = Double(field(columns.value)), value.isFinite else {
                refusedCount += 1
                if refused.count < 5 { refused.append(index + 1) }
                continue
            }
            series[name, default: []].append(Point(time: time, value: value))
        }
    }

    private static func header(_ fields: [String]) -> (time: Int, series: Int?, value: Int)? {
        let names = fields.map { $0.lowercased() }
        guard let time = names.firstIndex(where: { $0 == "timestamp" || $0 == "time" }), let value = names.firstIndex(of: "value") else { return nil }
        return (time, names.firstIndex(where: { $0 == "series" || $0 == "signal" }), value)
    }

    private static func time(_ text: String) -> Timestamp? {
        if let time = Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "Z") { return time }
        return Double(text).flatMap { $0.isFinite ? Timestamp(epoch: $0.rounded(.down)) : nil }
    }

    /// Fields of one line; a field in quotes may hold commas, and two quotes in it are one.
    private static func fields(_ line: String) -> [String] {
        var fields: [String] = [], field = ""
        var isQuoted = false, wasQuote = false
        for scalar in line.unicodeScalars where scalar != "\r" {
            switch scalar {
            case "\"" where isQuoted:
                isQuoted = false
                wasQuote = true
                continue
            case "\"":
                if wasQuote { field.unicodeScalars.append("\"") }
                isQuoted = true
            case "," where !isQuoted:
                fields.append(field)
                field = ""
            default: field.unicodeScalars.append(scalar)
            }
            wasQuote = false
        }
        return (fields + [field]).map { text in
            let start = text.drop { $0 == " " || $0 == "\t" }
            return String(start.prefix(start.count - start.reversed().prefix { $0 == " " || $0 == "\t" }.count))
        }
    }
}
