import Telemetry

/// What a rule says about a resource at one step, after its missing-data mode was applied.
enum Reading: Hashable {
    case fine
    case breach(Severity)
    /// The warning holds, and whether the critical one does is not known: an alert that is critical stays so.
    case breachOfUnknownSeverity
    /// Nothing decides. `unknown`: people should see that.
    case held(unknown: Bool)
}

/// The states of an alert and the ways between them. Pure: a state, a reading and a time give the next state.
struct StateMachine {
    var forSeconds: Int64
    var recoverForSeconds: Int64
    var growth: (ratio: Double, amount: Double)?

    /// `time` is the end of the step, which is the moment of every change; `period` its length.
    func advance(_ state: inout AlertState, _ reading: Reading, value: Double?, at time: Timestamp, period: Int64) -> AlertTransition.Kind? {
        state.evaluatedTo = time
        if state.phase == .resolved { state.phase = .inactive }
        let isBreach: Bool
        var change: AlertTransition.Kind?
        switch reading {
        case .fine:
            isBreach = false
            state.unknownSince = nil
            change = fine(&state, time)
        case .breach(let severity):
            isBreach = true
            state.unknownSince = nil
            change = breach(&state, severity, value, time)
        case .breachOfUnknownSeverity:
            isBreach = true
            state.unknownSince = nil
            let known = state.phase == .firing ? state.severity : .warning
            change = breach(&state, known, value, time)
        case .held(let unknown):
            // Nothing known is no change: a sparse signal does not flap.
            isBreach = state.history & 1 == 1
            if unknown { state.unknownSince = state.unknownSince ?? time }
            hold(&state, period)
        }
        if !Flapping.isFlapping(state.history) { state.memory.flappingSince = nil }
        state.history = state.history << 1 | (isBreach ? 1 : 0)
        return change
    }

    /// The clocks stand still while nothing is known: an hour without data is no hour of trouble, and no hour of peace.
    func hold(_ state: inout AlertState, _ seconds: Int64) {
        if state.phase == .pending { state.since = state.since + seconds }
        state.recoveringSince = state.recoveringSince.map { $0 + seconds }
        state.memory.changingSince = state.memory.changingSince.map { $0 + seconds }
    }
}

private extension StateMachine {
    func fine(_ state: inout AlertState, _ time: Timestamp) -> AlertTransition.Kind? {
        switch state.phase {
        case .inactive, .resolved: return nil
        case .pending:
            state.phase = .inactive
            state.since = time
            state.memory.changingSince = nil
            return nil
        case .firing:
            let since = state.recoveringSince ?? time
            state.recoveringSince = since
            guard time - since >= recoverForSeconds else { return nil }
            // It would fire again in a moment: it stays, and that is said once.
            if Flapping.isFlapping(state.history) {
                guard state.memory.flappingSince == nil else { return nil }
                state.memory.flappingSince = time
                return .flapping
            }
            state.phase = .resolved
            state.since = time
            state.resolvedAt = time
            state.recoveringSince = nil
            state.memory.changingSince = nil
            state.announcedValue = nil
            return .resolved
        }
    }

    func breach(_ state: inout AlertState, _ severity: Severity, _ value: Double?, _ time: Timestamp) -> AlertTransition.Kind? {
        switch state.phase {
        case .inactive, .resolved:
            state.phase = .pending
            state.severity = severity
            state.since = time
            state.activeAt = time
            state.recoveringSince = nil
            state.memory.changingSince = nil
            return fireIfDue(&state, value, time)
        case .pending:
            if severity < state.severity { state.severity = severity }
            _ = isDue(&state, severity, after: forSeconds, time)
            return fireIfDue(&state, value, time)
        case .firing:
            state.recoveringSince = nil
            let rises = severity > state.severity
            if isDue(&state, severity, after: rises ? forSeconds : recoverForSeconds, time) {
                state.announcedValue = value
                return rises ? .escalated : .deescalated
            }
            guard let value, severity >= state.severity else { return nil }
            guard let announced = state.announcedValue, hasGrown(value, from: announced) else {
                state.announcedValue = state.announcedValue ?? value
                return nil
            }
            state.announcedValue = value
            return .grew
        }
    }

    func hasGrown(_ value: Double, from announced: Double) -> Bool {
        guard let growth, value > announced else { return false }
        // 110 is ten percent more than 100, whatever binary fractions say.
        let isMore = growth.ratio > 0 && value >= announced * (1 + growth.ratio) * (1 - 1e-12)
        return isMore || (growth.amount > 0 && value - announced >= growth.amount)
    }

    func fireIfDue(_ state: inout AlertState, _ value: Double?, _ time: Timestamp) -> AlertTransition.Kind? {
        guard time - state.since >= forSeconds else { return nil }
        state.phase = .firing
        state.since = time
        state.announcedValue = value
        return .fired
    }

    /// Whether another severity has held long enough; then the state takes it.
    func isDue(_ state: inout AlertState, _ severity: Severity, after hold: Int64, _ time: Timestamp) -> Bool {
        guard severity != state.severity else {
            state.memory.changingSince = nil
            return false
        }
        let since = state.memory.changingSince ?? time
        state.memory.changingSince = since
        guard time - since >= hold else { return false }
        state.severity = severity
        state.memory.changingSince = nil
        return true
    }
}
