import Alerting
import GRDB
import Telemetry

extension TenantStore {
    /// By receiver.
    package func channels() throws(StoreError) -> [ChannelState] {
        try read { db in
            try Row.fetchAll(db.cachedStatement(sql: """
                SELECT receiver, failures, failing_since, told_at, last_accepted, disabled_reason, address FROM channels ORDER BY receiver
                """)).map { row in
                func time(_ column: Int) -> Timestamp? { (row[column] as Int64?).map(Timestamp.init(seconds:)) }
                var channel = ChannelState(receiver: row[0], failures: row[1], failingSince: time(2), disabledReason: row[5])
                channel.toldAt = time(3)
                channel.lastAccepted = time(4)
                channel.address = row[6]
                return channel
            }
        }
    }

    package func save(_ channel: ChannelState) throws(StoreError) {
        try write { db in try put(channel, db) }
    }

    func put(_ channel: ChannelState, _ db: Database) throws {
        try db.cachedStatement(sql: """
            INSERT OR REPLACE INTO channels (receiver, failures, failing_since, told_at, last_accepted, disabled_reason, address) VALUES (?, ?, ?, ?, ?, ?, ?)
            """).execute(arguments: [channel.receiver, channel.failures, channel.failingSince?.seconds, channel.toldAt?.seconds,
                                     channel.lastAccepted?.seconds, channel.disabledReason, channel.address])
    }
}
