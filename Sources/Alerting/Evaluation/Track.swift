import Signals
import Telemetry

/// One rule on one resource, on its way through the steps of an evaluation.
struct Track {
    let plan: RulePlan
    /// Where the alert stands among the stored ones, as the last evaluation left it and people were told; nothing where it is new.
    let place: Int?

    init(_ plan: RulePlan, place: Int?) {
        self.plan = plan
        self.place = place
    }

    /// Where stepping begins: the last settled step, or now for an alert that is new.
    func start(in states: [AlertState], otherwise since: Timestamp, _ earliest: Timestamp, _ grain: Int64) -> Timestamp {
        guard let place else { return max(since, earliest).floored(to: grain) }
        return states[place].memory.settled?.evaluatedTo ?? states[place].evaluatedTo
    }

    /// Seconds before the first step that must be read.
    func lookback(_ states: [AlertState], _ resource: Resource, _ grain: Int64) -> Int64 {
        let windows = plan.lookback(resource, grain: grain)
        // The sentence of an alert that recovers is about the step that breached last.
        guard let place, states[place].memory.settled?.phase ?? states[place].phase == .firing else { return windows }
        var start = states[place]
        start.rewind()
        let breach = start.isRecovering ? start.memory.breachedAt.map { min(max(0, start.evaluatedTo - $0), 86_400) } ?? 0 : 0
        return max(windows, breach)
    }

    /// The alert as it is before its first evaluation.
    func fresh(_ resource: Resource, since: Timestamp, earliest: Timestamp, grain: Int64) -> AlertState {
        var state = AlertState(key: AlertKey(rule: plan.id, resource: resource.id), service: resource.service, since: since, activeAt: since,
                               evaluatedTo: max(since, earliest).floored(to: grain))
        state.memory.settled = state.settled
        return state
    }

    /// Brings the alert from where it was left to the end; what changed on the way is added to `transitions`.
    /// Worked on where it lies: an alert is a large thing to move about.
    /// - Returns: false where the rule does not concern the resource, as its settings say.
    func run(_ reader: MeasurementReader, _ state: inout AlertState, states: [AlertState], resource: Resource, earliest: Timestamp, to end: Timestamp,
             grain: Int64, transitions all: inout [AlertTransition]) throws -> Bool {
        guard var conditions = try Conditions.bound(plan, reader, grain: grain) else { return false }
        let told = place.map { states[$0].evaluatedTo }
        if place != nil { state.rewind() }
        let wasFiring = state.phase == .firing
        var transitions: [AlertTransition] = []
        state.service = resource.service
        if state.evaluatedTo < earliest {
            plan.machine.hold(&state, earliest - state.evaluatedTo)
            state.evaluatedTo = earliest.floored(to: grain)
        }
        while state.evaluatedTo + grain <= end {
            let time = state.evaluatedTo + grain, row = reader.row(endingAt: time)
            let reading = plan.active?.contains(stepEndingAt: time, period: grain) == false ? conditions.rest()
                : conditions.reading(row: row, isSettled: time <= reader.settled, in: reader)
            let value = conditions.evidence.flatMap { $0.value.isFinite ? $0.value : nil }
            let change = plan.machine.advance(&state, reading, value: value, at: time, period: grain)
            state.take(conditions.evidence, reading)
            state.memory.learned = conditions.learned.flatMap { Int(exactly: ($0 * 100).rounded(.down)) }
            if let change { transitions.append(AlertTransition(change, state: state, at: time)) }
            if time <= reader.settled { state.memory.settled = state.settled }
            if time == told, let place { reconcile(&state, states[place], wasFiring: wasFiring, &transitions) }
        }
        if let told, let place, state.evaluatedTo < told {
            // The clock, or the end of what is known, went back: what was told stands.
            state = states[place]
            return true
        }
        // Nobody reads the sentence of an alert that is at rest.
        if state.phase != .inactive { try summarise(&state, resource, reader) }
        for index in transitions.indices { try summarise(&transitions[index].state, resource, reader) }
        all += transitions
        return true
    }
}

