import Alerting

/// Domain words of the built-in rules: a person reads "blocked for 47 min", not the name of a threshold.
package struct AlertWords: Hashable, Sendable {
    /// Instead of `Critical` or `Warning`, beside the same icon.
    package var badge: String
    /// After "Orders webhook has", before "for 47 min".
    package var phrase: String

    private static let known: [String: (badge: String, phrase: String)] = [
        "fifo-blocked": ("Blocked", "been blocked"),
        "dlq-nonempty": ("DLQ filling", "had messages in its dead-letter queue"),
        "queue-age": ("Backlog", "had an old backlog"),
        "queue-drain": ("Backlog", "drained too slowly"),
        "fn-errors": ("Failing", "had failing runs"),
        "fn-near-timeout": ("Near timeout", "run near its timeout"),
        "fn-throttled": ("Throttled", "been throttled"),
        "async-dropped": ("Dropping", "dropped events"),
        "async-age": ("Backlog", "kept events waiting"),
        "gateway-5xx": ("Failing", "answered with 5xx errors"),
        "gateway-4xx": ("Rejecting", "rejected requests"),
        "topic-failed": ("Failing", "failed to deliver messages"),
        "rule-failed": ("Failing", "failed to deliver events"),
        "table-throttle": ("Throttled", "had a throttled table"),
        "schedule-missed": ("Run missed", "missed its schedule"),
        "conservation": ("Unbalanced", "not added up"),
        "logs-silent": ("Silent logs", "run without logging"),
        "builder-stale": ("Out of date", "been out of date"),
        "log-errors": ("Log errors", "logged errors"),
        "trace-faults": ("Failing", "had failing traces"),
    ]

    package init(rule: String, severity: Severity) {
        let known = Self.known[rule]
        badge = known?.badge ?? (severity == .critical ? "Critical" : "Warning")
        phrase = known?.phrase ?? (severity == .critical ? "been critical" : "needed a look")
    }
}

extension Severity {
    package var mark: StateMark {
        switch self {
        case .warning: .warning
        case .critical: .critical
        }
    }
}

extension AlertState {
    /// How the alert counts now: what keeps it quiet decides before how bad it is.
    package var mark: StateMark? {
        switch phase {
        case .inactive: nil
        case .resolved: .resolved
        case .pending: .pending
        case .firing:
            switch suppression {
            case .muted(.maintenance, _): .maintenance
            case .muted(.silence, _), .muted(.ack, _): .silenced
            // Held back because something upstream explains it: still true, told once.
            case .upstream, nil: severity.mark
            }
        }
    }
}
