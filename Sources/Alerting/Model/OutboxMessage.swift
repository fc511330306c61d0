import Telemetry

/// A message on its way. Its body is made once, when it is put in, so every try sends the same bytes under the same id.
package struct OutboxMessage: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable { case firing, resolved, reminder, digest, test }
    package enum State: String, Hashable, Sendable {
        case pending, sending, sent, dead
        /// Taken back before anybody tried to send it: what it says is no longer so.
        case superseded
        /// Not sent by itself: it was counted in a digest, because too much was to be said at once.
        case digested
    }

    /// 26 characters of base32: a digest of tenant, receiver, group, incident, kind and sequence. Never of the clock.
    package var id: String
    package var receiver: String
    package var groupKey: String
    package var incident: String?
    package var kind: Kind
    /// Rises within a group; messages of a group go out in this order.
    package var sequence: Int
    package var createdAt: Timestamp
    package var notBefore: Timestamp
    package var expiresAt: Timestamp
    package var contentType: String
    package var subject: String
    package var body: [UInt8]
    package var state: State
    package var attempts: Int
    /// What the receiver answered last, redacted: `250 queued`, `HTTP 503`.
    package var lastAnswer: String?
    package var sentAt: Timestamp?
    /// The message to the fallback receiver that reported this one as undelivered.
    package var reportedIn: String?

    package init(id: String, receiver: String, groupKey: String, incident: String?, kind: Kind, sequence: Int, createdAt: Timestamp,
                 notBefore: Timestamp, expiresAt: Timestamp, contentType: String, subject: String, body: [UInt8]) {
        self.id = id
        self.receiver = receiver
        self.groupKey = groupKey
        self.incident = incident
        self.kind = kind
        self.sequence = sequence
        self.createdAt = createdAt
        self.notBefore = notBefore
        self.expiresAt = expiresAt
        self.contentType = contentType
        self.subject = subject
        self.body = body
        state = .pending
        attempts = 0
    }

    /// Within a lane messages keep their order; those of one sequence (one for each recipient) do not wait for each other.
    package var lane: String { receiver + " " + groupKey }
}
