import Alerting
import GRDB
import Telemetry

extension TenantStore {
    /// Incidents that overlap the window, newest first. One that has no end reaches into every later window.
    package func incidents(in window: TimeWindow) throws(StoreError) -> [Incident] {
        try read { db in
            try incidents(db, where: "started_at < ? AND (ended_at IS NULL OR ended_at > ?)", [window.end.seconds, window.start.seconds])
        }
    }

    package func incident(_ id: String) throws(StoreError) -> Incident? {
        try read { db in try incidents(db, where: "id = ?", [id]).first }
    }

    private func incidents(_ db: Database, where condition: String, _ arguments: StatementArguments) throws -> [Incident] {
        let names = try names(db)
        var alerts: [String: [AlertKey]] = [:]
        let rows = try Row.fetchCursor(db.cachedStatement(sql: """
            SELECT incident, rule, resource FROM incident_alerts WHERE incident IN (SELECT id FROM incidents WHERE \(condition))
            """), arguments: arguments)
        while let row = try rows.next() {
            if let resource = names.resource(row[2]) { alerts[row[0], default: []].append(AlertKey(rule: row[1], resource: resource)) }
        }
        return try Row.fetchAll(db.cachedStatement(sql: """
            SELECT id, service, title, severity, started_at, ended_at FROM incidents WHERE \(condition) ORDER BY started_at DESC, id
            """), arguments: arguments).compactMap { row in
            guard let severity = Severity(rawValue: row[3]) else { return nil }
            let id: String = row[0]
            return Incident(id: id, service: row[1], title: row[2], severity: severity, startedAt: Timestamp(seconds: row[4]),
                            endedAt: (row[5] as Int64?).map(Timestamp.init(seconds:)), alerts: (alerts[id] ?? []).sorted())
        }
    }
}

extension TenantStore {
    func put(_ incident: Incident, _ db: Database, _ names: inout Names) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO incidents (id, service, title, severity, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?)")
            .execute(arguments: [incident.id, incident.service, incident.title, incident.severity.rawValue, incident.startedAt.seconds,
                                 incident.endedAt?.seconds])
        try db.cachedStatement(sql: "DELETE FROM incident_alerts WHERE incident = ?").execute(arguments: [incident.id])
        for key in Set(incident.alerts) {
            let resource = try names.number(key.resource, db)
            try db.cachedStatement(sql: "INSERT INTO incident_alerts (incident, rule, resource) VALUES (?, ?, ?)")
                .execute(arguments: [incident.id, key.rule, resource])
        }
    }
}
