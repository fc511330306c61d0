import Telemetry

/// One message that should be said: to whom, about which alerts, and why now.
package struct Announcement: Hashable, Sendable {
    package var receiver: String
    /// `tenant=acme,service=orders-webhook`
    package var groupKey: String
    package var groupLabels: [String: String]
    package var kind: OutboxMessage.Kind
    package var incident: String?
    /// Firing now, worst first; suppressed ones last.
    package var firing: [AlertState]
    /// Resolved since the last message of the group.
    package var resolved: [AlertState]
    package var repeatInterval: Int64
}

/// What was said before, as far as it decides what to say now.
package struct SaidBefore: Hashable, Sendable {
    package var id: String
    package var receiver: String
    package var groupKey: String
    package var incident: String?
    package var kind: OutboxMessage.Kind
    package var createdAt: Timestamp
    package var attempts: Int
    package var state: OutboxMessage.State

    package init(_ message: OutboxMessage) {
        id = message.id
        receiver = message.receiver
        groupKey = message.groupKey
        incident = message.incident
        kind = message.kind
        createdAt = message.createdAt
        attempts = message.attempts
        state = message.state
    }
}

/// What a run has to say.
package struct AnnouncementPlan: Hashable, Sendable {
    package var announcements: [Announcement] = []
    /// Messages that nobody tried to send yet and that are out of date now.
    package var superseded: [String] = []
}