private extension Track {
    /// Steps that were run before have been run again on corrected numbers. People keep what they were told; they hear what is new.
    func reconcile(_ state: inout AlertState, _ told: AlertState, wasFiring: Bool, _ transitions: inout [AlertTransition]) {
        let fired = transitions.filter { $0.kind == .fired }
        let isNews = fired.contains { $0.at > told.resolvedAt ?? Timestamp(seconds: .min) } && told.phase != .firing
        let everFired = wasFiring || !fired.isEmpty
        state.incident = told.incident
        switch (told.phase == .firing, state.phase == .firing) {
        case (true, true):
            state.since = told.since
            state.announcedValue = told.announcedValue
            transitions = []
            if state.severity != told.severity {
                transitions.append(AlertTransition(state.severity > told.severity ? .escalated : .deescalated, state: state, at: state.evaluatedTo))
                state.announcedValue = state.value
            }
        case (true, false) where everFired:
            // It fired and was over: told the former, so tell the latter.
            transitions = transitions.last.map { $0.kind == .resolved ? [$0] : [] } ?? []
        case (true, false):
            // A source took back what it had said. Let it recover as if it had been true.
            state.phase = .firing
            state.severity = told.severity
            state.since = told.since
            state.activeAt = told.activeAt
            state.announcedValue = told.announcedValue
            state.recoveringSince = told.recoveringSince ?? state.evaluatedTo
            state.memory.changingSince = told.memory.changingSince
            state.memory.present = state.value
            state.value = told.value
            state.limit = told.limit
            state.memory.breachedAt = told.memory.breachedAt
            transitions = []
        case (false, _):
            if !isNews { transitions = [] }
        }
    }

    func summarise(_ state: inout AlertState, _ resource: Resource, _ reader: MeasurementReader) throws {
        let isRecovering = state.isRecovering || state.phase == .resolved
        let row = reader.row(endingAt: isRecovering ? state.memory.breachedAt ?? state.evaluatedTo : state.evaluatedTo)
        var numbers: [String: Double] = [:]
        for name in plan.summary.signals {
            let values = try reader.column(ColumnReference(owner: .own, signal: name)).values
            // The newest value that is known, up to an hour old.
            let end = max(0, min(row + 1, values.count))
            numbers[name] = values[min(max(0, row - 12), end)..<end].last { !$0.isNaN }
        }
        state.summary = plan.summary.text(SummaryTemplate.Facts(
            resource: resource.id.name, value: state.value ?? (state.memory.unit == nil ? .nan : .infinity), limit: state.limit ?? .nan,
            unit: state.memory.unit ?? .count, severity: state.severity, since: state.activeAt, now: state.evaluatedTo
        ) { numbers[$0] ?? .nan })
        if isRecovering, let present = state.memory.present { state.summary += ", now \(Quantity.text(present, state.memory.unit ?? .count))" }
    }
}

private extension AlertState {
    var isRecovering: Bool { phase == .firing && recoveringSince != nil }

    /// A value that has no end (a queue that never drains) is stored as none: databases and JSON know no infinity.
    mutating func take(_ evidence: Conditions.Evidence?, _ reading: Reading) {
        switch reading {
        case .breach, .breachOfUnknownSeverity:
            memory.breachedAt = evaluatedTo
            memory.present = nil
        case .fine where phase == .firing || phase == .resolved:
            // What it fired for stays what the alert says; that it is fine now is said beside it.
            memory.present = evidence.flatMap { $0.value.isFinite ? $0.value : nil }
            return
        case .held where phase == .firing: return
        case .fine, .held:
            memory.breachedAt = nil
            memory.present = nil
        }
        guard let evidence else { return }
        value = evidence.value.isFinite ? evidence.value : nil
        limit = evidence.limit.isFinite ? evidence.limit : nil
        memory.unit = evidence.unit
    }
}
