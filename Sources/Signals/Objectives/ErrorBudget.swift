import Telemetry

/// How much of an objective's budget is left at one moment, how fast it goes, and when it will be gone.
package struct ErrorBudget: Hashable, Sendable {
    /// Of the whole window's budget; below zero where more went wrong than was allowed. While part of the window was not watched,
    /// the budget is that of a whole window with as many events a step.
    package var left: Double
    /// The known share of the window.
    package var watched: Double
    /// 1 uses up the budget exactly by the end of a window; nothing where the span saw no event.
    package var burnRate: [BurnSpan: Double]
    /// Seconds until nothing is left at the burn rate of the last hour; nothing where it does not end.
    package var exhaustsIn: Double?
}

/// The spans over which pages show how fast a budget burns. Rules choose their own.
package enum BurnSpan: String, CaseIterable, Hashable, Sendable {
    case hour = "1h", sixHours = "6h", threeDays = "3d"

    package var seconds: Int64 {
        switch self {
        case .hour: 3_600
        case .sixHours: 21_600
        case .threeDays: 259_200
        }
    }

    /// Without the kind.
    package var signal: String { "burn_rate.\(rawValue)" }
}

extension ServiceLevel {
    /// Beyond this nobody plans: the budget does not end at this rate.
    private static let farAway: Double = 365 * 86_400

    /// The budget at the end of each of the last `wanted` rows, from counts that reach back a whole window before the first of them.
    package func budgets(total: [Double], bad: [Double], period: Int64, last wanted: Int) -> [ErrorBudget?] {
        let rows = min(total.count, bad.count)
        let events = RunningSums(total, bad, rows: rows)
        let whole = max(1, Int(clamping: window / max(1, period)))
        return (max(0, rows - wanted)..<rows).map { row in
            guard total[row].isFinite, bad[row].isFinite else { return nil }
            let all = events.sum(endingAt: row, rows: whole)
            guard all.known > 0 else { return nil }
            // A new objective knows days, not a month: what it would allow in a month with as much to do.
            let expected = all.total * Double(whole) / Double(all.known)
            let left = expected > 0 ? 1 - all.bad / (allowance * expected) : 1
            var rates: [BurnSpan: Double] = [:]
            for span in BurnSpan.allCases {
                let wanted = max(1, Int(clamping: span.seconds / max(1, period))), part = events.sum(endingAt: row, rows: wanted)
                // As in rules: steps that are not known count as good ones with as much to do.
                if part.total > 0 { rates[span] = part.bad / part.total / allowance * Double(part.known) / Double(wanted) } else if part.known > 0 { rates[span] = 0 }
            }
            let rate = rates[.hour] ?? 0, end = left <= 0 ? 0 : left * Double(window) / rate
            return ErrorBudget(left: left, watched: min(1, Double(all.known) / Double(whole)), burnRate: rates, exhaustsIn: end < Self.farAway ? end : nil)
        }
    }
}

/// Sums from the first row on; counts are whole numbers, so differences of them are exact.
private struct RunningSums {
    private var totals = [0.0]
    private var bads = [0.0]
    private var knowns = [0]

    init(_ total: [Double], _ bad: [Double], rows: Int) {
        for row in 0..<rows {
            let isKnown = total[row].isFinite && bad[row].isFinite
            totals.append(totals[row] + (isKnown ? total[row] : 0))
            bads.append(bads[row] + (isKnown ? bad[row] : 0))
            knowns.append(knowns[row] + (isKnown ? 1 : 0))
        }
    }

    func sum(endingAt row: Int, rows: Int) -> (total: Double, bad: Double, known: Int) {
        let from = max(0, row + 1 - rows)
        return (totals[row + 1] - totals[from], bads[row + 1] - bads[from], knowns[row + 1] - knowns[from])
    }
}
