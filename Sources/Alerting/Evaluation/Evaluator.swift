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
    private let plans: [ResourceKind: KindPlan]
    let titles: [String: String]
    /// How many signals each rule looks at.
    let signals: [String: Int]

    package init(rules: [CompiledRule], grain: Int64) {
        self.rules = rules
        self.grain = max(1, grain)
        plans = Dictionary(grouping: rules, by: \.on).mapValues(KindPlan.init)
        titles = rules.reduce(into: [:]) { $0[$1.id] = $1.title }
        signals = rules.reduce(into: [:]) { $0[$1.id] = $1.signals.count }
    }

    /// `end` is the end of the newest step whose data is complete. `incidents` are the open ones and those of the last day, for their ids.
    package func evaluate(states: [AlertState], incidents: [Incident] = [], measurements: any Measurements, from cursor: Timestamp?,
                          to end: Timestamp, now: Timestamp, silences: Silences = .none) throws -> Evaluation {
        let end = end.floored(to: grain)
        var states = states, incidents = incidents, cursor = cursor
        let setBack = ClockSetBack(cursor: cursor, end: end, now: now, grain: grain, correctionWindow: correctionWindow)
        if let setBack {
            states = states.map(setBack.corrected)
            incidents = incidents.map(setBack.corrected)
            cursor = setBack.to
        }
        let resources = try measurements.resources()
        var evaluation = try steps(states: states, resources: resources, measurements: measurements, from: cursor, to: end, now: now)
        let firing = Set(states.filter { $0.phase == .firing }.map(\.key))
        IncidentKeeper(known: incidents, titles: titles, firing: firing).keep(&evaluation)
        silences.lay(over: &evaluation, at: now)
        CauseFinder(resources: resources, signals: signals, titles: titles).name(&evaluation)
        evaluation.clockWasAhead = setBack != nil
        return evaluation
    }
}

extension Evaluator {
    /// Every rule on every resource that it concerns, step by step; without incidents and causes.
    func steps(states: [AlertState], resources: [Resource], measurements: any Measurements, from cursor: Timestamp?, to end: Timestamp,
               now: Timestamp) throws -> Evaluation {
        let earliest = end - longestReplay
        var evaluation = Evaluation(cursor: max(cursor ?? end, end))
        var known = KnownStates(states), isKept = Array(repeating: false, count: states.count), new: [AlertState] = []
        let reader = MeasurementReader(measurements, resources: resources, grain: grain, settled: now - correctionWindow)
        var cursors: [ResourceKind: [Int]] = [:], kind: ResourceKind?, plan: KindPlan?, next: [Int] = [], tracks: [Track] = []
        evaluation.states = states

        for resource in resources {
            if resource.id.kind != kind {
                if let kind { cursors[kind] = next }
                kind = resource.id.kind
                plan = plans[resource.id.kind]
                next = cursors[resource.id.kind] ?? plan?.rules.map { known.first(of: $0.id) } ?? []
            }
            guard let plan else { continue }
            tracks.removeAll(keepingCapacity: true)
            var first = end, lookback: Int64 = 0
            for (index, rule) in plan.rules.enumerated() where rule.scope.matches(resource) {
                let track = Track(rule, place: known.place(rule.id, resource.id, &next[index]))
                first = min(first, track.start(in: states, otherwise: cursor ?? earliest, earliest, grain))
                lookback = max(lookback, track.lookback(states, resource, grain))
                tracks.append(track)
            }
            guard !tracks.isEmpty else { continue }
            try reader.turn(to: resource, reading: plan.references, from: max(first, earliest), to: end, lookback: lookback)
            for track in tracks {
                if let place = track.place {
                    isKept[place] = try track.run(reader, &evaluation.states[place], states: states, resource: resource, earliest: earliest, to: end, grain: grain,
                                                  transitions: &evaluation.transitions)
                } else {
                    var state = track.fresh(resource, since: cursor ?? earliest, earliest: earliest, grain: grain)
                    if try track.run(reader, &state, states: states, resource: resource, earliest: earliest, to: end, grain: grain,
                                     transitions: &evaluation.transitions) { new.append(state) }
                }
            }
        }
        for (index, state) in states.enumerated() where !isKept[index] {
            evaluation.forgotten.append(state.key)
            if state.phase == .firing { evaluation.transitions.append(withdrawn(state, at: max(end, state.evaluatedTo))) }
        }
        evaluation.forgotten.sort()
        if !evaluation.forgotten.isEmpty { evaluation.states = zip(evaluation.states, isKept).filter(\.1).map(\.0) }
        evaluation.states += new
        if !new.isEmpty || !known.isSorted { evaluation.states.sort { $0.key < $1.key } }
        evaluation.transitions.sort { ($0.at, $0.state.key) < ($1.at, $1.state.key) }
        return evaluation
    }
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
