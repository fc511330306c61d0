import Alerting
import Telemetry

/// Sends what waits in an outbox: the try is noted down before it is made, the answer after. What was interrupted in between is sent
/// again under the same id, so nothing is lost and a repeat can be recognised.
///
/// Receivers are served side by side, each with one message at a time, so that one that hangs delays itself only.
package struct Dispatcher: Sendable {
    private let receivers: [String: any Receiver]
    /// Receivers under way at a time.
    private let width: Int

    package struct Report: Sendable, Equatable {
        package var sent = 0
        /// Kept for a later run.
        package var waiting = 0
        package var dead = 0
        /// `chat: HTTP 503`
        package var problems: [String] = []
        /// Problem to what a program said about it, for the operator alone.
        package var words: [String: String] = [:]

        package static func + (a: Report, b: Report) -> Report {
            Report(sent: a.sent + b.sent, waiting: a.waiting + b.waiting, dead: a.dead + b.dead, problems: a.problems + b.problems, words: a.words.merging(b.words) { $1 })
        }
    }

    package init(receivers: [any Receiver], width: Int = 8) {
        self.receivers = Dictionary(receivers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.width = max(1, width)
    }

    /// Tries each due message once, in order within its lane: behind one that failed, later ones wait. A receiver whose breaker is open
    /// gets one try; when that succeeds, the rest follows.
    /// - Parameter only: this receiver alone.
    package func drain(_ outbox: some Outbox, only: String? = nil, at now: Timestamp, spread: () -> Double, mayContinue: () -> Bool = { true }) async throws -> Report {
        var report = Report(), lines = try lines(outbox, only, at: now, &report)
        try await withThrowingTaskGroup(of: (OutboxMessage, Attempt).self) { group in
            var underWay = 0
            /// Starts the line's next message, if it may go.
            func start(_ name: String) throws {
                guard let receiver = receivers[name], var line = lines[name], mayContinue(), let message = line.next() else { return }
                lines[name] = line
                try outbox.begin(message.id, at: now)
                group.addTask { (message, await receiver.deliver(message, at: now)) }
                underWay += 1
            }
            var names = lines.keys.sorted()[...]
            while underWay < width, let name = names.popFirst() { try start(name) }
            while let (message, attempt) = try await group.next() {
                underWay -= 1
                guard let receiver = receivers[message.receiver], var line = lines[message.receiver] else { continue }
                let result = receiver.schedule.result(of: attempt, attempts: message.attempts + 1, expiresAt: message.expiresAt, now: now, spread: spread())
                line.note(message, attempt, result, at: now)
                line.channel.address = receiver.address
                try outbox.finish(message.id, result, channel: line.channel, at: now)
                lines[message.receiver] = line
                report.note(message, result, words: attempt.words)
                try start(message.receiver)
                while underWay < width, let name = names.popFirst() { try start(name) }
            }
        }
        for (name, line) in lines.sorted(by: { $0.key < $1.key }) where line.left > 0 {
            report.waiting += line.left
            if line.channel.isOpen { report.problems.append("\(name): \(line.left) more not tried, \(line.channel.failures) tries in a row failed") }
        }
        return report
    }

    /// What is due, by receiver. Messages that have nowhere to go are settled here.
    private func lines(_ outbox: some Outbox, _ only: String?, at now: Timestamp, _ report: inout Report) throws -> [String: Line] {
        let channels = Dictionary(try outbox.channels().map { ($0.receiver, $0) }, uniquingKeysWith: { first, _ in first })
        var lines: [String: Line] = [:]
        for message in try outbox.dueMessages(at: now) where only == nil || message.receiver == only {
            var channel = channels[message.receiver] ?? ChannelState(receiver: message.receiver)
            guard let receiver = receivers[message.receiver] else {
                try settle(message, .dead(answer: "the receiver is no longer configured"), channel, outbox, at: now, &report)
                continue
            }
            // Another address is another receiver.
            if channel.address != receiver.address { channel.disabledReason = nil }
            if let reason = channel.disabledReason {
                try settle(message, .dead(answer: reason), channel, outbox, at: now, &report)
                continue
            }
            lines[message.receiver, default: Line(channel: channel)].messages.append(message)
        }
        return lines
    }

    private func settle(_ message: OutboxMessage, _ result: DeliveryResult, _ channel: ChannelState, _ outbox: some Outbox, at now: Timestamp, _ report: inout Report) throws {
        try outbox.begin(message.id, at: now)
        try outbox.finish(message.id, result, channel: channel, at: now)
        report.note(message, result)
    }
}

/// What one receiver has to be told in this run.
private struct Line {
    var channel: ChannelState
    var messages: ArraySlice<OutboxMessage> = []
    /// Messages that were passed over.
    private var passed = 0
    /// Lane to the sequence behind which all wait.
    private var blocked: [String: Int] = [:]
    private var isStopped = false

    init(channel: ChannelState) { self.channel = channel }

    var left: Int { passed + messages.count }

    mutating func next() -> OutboxMessage? {
        guard !isStopped else { return nil }
        while let message = messages.popFirst() {
            if let sequence = blocked[message.lane], message.sequence > sequence { passed += 1 } else { return message }
        }
        return nil
    }

    mutating func note(_ message: OutboxMessage, _ attempt: Attempt, _ result: DeliveryResult, at now: Timestamp) {
        switch attempt {
        case .accepted: channel.noteAccepted(at: now)
        case .gone(let reason): channel.disabledReason = reason
        case .later:
            channel.noteFailure(at: now)
            isStopped = channel.isOpen
        // The receiver answers; it is this message that it does not want.
        case .doubtful, .refused: break
        }
        if case .retry = result { blocked[message.lane] = min(blocked[message.lane] ?? .max, message.sequence) }
        if channel.disabledReason != nil { isStopped = true }
    }
}

private extension Dispatcher.Report {
    mutating func note(_ message: OutboxMessage, _ result: DeliveryResult, words said: String = "") {
        switch result {
        case .sent: sent += 1
        case .retry(_, let answer):
            waiting += 1
            problem("\(message.receiver): \(answer)", said)
        case .dead(let answer):
            dead += 1
            problem("\(message.receiver): \(answer)", said)
        }
    }

    private mutating func problem(_ text: String, _ said: String) {
        problems.append(text)
        if !said.isEmpty { words[text] = said }
    }
}
