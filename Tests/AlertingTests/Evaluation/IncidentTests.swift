import Signals
import Telemetry
import Testing
@testable import Alerting

@Suite struct IncidentTests {
    private func evaluated(_ measurements: RecordedMeasurements, _ drafts: [RuleDraft], steps: Int, known: [Incident] = []) throws -> Evaluation {
        try Evaluator(rules: compiled(drafts), grain: 300).evaluate(states: [], incidents: known, measurements: measurements, from: measurements.start,
                                                                    to: measurements.end(steps), now: measurements.end(steps + 3))
    }

    @Test func `alerts of a service that overlap are one incident, the next trouble is another`() throws {
        let drafts = [RuleDraft.mock("visible > 1", id: "backlog"), .mock(nil, critical: "oldest_age > 1h", id: "age")]
        let measurements = RecordedMeasurements(.queue, ["visible": [5, 5, 0, 0, 0, 5], "oldest_age": [0, 7_200, 7_200, 0, 0, 0]])
        let found = try evaluated(measurements, drafts, steps: 6)
        #expect(found.incidents.map(\.id) == ["20261120-0005-orders", "20261120-0030-orders"])
        #expect(found.incidents.map(\.endedAt) == [measurements.end(4), nil])
        #expect(found.incidents.map(\.severity) == [.critical, .warning])
        #expect(found.incidents.map { $0.alerts.map(\.rule) } == [["age", "backlog"], ["backlog"]])
        #expect(found.transitions.map(\.state.incident) == Array(repeating: "20261120-0005-orders", count: 4) + ["20261120-0030-orders"])
        #expect(found.incidents.map(\.title) == ["Title of backlog", "Title of backlog"])
    }

    @Test func `services have incidents of their own, and an id is never used twice`() throws {
        var measurements = RecordedMeasurements(.queue, ["visible": [5]])
        measurements.add(.queue, "other", ["visible": [5]], service: "refunds")
        let old = Incident(id: "20261120-0005-orders", service: "orders", title: "", severity: .warning, startedAt: measurements.start,
                           endedAt: measurements.start, alerts: [])
        #expect(try evaluated(measurements, [.mock("visible > 1")], steps: 1, known: [old]).incidents.map(\.id) == ["20261120-0005-orders-2", "20261120-0005-refunds"])
    }

    @Test func `the same queue: the rule that sees more explains the one that sees less`() throws {
        let drafts = [RuleDraft.mock(nil, critical: "oldest_age > 15m", id: "a-age"), .mock(nil, critical: "visible > 0 and deleted = 0", id: "blocked")]
        let found = try evaluated(RecordedMeasurements(.queue, ["visible": [5], "deleted": [0], "oldest_age": [2_820]]), drafts, steps: 1)
        #expect(found.states.map(\.suppressedBy) == ["upstream: blocked on thing", nil])
        #expect(found.transitions.map(\.state.suppressedBy) == ["upstream: blocked on thing", nil])
        #expect(found.incidents.map(\.title) == ["Title of blocked"])
    }

    @Test(arguments: [(true, ["upstream: fails on worker", nil]), (false, [nil, nil])]) func `only what hangs together along the flow has one cause`(_ feeds: Bool, _ suppressed: [String?]) throws {
        var measurements = RecordedMeasurements()
        let worker = ResourceID(source: "prod", kind: .function, name: "worker")
        measurements.add(.queue, "thing", ["visible": [500]], feeds: feeds ? [worker] : [])
        measurements.add(.function, "worker", ["errors": [9]])
        let found = try evaluated(measurements, [.mock("visible > 100", id: "backlog"), .mock("errors > 0", on: .function, id: "fails")], steps: 1)
        #expect(found.states.map(\.suppressedBy) == suppressed)
    }

