import Alerting
import Storage
import Telemetry
import Testing

@Suite struct AlertMemoryTests {
    private func state(_ rule: String = "backlog", phase: AlertPhase = .firing, _ time: Int64 = 0) -> AlertState {
        var state = AlertState(key: AlertKey(rule: rule, resource: orders), service: "orders", phase: phase, severity: .critical, since: ten + time,
                               activeAt: ten + time - 600, summary: "Orders wait", evaluatedTo: ten + time)
        state.history = UInt64.max
        state.value = 1.5
        state.incident = "20261120-1000-orders"
        state.suppressedBy = "silence"
        return state
    }

    private func message(_ id: String, group: String = "g", _ sequence: Int, notBefore: Int64 = 0) -> OutboxMessage {
        OutboxMessage(id: id, receiver: "mail", groupKey: group, incident: "i", kind: .firing, sequence: sequence, createdAt: ten, notBefore: ten + notBefore,
                      expiresAt: ten + 86_400, contentType: "text/plain", subject: "s", body: [0, 255, 10])
    }

    private func save(_ store: TenantStore, _ messages: [OutboxMessage], superseded: [String] = [], at time: Int64 = 0) throws {
        try store.save(EvaluationRecord(states: [state()], messages: messages, superseded: superseded, evaluatedTo: ten + time, at: ten + time))
    }

    @Test func `an evaluation is stored whole and storing it again changes nothing`() throws {
        let store = try TenantStore.inMemory()
        let incident = Incident(id: "20261120-1000-orders", service: "orders", title: "Orders wait", severity: .critical, startedAt: ten,
                                alerts: [state().key, AlertKey(rule: "age", resource: checkout)])
        let record = EvaluationRecord(states: [state("b"), state("a", phase: .pending)], transitions: [AlertTransition(.fired, state: state("b"), at: ten)],
                                      incidents: [incident], messages: [message("m1", 1)], evaluatedTo: ten, at: ten + 5)
        #expect(try store.evaluationCursor() == nil)
        for _ in 0..<2 { try store.save(record) }
        #expect(try store.alertStates() == [state("a", phase: .pending), state("b")])
        #expect(try store.transitions(in: window(0, 1)) == [AlertTransition(.fired, state: state("b"), at: ten)])
        #expect(try store.incident(incident.id)?.alerts == incident.alerts.sorted())
        #expect(try store.dueMessages(at: ten) == [message("m1", 1)])
        #expect(try store.evaluationCursor() == ten)
        try store.save(EvaluationRecord(forgotten: [state("a").key], evaluatedTo: ten - 300, at: ten))
        #expect(try store.alertStates() == [state("b")])
        #expect(try store.evaluationCursor() == ten, "the cursor never goes back")
    }

    @Test func `where rules began to look is remembered from the first evaluation on`() throws {
        let store = try TenantStore.inMemory(), old = try TenantStore.inMemory()
        for (from, to) in [(ten - 86_400, ten), (ten - 300, ten + 300)] {
            var record = EvaluationRecord(evaluatedTo: to, at: to)
            record.evaluatedFrom = from
            try store.save(record)
        }
        #expect(try store.evaluationStart() == ten - 86_400)
        try old.save(EvaluationRecord(evaluatedTo: ten, at: ten))
        var later = EvaluationRecord(evaluatedTo: ten + 300, at: ten + 300)
        later.evaluatedFrom = ten
        try old.save(later)
        #expect(try old.evaluationStart() == nil)
    }

    @Test(arguments: [(Int64(0), Int64(10), 0), (0, 101, 1), (150, 151, 1), (200, 300, 1), (201, 300, 1), (300, 301, 1), (-50, 500, 2), (400, 500, 1)])
    func `incidents that overlap the window are found`(_ from: Int64, _ to: Int64, _ count: Int) throws {
        let store = try TenantStore.inMemory()
        let closed = Incident(id: "a", service: "s", title: "", severity: .warning, startedAt: ten + 100, endedAt: ten + 200, alerts: [])
        let open = Incident(id: "b", service: "s", title: "", severity: .critical, startedAt: ten + 200, alerts: [])
        try store.save(EvaluationRecord(incidents: [closed, open], evaluatedTo: ten, at: ten))
        #expect(try store.incidents(in: window(from, to)).count == count)
    }

