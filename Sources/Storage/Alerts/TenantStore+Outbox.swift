import Alerting
import GRDB
import Telemetry

// The three transactions of a delivery: T1 `save` puts the message in, T2 `begin` commits the attempt before anything is sent, T3 `finish`
// commits the result. Whatever is found in `sending` may or may not have arrived, and goes out again under its own id.
extension TenantStore: Outbox {
    /// Messages whose time has come, the oldest first. Behind a message that must wait, later ones of its group to the same receiver wait too.
    package func dueMessages(at now: Timestamp) throws(StoreError) -> [OutboxMessage] {
        let waiting = try messages("state IN ('pending', 'sending') ORDER BY group_key, sequence, created_at, id", [])
        var held: [String: Int] = [:], newest: [String: Timestamp] = [:]
        let due = waiting.compactMap { message -> (age: Timestamp, message: OutboxMessage)? in
            // Also where the clock went back between two messages of a group, the second stays the second.
            let age = max(newest[message.groupKey] ?? message.createdAt, message.createdAt)
            newest[message.groupKey] = age
            if let sequence = held[message.lane], message.sequence > sequence { return nil }
            if message.notBefore <= now { return (age, message) }
            held[message.lane] = min(held[message.lane] ?? .max, message.sequence)
            return nil
        }
        return due.enumerated().sorted { ($0.element.age, $0.offset) < ($1.element.age, $1.offset) }.map(\.element.message)
    }

    /// T2: counts the attempt and marks the message as on its way. Nothing for a message that is settled.
    package func begin(_ id: String, at now: Timestamp) throws(StoreError) {
        try write { db in
            try db.cachedStatement(sql: "UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE id = ? AND state IN ('pending', 'sending')").execute(arguments: [id])
            guard db.changesCount == 1 else { return }
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO attempts (message, number, started_at) SELECT id, attempts, ? FROM outbox WHERE id = ?")
                .execute(arguments: [now.seconds, id])
        }
    }

    /// T3: writes down how the attempt ended, and what it says about the receiver. Nothing for a message that is settled.
    package func finish(_ id: String, _ result: DeliveryResult, channel: ChannelState, at now: Timestamp) throws(StoreError) {
        let (state, word, answer): (OutboxMessage.State, String, String) = switch result {
        case .sent(let answer): (.sent, "sent", answer)
        case .retry(_, let answer): (.pending, "retry", answer)
        case .dead(let answer): (.dead, "dead", answer)
        }
        var notBefore: Int64?
        if case .retry(let time, _) = result { notBefore = time.seconds }
        try write { db in
            try db.cachedStatement(sql: """
                UPDATE outbox SET state = ?, last_answer = ?, not_before = coalesce(?, not_before), sent_at = iif(? = 'sent', ?, sent_at)
                WHERE id = ? AND state IN ('pending', 'sending')
                """).execute(arguments: [state.rawValue, answer, notBefore, word, now.seconds, id])
            guard db.changesCount == 1 else { return }
            try put(channel, db)
            try db.cachedStatement(sql: """
                UPDATE attempts SET ended_at = ?, result = ?, answer = ? WHERE message = ? AND number = (SELECT attempts FROM outbox WHERE id = ?)
                """).execute(arguments: [now.seconds, word, String(answer.prefix(200)), id, id])
        }
    }

    /// Messages that were made within the window, newest first.
    package func messages(in window: TimeWindow) throws(StoreError) -> [OutboxMessage] {
        try messages("created_at >= ? AND created_at < ? ORDER BY created_at DESC, group_key, sequence DESC, id", [window.start.seconds, window.end.seconds])
    }

    /// What was said since then, without the bodies; the oldest first.
    package func said(since start: Timestamp) throws(StoreError) -> [SaidBefore] {
        try read { db in
            let rows = try Row.fetchCursor(db.cachedStatement(sql: """
                SELECT id, receiver, group_key, incident, kind, sequence, created_at, subject, attempts, state FROM outbox WHERE created_at >= ?
                ORDER BY created_at, group_key, sequence, id
                """), arguments: [start.seconds])
            var said: [SaidBefore] = []
            while let row = try rows.next() {
                guard let kind = OutboxMessage.Kind(rawValue: row[4]), let state = OutboxMessage.State(rawValue: row[9]) else { continue }
                said.append(SaidBefore(id: row[0], receiver: row[1], groupKey: row[2], incident: row[3], kind: kind, sequence: row[5],
                                       createdAt: Timestamp(seconds: row[6]), subject: row[7], attempts: row[8], state: state))
            }
            return said
        }
    }

    /// Dead messages of which no other message tells yet; the oldest first.
    package func unreported() throws(StoreError) -> [OutboxMessage] {
        try messages("state = 'dead' AND reported_in IS NULL ORDER BY created_at, group_key, sequence, id", [])
    }