    @Test func `a dead-letter queue is an effect, whatever it is fed by, and critical comes before warning`() throws {
        var measurements = RecordedMeasurements()
        let dead = ResourceID(source: "prod", kind: .queue, name: "dead"), worker = ResourceID(source: "prod", kind: .function, name: "worker")
        measurements.add(.queue, "thing", ["visible": [5]], feeds: [dead, worker])
        measurements.add(.queue, "dead", ["visible": [5]], settings: [.deadLetterSources: .text("thing")])
        measurements.add(.function, "worker", ["errors": [9]])
        let warning = try evaluated(measurements, [.mock("visible > 1", id: "waits"), .mock("errors > 0", on: .function, id: "fails")], steps: 1)
        #expect(warning.states.filter { $0.suppressedBy == nil }.map(\.key.rule) == ["fails"])
        let critical = try evaluated(measurements, [.mock(nil, critical: "visible > 1", id: "waits"), .mock("errors > 0", on: .function, id: "fails")], steps: 1)
        #expect(critical.states.filter { $0.suppressedBy == nil }.map(\.key.resource.name) == ["thing"])
        #expect(critical.states.allSatisfy { $0.phase == .firing })
    }

    @Test func `a silence that is known stays, and a cause that is gone goes`() throws {
        let measurements = RecordedMeasurements(.queue, ["visible": [5, 5], "deleted": [0, 0]])
        let rules = try compiled(.mock("visible > 1", id: "a"), .mock("visible > 1 and deleted = 0", id: "b"))
        let first = try Evaluator(rules: rules, grain: 300).evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(1), now: measurements.end(9))
        var states = first.states
        #expect(states.map(\.suppressedBy) == ["upstream: b on thing", nil])
        states[1].suppressedBy = "silence: planned"
        let planned = Silence(id: "planned", author: "anna", reason: "known", match: ["rule": "b"], start: measurements.start, end: .at(measurements.end(20)))
        let second = try Evaluator(rules: Array(rules.prefix(2)), grain: 300).evaluate(states: states, incidents: first.incidents, measurements: measurements,
                                                                                         from: first.cursor, to: measurements.end(2), now: measurements.end(9),
                                                                                         silences: Silences(tenant: "acme", all: [planned]))
        #expect(second.states.map(\.suppressedBy) == ["upstream: b on thing", "silence: planned"])
        let third = try Evaluator(rules: Array(rules.prefix(1)), grain: 300).evaluate(states: first.states, incidents: first.incidents, measurements: measurements,
                                                                                        from: first.cursor, to: measurements.end(2), now: measurements.end(9))
        #expect(third.states.map(\.suppressedBy) == [nil])
    }

    @Test func `an alert that gets worse when its cause is over is told by itself`() throws {
        let measurements = RecordedMeasurements(.queue, ["visible": [2, 5], "deleted": [0, 1]])
        let rules = try compiled(.mock("visible > 1", critical: "visible > 3", id: "a"), .mock("visible > 1 and deleted = 0", id: "b")), evaluator = Evaluator(rules: rules, grain: 300)
        let first = try evaluator.evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(1), now: measurements.end(9))
        #expect(first.transitions.map(\.state.suppressedBy) == ["upstream: b on thing", nil])
        let second = try evaluator.evaluate(states: first.states, incidents: first.incidents, measurements: measurements, from: first.cursor, to: measurements.end(2), now: measurements.end(9))
        #expect(second.transitions.filter { $0.kind == .escalated }.map(\.state.suppressedBy) == [nil])
    }

    @Test func `feeds in a circle end`() throws {
        var measurements = RecordedMeasurements()
        let a = ResourceID(source: "prod", kind: .queue, name: "a"), b = ResourceID(source: "prod", kind: .queue, name: "b")
        measurements.add(.queue, "a", ["visible": [5]], feeds: [b])
        measurements.add(.queue, "b", ["visible": [5]], feeds: [a, b])
        let found = try evaluated(measurements, [.mock("visible > 1")], steps: 1)
        #expect(found.states.filter { $0.suppressedBy == nil }.count == 1)
    }
}
