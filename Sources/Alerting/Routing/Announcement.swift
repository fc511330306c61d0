import Telemetry

/// One message that should be said: to whom, about which alerts, and why now.
package struct Announcement: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case began
        /// Another alert of the group fires.
        case joined
        case worse
        case grew
        /// It comes and goes; it is held firing until it has calmed down.
        case flapping
        /// The first to an escalation's receiver: nobody ended it in time.
        case escalated
        /// How many reminders there were with this one.
        case reminder(Int)
        case resolved
        /// What fired and ended while no run took place.
        case missed(TimeWindow)
    }

    package var receiver: String
    /// `service=orders-webhook,tenant=acme`
    package var groupKey: String
    package var groupLabels: [String: String]
    package var kind: OutboxMessage.Kind
    package var reason: Reason
    package var incident: String?
    /// Firing now, worst first; suppressed ones last.
    package var firing: [AlertState]
    /// Resolved since the last message of the group.
    package var resolved: [AlertState]
    package var repeatInterval: Int64

    package var severity: Severity { (firing + resolved).map(\.severity).max() ?? .warning }
}

/// Announcements that are too many to be said one by one: one message counts them.
package struct Digest: Hashable, Sendable {
    package var receiver: String
    package var held: [Announcement]
}

/// What was said before, as far as it decides what to say now.
package struct SaidBefore: Hashable, Sendable {
    package var id: String
    package var receiver: String
    package var groupKey: String
    package var incident: String?
    package var kind: OutboxMessage.Kind
    package var sequence: Int
    package var createdAt: Timestamp
    package var subject: String
    package var attempts: Int
    package var state: OutboxMessage.State

    package init(id: String, receiver: String, groupKey: String, incident: String?, kind: OutboxMessage.Kind, sequence: Int, createdAt: Timestamp,
                 subject: String, attempts: Int, state: OutboxMessage.State) {
        self.id = id
        self.receiver = receiver
        self.groupKey = groupKey
        self.incident = incident
        self.kind = kind
        self.sequence = sequence
        self.createdAt = createdAt
        self.subject = subject
        self.attempts = attempts
        self.state = state
    }

    package init(_ message: OutboxMessage) {
        self.init(id: message.id, receiver: message.receiver, groupKey: message.groupKey, incident: message.incident, kind: message.kind,
                  sequence: message.sequence, createdAt: message.createdAt, subject: message.subject, attempts: message.attempts, state: message.state)
    }
}

/// What a run has to say.
package struct AnnouncementPlan: Hashable, Sendable {
    package var announcements: [Announcement] = []
    package var digests: [Digest] = []
    /// Messages that nobody tried to send yet and that are out of date now.
    package var superseded: [String] = []
}