    /// Puts a report in, marks what it tells of, and remembers the channels as they are then: all or nothing.
    package func report(_ dead: [OutboxMessage], in report: [OutboxMessage], channels: [ChannelState] = []) throws(StoreError) {
        try write { db in
            for message in report { try enqueue(message, db) }
            for message in dead {
                try db.cachedStatement(sql: "UPDATE outbox SET reported_in = ? WHERE id = ?").execute(arguments: [report.first?.id, message.id])
            }
            for channel in channels { try put(channel, db) }
        }
    }

    /// How each message of an incident was tried: start, end, and the receiver's words.
    package func attempts(of message: String) throws(StoreError) -> [DeliveryAttempt] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT number, started_at, ended_at, result, answer FROM attempts WHERE message = ? ORDER BY number", arguments: [message]).map {
                DeliveryAttempt(number: $0[0], startedAt: Timestamp(seconds: $0[1]), endedAt: ($0[2] as Int64?).map(Timestamp.init(seconds:)), result: $0[3], answer: $0[4])
            }
        }
    }

    /// How many messages still wait.
    package func waitingMessages() throws(StoreError) -> Int {
        try read { db in try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')")) ?? 0 }
    }

    /// Dead messages, and waiting ones that were tried in vain; oldest first.
    package func undelivered() throws(StoreError) -> [OutboxMessage] {
        try messages("state = 'dead' OR (state IN ('pending', 'sending') AND attempts > 0) ORDER BY created_at, group_key, sequence, id", [])
    }

    /// One more than the highest sequence that the group ever had. Reading it reserves nothing: the message that uses it does, in `save`.
    package func nextSequence(group: String) throws(StoreError) -> Int {
        try read { db in (try Int.fetchOne(db.cachedStatement(sql: "SELECT last FROM sequences WHERE group_key = ?"), arguments: [group]) ?? 0).adding(1) }
    }

    private func messages(_ condition: String, _ arguments: StatementArguments) throws(StoreError) -> [OutboxMessage] {
        try read { db in
            try Row.fetchAll(db.cachedStatement(sql: """
                SELECT id, receiver, group_key, incident, kind, sequence, created_at, not_before, expires_at, content_type, subject, body, state,
                    attempts, last_answer, sent_at, reported_in FROM outbox WHERE \(condition)
                """), arguments: arguments).compactMap { OutboxMessage(row: $0) }
        }
    }
}

/// One try to send a message, as it was noted down.
package struct DeliveryAttempt: Hashable, Sendable {
    package var number: Int
    package var startedAt: Timestamp
    /// Nothing where the run died before the answer.
    package var endedAt: Timestamp?
    package var result: String?
    package var answer: String?

    package init(number: Int, startedAt: Timestamp, endedAt: Timestamp?, result: String?, answer: String?) {
        self.number = number
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.result = result
        self.answer = answer
    }
}

extension TenantStore {
    /// A known id is the same message: its bytes were made once and stay.
    func enqueue(_ message: OutboxMessage, _ db: Database) throws {
        try db.cachedStatement(sql: """
            INSERT OR IGNORE INTO outbox (id, receiver, group_key, incident, kind, sequence, created_at, not_before, expires_at, content_type,
                subject, body, state, attempts, last_answer, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """).execute(arguments: [message.id, message.receiver, message.groupKey, message.incident, message.kind.rawValue, message.sequence,
                                     message.createdAt.seconds, message.notBefore.seconds, message.expiresAt.seconds, message.contentType,
                                     message.subject, Bytes(message.body), message.state.rawValue, message.attempts, message.lastAnswer,
                                     message.sentAt?.seconds])
        try db.cachedStatement(sql: """
            INSERT INTO sequences (group_key, last) VALUES (?, ?) ON CONFLICT DO UPDATE SET last = max(last, excluded.last)
            """).execute(arguments: [message.groupKey, message.sequence])
    }
}

private extension OutboxMessage {
    init?(row: Row) {
        guard let kind = Kind(rawValue: row[4]), let state = State(rawValue: row[12]) else { return nil }
        self.init(id: row[0], receiver: row[1], groupKey: row[2], incident: row[3], kind: kind, sequence: row[5],
                  createdAt: Timestamp(seconds: row[6]), notBefore: Timestamp(seconds: row[7]), expiresAt: Timestamp(seconds: row[8]),
                  contentType: row[9], subject: row[10], body: bytes(row, 11))
        self.state = state
        attempts = row[13]
        lastAnswer = row[14]
        sentAt = (row[15] as Int64?).map(Timestamp.init(seconds:))
        reportedIn = row[16]
    }
}
