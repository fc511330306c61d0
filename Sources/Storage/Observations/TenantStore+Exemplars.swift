import GRDB
import Telemetry

/// How many traces of one group and day stay with all their spans once the day is an hour old.
package struct ExemplarBudget: Hashable, Sendable {
    package var slowest = 12
    package var failed = 12
    package var ordinary = 12
    package init() {}
    package static let standard = ExemplarBudget()
    var total: Int { slowest + failed + ordinary }
}

extension TenantStore {
    /// Keeps the slowest, the newest that failed and those around the median of each group and day, and lets the spans of the others go. Their
    /// summaries stay, so no number changes.
    /// - Returns: how many went.
    @discardableResult
    package func thinTraces(at now: Timestamp, budget: ExemplarBudget = .standard) throws(StoreError) -> Int {
        try write { db in
            let days = try Row.fetchAll(db, sql: """
                SELECT trace_group, CAST(start / 86400 AS INTEGER) FROM traces WHERE start < ? GROUP BY 1, 2 HAVING count(*) > ?
                """, arguments: [now.seconds - 3_600, budget.total])
            var gone = 0
            for day in days {
                let group: String = day[0], number: Int64 = day[1]
                let rows = try Row.fetchAll(db, sql: """
                    SELECT traces.id, traces.start, summaries.body FROM traces
                    LEFT JOIN trace_summaries AS summaries ON summaries.trace_group = traces.trace_group AND summaries.id = traces.id
                    WHERE traces.trace_group = ? AND traces.start >= ? AND traces.start < ? AND traces.start < ? ORDER BY traces.start DESC, traces.id
                    """, arguments: [group, number * 86_400, (number + 1) * 86_400, now.seconds - 3_600])
                let traces = rows.map { row -> (id: String, summary: TraceSummary?) in
                    let id: String = row[0], body: Bytes? = row[2]
                    return (id, body.flatMap { try? TraceSummary(packed: $0.bytes, id: id, group: group, start: row[1]) })
                }
                var kept: Set<String> = []
                let told = traces.compactMap(\.summary), isFailed = { (summary: TraceSummary) in summary.hasFault || summary.hasError || summary.hasThrottle }
                kept.formUnion(told.sorted { ($0.duration, $0.id) > ($1.duration, $1.id) }.prefix(budget.slowest).map(\.id))
                kept.formUnion(told.filter(isFailed).sorted { ($0.hasFault ? 0 : 1, -$0.start, $0.id) < ($1.hasFault ? 0 : 1, -$1.start, $1.id) }.prefix(budget.failed).map(\.id))
                let durations = told.map(\.duration).sorted(), median = durations.isEmpty ? 0 : durations[durations.count / 2]
                kept.formUnion(told.filter { !isFailed($0) }.sorted { (abs($0.duration - median), $0.id) < (abs($1.duration - median), $1.id) }.prefix(budget.ordinary).map(\.id))
                // Of a trace without a summary nobody knows whether it is worth keeping: the newest may be looked at.
                kept.formUnion(traces.filter { $0.summary == nil }.prefix(max(0, budget.total - kept.count)).map(\.id))
                for trace in traces where !kept.contains(trace.id) {
                    try db.execute(sql: "DELETE FROM traces WHERE id = ?", arguments: [trace.id])
                    gone += 1
                }
            }
            if gone > 0 { try db.execute(sql: "DELETE FROM trace_links WHERE trace NOT IN (SELECT id FROM traces)") }
            return gone
        }
    }
}
