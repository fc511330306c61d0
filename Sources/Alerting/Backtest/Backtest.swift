import Signals
import Telemetry

/// What rules would have done over a stretch of history: alerts with their length, and the messages that people would have had.
package struct Backtest: Sendable {
    /// One alert from its first firing to its end.
    package struct Firing: Hashable, Sendable {
        package var key: AlertKey
        package var service: String
        /// The worst that it had.
        package var severity: Severity
        /// When the trouble began, before `for` had passed.
        package var activeAt: Timestamp
        package var firedAt: Timestamp
        /// Nothing: it still fired at the end.
        package var endedAt: Timestamp?
        package var summary: String
        package var incident: String?
        /// Another alert that explains it, when it fired.
        package var cause: String?

        package func seconds(until end: Timestamp) -> Int64 { (endedAt ?? end) - firedAt }
    }

    package struct Message: Hashable, Sendable {
        package var at: Timestamp
        package var receiver: String
        package var kind: OutboxMessage.Kind
        package var severity: Severity
        package var groupKey: String
        package var incident: String?
        /// How many alerts it speaks of.
        package var alerts: Int
    }

    package var window: TimeWindow
    /// In the order in which they fired.
    package var firings: [Firing] = []
    package var messages: [Message] = []

    /// - Parameter route: nothing where the site tells nobody.
    package init(_ replay: Replay, in window: TimeWindow, route: Route?, tenant: String, grain: Int64) {
        self.window = window
        firings = Firing.all(in: replay.transitions)
        guard let route else { return }
        var desk = Desk(route: route, tenant: tenant, grain: grain)
        messages = desk.messages(replay, until: window.end)
    }
}

/// Asks the announcement plan what it would have said, as a run at the end of each step would have.
private struct Desk {
    let route: Route
    let tenant: String
    let grain: Int64
    private var said: [String: [SaidBefore]] = [:]
    private var count = 0
    /// Ages of an alert or of its last message at which something may be due although nothing changed.
    private let waits: Set<Int64>
    private let intervals: Set<Int64>

    init(route: Route, tenant: String, grain: Int64) {
        self.route = route
        self.tenant = tenant
        self.grain = grain
        let all = [route] + route.routes
        waits = Set(all.flatMap { [$0.after ?? 0, $0.groupWait] }).subtracting([0])
        intervals = Set(all.map(\.repeatInterval)).filter { $0 > 0 }
    }

    mutating func messages(_ replay: Replay, until end: Timestamp) -> [Backtest.Message] {
        var messages: [Backtest.Message] = []
        for (index, step) in replay.evaluations.enumerated() {
            let next = replay.evaluations.indices.contains(index + 1) ? replay.evaluations[index + 1].cursor : end + 1
            var now = step.cursor, transitions = step.transitions
            while true {
                messages += say(transitions, step.states, at: now)
                transitions = []
                guard let due = nextDue(step.states, after: now), due < next else { break }
                now = due
            }
            for incident in step.incidents where incident.endedAt != nil { said[incident.id] = nil }
        }
        return messages
    }

    private mutating func say(_ transitions: [AlertTransition], _ states: [AlertState], at now: Timestamp) -> [Backtest.Message] {
        let plan = AnnouncementPlan(tenant: tenant, transitions: transitions, states: states, said: said.values.flatMap { $0 }, route: route, now: now)
        return plan.announcements.map { announcement in
            count += 1
            var message = OutboxMessage(id: String(count), receiver: announcement.receiver, groupKey: announcement.groupKey, incident: announcement.incident, kind: announcement.kind,
                                        sequence: count, createdAt: now, notBefore: now, expiresAt: now, contentType: "", subject: "", body: [])
            (message.state, message.attempts) = (.sent, 1)
            said[announcement.incident ?? "", default: []].append(SaidBefore(message))
            let alerts = announcement.firing + announcement.resolved
            return Backtest.Message(at: now, receiver: announcement.receiver, kind: announcement.kind, severity: alerts.map(\.severity).max() ?? .warning,
                                    groupKey: announcement.groupKey, incident: announcement.incident, alerts: alerts.count)
        }
    }

    private func nextDue(_ states: [AlertState], after now: Timestamp) -> Timestamp? {
        var due: Timestamp?
        func consider(_ time: Timestamp) {
            // A run notices it at the end of its step.
            let step = (time + (grain - 1)).floored(to: grain)
            if step > now { due = min(due ?? step, step) }
        }
        let loud = states.filter { $0.suppressedBy == nil }
        for state in loud { for wait in waits { consider(state.since + wait) } }
        for incident in Set(loud.compactMap(\.incident)) {
            for message in said[incident] ?? [] { for interval in intervals { consider(message.createdAt + interval) } }
        }
        return due
    }
}
