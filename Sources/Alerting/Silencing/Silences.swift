import Telemetry

/// The silences that concern one tenant.
package struct Silences: Sendable {
    package var tenant: String
    package var all: [Silence]

    package static let none = Silences(tenant: "", all: [])

    package init(tenant: String, all: [Silence]) {
        self.tenant = tenant
        self.all = all.sorted { ($0.kind, $0.id) < ($1.kind, $1.id) }
    }

    package func covering(_ alert: AlertState, at now: Timestamp) -> Silence? { all.first { $0.covers(alert, tenant: tenant, at: now) } }

    /// Marks what is quiet now, and lifts what no longer is.
    func lay(over evaluation: inout Evaluation, at now: Timestamp) {
        for index in evaluation.states.indices where !all.isEmpty || evaluation.states[index].suppressedBy != nil {
            evaluation.states[index].suppressedBy = suppression(of: evaluation.states[index], at: now)
        }
        for index in evaluation.transitions.indices where evaluation.transitions[index].kind != .resolved {
            evaluation.transitions[index].state.suppressedBy = suppression(of: evaluation.transitions[index].state, at: now)
        }
    }

    /// Who explains the alert is the cause finder's matter: only what a person muted is touched here.
    private func suppression(of state: AlertState, at now: Timestamp) -> String? {
        if let silence = covering(state, at: now) { return Suppression.muted(silence.kind, id: silence.id).text }
        return state.isMuted ? nil : state.suppressedBy
    }
}
