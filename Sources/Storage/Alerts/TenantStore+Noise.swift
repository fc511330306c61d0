import Alerting
import GRDB
import Telemetry

extension TenantStore {
    /// How often each rule fired within the window, the loudest first. What was explained or muted when it began counts as suppressed.
    package func noise(in window: TimeWindow) throws(StoreError) -> [RuleNoise] {
        try read { db in
            try Row.fetchAll(db, sql: """
                SELECT rule, count(*), sum(suppressed_by IS NOT NULL) FROM transitions WHERE at >= ? AND at < ? AND kind = 'fired' GROUP BY rule ORDER BY 2 DESC, 1
                """, arguments: [window.start.seconds, window.end.seconds]).map { RuleNoise(rule: $0[0], fired: $0[1], suppressed: $0[2]) }
        }
    }
}
