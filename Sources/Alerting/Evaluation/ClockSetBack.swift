import Telemetry

/// A clock that ran ahead for a while leaves alerts that are evaluated up to a moment that is still to come. Left alone they would stay as they
/// are until then: nothing would fire and nothing would end.
struct ClockSetBack {
    /// The step before the one that is evaluated next.
    let to: Timestamp

    /// Nothing where the clock is right, or was set back by so little that the steps in question are run again anyway.
    init?(cursor: Timestamp?, end: Timestamp, now: Timestamp, grain: Int64, correctionWindow: Int64) {
        guard let cursor, cursor - now > correctionWindow else { return nil }
        to = end - grain
    }

    /// The alert as it stood, with nothing of it later than the present. Who was told of it hears how it goes on.
    func corrected(_ state: AlertState) -> AlertState {
        var state = state
        state.memory.settled = nil
        state.evaluatedTo = min(state.evaluatedTo, to)
        state.since = min(state.since, to)
        state.activeAt = min(state.activeAt, to)
        for time in [\AlertState.recoveringSince, \.resolvedAt, \.unknownSince, \.memory.changingSince, \.memory.flappingSince, \.memory.breachedAt] {
            state[keyPath: time] = state[keyPath: time].map { min($0, to) }
        }
        return state
    }

    func corrected(_ incident: Incident) -> Incident {
        var incident = incident
        incident.startedAt = min(incident.startedAt, to)
        incident.endedAt = incident.endedAt.map { min($0, to) }
        return incident
    }
}
