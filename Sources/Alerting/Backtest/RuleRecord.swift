import Telemetry

/// What one rule did, or would have done: the line of a backtest and of a noise report.
package struct RuleRecord: Hashable, Sendable {
    package var rule: String
    package var fired = 0
    /// Fired again within an hour of its end.
    package var flaps = 0
    /// Nobody was told, since another alert explained it or somebody muted it.
    package var suppressed = 0
    package var stillFiring = 0
    /// Seconds of each that ended, ascending.
    package var lengths: [Int64] = []

    package init(rule: String) { self.rule = rule }

    package var median: Int64? { lengths.isEmpty ? nil : lengths[lengths.count / 2] }
    package var longest: Int64? { lengths.last }
    package var suppressedShare: Double? { fired > 0 ? Double(suppressed) / Double(fired) : nil }

    /// How soon an alert that comes back is the same trouble again.
    private static let flapSeconds: Int64 = 3_600

    /// One for each rule, the loudest first.
    package static func records(of firings: [Backtest.Firing], rules: some Sequence<String>) -> [RuleRecord] {
        var records: [String: RuleRecord] = [:], ended: [AlertKey: Timestamp] = [:]
        for rule in rules where records[rule] == nil { records[rule] = RuleRecord(rule: rule) }
        for firing in firings.sorted(by: { ($0.firedAt, $0.key) < ($1.firedAt, $1.key) }) {
            var record = records[firing.key.rule] ?? RuleRecord(rule: firing.key.rule)
            record.fired += 1
            if firing.cause != nil { record.suppressed += 1 }
            if let before = ended[firing.key], firing.firedAt - before <= flapSeconds { record.flaps += 1 }
            if let end = firing.endedAt {
                record.lengths.append(end - firing.firedAt)
                ended[firing.key] = end
            } else {
                record.stillFiring += 1
            }
            records[firing.key.rule] = record
        }
        return records.values.map { record in
            var record = record
            record.lengths.sort()
            return record
        }.sorted { ($1.fired, $0.rule) < ($0.fired, $1.rule) }
    }
}

extension Backtest.Firing {
    /// From what was stored while it happened: transitions in any order.
    package static func all(in transitions: [AlertTransition]) -> [Backtest.Firing] {
        var firings: [Backtest.Firing] = [], open: [AlertKey: Int] = [:]
        for transition in transitions.sorted(by: { ($0.at, $0.state.key) < ($1.at, $1.state.key) }) {
            let state = transition.state
            switch (open[state.key], transition.kind) {
            case (let index?, .resolved):
                firings[index].endedAt = transition.at
                open[state.key] = nil
            case (let index?, _): firings[index].severity = max(firings[index].severity, state.severity)
            // Its beginning lies before what was read.
            case (nil, .resolved): break
            case (nil, _):
                open[state.key] = firings.count
                firings.append(Backtest.Firing(key: state.key, service: state.service, severity: state.severity, activeAt: state.activeAt, firedAt: transition.at,
                                               summary: state.summary, incident: state.incident, cause: state.suppressedBy))
            }
        }
        return firings
    }
}
