import Alerting
@testable import Notifiers
import Synchronization
import Telemetry
import Testing

@Suite struct DispatcherTests {
    let now = Timestamp(seconds: 1_795_169_100)

    /// An outbox in memory that keeps what was done to it.
    final class Memory: Outbox {
        var messages: [OutboxMessage]
        var log: [String] = []
        init(_ messages: [OutboxMessage]) { self.messages = messages }
        func dueMessages(at now: Timestamp) throws -> [OutboxMessage] { messages.filter { ($0.state == .pending || $0.state == .sending) && $0.notBefore <= now } }
        func begin(_ id: String, at now: Timestamp) throws { log.append("begin \(id)") }
        func finish(_ id: String, _ result: DeliveryResult, at now: Timestamp) throws {
            switch result {
            case .sent: log.append("sent \(id)")
            case .retry(let time, _): log.append("retry \(id) +\(time - now)")
            case .dead: log.append("dead \(id)")
            }
        }
    }

    final class Scripted: Receiver {
        let name: String
        let answers: [String: Attempt]
        let tried = Mutex<[String]>([])
        init(_ name: String, _ answers: [String: Attempt]) { self.name = name; self.answers = answers }
        func messages(saying notice: Notice) -> [OutboxMessage] { [] }
        func deliver(_ message: OutboxMessage, at now: Timestamp) async -> Attempt {
            tried.withLock { $0.append(message.id) }
            return answers[message.id] ?? .accepted("ok")
        }
    }

    func message(_ id: String, to receiver: String = "chat", group: String = "g", sequence: Int = 1, attempts: Int = 0) -> OutboxMessage {
        var message = OutboxMessage(id: id, receiver: receiver, groupKey: group, incident: nil, kind: .firing, sequence: sequence, createdAt: now, notBefore: now, expiresAt: now + 86_400,
                                    contentType: "", subject: "", body: [])
        message.attempts = attempts
        return message
    }

    @Test func `a try is noted before it is made and its answer after`() async throws {
        let outbox = Memory([message("a"), message("b", group: "h")])
        let report = try await Dispatcher(receivers: [Scripted("chat", ["b": .later("HTTP 503", retryAfter: nil)])]).drain(outbox, at: now, spread: { 0.5 })
        #expect(outbox.log == ["begin a", "sent a", "begin b", "retry b +60"])
        #expect(report == Dispatcher.Report(sent: 1, waiting: 1, dead: 0, problems: ["chat: HTTP 503"]))
    }

    @Test func `within a lane nothing overtakes a failed message; siblings, other receivers and other groups go on`() async throws {
        let outbox = Memory([message("a"), message("a2"), message("b", sequence: 2), message("m", to: "mail", sequence: 2), message("c", group: "h")])
        _ = try await Dispatcher(receivers: [Scripted("chat", ["a": .later("x", retryAfter: 600)]), Scripted("mail", [:])]).drain(outbox, at: now, spread: { 0.5 })
        #expect(outbox.log == ["begin a", "retry a +600", "begin a2", "sent a2", "begin m", "sent m", "begin c", "sent c"])
    }

    @Test func `a receiver that keeps failing is left alone for the run`() async throws {
        let names = (0..<20).map { "m\($0)" }
        let receiver = Scripted("chat", Dictionary(names.map { ($0, Attempt.later("x", retryAfter: nil)) }, uniquingKeysWith: { a, _ in a }))
        let report = try await Dispatcher(receivers: [receiver]).drain(Memory(names.map { message($0, group: $0) }), at: now, spread: { 0 })
        #expect(receiver.tried.withLock { $0.count } == 5)
        #expect(report.waiting == 20)
    }

    @Test func `a message to a receiver that is gone dies and says so`() async throws {
        let outbox = Memory([message("a", to: "gone")])
        let report = try await Dispatcher(receivers: []).drain(outbox, at: now, spread: { 0 })
        #expect(outbox.log == ["begin a", "dead a"])
        #expect(report.problems == ["gone: no longer configured"])
    }

    @Test(arguments: [
        (Attempt.later("x", retryAfter: nil), 1, "retry +60"), (.later("x", retryAfter: nil), 8, "retry +36000"), (.later("x", retryAfter: nil), 9, "dead"),
        (.later("x", retryAfter: 99_999), 1, "retry +3600"), (.doubtful("x"), 3, "retry +900"), (.doubtful("x"), 4, "dead"), (.refused("x"), 1, "dead"), (.accepted("x"), 1, "sent"),
    ] as [(Attempt, Int, String)]) func `the table of retries`(_ attempt: Attempt, _ attempts: Int, _ expected: String) {
        let result = switch RetrySchedule.webhook.result(of: attempt, attempts: attempts, expiresAt: now + 86_400, now: now, spread: 0.5) {
        case .sent: "sent"
        case .retry(let time, _): "retry +\(time - now)"
        case .dead: "dead"
        }
        #expect(result == expected)
    }

    @Test func `what would come too late is given up`() {
        guard case .dead = RetrySchedule.mail.result(of: .later("x", retryAfter: nil), attempts: 1, expiresAt: now + 60, now: now, spread: 0) else {
            Issue.record("it should have been given up")
            return
        }
    }

    @Test func `ids depend on what a message is about and on nothing else`() {
        #expect(MessageID.make("a", "bc") != MessageID.make("ab", "c"))
        #expect(MessageID.make("acme", "chat") == MessageID.make("acme", "chat"))
        #expect(MessageID.make("x").count == 26)
        #expect(MessageID.make("x").utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 50 && $0 <= 55) })
    }
}
