import Foundation
import Telemetry
import Testing
@testable import Alerting

@Suite struct SilenceTests {
    private static let noon = Timestamp(seconds: 1_795_176_000)

    private func alert(rule: String = "queue-age", resource: String = "orders.fifo", severity: Severity = .warning, firingSince: Timestamp = noon - 600) -> AlertState {
        var state = AlertState(key: AlertKey(rule: rule, resource: ResourceID(source: "prod", kind: .queue, name: resource)), service: "shop", phase: .firing,
                               severity: severity, since: firingSince, activeAt: firingSince, evaluatedTo: Self.noon)
        state.incident = "20261120-1150-shop"
        return state
    }

    private func silence(_ match: [String: String], kind: Silence.Kind = .silence, id: String = "s", from: Timestamp = noon, end: Silence.End = .at(noon + 3_600),
                         windows: [TimeWindow]? = nil) -> Silence {
        Silence(id: id, kind: kind, author: "anna", reason: "planned", match: match, start: from, end: end, windows: windows)
    }

    @Test(arguments: [
        (["rule": "queue-age"], true), (["rule": "queue-*"], true), (["rule": "fn-*"], false), (["resource": "orders.????"], true), (["resource": "orders"], false),
        (["tenant": "acme"], true), (["tenant": "globex"], false), (["service": "shop", "severity": "warning"], true), (["service": "shop", "severity": "critical"], false),
        (["kind": "queue"], true), (["incident": "20261120-1150-shop"], true), (["incident": "20261120-1200-shop"], false), (["colour": "red"], false),
    ])
    func `all labels must match`(_ match: [String: String], _ covers: Bool) {
        #expect(silence(match).covers(alert(), tenant: "acme", at: Self.noon) == covers)
    }

    @Test(arguments: [(-1, false), (0, true), (3_599, true), (3_600, false)])
    func `it holds from its start until its end`(_ seconds: Int64, _ covers: Bool) {
        #expect(silence(["rule": "*"]).covers(alert(), tenant: "acme", at: Self.noon + seconds) == covers)
    }

    @Test(arguments: [(-600, true), (0, true), (300, false)])
    func `until resolved covers what fired when it began and nothing that fires later`(_ fired: Int64, _ covers: Bool) {
        #expect(silence(["rule": "*"], end: .resolved).covers(alert(firingSince: Self.noon + fired), tenant: "acme", at: Self.noon + 90_000) == covers)
    }

    @Test(arguments: [(-1, false), (0, true), (599, true), (600, false), (3_700, false), (7_200, true)])
    func `a recurring one holds in its windows`(_ seconds: Int64, _ covers: Bool) {
        let windows = [TimeWindow(from: Self.noon, to: Self.noon + 600), TimeWindow(from: Self.noon + 7_200, to: Self.noon + 7_800)]
        let recurring = silence(["rule": "*"], kind: .maintenance, from: Timestamp(seconds: 0), end: .open, windows: windows)
        #expect(recurring.covers(alert(), tenant: "acme", at: Self.noon + seconds) == covers)
        #expect(recurring.next(after: Self.noon + 700) == windows[1] && recurring.until(at: Self.noon) == Self.noon + 600)
    }

    @Test func `only what fires is muted`() {
        var pending = alert()
        pending.phase = .pending
        #expect(!silence(["rule": "*"]).covers(pending, tenant: "acme", at: Self.noon))
    }

    @Test func `maintenance says more than a silence, and a silence more than an acknowledgement`() {
        let all = Silences(tenant: "acme", all: [silence(["rule": "*"], kind: .ack, id: "c"), silence(["rule": "*"], id: "b"), silence(["rule": "*"], kind: .maintenance, id: "a")])
        #expect(all.covering(alert(), at: Self.noon)?.id == "a")
        #expect(all.all.map(\.id) == ["a", "b", "c"])
    }

    @Test(arguments: [Suppression.muted(.silence, id: "x"), .muted(.ack, id: "x: y"), .muted(.maintenance, id: ""), .upstream("a on b")])
    func `what suppresses is one text and comes back from it`(_ suppression: Suppression) { #expect(Suppression(suppression.text) == suppression) }

    @Test func `the evaluator marks muted alerts, says nothing of them, and lifts the mark when the silence is over`() throws {
        let world = RecordedMeasurements(.queue, ["oldest_age": Array(repeating: 1_000, count: 24)])
        let evaluator = Evaluator(rules: try compiled(.mock("oldest_age > 15m")), grain: 300)
        let silences = Silences(tenant: "acme", all: [silence(["rule": "rule"], id: "planned", from: world.start, end: .at(world.end(10)))])
        func evaluate(_ states: [AlertState], from: Timestamp, to: Timestamp) throws -> Evaluation {
            try evaluator.evaluate(states: states, measurements: world, from: from, to: to, now: to, silences: silences)
        }
        let first = try evaluate([], from: world.start, to: world.end(4))
        #expect(first.states.map(\.suppressedBy) == ["silence: planned"] && first.transitions.map(\.state.suppressedBy) == ["silence: planned"])
        let route = Route(receiver: "mail")
        #expect(AnnouncementPlan(tenant: "acme", transitions: first.transitions, states: first.states, said: [], route: route, now: world.end(4)).announcements.isEmpty)
        let second = try evaluate(first.states, from: world.end(4), to: world.end(12))
        #expect(second.states.map(\.suppressedBy) == [nil])
        let plan = AnnouncementPlan(tenant: "acme", transitions: second.transitions, states: second.states, said: [], route: route, now: world.end(12))
        #expect(plan.announcements.map(\.kind) == [.firing])
    }

    @Test(arguments: ["orders", "it's", "$(touch x)", "a b", "`id`", "-rf", "ä", "--", "a\"b", "\\", "!!", "*"])
    func `the silence command is one command for a shell, and names the resource unchanged`(_ name: String) throws {
        let command = SilenceCommand.silence(alert(resource: name), tenant: "acme")
        let shell = Process(), pipe = Pipe()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", "tidewatch() { printf '%s|' \"$@\"; }; " + command]
        shell.standardOutput = pipe
        try shell.run()
        let words = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        shell.waitUntilExit()
        #expect(words == "silence|add|--tenant|acme|--rule|queue-age|--resource=\(name)|--for|2h|--reason|why|")
    }

    @Test func `what moves a cursor is not in the command`() {
        #expect(SilenceCommand.silence(alert(resource: "a\nb\u{202E}c"), tenant: "acme").contains("--resource='a?b?c'"))
    }
}
