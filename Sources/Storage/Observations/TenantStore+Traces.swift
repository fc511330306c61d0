import GRDB
import Telemetry

extension TenantStore {
    /// Groups that have a summary or a kept trace, sorted.
    package func traceGroups() throws(StoreError) -> [String] {
        try read { db in
            try String.fetchAll(db, sql: "SELECT trace_group FROM trace_summaries UNION SELECT trace_group FROM traces ORDER BY 1")
        }
    }

    /// Newest first.
    package func traceSummaries(group: String, in window: TimeWindow, limit: Int) throws(StoreError) -> [TraceSummary] {
        try read { db in
            try Row.fetchAll(db, sql: """
                SELECT id, start, body FROM trace_summaries WHERE trace_group = ? AND start >= ? AND start < ? ORDER BY start DESC, id LIMIT ?
                """, arguments: [group, window.start.seconds, window.end.seconds, max(0, limit)]).compactMap { row in
                let id: String = row[0]
                if let summary = try? TraceSummary(packed: bytes(row, 2), id: id, group: group, start: row[1]) { return summary }
                note(damaged: "trace summary \(id)")
                return nil
            }
        }
    }

    /// X-Ray and OpenTelemetry write the same id in two ways; either finds it.
    package func trace(_ id: String) throws(StoreError) -> Trace? {
        try read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT trace_group, body, id FROM traces WHERE id IN (?, ?) ORDER BY id = ? DESC", arguments: [id, Trace.twin(of: id), id]) else { return nil }
            if let trace = try? Trace(packed: bytes(row, 1), id: row[2], group: row[0]) { return trace }
            note(damaged: "trace \(id)")
            return nil
        }
    }

    /// Ids of kept traces that state a link to this one, sorted.
    package func traces(linkingTo id: String, limit: Int) throws(StoreError) -> [String] {
        try read { db in
            try String.fetchAll(db, sql: "SELECT trace FROM trace_links WHERE linked IN (?, ?) ORDER BY trace LIMIT ?", arguments: [id, Trace.twin(of: id), max(0, limit)])
        }
    }

    /// Ids of the kept examples that began within the window, newest first.
    package func keptTraces(group: String, in window: TimeWindow) throws(StoreError) -> [String] {
        try read { db in
            try String.fetchAll(db, sql: "SELECT id FROM traces WHERE trace_group = ? AND start >= ? AND start < ? ORDER BY start DESC, id",
                                arguments: [group, window.start.seconds, window.end.seconds])
        }
    }
}

extension TenantStore {
    /// A later answer replaces an earlier one; an unfinished trace never a finished one.
    func record(_ summaries: [TraceSummary], _ traces: [Trace], _ db: Database) throws {
        for summary in summaries where summary.start.isFinite {
            if summary.isPartial, let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT body, start FROM trace_summaries WHERE trace_group = ? AND id = ?"),
                                                             arguments: [summary.group, summary.id]),
               let stored = try? TraceSummary(packed: bytes(row, 0), id: summary.id, group: summary.group, start: row[1]), !stored.isPartial { continue }
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO trace_summaries (trace_group, start, id, body) VALUES (?, ?, ?, ?)")
                .execute(arguments: [summary.group, summary.start, summary.id, Bytes(summary.packed())])
        }
        for trace in traces {
            guard let start = trace.spans.lazy.map(\.start).filter(\.isFinite).min() else { continue }
            var trace = trace
            if let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT trace_group, body FROM traces WHERE id = ?"), arguments: [trace.id]),
               let stored = try? Trace(packed: bytes(row, 1), id: trace.id, group: row[0]) {
                trace = stored.isComplete && !trace.isComplete ? stored.completed(by: trace) : trace.completed(by: stored)
            }
            let first = trace.spans.lazy.map(\.start).filter(\.isFinite).min() ?? start
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO traces (id, trace_group, start, body) VALUES (?, ?, ?, ?)")
                .execute(arguments: [trace.id, trace.group, first, Bytes(trace.packed())])
            for linked in Set(trace.links.map(\.linkedTraceID)).subtracting([trace.id]) {
                try db.cachedStatement(sql: "INSERT OR IGNORE INTO trace_links (linked, trace) VALUES (?, ?)").execute(arguments: [linked, trace.id])
            }
        }
    }
}

private extension Trace {
    /// With what another reading knows and this one does not: the parts of a trace may come in several files.
    func completed(by other: Trace) -> Trace {
        let open = Set(spans.filter(\.isInProgress).map(\.id)), known = Set(spans.map(\.id))
        let new = other.spans.filter { !known.contains($0.id) || open.contains($0.id) && !$0.isInProgress }
        var whole = self
        whole.links += other.links.filter { !links.contains($0) }
        guard !new.isEmpty else { return whole }
        let replaced = Set(new.map(\.id))
        whole.spans = (spans.filter { !replaced.contains($0.id) } + new).sorted { ($0.start, $0.id) < ($1.start, $1.id) }
        return whole
    }
}
