import GRDB
import Telemetry

extension TenantStore {
    /// Oldest first.
    package func smokeTests(in window: TimeWindow) throws(StoreError) -> [SmokeTest] {
        try read { db in
            var failures: [String: [SmokeTest.Failure]] = [:]
            func key(_ row: Row) -> String { "\(row[1] as Int64)/\(row[0] as String)/\(row[2] as String)" }
            for row in try Row.fetchAll(db, sql: "SELECT service, time, suite, name, message FROM smoke_failures WHERE time >= ? AND time < ? ORDER BY time, service, suite, place",
                                        arguments: [window.start.seconds, window.end.seconds]) {
                failures[key(row), default: []].append(SmokeTest.Failure(name: row[3], message: row[4]))
            }
            return try Row.fetchAll(db, sql: """
                SELECT service, time, suite, version, passed, failed, skipped, seconds FROM smoke_tests WHERE time >= ? AND time < ? ORDER BY time, service, suite
                """, arguments: [window.start.seconds, window.end.seconds]).map { row in
                SmokeTest(service: row[0], time: Timestamp(seconds: row[1]), suite: row[2], version: row[3], passed: row[4], failed: row[5], skipped: row[6],
                          seconds: row[7], failures: failures[key(row)] ?? [])
            }
        }
    }

    /// The last word about a test of the same service, time and name counts.
    func record(_ tests: [SmokeTest], _ db: Database) throws {
        for test in tests {
            let key: StatementArguments = [test.service, test.time.seconds, test.suite]
            try db.execute(sql: "DELETE FROM smoke_failures WHERE service = ? AND time = ? AND suite = ?", arguments: key)
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO smoke_tests (service, time, suite, version, passed, failed, skipped, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                .execute(arguments: [test.service, test.time.seconds, test.suite, test.version, test.passed, test.failed, test.skipped, test.seconds])
            for (place, failure) in test.failures.enumerated() {
                try db.cachedStatement(sql: "INSERT INTO smoke_failures (service, time, suite, place, name, message) VALUES (?, ?, ?, ?, ?, ?)")
                    .execute(arguments: [test.service, test.time.seconds, test.suite, place, failure.name, failure.message])
            }
        }
    }
}
