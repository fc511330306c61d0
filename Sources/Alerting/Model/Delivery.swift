import Telemetry

/// How one try to send a message ended.
package enum DeliveryResult: Hashable, Sendable {
    /// The receiver took it; its own words, redacted.
    case sent(answer: String)
    /// Trying again can help, not before then.
    case retry(notBefore: Timestamp, answer: String)
    /// Trying again cannot help.
    case dead(answer: String)
}

/// Messages on their way, kept where they survive the process. Each method commits before it returns.
package protocol Outbox: AnyObject {
    /// Messages that may go out now, the oldest first, per group in the order of their sequence; one found in `sending` was interrupted
    /// and is among them.
    func dueMessages(at now: Timestamp) throws -> [OutboxMessage]
    /// What is known of the receivers, by name.
    func channels() throws -> [ChannelState]
    /// Counts the try before it is made, so that a message that kills its sender cannot do so for ever.
    func begin(_ id: String, at now: Timestamp) throws
    /// Notes the answer, and what it says about the receiver, in one transaction.
    func finish(_ id: String, _ result: DeliveryResult, channel: ChannelState, at now: Timestamp) throws
}
