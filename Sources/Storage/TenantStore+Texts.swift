import Foundation
import GRDB

extension TenantStore {
    /// Names that the tenant's sources gave: of resources, traces, deployments, tests, shapes of log lines. Whoever else shows one has it from here.
    package func givenNames() throws(StoreError) -> [String] {
        try read { db in
            try String.fetchAll(db, sql: """
                SELECT name FROM resources UNION SELECT arn FROM resources WHERE arn IS NOT NULL UNION SELECT id FROM traces UNION SELECT label FROM deployments
                UNION SELECT text FROM fingerprints UNION SELECT suite FROM smoke_tests UNION SELECT name FROM smoke_failures
                UNION SELECT from_name FROM calls UNION SELECT to_name FROM calls ORDER BY 1
                """)
        }
    }

    /// Everything that the tenant's sources said, as it is stored; not what was made of it for others to read.
    package func forEachGivenText(_ body: ([UInt8]) throws -> Void) throws(StoreError) {
        try read { db in
            for column in Self.givenTexts {
                let rows = try Row.fetchCursor(db, sql: "SELECT CAST(\(column.name) AS BLOB) FROM \(column.table) WHERE \(column.name) IS NOT NULL")
                while let row = try rows.next() {
                    if let bytes = row[0] as Data? { try body([UInt8](bytes)) }
                }
            }
        }
    }

    private static let givenTexts: [(table: String, name: String)] = [
        ("resources", "name"), ("resources", "arn"), ("resources", "service"), ("settings", "value"), ("setting_changes", "old"), ("setting_changes", "new"),
        ("absences", "detail"), ("readings", "detail"), ("problems", "message"), ("fingerprints", "text"), ("trace_summaries", "id"), ("trace_summaries", "body"),
        ("traces", "id"), ("traces", "body"), ("deployments", "label"), ("deployments", "detail"), ("answers", "route"), ("answers", "party"),
        ("smoke_tests", "suite"), ("smoke_tests", "version"), ("smoke_failures", "name"), ("smoke_failures", "message"),
        ("calls", "from_name"), ("calls", "to_name"), ("map_nodes", "key"), ("map_edges", "origin"), ("map_edges", "target"), ("map_changes", "origin"), ("map_changes", "target"),
        ("trace_links", "linked"),
    ]
}
