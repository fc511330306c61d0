import Telemetry

/// Every point of a page's charts as CSV (RFC 4180). Names come from strangers: no cell can start a formula in a spreadsheet.
package struct SeriesCSV: Sendable {
    package struct Column: Sendable {
        /// `queue.visible PublishQueue.fifo`
        package var name: String
        package var values: [Double]
        package init(_ name: String, _ values: [Double]) { self.name = name; self.values = values }
    }

    package var start: Timestamp
    package var period: Int64
    package var columns: [Column]

    package init(start: Timestamp, period: Int64, columns: [Column]) {
        self.start = start
        self.period = max(1, period)
        self.columns = columns
    }

    /// No value is an empty cell, zero is `0`.
    package var bytes: [UInt8] {
        var out: [UInt8] = Array("time".utf8)
        for column in columns { out += ("," + Self.cell(column.name)).utf8 }
        out += "\r\n".utf8
        for row in 0..<(columns.map(\.values.count).max() ?? 0) {
            out += (start + Int64(row) * period).rfc3339.utf8
            for column in columns {
                out.append(UInt8(ascii: ","))
                let value = row < column.values.count ? column.values[row] : .nan
                if value.isFinite { out += (Int64(exactly: value).map(String.init) ?? "\(value)").utf8 }
            }
            out += "\r\n".utf8
        }
        return out
    }

    static func cell(_ text: String) -> String {
        let risky = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let safe = (risky ? "'" : "") + text
        guard safe.contains(where: { "\",\r\n".contains($0) }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
