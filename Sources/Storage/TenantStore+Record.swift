import GRDB
import Telemetry

extension TenantStore {
    /// Stores what one run brought back, in one transaction. Recording the same harvest again changes nothing but the cost ledger's time.
    @discardableResult
    package func record(_ harvest: Harvest, at now: Timestamp) throws(StoreError) -> RecordSummary {
        try write { db in
            try withNames(db) { names in
                try record(harvest.resources, at: now, db, &names)
                let (samples, fresh) = try record(harvest.series, at: now, db, &names)
                var summary = samples
                try record(harvest.cursors, db, &names)
                try record(harvest.absences, cleared: fresh, db, &names)
                try record(harvest.readings, at: now, db)
                try record(harvest.fingerprints, db, &names)
                try record(harvest.answers, db, &names)
                (summary.executions, summary.repeatedExecutions) = try record(harvest.executions, db, &names)
                try record(harvest.summaries, harvest.traces, db)
                summary.leftOut = try record(harvest.calls, db)
                try record(harvest.deployments, db)
                try record(harvest.smokeTests, db)
                try record(harvest.marks, db)
                try record(harvest.ledger, at: now, db)
                try replaceProblems(harvest.problems + summary.leftOut, db, &names)
                return summary
            }
        }
    }

    private func record(_ batches: [SeriesBatch], at now: Timestamp, _ db: Database, _ names: inout Names) throws
        -> (RecordSummary, fresh: [Int64: [UInt32]]) {
        var recorder = try SampleRecorder(db, grain: grain, retention: retention, now: now)
        var fresh: [Int64: [UInt32]] = [:]
        for run in try runs(of: batches, db, &names) {
            let signals = try batches[run.range].map { try names.number($0.series.name, db) }
            let new = try recorder.record(batches[run.range], signals: signals, of: run.resource)
            if !new.isEmpty { fresh[run.resource, default: []] += new }
        }
        for block in recorder.damaged { note(damaged: block) }
        guard !recorder.corrections.isEmpty else { return (recorder.summary, fresh) }
        let upsert = try db.cachedStatement(sql: """
            INSERT INTO corrections (resource, signal, count, sum, largest, last) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET count = count + excluded.count, sum = sum + excluded.sum,
                largest = max(largest, excluded.largest), last = excluded.last
            """)
        for (key, sum) in recorder.corrections {
            try upsert.execute(arguments: [key.resource, Int64(key.signal), sum.count, sum.sum, sum.largest, now.seconds])
        }
        return (recorder.summary, fresh)
    }

    /// Neighbouring batches of one resource belong together; in the order of the keys, so that each page is visited once.
    private func runs(of batches: [SeriesBatch], _ db: Database, _ names: inout Names) throws -> [(resource: Int64, range: Range<Int>)] {
        var runs: [(resource: Int64, range: Range<Int>)] = []
        var start = 0
        while start < batches.count {
            var end = start + 1
            while end < batches.count, batches[end].series.resource == batches[start].series.resource { end += 1 }
            runs.append((try names.number(batches[start].series.resource, db), start..<end))
            start = end
        }
        runs.sort { ($0.resource, $0.range.lowerBound) < ($1.resource, $1.range.lowerBound) }
        return runs
    }
}
