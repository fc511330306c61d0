import Telemetry

/// What the live evaluator would have said over a stretch of stored history, had it run at the end of every step.
package struct Replay: Sendable {
    /// One for each step in which something changed, in their order. The `states` of each are the alerts that fired at its end,
    /// with their cause where one was named; its cursor is that end.
    package var evaluations: [Evaluation] = []
    /// The alerts as they stand at the end, sorted by key.
    package var states: [AlertState] = []
    /// As they stand at the end, sorted by id.
    package var incidents: [Incident] = []

    package var transitions: [AlertTransition] { evaluations.flatMap(\.transitions) }
}

extension Evaluator {
    /// Steps once through all that is stored of the window, which begins with every alert at rest. Everything in it counts as settled.
    package func replay(_ measurements: some Measurements, in window: TimeWindow) throws -> Replay {
        var evaluator = self
        evaluator.longestReplay = window.seconds
        let resources = try measurements.resources(), end = window.end.floored(to: grain)
        let whole = try evaluator.steps(states: [], resources: resources, measurements: measurements, from: window.start, to: end, now: end + correctionWindow)
        let causes = CauseFinder(resources: resources, signals: signals, titles: titles)

        var replay = Replay(), firing: [AlertKey: AlertState] = [:], incidents: [String: Incident] = [:], homes: [AlertKey: String] = [:], at = 0
        while at < whole.transitions.count {
            let time = whole.transitions[at].at
            var step = Evaluation(cursor: time)
            let before = firing
            while at < whole.transitions.count, whole.transitions[at].at == time {
                var transition = whole.transitions[at]
                // What is known of an alert is carried from run to run; here from change to change.
                transition.state.suppressedBy = before[transition.state.key]?.suppressedBy
                transition.state.incident = homes[transition.state.key]
                firing[transition.state.key] = transition.state.phase == .firing ? transition.state : nil
                step.transitions.append(transition)
                at += 1
            }
            step.states = firing.values.sorted { $0.key < $1.key }
            // Those that are open, and those of the last day for their ids, as in a run.
            let known = incidents.values.filter { $0.endedAt.map { time - $0 <= 86_400 } ?? true }
            IncidentKeeper(known: known, titles: titles, firing: Set(before.keys)).keep(&step)
            causes.name(&step)
            for incident in step.incidents { incidents[incident.id] = incident }
            for state in step.states { firing[state.key] = state }
            for transition in step.transitions { homes[transition.state.key] = transition.state.incident }
            replay.evaluations.append(step)
        }
        replay.states = whole.states.map { state in
            var state = state
            state.incident = homes[state.key]
            state.suppressedBy = firing[state.key]?.suppressedBy
            return state
        }
        replay.incidents = incidents.values.sorted { $0.id < $1.id }
        return replay
    }
}
