import Signals
import Telemetry
import Testing
@testable import Alerting

/// The two tables of CloudWatch's user guide on M of N and missing data, read out of the guide.
@Suite(.enabled(if: SharedAlerts.isThere, Comment(rawValue: SharedAlerts.reason)))
struct CloudWatchAlarmTests {
    struct Row: Hashable {
        var breaching: Int
        var points: String
        /// By column of the guide.
        var expected: [MissingData: String]
    }

    /// CloudWatch looks back over five periods for three points that exist, and counts the older ones where newer are missing. Here the last three
    /// steps count and a gap among them is a gap: what was read earlier says nothing about now. So with a gap an alert waits for the next point,
    /// `breach` takes the gap at its word, and a lone point among gaps does not fire.
    private static let different: Set<String> = [
        "3 of 3, 0 X X - X: ok", "3 of 3, 0 X X - X: ignore", "3 of 3, 0 X X - X: unknown", "3 of 3, 0 - X - X: breach", "3 of 3, 0 - - - -: breach",
        "3 of 3, - - X - -: unknown", "2 of 3, - - - X -: unknown",
    ]

    private func rows() throws -> [Row] {
        var rows: [Row] = [], breaching = 3, isTable = false
        for line in try SharedAlerts.text("aws-docs/AlarmThatSendsEmail.md").split(separator: "\n") {
            let cells = line.split(separator: "|").map { cell in String(cell.filter { !"\\`".contains($0) }.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }.filter { !$0.isEmpty }
            if cells.first == "Data points" { isTable = true; continue }
            guard isTable, cells.count == 6 else {
                if isTable, cells.count != 6, !rows.isEmpty { breaching = 2; isTable = false }
                continue
            }
            guard let first = cells[0].first, "0X-".contains(first), cells[0].count == 9 else { continue }
            rows.append(Row(breaching: breaching, points: cells[0], expected: [.unknown: cells[2], .ignore: cells[3], .breach: cells[4], .ok: cells[5]]))
        }
        return rows
    }

    @Test func `M of N with missing points says what CloudWatch's guide says, but for the gaps that it looks behind`() throws {
        let rows = try rows()
        #expect(rows.count == 10 && Set(rows.map(\.breaching)) == [2, 3])
        var same = 0, other: Set<String> = []
        for row in rows {
            for mode in MissingData.allCases {
                var draft = RuleDraft.mock("visible > 1", missing: mode)
                draft.datapoints = Datapoints(breaching: row.breaching, outOf: 3)
                let values: [Double?] = row.points.filter { $0 != " " }.map { $0 == "X" ? 5 : $0 == "0" ? 0 : nil }
                let measurements = RecordedMeasurements(.queue, ["visible": values])
                // The five points are all that there is; the alarm is looked at once, after them.
                let state = try Evaluator(rules: compiled(draft), grain: 300)
                    .evaluate(states: [], measurements: measurements, from: measurements.end(4), to: measurements.end(5), now: measurements.end(20)).states.first
                let found = state?.phase == .firing ? "ALARM" : "OK"
                let expected = row.expected[mode] == "ALARM" ? "ALARM" : "OK"
                if found == expected { same += 1 } else { other.insert("\(row.breaching) of 3, \(row.points): \(mode.rawValue)") }
            }
        }
        print("CloudWatch's tables: \(same) of \(rows.count * 4) cells, different on purpose: \(other.count)")
        #expect(other == Self.different)
    }
}