    @Test func `a message is tried, found on its way after a crash, and settled once`() throws {
        let store = try TenantStore.inMemory()
        try save(store, [message("m1", 1)])
        try store.begin("m1", at: ten + 10)
        var expected = message("m1", 1)
        expected.state = .sending
        expected.attempts = 1
        // The process dies here; the next run finds it and sends it again under the same id.
        #expect(try store.dueMessages(at: ten + 300) == [expected])
        #expect(try store.undelivered() == [expected])
        try store.begin("m1", at: ten + 300)
        try store.finish("m1", .sent(answer: "250 queued"), channel: channel, at: ten + 301)
        let sent = try #require(try store.messages(in: window(0, 1)).first)
        #expect(sent.state == .sent && sent.attempts == 2 && sent.sentAt == ten + 301 && sent.lastAnswer == "250 queued" && sent.body == [0, 255, 10])
        try store.begin("m1", at: ten + 400)
        try store.finish("m1", .dead(answer: "late answer"), channel: channel, at: ten + 400)
        #expect(try store.messages(in: window(0, 1)) == [sent])
        try save(store, [message("m1", 1)], at: 600)
        #expect(try store.dueMessages(at: ten + 600).isEmpty, "a known id is the same message")
        #expect(try store.undelivered().isEmpty)
    }

    @Test func `a group keeps its order and waits for its first, others do not`() throws {
        let store = try TenantStore.inMemory()
        try save(store, [message("b", 2), message("a", 1), message("x", group: "h", 1), message("later", group: "h", 2, notBefore: 900)])
        #expect(try store.dueMessages(at: ten).map(\.id) == ["a", "b", "x"])
        try store.begin("a", at: ten)
        try store.finish("a", .retry(notBefore: ten + 300, answer: "HTTP 503"), channel: channel, at: ten)
        #expect(try store.dueMessages(at: ten + 299).map(\.id) == ["x"])
        #expect(try store.dueMessages(at: ten + 300).map(\.id) == ["a", "b", "x"])
        try store.finish("a", .dead(answer: "HTTP 410"), channel: channel, at: ten + 301)
        #expect(try store.dueMessages(at: ten + 301).map(\.id) == ["b", "x"])
        #expect(try store.undelivered().map(\.id) == ["a"])
        #expect(try store.nextSequence(group: "g") == 3)
        #expect(try store.nextSequence(group: "new") == 1)
    }

    @Test func `a superseded message is not sent`() throws {
        let store = try TenantStore.inMemory()
        try save(store, [message("a", 1), message("b", 2)])
        try save(store, [], superseded: ["a"])
        #expect(try store.dueMessages(at: ten).map(\.id) == ["b"])
        #expect(try store.messages(in: window(0, 1)).first { $0.id == "a" }?.state == .superseded)
    }

    @Test func `the strip of days tells fine from unknown`() throws {
        let store = try TenantStore.inMemory()
        var harvest = Harvest(window: window(0, 300))
        harvest.resources = [Resource(id: orders, service: "orders")]
        harvest.series = [batch([(-2 * 86_400, 1), (0, 1)])]
        try store.record(harvest, at: ten + 300)
        let incident = Incident(id: "a", service: "orders", title: "", severity: .warning, startedAt: ten - 3 * 86_400, endedAt: ten - 3 * 86_400 + 60, alerts: [])
        let worse = Incident(id: "b", service: "orders", title: "", severity: .critical, startedAt: ten - 100, alerts: [])
        try store.save(EvaluationRecord(incidents: [incident, worse], evaluatedTo: ten, at: ten))
        let midnight = ten.floored(to: 86_400)
        let days = (0..<5).map { TimeWindow(from: midnight + ($0 - 4) * 86_400, to: midnight + ($0 - 3) * 86_400) }
        let strip = try store.statusHistory(of: days, until: ten)
        #expect(strip.map(\.status) == [.noData, .warning, .ok, .noData, .critical])
        #expect(strip.last?.day == midnight)
    }

