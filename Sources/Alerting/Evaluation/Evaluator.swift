import Signals
import Telemetry

/// The one evaluator behind `run`, `test` and `backtest`: same rules, same numbers, same alerts.
///
/// It steps on the grain from where it stopped to the end of what is known; missed runs are made up for.
/// A step younger than the correction window may still change. It can make an alert fire if a later read can only
/// make that more true, and it is run again from the last settled step until it is settled itself.
package struct Evaluator: Sendable {
    package let rules: [CompiledRule]
    /// Seconds a step.
    package let grain: Int64
    /// How long sources may correct a value: steps older than this before `now` are settled.
    package var correctionWindow: Int64 = 900
    /// How far back missed steps are made up for. A backtest raises it.
    package var longestReplay: Int64 = 86_400
    private let rulesByKind: [ResourceKind: [Int]]

    package init(rules: [CompiledRule], grain: Int64) {
        self.rules = rules
        self.grain = max(1, grain)
        rulesByKind = Dictionary(grouping: rules.indices) { rules[$0].on }
    }

    /// `end` is the end of the newest step whose data is complete. `incidents` are the open ones and those of the last day, for their ids.
    package func evaluate(states: [AlertState], incidents: [Incident] = [], measurements: any Measurements, from cursor: Timestamp?,
                          to end: Timestamp, now: Timestamp, silences: Silences = .none) throws -> Evaluation {
        let end = end.floored(to: grain)
        let resources = try measurements.resources()
        var evaluation = try steps(states: states, resources: resources, measurements: measurements, from: cursor, to: end, now: now)
        let firing = Set(states.filter { $0.phase == .firing }.map(\.key))
        IncidentKeeper(known: incidents, titles: titles, firing: firing).keep(&evaluation)
        silences.lay(over: &evaluation, at: now)
        CauseFinder(resources: resources, rules: rules).name(&evaluation)
        return evaluation
    }
}

extension Evaluator {
    /// Every rule on every resource that it concerns, step by step; without incidents and causes.
    func steps(states: [AlertState], resources: [Resource], measurements: any Measurements, from cursor: Timestamp?, to end: Timestamp,
               now: Timestamp) throws -> Evaluation {
        let earliest = end - longestReplay
        var evaluation = Evaluation(cursor: max(cursor ?? end, end))
        let stored = Dictionary(states.indices.map { (states[$0].key, $0) }, uniquingKeysWith: { first, _ in first })
        var reader = MeasurementReader(measurements, resources: resources, grain: grain, settled: now - correctionWindow)
        var isKept = Array(repeating: false, count: states.count)

        for resource in resources {
            let concerned = (rulesByKind[resource.id.kind] ?? []).filter { rules[$0].matches(resource) }
            guard !concerned.isEmpty else { continue }
            var tracks = concerned.map { index in
                let key = AlertKey(rule: rules[index].id, resource: resource.id)
                let known = stored[key].map { states[$0] }
                let fresh = AlertState(key: key, service: resource.service, since: cursor ?? earliest, activeAt: cursor ?? earliest,
                                       evaluatedTo: max(cursor ?? earliest, earliest).floored(to: grain))
                return Track(rule: rules[index], resource: resource, announced: known, fresh: fresh)
            }
            let first = max(tracks.lazy.map { $0.start.evaluatedTo }.min() ?? end, earliest)
            try reader.turn(to: resource, from: first, to: end, lookback: tracks.map { $0.lookback(grain) }.max() ?? 0)
            // Taken off the end one by one, which moves where a loop would copy; the order is made below.
            while let track = tracks.popLast() {
                guard let outcome = try track.run(&reader, earliest: earliest, to: end, grain: grain) else { continue }
                if let known = stored[outcome.state.key] { isKept[known] = true }
                evaluation.states.append(outcome.state)
                evaluation.transitions += outcome.transitions
            }
        }
        for (index, state) in states.enumerated() where !isKept[index] {
            evaluation.forgotten.append(state.key)
            if state.phase == .firing { evaluation.transitions.append(withdrawn(state, at: max(end, state.evaluatedTo))) }
        }
        evaluation.forgotten.sort()
        // Places are sorted, not states: a state is a large thing to move about.
        evaluation.states = evaluation.states.indices.sorted { evaluation.states[$0].key < evaluation.states[$1].key }.map { evaluation.states[$0] }
        evaluation.transitions.sort { ($0.at, $0.state.key) < ($1.at, $1.state.key) }
        return evaluation
    }

    var titles: [String: String] { rules.reduce(into: [:]) { $0[$1.id] = $1.title } }
}

private extension Evaluator {
    /// The rule or the resource is gone, or the rule no longer concerns it: whoever was told must hear that it is over.
    func withdrawn(_ state: AlertState, at time: Timestamp) -> AlertTransition {
        var state = state
        state.phase = .resolved
        state.since = time
        state.resolvedAt = time
        return AlertTransition(.resolved, state: state, at: time)
    }
}
