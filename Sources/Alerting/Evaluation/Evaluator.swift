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
        let resources = try measurements.resources()
        var evaluation = try steps(states: states, resources: resources, measurements: measurements, from: cursor, to: end, now: now)
        let firing = Set(states.filter { $0.phase == .firing }.map(\.key))
        IncidentKeeper(known: incidents, titles: titles, firing: firing).keep(&evaluation)
        silences.lay(over: &evaluation, at: now)
        CauseFinder(resources: resources, signals: signals, titles: titles).name(&evaluation)
        return evaluation
    }
}

extension Evaluator {
    /// Every rule on every resource that it concerns, step by step; without incidents and causes.
    func steps(states: [AlertState], resources: [Resource], measurements: any Measurements, from cursor: Timestamp?, to end: Timestamp,
               now: Timestamp) throws -> Evaluation {
        let earliest = end - longestReplay
        var evaluation = Evaluation(cursor: max(cursor ?? end, end))
        var known = KnownStates(states), isKept = Array(repeating: false, count: states.count)
        let reader = MeasurementReader(measurements, resources: resources, grain: grain, settled: now - correctionWindow)
        // The stored place of each state that is found, for the order at the end.
        var origins: [Int] = []
        var cursors: [ResourceKind: [Int]] = [:], kind: ResourceKind?, plan: KindPlan?, next: [Int] = [], tracks: [Track] = []
        evaluation.states.reserveCapacity(states.count)

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
                guard let state = try track.run(reader, states: states, resource: resource, since: cursor ?? earliest, earliest: earliest, to: end, grain: grain,
                                                transitions: &evaluation.transitions) else { continue }
                if let place = track.place { isKept[place] = true }
                origins.append(track.place ?? -1)
                evaluation.states.append(state)
            }
        }
        for (index, state) in states.enumerated() where !isKept[index] {
            evaluation.forgotten.append(state.key)
            if state.phase == .firing { evaluation.transitions.append(withdrawn(state, at: max(end, state.evaluatedTo))) }
        }
        evaluation.forgotten.sort()
        sort(&evaluation.states, origins, isSorted: known.isSorted)
        evaluation.transitions.sort { ($0.at, $0.state.key) < ($1.at, $1.state.key) }
        return evaluation
    }

}

private extension Evaluator {
    /// By key. Places are sorted and states then swapped into theirs: a state is a large thing to move about, and a larger one to copy.
    func sort(_ states: inout [AlertState], _ origins: [Int], isSorted: Bool) {
        var order: [Int] = []
        order.reserveCapacity(states.count)
        if isSorted, let last = origins.max(), !origins.contains(-1) {
            // All were there before, in their order.
            var found = Array(repeating: -1, count: last + 1)
            for (index, origin) in origins.enumerated() { found[origin] = index }
            for index in found where index >= 0 { order.append(index) }
        }
        if order.count != states.count { order = states.indices.sorted { states[$0].key < states[$1].key } }
        for start in order.indices {
            var at = start
            while order[at] != start {
                let from = order[at]
                states.swapAt(at, from)
                order[at] = at
                at = from
            }
            order[at] = at
        }
    }

    /// The rule or the resource is gone, or the rule no longer concerns it: whoever was told must hear that it is over.
    func withdrawn(_ state: AlertState, at time: Timestamp) -> AlertTransition {
        var state = state
        state.phase = .resolved
        state.since = time
        state.resolvedAt = time
        return AlertTransition(.resolved, state: state, at: time)
    }
}
