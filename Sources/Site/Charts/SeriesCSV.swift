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
        let rows = columns.map(\.values.count).max() ?? 0
        var out = Markup(reserving: rows * (24 + columns.count * 8))
        out.raw("time")
        for column in columns { out.raw(","); out.trusted(Self.cell(column.name)) }
        out.raw("\r\n")
        let values = columns.map(\.values)
        for row in 0..<rows {
            out.time(start + Int64(row) * period)
            for column in values.indices {
                let value = row < values[column].count ? values[column][row] : .nan
                if let whole = Int(exactly: value) {
                    out.write(atMost: 24) { $0.put(UInt8(ascii: ",")); $0.number(whole) }
                } else {
                    out.raw(",")
                    if value.isFinite { out.trusted(value.description) }
                }
            }
            out.raw("\r\n")
        }
        return out.bytes
    }

    static func cell(_ text: String) -> String {
        let risky = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let safe = (risky ? "'" : "") + text
        guard safe.contains(where: { "\",\r\n".contains($0) }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
