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
        for index in 0..<3 {
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

    @Test func `live runs agree with the replay on ten thousand random series with gaps, restarts and clock jumps`() throws {
        var random = Seeded(20_261_120), compared = 0, fired = 0
        let steps = 40
        while compared < 10_000 {
            let measurements = RecordedMeasurements(.queue, ["visible": series(&random, steps), "sent": series(&random, steps), "deleted": series(&random, steps)])
            let evaluator = Evaluator(rules: try rules(&random), grain: 300)
            let replay = try evaluator.replay(measurements, in: TimeWindow(from: measurements.start, to: measurements.end(steps)))
            var states: [AlertState] = [], incidents: [Incident] = [], transitions: [AlertTransition] = [], cursor = measurements.start, step = 0
            while step < steps {
                // Up to four runs are missed.
                step = min(steps, step + random.next(in: 1...5))
                // The clock goes back for a run.
                if random.next(in: 0...9) == 0 {
                    let back = try evaluator.evaluate(states: states, incidents: incidents, measurements: measurements, from: cursor, to: cursor - 900, now: cursor)
                    #expect(back.transitions.isEmpty)
                    states = back.states.isEmpty ? states : back.states
                }
                let part = try evaluator.evaluate(states: states, incidents: incidents, measurements: measurements, from: cursor, to: measurements.end(step), now: measurements.end(step + 3))
                // A restart: only what the database keeps is there afterwards.
                (states, cursor) = (part.states.map(\.stored), part.cursor)
                transitions += part.transitions
                incidents.take(part.incidents)
            }
            #expect(states.map(\.told) == replay.states.map(\.told))
            #expect(transitions.map(\.told) == replay.transitions.map(\.told))
            #expect(incidents.map(\.id).sorted() == replay.incidents.map(\.id))
            compared += measurements.series.count
            fired += replay.transitions.count
        }
        #expect(fired > 20_000)
    }

    @Test func `the replay of each step is what a run at its end would have found, causes and incidents included`() throws {
        var random = Seeded(7), explained = 0
        let steps = 60
        for _ in 0..<200 {
            var measurements = RecordedMeasurements(.queue, ["visible": series(&random, steps), "sent": series(&random, steps), "deleted": series(&random, steps)])
            measurements.add(.queue, "other", ["visible": series(&random, steps), "sent": series(&random, steps), "deleted": series(&random, steps)],
                             feeds: [ResourceID(source: "prod", kind: .queue, name: "thing")])
            let evaluator = Evaluator(rules: try rules(&random), grain: 300)
            let replay = try evaluator.replay(measurements, in: TimeWindow(from: measurements.start, to: measurements.end(steps)))
            var states: [AlertState] = [], incidents: [Incident] = [], cursor = measurements.start, found: [Evaluation] = []
            for step in 1...steps {
                let part = try evaluator.evaluate(states: states, incidents: incidents, measurements: measurements, from: cursor, to: measurements.end(step), now: measurements.end(step + 3))
                (states, cursor) = (part.states.map(\.stored), part.cursor)
                incidents.take(part.incidents)
                if !part.transitions.isEmpty { found.append(part) }
            }
            #expect(found.map { $0.transitions.map(\.told) } == replay.evaluations.map { $0.transitions.map(\.told) })
            #expect(found.map { $0.transitions.map(\.state.suppressedBy) } == replay.evaluations.map { $0.transitions.map(\.state.suppressedBy) })
            #expect(found.map { $0.states.filter { $0.phase == .firing }.map(\.cause) } == replay.evaluations.map { $0.states.map(\.cause) })
            #expect(incidents.sorted { $0.id < $1.id } == replay.incidents)
            #expect(states.map(\.told) == replay.states.map(\.told))
            explained += replay.transitions.count { $0.state.suppressedBy != nil }
        }
        #expect(explained > 200)
    }

    @Test func `runs on young data, and on a clock ahead of the data, settle to the same states`() throws {
        var random = Seeded(4), compared = 0
        while compared < 400 {
            let steps = 40
            var measurements = RecordedMeasurements(.queue, ["visible": series(&random, steps), "sent": series(&random, steps), "deleted": series(&random, steps)])
            for id in measurements.series.keys { measurements.qualities[id] = (0..<steps).map { _ in [.late, .late, .final, .zeroFilled][random.next(in: 0...3)] } }
            let evaluator = Evaluator(rules: try rules(&random), grain: 300)
            let whole = try evaluator.evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(steps), now: measurements.end(steps))
            var states: [AlertState] = [], cursor = measurements.start
            for step in 1...steps {
                let now = measurements.end(step + (step < steps - 2 && random.next(in: 0...9) == 0 ? random.next(in: 1...2) : 0))
                let part = try evaluator.evaluate(states: states, measurements: measurements.upTo(step), from: cursor, to: now, now: now)
                (states, cursor) = (part.states.map(\.stored), part.cursor)
            }
            #expect(states.map(\.memory.settled?.phase) == whole.states.map(\.memory.settled?.phase))
            #expect(states.map(\.memory.settled?.history) == whole.states.map(\.memory.settled?.history))
            #expect(states.map(\.memory.settled?.severity) == whole.states.map(\.memory.settled?.severity))
            compared += states.count
        }
    }
}

private extension RecordedMeasurements {
    /// What was collected by the end of that step.
    func upTo(_ step: Int) -> RecordedMeasurements {
        var known = self
        known.series = series.mapValues { Array($0.prefix(step)) }
        return known
    }
}

private extension [Incident] {
    mutating func take(_ changed: [Incident]) {
        self = filter { old in !changed.contains { $0.id == old.id } } + changed
    }
}

private extension AlertTransition {
    var told: String { "\(at.seconds) \(state.key.rule) \(state.key.resource.name) \(kind) \(state.severity) \(state.incident ?? "-")" }
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

    var cause: String { "\(key.rule) \(key.resource.name) \(suppressedBy ?? "-")" }
}
