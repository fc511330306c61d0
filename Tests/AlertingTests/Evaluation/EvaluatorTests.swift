import Signals
import Telemetry
import Testing
@testable import Alerting

@Suite struct EvaluatorTests {
    /// Phases after each step, one evaluation a step, with data that is settled.
    private func phases(_ draft: RuleDraft, _ measurements: RecordedMeasurements, steps: Int, late: Int64 = 3_600) throws -> String {
        let evaluator = Evaluator(rules: try compiled(draft), grain: 300)
        var states: [AlertState] = [], incidents: [Incident] = [], cursor = measurements.start, letters = ""
        for step in 1...steps {
            let evaluation = try evaluator.evaluate(states: states, incidents: incidents, measurements: measurements, from: cursor, to: measurements.end(step),
                                                    now: measurements.end(step) + late)
            (states, cursor) = (evaluation.states, evaluation.cursor)
            incidents = incidents.filter { old in !evaluation.incidents.contains { $0.id == old.id } } + evaluation.incidents
            letters.append(states.first?.letter ?? "0")
        }
        return letters
    }

    @Test(arguments: [([5.0, 5, 5, 0, 0], [AlertTransition.Kind.resolved]), ([5, 5, 5, 5, 5], []), ([0, 0, 0, 5, 5], [.fired])])
    func `after a clock that was a month ahead, alerts go on from the present`(_ values: [Double], _ expected: [AlertTransition.Kind]) throws {
        let measurements = RecordedMeasurements(.queue, ["visible": values]), evaluator = Evaluator(rules: try compiled(.mock("visible > 1")), grain: 300)
        let before = try evaluator.evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(3), now: measurements.end(6))
        let ahead = try evaluator.evaluate(states: before.states, incidents: before.incidents, measurements: measurements, from: before.cursor,
                                           to: measurements.end(8_640), now: measurements.end(8_641))
        let incidents = before.incidents.filter { old in !ahead.incidents.contains { $0.id == old.id } } + ahead.incidents
        let now = try evaluator.evaluate(states: ahead.states, incidents: incidents, measurements: measurements, from: ahead.cursor, to: measurements.end(5), now: measurements.end(6))
        #expect(now.clockWasAhead && !ahead.clockWasAhead)
        #expect(now.cursor == measurements.end(5))
        #expect(now.states.allSatisfy { $0.evaluatedTo == measurements.end(5) && $0.since <= measurements.end(5) && $0.activeAt <= measurements.end(5) })
        #expect(now.transitions.map(\.kind) == expected)
        #expect(now.incidents.allSatisfy { $0.startedAt <= $0.endedAt ?? measurements.end(5) })
    }

    @Test(arguments: [
        (MissingData.ignore, "wwwwwr..."), (.unknown, "wwwwwr..."), (.ok, "wwr......"), (.breach, "wwwwwrwwr"),
    ]) func `each way to treat a gap`(_ mode: MissingData, _ expected: String) throws {
        let measurements = RecordedMeasurements(.queue, ["visible": [5, 5, nil, nil, nil, 0, nil, nil, 0]])
        #expect(try phases(.mock("visible > 1", missing: mode), measurements, steps: 9) == expected)
    }

    @Test(arguments: [("visible > 1", true), ("sent > 1", true), ("message_size.p99 > 1KiB", false), ("drain_time > 10m", false)])
    func `without a choice, levels and counters are unknown in a gap, shares and percentiles are fine`(_ condition: String, _ isUnknown: Bool) throws {
        var measurements = RecordedMeasurements(.queue, ["visible": [nil, nil], "sent": [nil, nil], "in_flight": [0, 0]])
        let evaluation = try Evaluator(rules: compiled(.mock(condition)), grain: 300)
            .evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(2), now: measurements.end(9))
        #expect((evaluation.states.first?.unknownSince != nil) == isUnknown)

        // Where the resource said nothing at all, nothing is known whatever the form.
        measurements.series = [:]
        let silent = try Evaluator(rules: compiled(.mock(condition)), grain: 300)
            .evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(2), now: measurements.end(9))
        #expect(silent.states.first?.unknownSince == measurements.end(1))
    }

    @Test(arguments: [
        ([5, 0, 5, 5, 0, 0, 0], 2, 3, "..wwwr."), ([5, 5, 5, 0, 5], 3, 3, "..wr."), ([0, 5, 0, 0, 5, 0], 2, 3, "......"), ([5, nil, 5, nil, nil, nil], 2, 3, "..wwww"),
        ([nil, nil, nil, 5], 1, 1, "...w"),
    ] as [([Double?], Int, Int, String)]) func `M of N steps`(_ values: [Double?], _ breaching: Int, _ outOf: Int, _ expected: String) throws {
        var draft = RuleDraft.mock("visible > 1")
        draft.datapoints = Datapoints(breaching: breaching, outOf: outOf)
        #expect(try phases(draft, RecordedMeasurements(.queue, ["visible": values]), steps: values.count) == expected)
    }

    @Test func `below the minimum count a rule stays silent`() throws {
        var draft = RuleDraft.mock("errors / invocations > 5%", on: .function)
        draft.minimumCount = MinimumCount(signal: "invocations", atLeast: 20)
        let measurements = RecordedMeasurements(.function, ["errors": [5, 5, 5, 5], "invocations": [19, 20, 19, nil]])
        #expect(try phases(draft, measurements, steps: 4) == ".wr.")
        draft.forSeconds = 600
        // Over the hold time there are enough, until one of its two steps is missing.
        #expect(try phases(draft, measurements, steps: 4) == ".pp.")
    }

    @Test(arguments: [
        ("visible > 1", Quality.late, "w"), ("visible > 1", .zeroFilled, "w"), ("visible > 1", .partial, "."), ("visible > 1", .final, "w"),
        ("visible < 9", .late, "."), ("visible < 9", .zeroFilled, "."), ("visible < 9", .final, "w"), ("not visible < 1", .late, "w"),
        ("visible = 5", .late, "."), ("max_over(sent, 10m) > 1", .late, "w"), ("max_over(sent, 10m) < 9", .late, "."), ("rate(sent, 5m) > 0.01", .late, "w"),
        ("delta(visible, 5m) > 0", .late, "."), ("message_size.p99 > 1B", .late, "."), ("visible / sent > 50%", .late, "."), ("retention_used > 1%", .late, "w"),
        ("visible > 1 or sent < 9", .partial, "."), ("visible * 2 > 1", .late, "w"), ("10 - visible > 1", .late, "."),
    ]) func `a young value fires only where a later read can make it more true`(_ condition: String, _ quality: Quality, _ expected: String) throws {
        let names = ["visible", "sent", "message_size.p99", "oldest_age"]
        var measurements = RecordedMeasurements(.queue, names.reduce(into: [:]) { $0[$1] = [2, 5] }, settings: [.retention: .number(60)])
        for series in measurements.series.keys { measurements.qualities[series] = [quality, quality] }
        #expect(try phases(.mock(condition, missing: .breach), measurements, steps: 2, late: 0).suffix(1) == expected)
    }

    @Test func `what was doubtful is decided once it is settled`() throws {
        let id = ResourceID(source: "prod", kind: .queue, name: "thing")
        var measurements = RecordedMeasurements(.queue, ["visible": [5, 5, 5, 5, 5]])
        measurements.qualities[SeriesID(id, "visible")] = Array(repeating: .late, count: 5)
        #expect(try phases(.mock("visible < 9"), measurements, steps: 5, late: 0) == "...ww")
        // A value that stays partial never alerts, however old.
        measurements.qualities[SeriesID(id, "visible")] = Array(repeating: .partial, count: 5)
        #expect(try phases(.mock("visible > 1", missing: .breach), measurements, steps: 5) == ".....")
    }

    @Test func `a late correction upwards fires even though its step was fine before, once`() throws {
        let evaluator = Evaluator(rules: try compiled(.mock("errors > 0", on: .function, recover: 600)), grain: 300)
        var measurements = RecordedMeasurements(.function, ["errors": [0, 0, 0, 0]])
        let id = SeriesID(ResourceID(source: "prod", kind: .function, name: "thing"), "errors")
        var states: [AlertState] = [], told: [String] = []
        for step in 1...8 {
            measurements.series[id] = Array(repeating: 0, count: step)
            if step >= 4 { measurements.series[id]?[2] = 7 }
            let evaluation = try evaluator.evaluate(states: states, measurements: measurements, from: measurements.end(step - 1), to: measurements.end(step),
                                                    now: measurements.end(step))
            states = evaluation.states
            told += evaluation.transitions.map { "\(step): \($0.kind.rawValue) at \(($0.at - measurements.start) / 300)" }
        }
        #expect(told == ["4: fired at 3", "6: resolved at 6"])
    }

    @Test func `a value that a source takes back lets the alert recover instead of vanish`() throws {
        let evaluator = Evaluator(rules: try compiled(.mock("errors > 0", on: .function, recover: 600)), grain: 300)
        var measurements = RecordedMeasurements(.function, ["errors": [0, 0, 0, 0]])
        let id = SeriesID(ResourceID(source: "prod", kind: .function, name: "thing"), "errors")
        var states: [AlertState] = [], told: [String] = []
        for step in 1...8 {
            measurements.series[id] = Array(repeating: 0, count: step)
            if step == 3 { measurements.series[id]?[2] = 7 }
            let evaluation = try evaluator.evaluate(states: states, measurements: measurements, from: measurements.end(step - 1), to: measurements.end(step),
                                                    now: measurements.end(step))
            states = evaluation.states
            told += evaluation.transitions.map { "\(step): \($0.kind.rawValue)" }
        }
        #expect(told == ["3: fired", "5: resolved"])
        #expect(states.first?.phase == .inactive)
    }

    @Test func `an alert that recovers still says what it fired for, and beside it what is now`() throws {
        let summary = "{{resource}}: {{errors}} of {{invocations}} runs failed"
        let evaluator = Evaluator(rules: try compiled(.mock("errors > 0", on: .function, recover: 900, summary: summary)), grain: 300)
        let measurements = RecordedMeasurements(.function, ["errors": [0, 7, 0, 0, 0, 0, 0], "invocations": [9, 9, 8, 8, 8, 8, 8]])
        var states: [AlertState] = [], said: [String] = []
        for step in 1...7 {
            let evaluation = try evaluator.evaluate(states: states, measurements: measurements, from: measurements.end(step - 1), to: measurements.end(step), now: measurements.end(step) + 3_600)
            // What storage keeps is the text.
            states = evaluation.states.map { var state = $0; state.memory = AlertMemory(text: $0.memory.text); return state }
            said.append("\(states.first?.letter ?? "0") \(states.first?.summary ?? "")")
            if step == 3 { #expect(states.first?.value == 7 && states.first?.limit == 0) }
            if step == 6 { #expect(evaluation.transitions.map(\.state.summary) == ["thing: 7 of 9 runs failed, now 0"]) }
        }
        #expect(said.dropFirst().prefix(3) == ["w thing: 7 of 9 runs failed", "w thing: 7 of 9 runs failed, now 0", "w thing: 7 of 9 runs failed, now 0"])
        #expect(states.first?.phase == .inactive && states.first?.value == 0)
        // The same steps in one run say the same.
        let whole = try evaluator.evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(4), now: measurements.end(40))
        #expect(whole.states.first?.summary == "thing: 7 of 9 runs failed, now 0")
    }

    @Test func `steps of missed runs are made up for, a day at most`() throws {
        var draft = RuleDraft.mock("visible > 1", hold: 600)
        draft.recoverForSeconds = 0
        let measurements = RecordedMeasurements(.queue, ["visible": Array(repeating: 0, count: 10) + [5, 5, 5, 5, 0] + Array(repeating: 0, count: 600)])
        let evaluator = Evaluator(rules: try compiled(draft), grain: 300)
        let soon = try evaluator.evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(100), now: measurements.end(110))
        #expect(soon.transitions.map(\.kind) == [.fired, .resolved])
        #expect(soon.transitions.map(\.at) == [measurements.end(13), measurements.end(15)])
        let lateRun = try evaluator.evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(600), now: measurements.end(610))
        #expect(lateRun.transitions.isEmpty)
    }

    @Test func `a clock that goes back a little changes nothing`() throws {
        let measurements = RecordedMeasurements(.queue, ["visible": Array(repeating: 5, count: 20)])
        let evaluator = Evaluator(rules: try compiled(.mock("visible > 1")), grain: 300)
        let first = try evaluator.evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(20), now: measurements.end(20))
        let back = try evaluator.evaluate(states: first.states, measurements: measurements, from: first.cursor, to: measurements.end(17), now: measurements.end(17))
        #expect(back.states == first.states && back.transitions.isEmpty && back.cursor == first.cursor)
    }

    @Test func `an alert whose rule or resource is gone is resolved and forgotten`() throws {
        let measurements = RecordedMeasurements(.queue, ["visible": [5, 5]])
        let evaluator = Evaluator(rules: try compiled(.mock("visible > 1")), grain: 300)
        let first = try evaluator.evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(1), now: measurements.end(1))
        var gone = measurements
        gone.known = []
        let second = try evaluator.evaluate(states: first.states, incidents: first.incidents, measurements: gone, from: first.cursor, to: measurements.end(2), now: measurements.end(2))
        #expect(second.transitions.map(\.kind) == [.resolved] && second.states.isEmpty && second.forgotten == first.states.map(\.key))
        #expect(second.incidents.map(\.endedAt) == [measurements.end(2)])
    }

    @Test func `a rule concerns only the kind, names, services and settings that it names`() throws {
        var draft = RuleDraft.mock("setting(\"dead_letter_sources\") and visible > 1")
        draft.resources = "prod-*"
        draft.services = ["orders"]
        var measurements = RecordedMeasurements()
        let settings: [Setting: SettingValue] = [.deadLetterSources: .text("a")]
        measurements.add(.queue, "prod-dlq", ["visible": [5]], settings: settings)
        measurements.add(.queue, "prod-queue", ["visible": [5]])
        measurements.add(.queue, "test-dlq", ["visible": [5]], settings: settings)
        measurements.add(.queue, "prod-other", ["visible": [5]], settings: settings, service: "refunds")
        measurements.add(.topic, "prod-topic")
        let evaluation = try Evaluator(rules: compiled(draft), grain: 300)
            .evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(1), now: measurements.end(1))
        #expect(evaluation.states.map(\.key.resource.name) == ["prod-dlq"])
    }

    @Test(arguments: [
        ("oldest_age > 15m", "thing: 47\u{A0}min (limit 15\u{A0}min)"), ("retention_used > 1%", "thing: 82\u{A0}% (limit 1\u{A0}%)"),
        ("visible > 5000 or oldest_age > 15m", "thing: 47\u{A0}min (limit 15\u{A0}min)"), ("visible > 2 and oldest_age > 15m", "thing: 2,391 (limit 2)"),
        ("oldest_age > 50% * setting(\"retention\")", "thing: 47\u{A0}min (limit 28\u{A0}min)"), ("15m < oldest_age", "thing: 47\u{A0}min (limit 15\u{A0}min)"),
        ("drain_time > 10m", "thing: no\u{A0}end (limit 10\u{A0}min)"),
    ]) func `a summary carries the value that decided and its limit`(_ condition: String, _ summary: String) throws {
        let measurements = RecordedMeasurements(.queue, ["oldest_age": [2_820], "visible": [2_391], "deleted": [0]], settings: [.retention: .number(3_432)])
        let evaluation = try Evaluator(rules: compiled(.mock(condition)), grain: 300)
            .evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(1), now: measurements.end(1))
        #expect(evaluation.states.map(\.summary) == [summary] && evaluation.transitions.map(\.state.summary) == [summary])
        #expect(evaluation.states.allSatisfy { $0.value?.isFinite != false && $0.limit?.isFinite == true })
    }

    @Test func `a summary may say since when, for how long, and other signals`() throws {
        let draft = RuleDraft.mock("visible > 1", summary: "{{ severity }} since {{since}} ({{duration}}): {{oldest_age}}, {{sent}}")
        let measurements = RecordedMeasurements(.queue, ["visible": [5, 5, 5], "oldest_age": [60, 120, nil]])
        let evaluation = try Evaluator(rules: compiled(draft), grain: 300)
            .evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(3), now: measurements.end(3))
        #expect(evaluation.states.map(\.summary) == ["warning since Fri 20 Nov 00:05 UTC (10\u{A0}min): 2\u{A0}min, –"])
    }

    @Test func `measurements on another grid are put on the steps`() throws {
        var measurements = RecordedMeasurements(.queue, ["visible": [0, 0, 0, 0, 5]])
        measurements.period = 60
        let evaluation = try Evaluator(rules: compiled(.mock("visible > 1")), grain: 60)
            .evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.start + 300, now: measurements.start + 300)
        #expect(evaluation.states.map(\.letter) == ["w"])
    }
}
