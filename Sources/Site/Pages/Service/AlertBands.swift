import Alerting
import Telemetry

/// When alerts fired, with the severity that they had: what charts shade.
enum AlertBands {
    /// - Parameter transitions: of the service, within the window at least.
    /// - Parameter alerts: as they stand now; what fires since before the window has no transition in it.
    static func bands(_ transitions: [AlertTransition], alerts: [AlertState], in window: TimeWindow) -> [ChartFrame.Band] {
        let spans = spans(transitions, alerts: alerts, in: window)
        // The worse lies on top.
        return [Severity.warning, .critical].flatMap { severity in
            (spans[severity] ?? []).map { ChartFrame.Band($0, isCritical: severity == .critical) }
        }
    }

    /// In order, and none that overlaps another of its severity.
    static func spans(_ transitions: [AlertTransition], alerts: [AlertState], in window: TimeWindow) -> [Severity: [TimeWindow]] {
        var spans: [Severity: [TimeWindow]] = [:]
        func add(_ severity: Severity, _ from: Timestamp, _ to: Timestamp) {
            let from = max(from, window.start), to = min(to, window.end)
            if to > from { spans[severity, default: []].append(TimeWindow(from: from, to: to)) }
        }
        let byKey = Dictionary(grouping: transitions, by: \.state.key), now = Dictionary(alerts.filter { $0.phase == .firing }.map { ($0.key, $0) }) { first, _ in first }
        for key in Set(byKey.keys).union(now.keys) {
            var open: (severity: Severity, from: Timestamp)?
            for transition in (byKey[key] ?? []).sorted(by: { $0.at < $1.at }) {
                let state = transition.state
                // What the first one says of the time before the window.
                if open == nil, transition.kind != .fired {
                    open = (transition.kind == .escalated ? .warning : transition.kind == .deescalated ? .critical : state.severity, min(state.since, transition.at))
                }
                switch transition.kind {
                case .grew, .flapping: continue
                case .fired, .escalated, .deescalated, .resolved:
                    if let open { add(open.severity, open.from, transition.at) }
                    open = transition.kind == .resolved ? nil : (state.severity, transition.at)
                }
            }
            if let state = now[key] {
                if let open { add(open.severity, open.from, window.end) } else { add(state.severity, state.since, window.end) }
            }
        }
        return spans.mapValues(merged)
    }

    private static func merged(_ windows: [TimeWindow]) -> [TimeWindow] {
        var out: [TimeWindow] = []
        for window in windows.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
            if let last = out.last, last.end >= window.start { out[out.count - 1] = TimeWindow(from: last.start, to: max(last.end, window.end)) } else { out.append(window) }
        }
        return out
    }
}
