import GRDB
import Telemetry

extension TenantStore {
    /// Who answered, hour by hour: oldest first, then by resource, route, party and status.
    package func answers(of resources: [ResourceID], in window: TimeWindow) throws(StoreError) -> [AnswerCount] {
        try read { db in
            let names = try names(db)
            var result: [AnswerCount] = []
            for resource in Set(resources) {
                guard let id = names.id(of: resource) else { continue }
                let rows = try Row.fetchCursor(db.cachedStatement(sql: """
                    SELECT bucket / 3600 * 3600, route, party, status, sum(count) FROM answers
                    WHERE resource = ? AND bucket >= ? AND bucket < ? GROUP BY 1, 2, 3, 4
                    """), arguments: [id, window.start.floored(to: AnswerCount.bucketSeconds).seconds, window.end.seconds])
                while let row = try rows.next() {
                    guard let party = AnswerCount.Party(rawValue: row[2]) else { continue }
                    result.append(AnswerCount(resource: resource, route: row[1], party: party, status: row[3], time: Timestamp(seconds: row[0]), count: row[4]))
                }
            }
            return result.sorted { a, b in
                if a.time != b.time { return a.time < b.time }
                if a.resource != b.resource { return a.resource < b.resource }
                return (a.route, a.party, a.status) < (b.route, b.party, b.status)
            }
        }
    }
}

extension TenantStore {
    /// Logs only grow, so of two counts for one bucket the greater saw more of it, as with fingerprints.
    func record(_ answers: [AnswerCount], _ db: Database, _ names: inout Names) throws {
        guard !answers.isEmpty else { return }
        let put = try db.cachedStatement(sql: """
            INSERT INTO answers (resource, bucket, route, party, status, count) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET count = max(count, excluded.count)
            """)
        // What one harvest says twice about a bucket are two parts of it.
        var sums: [AnswerCount: Int] = [:]
        for answer in answers where answer.count > 0 && answer.time.seconds >= 0 && (100..<600).contains(answer.status) {
            var key = answer
            key.count = 0
            key.time = answer.time.floored(to: AnswerCount.bucketSeconds)
            sums[key] = (sums[key] ?? 0).adding(answer.count)
        }
        for (answer, count) in sums {
            try put.execute(arguments: [try names.number(answer.resource, db), answer.time.seconds, answer.route, answer.party.rawValue, answer.status, count])
        }
    }
}