    /// Seconds from midnight in UTC: where a point is, where another midnight is, and whether the point's day ends there.
    @Test(arguments: [
        (Int64(0), Int64(300), true), (300, 300, false),
        // As east of Greenwich at 5:45: the block of the hour lies on both days.
        (600, 900, true), (900, 900, false),
        (-3_600, -3_600, false), (3_300, 3_600, true),
    ])
    func `a point counts for the day that holds it, wherever midnight is`(_ point: Int64, _ midnight: Int64, _ isBefore: Bool) throws {
        let utc: Int64 = -36_000, point = utc + point, midnight = utc + midnight
        for later: Int64 in [0, 172_800] {
            let store = try TenantStore.inMemory()
            var first = Harvest(window: window(point, point + 300))
            first.resources = [Resource(id: orders, service: "orders")]
            first.series = [batch([(point, 1)])]
            try store.record(first, at: ten)
            // A point long after it closes the hours between: they are in the table of hours then, and in the raw one.
            if later > 0 { try store.record(harvest(batch([(later, 1)])), at: ten + later) }
            let days = [window(midnight - 86_400, midnight), window(midnight, midnight + 86_400)]
            #expect(try store.statusHistory(of: days, until: ten).map(\.status) == (isBefore ? [.ok, .noData] : [.noData, .ok]), "\(later)")
        }
    }

    @Test func `a channel's breaker is remembered`() throws {
        let store = try TenantStore.inMemory()
        var channel = ChannelState(receiver: "mail", failures: 5, failingSince: ten - 600, disabledReason: "HTTP 410")
        channel.toldAt = ten - 300
        channel.lastAccepted = ten - 900
        channel.address = "digest"
        try store.save(channel)
        #expect(try store.channels() == [channel])
    }

    @Test func `the answer and what it says about the receiver are stored together`() throws {
        let store = try TenantStore.inMemory()
        try save(store, [message("a", 1)])
        try store.begin("a", at: ten)
        try store.finish("a", .retry(notBefore: ten + 60, answer: "HTTP 503"), channel: ChannelState(receiver: "mail", failures: 3, failingSince: ten), at: ten)
        #expect(try store.channels() == [ChannelState(receiver: "mail", failures: 3, failingSince: ten)])
        #expect(try store.attempts(of: "a") == [DeliveryAttempt(number: 1, startedAt: ten, endedAt: ten, result: "retry", answer: "HTTP 503")])
    }

    @Test func `a dead message is reported once, whole or not at all`() throws {
        let store = try TenantStore.inMemory()
        try save(store, [message("a", 1), message("b", 2)])
        try store.begin("a", at: ten)
        try store.finish("a", .dead(answer: "550"), channel: channel, at: ten)
        #expect(try store.unreported().map(\.id) == ["a"])
        var told = channel
        told.toldAt = ten
        try store.report(try store.unreported(), in: [message("r", group: "reports", 1)], channels: [told])
        #expect(try store.unreported().isEmpty)
        #expect(try store.channels() == [told])
        #expect(try store.dueMessages(at: ten).map(\.id) == ["b", "r"])
        #expect(try store.messages(in: window(0, 1)).first { $0.id == "a" }?.reportedIn == "r")
    }

    @Test func `of what was said everything is known but the body`() throws {
        let store = try TenantStore.inMemory()
        let one = message("a", 1), two = message("b", 2)
        try save(store, [two, one])
        #expect(try store.said(since: ten) == [SaidBefore(one), SaidBefore(two)])
        #expect(try store.said(since: ten + 1).isEmpty)
        #expect(try store.waitingMessages() == 2)
    }

    private var channel: ChannelState { ChannelState(receiver: "mail") }
}
