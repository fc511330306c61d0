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

    func plan(_ groups: Int, severity: (Int) -> Severity = { _ in .critical }) -> AnnouncementPlan {
        let states = (0..<groups).map { index -> AlertState in
            var state = state("a", severity(index))
            state.service = "s\(index)"
            return state
        }
        return AnnouncementPlan(tenant: "acme", transitions: states.map { AlertTransition(.fired, state: $0, at: now) }, states: states, said: [], route: Route(receiver: "mail"), now: now)
    }

    @Test(arguments: [(5, 0, 5, 0), (20, 0, 20, 0), (21, 0, 20, 1), (10_000, 0, 20, 9_980), (30, 15, 5, 25), (3, 20, 0, 3)])
    func `what is more than a receiver can bear goes into one digest, and the counts add up`(_ groups: Int, _ before: Int, _ single: Int, _ held: Int) {
        let earlier = (0..<before).map { index -> SaidBefore in
            var message = said("mail", .firing, ago: 60)
            message.sequence = index
            return message
        }
        var plan = self.plan(groups)
        plan.limit(said: earlier, now: now)
        #expect(plan.announcements.count == single)
        #expect(plan.digests.flatMap(\.held).count == held)
        #expect(plan.digests.count == (held > 0 ? 1 : 0))
        #expect(Set((plan.announcements + plan.digests.flatMap(\.held)).flatMap(\.firing).map(\.service)).count == groups)
    }

    @Test func `the most urgent go by themselves`() {
        var plan = self.plan(30) { $0 < 25 ? .warning : .critical }
        plan.limit(said: [], now: now)
        #expect(plan.announcements.count { $0.severity == .critical } == 5)
    }

    @Test func `what was told in a digest is told, and takes no place`() {
        var told = said("mail", .firing, ago: 60, attempts: 0)
        told.state = .digested
        let a = state("a", .warning, since: 60)
        #expect(plan([], [a], [told]) == [])
        #expect(plan([(.resolved, state("a", .warning, .resolved))], [], [told]) == ["mail resolved 0+1"])
        var many = plan(20)
        many.limit(said: Array(repeating: told, count: 50), now: now)
        #expect(many.announcements.count == 20)
    }

    @Test func `all receivers of a tenant together have a limit by the hour`() {
        let earlier = (0..<45).map { index -> SaidBefore in
            var message = said("r\(index)", .firing, ago: 1_800)
            message.sequence = index
            return message
        }
        var plan = self.plan(10)
        plan.limit(said: earlier, now: now)
        #expect(plan.announcements.count == 5 && plan.digests.first?.held.count == 5)
    }

    @Test func `a first message waits for company`() {
        var waiting = route
        waiting.routes[0].groupWait = 300
        func announced(after seconds: Int64) -> Int {
            let a = state("a", since: seconds)
            return AnnouncementPlan(tenant: "acme", transitions: [], states: [a], said: [], route: waiting, now: now).announcements.count
        }
        #expect(announced(after: 299) == 0 && announced(after: 300) == 1)
    }

    @Test func `what waits to be sent is not reminded of; a reminder says which it is`() {
        let a = state("a", since: 60)
        #expect(plan([], [a], [said("chat", .firing, ago: 5 * 3_600, attempts: 0)]) == [])
        let plan = AnnouncementPlan(tenant: "acme", transitions: [], states: [a], said: [said("chat", .firing, ago: 9 * 3_600), said("chat", .reminder, ago: 5 * 3_600)], route: route, now: now)
        #expect(plan.announcements.map(\.reason) == [.reminder(2)])
    }

    @Test func `what came and went while no run took place is told as such, once to each receiver`() {
        var gone = state("a", .critical, .resolved)
        gone.resolvedAt = now - 600
        let down = TimeWindow(from: now - 7_200, to: now)
        let changes: [AlertTransition] = [AlertTransition(.fired, state: gone, at: now - 3_600), AlertTransition(.resolved, state: gone, at: now - 600)]
        let plan = AnnouncementPlan(tenant: "acme", transitions: changes, states: [], said: [], route: route, now: now, down: down)
        #expect(plan.announcements.map(\.receiver) == ["chat", "mail"])
        #expect(plan.announcements.map(\.resolved.count) == [1, 0])
        #expect(plan.announcements.allSatisfy { $0.kind == .digest && $0.reason == .missed(down) })
    }

    @Test func `that it comes and goes is said, and nothing else of it`() {
        let a = state("a", since: 60)
        let plan = AnnouncementPlan(tenant: "acme", transitions: [AlertTransition(.flapping, state: a, at: now)], states: [a], said: [said("chat", .firing, ago: 300)], route: route, now: now)
        #expect(plan.announcements.map(\.reason) == [.flapping])
    }
}
