import Alerting
import GRDB
import Telemetry

extension TenantStore {
    /// All remembered states, in the order of their keys.
    package func alertStates() throws(StoreError) -> [AlertState] {
        if let known = cached.alertStates { return known }
        let states = try read { db in
            let names = try names(db)
            let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT \(AlertState.columns) FROM alert_states"))
            var states: [AlertState] = []
            while let row = try rows.next() {
                if let state = AlertState(row: row, names: names) { states.append(state) }
            }
            return states.sorted { $0.key < $1.key }
        }
        cached.alertStates = states
        return states
    }

    /// The states as they were: of those that changed since, what the last change before that time said.
    package func alertStates(at time: Timestamp) throws(StoreError) -> [AlertState] {
        let changed = Set(try transitions(in: TimeWindow(from: time + 1, to: Timestamp(seconds: .max))).map(\.state.key))
        guard !changed.isEmpty else { return try alertStates() }
        var before: [AlertKey: AlertState] = [:]
        for transition in try transitions(in: TimeWindow(from: Timestamp(seconds: 0), to: time + 1)) where changed.contains(transition.state.key) && before[transition.state.key] == nil {
            before[transition.state.key] = transition.state
        }
        return (try alertStates().filter { !changed.contains($0.key) } + before.values).sorted { $0.key < $1.key }
    }

    /// The last step that was evaluated; nothing before the first evaluation.
    package func evaluationCursor() throws(StoreError) -> Timestamp? {
        try read { db in try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'evaluated_to'").map(Timestamp.init(seconds:)) }
    }

    /// Since when rules look; nothing in a database that is older than this note.
    package func evaluationStart() throws(StoreError) -> Timestamp? {
        try read { db in try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'evaluated_from'").map(Timestamp.init(seconds:)) }
    }

    /// Stores states, transitions, incidents, messages and the cursor in one transaction. Doing it again changes nothing:
    /// a message that is known by its id is left as it is, sent or not.
    package func save(_ outcome: EvaluationRecord) throws(StoreError) {
        cached.alertStates = nil
        try write { db in
            try withNames(db) { names in
                for state in outcome.states {
                    let resource = try names.number(state.key.resource, db)
                    try db.cachedStatement(sql: "INSERT OR REPLACE INTO alert_states (\(AlertState.columns)) VALUES (\(AlertState.placeholders))")
                        .execute(arguments: state.arguments(resource: resource))
                }
                for key in outcome.forgotten {
                    guard let resource = names.id(of: key.resource) else { continue }
                    try db.cachedStatement(sql: "DELETE FROM alert_states WHERE rule = ? AND resource = ?").execute(arguments: [key.rule, resource])
                }
                for transition in outcome.transitions {
                    let resource = try names.number(transition.state.key.resource, db)
                    try db.cachedStatement(sql: "INSERT OR IGNORE INTO transitions (at, kind, \(AlertState.columns)) VALUES (?, ?, \(AlertState.placeholders))")
                        .execute(arguments: [transition.at.seconds, transition.kind.rawValue] + transition.state.arguments(resource: resource))
                }
                for incident in outcome.incidents { try put(incident, db, &names) }
                for message in outcome.messages { try enqueue(message, db) }
                for id in outcome.superseded {
                    try db.cachedStatement(sql: "UPDATE outbox SET state = 'superseded' WHERE id = ? AND state IN ('pending', 'sending')").execute(arguments: [id])
                }
                for (key, value) in outcome.notes {
                    try db.cachedStatement(sql: "INSERT OR REPLACE INTO notes (key, value) VALUES (?, ?)").execute(arguments: [key, value])
                }
                if let from = outcome.evaluatedFrom {
                    try db.cachedStatement(sql: "INSERT OR IGNORE INTO meta (key, value) SELECT 'evaluated_from', ? WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = 'evaluated_to')")
                        .execute(arguments: [from.seconds])
                }
                // The cursor does not go back by a little: a step that is settled is not evaluated again when the clock does.
                let value = outcome.clockWasAhead ? "excluded.value" : "max(value, excluded.value)"
                try db.cachedStatement(sql: "INSERT INTO meta (key, value) VALUES ('evaluated_to', ?) ON CONFLICT DO UPDATE SET value = \(value)")
                    .execute(arguments: [outcome.evaluatedTo.seconds])
            }
        }
    }

    /// Newest first.
    package func transitions(in window: TimeWindow) throws(StoreError) -> [AlertTransition] {
        try read { db in
            let names = try names(db)
            return try Row.fetchAll(db, sql: "SELECT \(AlertState.columns), kind, at FROM transitions WHERE at >= ? AND at < ?",
                                    arguments: [window.start.seconds, window.end.seconds])
                .compactMap { row -> AlertTransition? in
                    guard let state = AlertState(row: row, names: names), let kind = AlertTransition.Kind(rawValue: row[19]) else { return nil }
                    return AlertTransition(kind, state: state, at: Timestamp(seconds: row[20]))
                }
                .sorted { ($1.at, $0.state.key, $0.kind.rawValue) < ($0.at, $1.state.key, $1.kind.rawValue) }
        }
    }
}
