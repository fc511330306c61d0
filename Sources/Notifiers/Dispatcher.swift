import Alerting
import Telemetry

/// Sends what waits in an outbox: the try is noted down before it is made, the answer after. What was interrupted in between is sent
/// again under the same id, so nothing is lost and a repeat can be recognised.
package struct Dispatcher: Sendable {
    private let receivers: [String: any Receiver]
    private let schedules: [String: RetrySchedule]
    /// Failures in a row after which a receiver is left alone for the rest of the run.
    private let breakerLimit = 5

    package struct Report: Sendable, Equatable {
        package var sent = 0
        /// Kept for a later run.
        package var waiting = 0
        package var dead = 0
        /// `chat: HTTP 503`
        package var problems: [String] = []
    }

    package init(receivers: [any Receiver]) {
        self.receivers = Dictionary(receivers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        schedules = Dictionary(receivers.map { ($0.name, $0 is MailReceiver ? RetrySchedule.mail : .webhook) }, uniquingKeysWith: { first, _ in first })
    }

    /// Tries each due message once, in order within its lane: behind one that failed, later ones wait.
    package func drain(_ outbox: some Outbox, at now: Timestamp, spread: () -> Double, mayContinue: () -> Bool = { true }) async throws -> Report {
        var report = Report(), failures: [String: Int] = [:], blocked: [String: Int] = [:]
        for message in try outbox.dueMessages(at: now) {
            let isBehind = blocked[message.lane].map { message.sequence > $0 } ?? false
            guard mayContinue(), !isBehind, failures[message.receiver, default: 0] < breakerLimit else {
                report.waiting += 1
                continue
            }
            guard let receiver = receivers[message.receiver] else {
                try outbox.begin(message.id, at: now)
                try outbox.finish(message.id, .dead(answer: "the receiver is no longer configured"), at: now)
                report.dead += 1
                report.problems.append("\(message.receiver): no longer configured")
                continue
            }
            try outbox.begin(message.id, at: now)
            let attempt = await receiver.deliver(message, at: now)
            let schedule = schedules[message.receiver] ?? .webhook
            let result = schedule.result(of: attempt, attempts: message.attempts + 1, expiresAt: message.expiresAt, now: now, spread: spread())
            try outbox.finish(message.id, result, at: now)
            switch result {
            case .sent:
                report.sent += 1
                failures[message.receiver] = 0
            case .retry(_, let answer):
                report.waiting += 1
                failures[message.receiver, default: 0] += 1
                blocked[message.lane] = min(blocked[message.lane] ?? .max, message.sequence)
                report.problems.append("\(message.receiver): \(answer)")
            case .dead(let answer):
                report.dead += 1
                failures[message.receiver, default: 0] += 1
                report.problems.append("\(message.receiver): \(answer)")
            }
        }
        return report
    }
}
