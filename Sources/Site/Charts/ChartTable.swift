import Telemetry

/// The same numbers as a table, for those who cannot or do not want to see the picture: about a dozen rows, each with the
/// highest of its step, so that no spike is lost; and a link to every point.
struct ChartTable {
    var title: Phrase
    var unit: ChartUnit
    var start: Timestamp
    var period: Int64
    var columns: [(label: Phrase, values: [Double])]
    /// Each value is the highest of a roll-up already.
    var isRolledUp = false

    /// Rows in round steps: every 30 min for six hours, coarser for longer.
    private static let steps: [Int64] = [600, 1_800, 7_200, 43_200, 172_800, 604_800]

    func write(frame: ChartFrame, into out: inout Markup) {
        let count = columns.map(\.values.count).max() ?? 0
        guard count > 0 else { return }
        let step = Self.steps.first { Int64(count) * period / $0 <= 14 } ?? 604_800
        let stride = max(1, Int(clamping: step / period))
        let span = Words.span(Int64(stride) * period)
        out.raw("<details><summary>"); out.text("Data table"); out.raw("</summary><table class=\"t tight\"><caption>"); out.text(title)
        out.raw(", "); out.text(unit.word); out.raw(". "); out.text(stride > 1 || isRolledUp ? "The highest of each \(span)." : "Every \(span).")
        if let csv = frame.csv { out.text(" All points: "); out.raw("<a href=\""); out.text(csv); out.raw("\">CSV</a>.") }
        out.raw("</caption><thead><tr><th scope=\"col\">"); out.text("Time \(frame.clock.zone)"); out.raw("</th>")
        for column in columns { out.raw("<th scope=\"col\" class=\"n\">"); out.text(column.label); out.raw("</th>") }
        out.raw("</tr></thead><tbody>")
        // Counted from the newest row back, so that the last row is always the present.
        var row = (count - 1) % stride
        while row < count {
            let time = start + Int64(row) * period
            out.raw("<tr><th scope=\"row\">"); out.text(label(time, frame)); out.raw("</th>")
            for column in columns {
                out.raw("<td class=\"n\">")
                let value = Self.highest(column.values, in: max(0, row - stride + 1)...row)
                if value.isNaN {
                    out.text("no data")
                } else if unit.kind == .count, unit.divisor == 1, let whole = Int(exactly: value), (0..<1_000).contains(whole) {
                    // As the unit says it, without a text in between: most cells are small counts.
                    out.number(whole)
                } else {
                    out.text(unit.cell(value))
                }
                out.raw("</td>")
            }
            out.raw("</tr>")
            row += stride
        }
        out.raw("</tbody></table></details>")
    }

    private static func highest(_ values: [Double], in rows: ClosedRange<Int>) -> Double {
        var highest = Double.nan
        for row in rows where row < values.count && !(values[row] <= highest) && !values[row].isNaN { highest = values[row] }
        return highest
    }

    private func label(_ time: Timestamp, _ frame: ChartFrame) -> String {
        frame.axis.window.seconds > 93_600 ? "\(frame.clock.day(time)) \(frame.clock.time(time))" : frame.clock.time(time)
    }
}
