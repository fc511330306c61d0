import GRDB
import Telemetry

/// What is remembered of one receiver between runs: its breaker, and whether it asked not to be written to again.
package struct ChannelState: Hashable, Sendable {
    package var receiver: String
    /// Failures in a row.
    package var failures: Int
    /// The breaker is open until then.
    package var openUntil: Timestamp?
    package var disabledReason: String?

    package init(receiver: String, failures: Int = 0, openUntil: Timestamp? = nil, disabledReason: String? = nil) {
        self.receiver = receiver
        self.failures = failures
        self.openUntil = openUntil
        self.disabledReason = disabledReason
    }
}

extension TenantStore {
    /// By receiver.
    package func channels() throws(StoreError) -> [ChannelState] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT receiver, failures, open_until, disabled_reason FROM channels ORDER BY receiver").map {
                ChannelState(receiver: $0[0], failures: $0[1], openUntil: ($0[2] as Int64?).map(Timestamp.init(seconds:)), disabledReason: $0[3])
            }
        }
    }

    package func save(_ channel: ChannelState) throws(StoreError) {
        try write { db in
            try db.execute(sql: "INSERT OR REPLACE INTO channels (receiver, failures, open_until, disabled_reason) VALUES (?, ?, ?, ?)",
                           arguments: [channel.receiver, channel.failures, channel.openUntil?.seconds, channel.disabledReason])
        }
    }
}
