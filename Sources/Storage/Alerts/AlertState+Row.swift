import Alerting
import GRDB
import Telemetry

extension AlertState {
    /// The columns that tables of states and of transitions share, in the order of `arguments` and `init(row:)`.
    static let columns = """
        rule, resource, service, phase, severity, since, active_at, recovering_since, resolved_at, value, "limit", summary, incident,
        unknown_since, announced_value, history, evaluated_to, suppressed_by, memory
        """
    static let placeholders = Array(repeating: "?", count: 19).joined(separator: ", ")

    func arguments(resource: Int64) -> StatementArguments {
        [key.rule, resource, service, phase.rawValue, severity.rawValue, since.seconds, activeAt.seconds, recoveringSince?.seconds,
         resolvedAt?.seconds, value, limit, summary, incident, unknownSince?.seconds, announcedValue, Int64(bitPattern: history),
         evaluatedTo.seconds, suppressedBy, memory.text]
    }

    /// Nothing where a word in the row is not one of ours.
    init?(row: Row, names: Names) {
        guard let resource = names.resource(row[1]), let phase = AlertPhase(rawValue: row[3]), let severity = Severity(rawValue: row[4]) else { return nil }
        self.init(key: AlertKey(rule: row[0], resource: resource), service: row[2], phase: phase, severity: severity,
                  since: Timestamp(seconds: row[5]), activeAt: Timestamp(seconds: row[6]), summary: row[11], evaluatedTo: Timestamp(seconds: row[16]))
        recoveringSince = (row[7] as Int64?).map(Timestamp.init(seconds:))
        resolvedAt = (row[8] as Int64?).map(Timestamp.init(seconds:))
        value = row[9]
        limit = row[10]
        incident = row[12]
        unknownSince = (row[13] as Int64?).map(Timestamp.init(seconds:))
        announcedValue = row[14]
        history = UInt64(bitPattern: row[15] as Int64)
        suppressedBy = row[17]
        memory = AlertMemory(text: row[18])
    }
}
