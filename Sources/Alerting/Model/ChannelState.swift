import Telemetry

/// What is remembered of one receiver between runs: its breaker, when it last took a message, and whether it asked not to be written to again.
package struct ChannelState: Hashable, Codable, Sendable {
    /// Failures in a row that open the breaker: from then on one try a run.
    package static let breakerLimit = 5

    package var receiver: String
    /// Failures in a row. Answers about one message only (400, 550) are none: the receiver is there.
    package var failures: Int
    /// The first of them.
    package var failingSince: Timestamp?
    /// When the fallback receiver was told of the open breaker.
    package var toldAt: Timestamp?
    package var lastAccepted: Timestamp?
    /// The receiver said that it is gone (410). Holds for as long as it has the same address.
    package var disabledReason: String?
    /// A digest of where the receiver is reached.
    package var address: String?

    package init(receiver: String, failures: Int = 0, failingSince: Timestamp? = nil, disabledReason: String? = nil) {
        self.receiver = receiver
        self.failures = failures
        self.failingSince = failingSince
        self.disabledReason = disabledReason
    }

    package var isOpen: Bool { failures >= Self.breakerLimit }

    package mutating func noteAccepted(at now: Timestamp) {
        failures = 0
        failingSince = nil
        toldAt = nil
        disabledReason = nil
        lastAccepted = now
    }

    package mutating func noteFailure(at now: Timestamp) {
        failures = min(failures, Int.max - 1) + 1
        failingSince = failingSince ?? now
    }
}
