import Alerting
import Telemetry
import Testing

@Suite struct AnnouncementPlanTests {
    let now = Timestamp(seconds: 1_795_169_100)
    let route = Route(receiver: "mail", repeatInterval: 4 * 3_600, routes: [
        Route(receiver: "chat", match: ["severity": "critical"]), Route(receiver: "boss", match: ["severity": "critical"], after: 900),
    ])

    func state(_ rule: String, _ severity: Severity = .critical, _ phase: AlertPhase = .firing, since: Int64 = 0, suppressedBy: String? = nil) -> AlertState {
        var state = AlertState(key: AlertKey(rule: rule, resource: ResourceID(source: "prod", kind: .queue, name: "q")), service: "orders", phase: phase,
                               severity: severity, since: now - since, activeAt: now - since, evaluatedTo: now)
        state.incident = "i-1"
        state.suppressedBy = suppressedBy
        return state
    }

    func said(_ receiver: String, _ kind: OutboxMessage.Kind, ago: Int64, attempts: Int = 1) -> SaidBefore {
        var message = OutboxMessage(id: "\(receiver)-\(ago)", receiver: receiver, groupKey: "service=orders,tenant=acme", incident: "i-1", kind: kind, sequence: 1,
                                    createdAt: now - ago, notBefore: now, expiresAt: now, contentType: "", subject: "", body: [])
        message.attempts = attempts
        message.state = attempts > 0 ? .sent : .pending
        return SaidBefore(message)
    }

    func plan(_ changes: [(AlertTransition.Kind, AlertState)], _ states: [AlertState], _ before: [SaidBefore] = []) -> [String] {
        let plan = AnnouncementPlan(tenant: "acme", transitions: changes.map { AlertTransition($0.0, state: $0.1, at: now) }, states: states, said: before, route: route, now: now)
        return plan.announcements.map { "\($0.receiver) \($0.kind.rawValue) \($0.firing.count)+\($0.resolved.count)" } + plan.superseded.map { "superseded \($0)" }
    }

    @Test func `a critical alert goes to its route, a warning to the default, one message a group`() {
        let a = state("a"), b = state("b", .warning), c = state("c")
        #expect(plan([(.fired, a), (.fired, b), (.fired, c)], [a, b, c]) == ["chat firing 2+0", "mail firing 1+0"])
    }

    @Test func `what was said is not said again before its interval has passed`() {
        let a = state("a", since: 60)
        #expect(plan([], [a], [said("chat", .firing, ago: 300)]) == [])
        #expect(plan([], [a], [said("chat", .firing, ago: 4 * 3_600)]) == ["chat reminder 1+0"])
    }

    @Test func `growth and escalation are news`() {
        let a = state("a", since: 60)
        #expect(plan([(.grew, a)], [a], [said("chat", .firing, ago: 300)]) == ["chat firing 1+0"])
        #expect(plan([(.escalated, a)], [a], [said("chat", .firing, ago: 300)]) == ["chat firing 1+0"])
    }

    @Test func `an escalation waits, speaks once and then follows`() {
        let young = state("a", since: 899), old = state("a", since: 900)
        #expect(plan([], [young], [said("chat", .firing, ago: 899)]) == [])
        #expect(plan([], [old], [said("chat", .firing, ago: 900)]) == ["boss firing 1+0"])
        #expect(plan([], [old], [said("chat", .firing, ago: 900), said("boss", .firing, ago: 60)]) == [])
    }

    @Test func `resolved is said to those who heard of it`() {
        let gone = state("a", .critical, .resolved)
        #expect(plan([(.resolved, gone)], [], [said("chat", .firing, ago: 600)]) == ["chat resolved 0+1"])
        #expect(plan([(.resolved, gone)], [], []) == [])
        #expect(plan([(.resolved, gone)], [], [said("chat", .firing, ago: 600), said("chat", .resolved, ago: 300)]) == [])
    }

    @Test func `a message that nobody tried to send is taken back`() {
        #expect(plan([(.resolved, state("a", .critical, .resolved))], [], [said("chat", .firing, ago: 600, attempts: 0)]) == ["superseded chat-600"])
    }

    @Test func `what fired and resolved between two runs is not said`() {
        let gone = state("a", .critical, .resolved)
        #expect(plan([(.fired, gone), (.resolved, gone)], []) == [])
    }

    @Test func `an explained alert starts no message but is listed`() {
        let cause = state("a"), effect = state("b", suppressedBy: "a")
        #expect(plan([(.fired, effect)], [effect]) == [])
        #expect(plan([(.fired, cause), (.fired, effect)], [effect, cause]) == ["chat firing 2+0"])
    }

    @Test func `a run that died before it spoke is made up for`() {
        #expect(plan([], [state("a", since: 60)]) == ["chat firing 1+0"])
    }
}
