import GRDB
import Telemetry

extension TenantStore {
    /// How far each source was read, by source and what; a row that nobody has renewed for a day is left out. One without data, such as a
    /// right that was missing, is renewed each hour while it holds.
    package func readings() throws(StoreError) -> [SourceReading] {
        try read { db in
            try Row.fetchAll(db, sql: """
                SELECT source, what, state, data_to, detail, is_metrics FROM readings
                WHERE at >= (SELECT max(at) FROM readings) - iif(data_to IS NULL, 7200, 86400) ORDER BY source, what
                """).compactMap { row in
                guard let state = SourceReading.State(rawValue: row[2]) else { return nil }
                return SourceReading(source: row[0], what: row[1], state: state, dataTo: (row[3] as Int64?).map(Timestamp.init(seconds:)), detail: row[4], isMetrics: row[5])
            }
        }
    }

    /// Changes of code and configuration, oldest first.
    package func deployments(in window: TimeWindow) throws(StoreError) -> [Deployment] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT service, time, label, detail FROM deployments WHERE time >= ? AND time < ? ORDER BY time, service, label",
                             arguments: [window.start.seconds, window.end.seconds])
                .map { Deployment(service: $0[0], time: Timestamp(seconds: $0[1]), label: $0[2], detail: $0[3]) }
        }
    }

    /// What asking cost, summed by source and operation, over the runs of the window.
    package func ledger(in window: TimeWindow) throws(StoreError) -> [LedgerEntry] {
        try read { db in
            try Row.fetchAll(db.cachedStatement(sql: """
                SELECT source, operation, sum(calls), sum(units), sum(bytes), sum(dollars) FROM ledger
                WHERE at >= ? AND at < ? GROUP BY source, operation ORDER BY source, operation
                """), arguments: [window.start.seconds, window.end.seconds])
                .map { LedgerEntry(source: $0[0], operation: $0[1], calls: $0[2], units: $0[3], bytes: $0[4], dollars: $0[5]) }
        }
    }

    /// When runs of the window asked something, oldest first.
    package func askingTimes(in window: TimeWindow) throws(StoreError) -> [Timestamp] {
        try read { db in
            try Int64.fetchAll(db, sql: "SELECT DISTINCT at FROM ledger WHERE at >= ? AND at < ? ORDER BY at", arguments: [window.start.seconds, window.end.seconds])
                .map(Timestamp.init(seconds:))
        }
    }

    /// What went wrong in the last run that recorded a harvest.
    package func problems() throws(StoreError) -> [Problem] {
        try read { db in
            let names = try names(db)
            return try Row.fetchAll(db, sql: "SELECT kind, source, operation, place, message, request_id, resource FROM problems ORDER BY id").compactMap { row in
                guard let kind = Problem.Kind(rawValue: row[0]) else { return nil }
                return Problem(kind, source: row[1], operation: row[2], place: row[3], message: row[4], requestID: row[5],
                               resource: (row[6] as Int64?).flatMap(names.resource))
            }
        }
    }
}

extension TenantStore {
    func record(_ readings: [SourceReading], at now: Timestamp, _ db: Database) throws {
        for reading in readings {
            // A failed read does not make older data unread.
            try db.cachedStatement(sql: """
                INSERT INTO readings (source, what, state, data_to, detail, is_metrics, at) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET state = excluded.state, data_to = coalesce(max(data_to, excluded.data_to), data_to, excluded.data_to),
                    detail = excluded.detail, is_metrics = excluded.is_metrics, at = excluded.at
                """).execute(arguments: [reading.source, reading.what, reading.state.rawValue, reading.dataTo?.seconds, reading.detail, reading.isMetrics, now.seconds])
        }
    }

    func record(_ deployments: [Deployment], _ db: Database) throws {
        for deployment in deployments {
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO deployments (service, time, label, detail) VALUES (?, ?, ?, ?)")
                .execute(arguments: [deployment.service, deployment.time.seconds, deployment.label, deployment.detail])
        }
    }

    func record(_ ledger: [LedgerEntry], at now: Timestamp, _ db: Database) throws {
        var sums: [[String]: LedgerEntry] = [:]
        for entry in ledger {
            var sum = sums[[entry.source, entry.operation]] ?? LedgerEntry(source: entry.source, operation: entry.operation, calls: 0, units: 0, bytes: 0, dollars: 0)
            sum.calls = sum.calls.adding(entry.calls)
            sum.units = sum.units.adding(entry.units)
            sum.bytes = sum.bytes.adding(entry.bytes)
            sum.dollars += entry.dollars.isFinite ? entry.dollars : 0
            sums[[entry.source, entry.operation]] = sum
        }
        for sum in sums.values {
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO ledger (at, source, operation, calls, units, bytes, dollars) VALUES (?, ?, ?, ?, ?, ?, ?)")
                .execute(arguments: [now.seconds, sum.source, sum.operation, sum.calls, sum.units, sum.bytes, sum.dollars])
        }
    }

    func replaceProblems(_ problems: [Problem], _ db: Database, _ names: inout Names) throws {
        try db.execute(sql: "DELETE FROM problems")
        for problem in problems {
            let resource = try problem.resource.map { try names.number($0, db) }
            try db.cachedStatement(sql: "INSERT INTO problems (kind, source, operation, place, message, request_id, resource) VALUES (?, ?, ?, ?, ?, ?, ?)")
                .execute(arguments: [problem.kind.rawValue, problem.source, problem.operation, problem.place, problem.message, problem.requestID, resource])
        }
    }
}
