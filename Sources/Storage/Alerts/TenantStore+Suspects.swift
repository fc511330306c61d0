import Alerting
import Signals
import Telemetry

extension TenantStore {
    /// Traces that are asked who calls whom.
    private static let traceLimit = 20

    /// What an alert is suspected to come from, by the stored numbers of what it calls; see `WatchedSystem`.
    /// - Parameter traceGroups: of its service.
    package func suspects(of alert: ResourceID, since start: Timestamp, unit: MetricUnit?, traceGroups: [String], to end: Timestamp) throws(StoreError) -> [WatchedSystem.Finding] {
        var traces: [Trace] = []
        for group in traceGroups {
            for id in try keptTraces(group: group, in: TimeWindow(from: start - 86_400, to: end)).prefix(Self.traceLimit) {
                if let trace = try trace(id) { traces.append(trace) }
            }
        }
        let resources = try resources()
        return try WatchedSystem(resources, traced: WatchedSystem.calls(in: traces, among: resources)).suspects(of: alert, since: start, unit: unit, to: end) { id, window throws(StoreError) in
            try grid(of: id, in: window, resolution: .raw)
        }
    }
}
