import Telemetry

/// One rule on one resource: the identity of an alert. There is never more than one alert of it.
package struct AlertKey: Hashable, Comparable, Sendable {
    package var rule: String
    package var resource: ResourceID

    package init(rule: String, resource: ResourceID) { self.rule = rule; self.resource = resource }
    package static func < (a: AlertKey, b: AlertKey) -> Bool { a.rule == b.rule ? a.resource < b.resource : a.rule < b.rule }
}

/// Where an alert stands. `resolved` lasts for the step in which it happens; then it is inactive again.
package enum AlertPhase: String, CaseIterable, Hashable, Sendable { case inactive, pending, firing, resolved }

/// What is remembered of an alert between runs.
package struct AlertState: Hashable, Sendable {
    package var key: AlertKey
    /// Service that the resource belongs to.
    package var service: String
    package var phase: AlertPhase
    package var severity: Severity
    /// When the condition became true (pending; moved on by steps in which nothing was known) or when it began to fire.
    package var since: Timestamp
    /// When the condition first became true; for a firing alert the start of the trouble, before `for` had passed.
    package var activeAt: Timestamp
    /// Fine again since, while `recover_for` runs.
    package var recoveringSince: Timestamp?
    package var resolvedAt: Timestamp?
    package var value: Double?
    package var limit: Double?
    /// The finished sentence of the rule's summary.
    package var summary: String
    package var incident: String?
    /// A value that the rule needs is absent: nothing is known since then.
    package var unknownSince: Timestamp?
    /// Value at the last message, for growth.
    package var announcedValue: Double?
    /// The newest steps, one bit each: 1 breached; where nothing was known, as the step before. For flapping.
    package var history: UInt64
    /// The last step that was evaluated.
    package var evaluatedTo: Timestamp
    /// What keeps it from being sent: an upstream alert, a silence, a maintenance window.
    package var suppressedBy: String?
    /// What only the evaluator needs; stored as one text.
    package var memory = AlertMemory()

    package init(key: AlertKey, service: String, phase: AlertPhase = .inactive, severity: Severity = .warning, since: Timestamp,
                 activeAt: Timestamp, summary: String = "", evaluatedTo: Timestamp) {
        self.key = key
        self.service = service
        self.phase = phase
        self.severity = severity
        self.since = since
        self.activeAt = activeAt
        self.summary = summary
        self.evaluatedTo = evaluatedTo
        history = 0
    }
}

/// A change that people may want to know about; each becomes messages exactly once.
package struct AlertTransition: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case fired, escalated, deescalated, grew
        /// It would have resolved, but comes and goes: it is held firing until it has calmed down.
        case flapping
        case resolved
    }


    package var kind: Kind
    package var state: AlertState
    package var at: Timestamp

    package init(_ kind: Kind, state: AlertState, at: Timestamp) { self.kind = kind; self.state = state; self.at = at }
}

/// Alerts of one service that overlap in time: what a person works on. Opened by the first that fires, closed by the last that resolves.
package struct Incident: Hashable, Sendable {
    /// `20261120-0918-orders-webhook`: start and service, safe as a path.
    package var id: String
    package var service: String
    package var title: String
    /// The worst severity that it had.
    package var severity: Severity
    package var startedAt: Timestamp
    package var endedAt: Timestamp?
    package var alerts: [AlertKey]

    package init(id: String, service: String, title: String, severity: Severity, startedAt: Timestamp, endedAt: Timestamp? = nil, alerts: [AlertKey]) {
        self.id = id
        self.service = service
        self.title = title
        self.severity = severity
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.alerts = alerts
    }
}
