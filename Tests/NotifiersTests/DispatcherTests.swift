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
        var known: [ChannelState] = []
        func channels() throws -> [ChannelState] { known }
        func dueMessages(at now: Timestamp) throws -> [OutboxMessage] { messages.filter { ($0.state == .pending || $0.state == .sending) && $0.notBefore <= now } }
        func begin(_ id: String, at now: Timestamp) throws { log.append("begin \(id)") }
        func finish(_ id: String, _ result: DeliveryResult, channel: ChannelState, at now: Timestamp) throws {
            known = known.filter { $0.receiver != channel.receiver } + [channel]
            switch result {
            case .sent: log.append("sent \(id)")
            case .retry(let time, _): log.append("retry \(id) +\(time - now)")
            case .dead: log.append("dead \(id)")
            }
        }
    }

    final class Scripted: Receiver {
        let name: String
        let schedule = RetrySchedule.webhook
        let address: String
        let answers: [String: Attempt]
        let tried = Mutex<[String]>([])
        init(_ name: String, _ answers: [String: Attempt], address: String = "here") { self.name = name; self.answers = answers; self.address = address }
        func preview(_ notice: Notice) -> [Preview] { [] }
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
        #expect(outbox.log.filter { !$0.hasSuffix(" m") } == ["begin a", "retry a +600", "begin a2", "sent a2", "begin c", "sent c"])
        #expect(outbox.log.filter { $0.hasSuffix(" m") } == ["begin m", "sent m"])
    }

    @Test func `a receiver that keeps failing is left alone for the run`() async throws {
        let names = (0..<20).map { "m\($0)" }
        let receiver = Scripted("chat", Dictionary(names.map { ($0, Attempt.later("x", retryAfter: nil)) }, uniquingKeysWith: { a, _ in a }))
        let report = try await Dispatcher(receivers: [receiver]).drain(Memory(names.map { message($0, group: $0) }), at: now, spread: { 0 })
        #expect(receiver.tried.withLock { $0.count } == 5)
        #expect(report.waiting == 20)
        #expect(report.problems.last == "chat: 15 more not tried, 5 tries in a row failed")
    }

    @Test func `an open breaker lets one message through, and the rest behind it when that is taken`() async throws {
        let names = (0..<7).map { "m\($0)" }
        for isBack in [false, true] {
            let outbox = Memory(names.map { message($0, group: $0) })
            outbox.known = [ChannelState(receiver: "chat", failures: 5, failingSince: now - 3_600)]
            let receiver = Scripted("chat", isBack ? [:] : Dictionary(names.map { ($0, Attempt.later("x", retryAfter: nil)) }, uniquingKeysWith: { a, _ in a }))
            _ = try await Dispatcher(receivers: [receiver]).drain(outbox, at: now, spread: { 0 })
            #expect(receiver.tried.withLock { $0.count } == (isBack ? 7 : 1))
            #expect(outbox.known.first?.failures == (isBack ? 0 : 6))
            #expect(outbox.known.first?.failingSince == (isBack ? nil : now - 3_600))
        }
    }

    @Test func `a message that nobody wants opens no breaker and holds up no other group`() async throws {
        let poison = (0..<9).map { "p\($0)" }
        let receiver = Scripted("chat", Dictionary(poison.map { ($0, Attempt.doubtful("HTTP 400")) } + [("r", .refused("550"))], uniquingKeysWith: { a, _ in a }))
        let outbox = Memory((poison + ["r", "good"]).map { message($0, group: $0) })
        let report = try await Dispatcher(receivers: [receiver]).drain(outbox, at: now, spread: { 0.5 })
        #expect(report.sent == 1 && report.dead == 1 && report.waiting == 9)
        #expect(outbox.known.first?.failures == 0)
    }

    @Test func `who says that he is gone is not written to again, until he has another address`() async throws {
        let outbox = Memory([message("a"), message("b", group: "h")])
        _ = try await Dispatcher(receivers: [Scripted("chat", ["a": .gone("HTTP 410")])]).drain(outbox, at: now, spread: { 0 })
        #expect(outbox.log == ["begin a", "dead a"])
        outbox.log = []
        outbox.messages = [message("b")]
        _ = try await Dispatcher(receivers: [Scripted("chat", [:])]).drain(outbox, at: now, spread: { 0 })
        #expect(outbox.log == ["begin b", "dead b"])
        outbox.log = []
        _ = try await Dispatcher(receivers: [Scripted("chat", [:], address: "elsewhere")]).drain(outbox, at: now, spread: { 0 })
        #expect(outbox.log == ["begin b", "sent b"])
    }

    /// Answers once the other receiver's last message is under way.
    struct Slow: Receiver {
        let name: String
        let schedule = RetrySchedule.webhook
        let address = ""
        let fast: Scripted
        func messages(saying notice: Notice) -> [OutboxMessage] { [] }
        func preview(_ notice: Notice) -> [Preview] { [] }
        func deliver(_ message: OutboxMessage, at now: Timestamp) async -> Attempt {
            while fast.tried.withLock({ $0.count }) < 3 { await Task.yield() }
            return .accepted("at last")
        }
    }

    @Test func `a receiver that hangs delays itself only`() async throws {
        let fast = Scripted("fast", [:])
        let outbox = Memory([message("a", to: "slow"), message("b", to: "fast"), message("c", to: "fast", group: "x"), message("d", to: "fast", group: "y")])
        let report = try await Dispatcher(receivers: [fast, Slow(name: "slow", fast: fast)]).drain(outbox, at: now, spread: { 0 })
        #expect(report.sent == 4)
        // The last of the fast ones and the slow one end in any order.
        let slow = try #require(outbox.log.firstIndex(of: "sent a"))
        #expect(["sent b", "sent c"].allSatisfy { outbox.log[..<slow].contains($0) }, "\(outbox.log)")
    }

    @Test func `a run that is over leaves the rest for the next`() async throws {
        let outbox = Memory((0..<10).map { message("m\($0)", group: "\($0)") })
        let receiver = Scripted("chat", [:])
        let report = try await Dispatcher(receivers: [receiver]).drain(outbox, at: now, spread: { 0 }, mayContinue: { receiver.tried.withLock { $0.count } < 3 })
        #expect(report.sent == 3 && report.waiting == 7)
    }

    @Test func `a message to a receiver that is gone dies and says so`() async throws {
        let outbox = Memory([message("a", to: "gone")])
        let report = try await Dispatcher(receivers: []).drain(outbox, at: now, spread: { 0 })
        #expect(outbox.log == ["begin a", "dead a"])
        #expect(report.problems == ["gone: the receiver is no longer configured"])
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
