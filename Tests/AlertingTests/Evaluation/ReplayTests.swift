import Signals
import Telemetry
import Testing
@testable import Alerting

/// One evaluator serves live runs and backtests: however the steps are cut into runs, the alerts are the same.
@Suite struct ReplayTests {
    private static let modes: [MissingData?] = [nil, .ignore, .ok, .breach, .unknown]

    private func rules(_ random: inout Seeded) throws -> [CompiledRule] {
        var drafts: [RuleDraft] = []
        let conditions = ["visible > 5", "visible < 2", "delta(visible, 10m) > 2", "sum_over(sent, 15m) > 10", "drain_time > 10m", "visible > 3 and max_over(deleted, 10m) = 0",
                          "sent / deleted > 2", "quantile_over(visible, 20m, 75%) > 4"]
        for index in 0..<4 {
            var draft = RuleDraft.mock(conditions[random.next(in: 0...conditions.count - 1)], critical: random.next(in: 0...1) == 0 ? "visible > 7" : nil, id: "rule-\(index)",
                                       hold: Int64(random.next(in: 0...3)) * 300, recover: Int64(random.next(in: 0...3)) * 300,
                                       missing: Self.modes[random.next(in: 0...4)])
            if random.next(in: 0...3) == 0 { draft.datapoints = Datapoints(breaching: 2, outOf: 3) }
            if random.next(in: 0...3) == 0 { draft.growth = (0.1, 2) }
            drafts.append(draft)
        }
        return try compiled(drafts)
    }

    private func series(_ random: inout Seeded, _ steps: Int) -> [Double?] {
        var value = 0.0, gap = 0
        return (0..<steps).map { _ in
            if random.next(in: 0...19) == 0 { gap = random.next(in: 1...6) }
            gap -= 1
            value = random.next(in: 0...3) == 0 ? Double(random.next(in: 0...9)) : value
            return gap >= 0 ? nil : value
        }
    }

    @Test func `one evaluation equals many, whatever the cuts, on ten thousand random series`() throws {
        var random = Seeded(20_261_120), compared = 0, fired = 0
        while compared < 10_000 {
            let steps = 60
            let measurements = RecordedMeasurements(.queue, ["visible": series(&random, steps), "sent": series(&random, steps), "deleted": series(&random, steps)])
            let evaluator = Evaluator(rules: try rules(&random), grain: 300)
            let whole = try evaluator.evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(steps), now: measurements.end(steps + 3))
            var states: [AlertState] = [], incidents: [Incident] = [], transitions: [AlertTransition] = [], cursor = measurements.start, step = 0
            while step < steps {
                step = min(steps, step + random.next(in: 1...5))
                // Now and then the process is restarted and its clock was wrong for a run.
                if random.next(in: 0...9) == 0 {
                    let back = try evaluator.evaluate(states: states, incidents: incidents, measurements: measurements, from: cursor, to: cursor - 900, now: cursor)
                    #expect(back.transitions.isEmpty)
                    states = back.states.isEmpty ? states : back.states
                }
                let part = try evaluator.evaluate(states: states, incidents: incidents, measurements: measurements, from: cursor, to: measurements.end(step), now: measurements.end(step + 3))
                (states, cursor) = (part.states.map(\.stored), part.cursor)
                transitions += part.transitions
                incidents = incidents.filter { old in !part.incidents.contains { $0.id == old.id } } + part.incidents
            }
            #expect(states.map(\.told) == whole.states.map(\.told))
            #expect(transitions.map { "\($0.at.seconds) \($0.state.key.rule) \($0.kind)" } == whole.transitions.map { "\($0.at.seconds) \($0.state.key.rule) \($0.kind)" })
            #expect(incidents.map(\.id).sorted() == whole.incidents.map(\.id))
            compared += whole.states.count * 3
            fired += whole.transitions.count
        }
        #expect(fired > 5_000)
    }

    @Test func `runs on young data settle to the same states`() throws {
        var random = Seeded(4), compared = 0
        while compared < 400 {
            let steps = 40
            var measurements = RecordedMeasurements(.queue, ["visible": series(&random, steps), "sent": series(&random, steps), "deleted": series(&random, steps)])
            for id in measurements.series.keys { measurements.qualities[id] = (0..<steps).map { _ in [.late, .late, .final, .zeroFilled][random.next(in: 0...3)] } }
            let evaluator = Evaluator(rules: try rules(&random), grain: 300)
            let whole = try evaluator.evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(steps), now: measurements.end(steps))
            var states: [AlertState] = [], cursor = measurements.start
            for step in 1...steps {
                let part = try evaluator.evaluate(states: states, measurements: measurements, from: cursor, to: measurements.end(step), now: measurements.end(step))
                (states, cursor) = (part.states.map(\.stored), part.cursor)
            }
            #expect(states.map(\.memory.settled?.phase) == whole.states.map(\.memory.settled?.phase))
            #expect(states.map(\.memory.settled?.history) == whole.states.map(\.memory.settled?.history))
            #expect(states.map(\.memory.settled?.severity) == whole.states.map(\.memory.settled?.severity))
            compared += states.count
        }
    }
}

private extension AlertState {
    /// Through storage and back: the evaluator's memory is a text there.
    var stored: AlertState {
        var state = self
        state.memory = AlertMemory(text: memory.text)
        return state
    }

    var told: String {
        "\(key.rule) \(phase) \(severity) \(since.seconds) \(activeAt.seconds) \(recoveringSince?.seconds ?? 0) \(resolvedAt?.seconds ?? 0) \(value ?? -1) \(history) \(unknownSince?.seconds ?? 0) \(incident ?? "-")"
    }
}
