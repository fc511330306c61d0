import Alerting
import Signals
import Telemetry

extension TenantStore {
    /// Seconds before an alert in which who called whom is asked for.
    private static let traced: Int64 = 86_400

    /// What an incident is suspected to come from, by the stored numbers of what its alerts call; see `WatchedSystem`. Asked of the alert
    /// that began first: what another alert or a silence explains is no place to begin.
    /// - Parameter alerts: of the incident, those that fire; all that fired where it is over.
    package func suspects(behind alerts: [AlertState], to end: Timestamp) throws(StoreError) -> [WatchedSystem.Finding] {
        let unexplained = alerts.filter { $0.suppressedBy == nil }
        guard let first = (unexplained.isEmpty ? alerts : unexplained).min(by: { ($0.activeAt, $0.key) < ($1.activeAt, $1.key) }) else { return [] }
        let system = WatchedSystem(try resources(), calls: try calls(in: TimeWindow(from: first.activeAt - Self.traced, to: end)))
        return try system.suspects(of: first.key.resource, since: first.activeAt, unit: first.memory.unit, to: end, period: grain) { id, window throws(StoreError) in
            try grid(of: id, in: window, resolution: .raw)
        }
    }
}
