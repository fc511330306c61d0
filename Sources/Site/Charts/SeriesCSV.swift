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
        var out = Markup(nil, reserving: rows * (24 + columns.count * 8))
        out.raw("time")
        for column in columns { out.raw(","); out.trusted(Self.cell(column.name)) }
        out.raw("\r\n")
        // Columns as they lie in memory: an array of arrays would be asked for its bounds and its owner at each point.
        let width = columns.count
        var table = Array(repeating: Double.nan, count: rows * width)
        for (column, values) in columns.map(\.values).enumerated() {
            for row in values.indices { table[row * width + column] = values[row] }
        }
        var clock = RowClock()
        for row in 0..<rows {
            clock.write(start + Int64(row) * period, into: &out)
            // A number that is no whole one ends the stretch: its digits come from the standard library.
            var column = 0
            while column < width {
                out.write(atMost: (width - column) * 22) { cursor in
                    while column < width {
                        let value = table[row * width + column]
                        if value.isNaN {
                            cursor.put(UInt8(ascii: ","))
                        } else if let whole = Int(exactly: value) {
                            cursor.put(UInt8(ascii: ","))
                            cursor.number(whole)
                        } else {
                            return
                        }
                        column += 1
                    }
                }
                guard column < width else { break }
                let value = table[row * width + column]
                out.raw(",")
                if value.isFinite { out.trusted(value.description) }
                column += 1
            }
            out.raw("\r\n")
        }
        return out.bytes
    }

    /// Times that follow each other: the date is worked out once a day.
    private struct RowClock {
        private var midnight = Int64.min
        private var date: [UInt8] = []

        mutating func write(_ time: Timestamp, into out: inout Markup) {
            let day = time.floored(to: 86_400).seconds
            if day != midnight {
                var text = Markup()
                text.time(Timestamp(seconds: day))
                // `2026-11-20T` of `2026-11-20T00:00:00Z`
                date = Array(text.bytes.dropLast(9))
                midnight = day
            }
            let second = Int(clamping: time.seconds - day)
            date.withUnsafeBufferPointer { out.append($0) }
            out.write(atMost: 9) { cursor in
                for (place, part) in [second / 3_600, second / 60 % 60, second % 60].enumerated() {
                    if place > 0 { cursor.put(UInt8(ascii: ":")) }
                    cursor.put(UInt8(truncatingIfNeeded: 48 + part / 10))
                    cursor.put(UInt8(truncatingIfNeeded: 48 + part % 10))
                }
                cursor.put(UInt8(ascii: "Z"))
            }
        }
    }

    package static func cell(_ text: String) -> String {
        let risky = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
        let safe = (risky ? "'" : "") + text
        guard safe.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
