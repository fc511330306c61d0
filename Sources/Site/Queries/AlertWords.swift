import Alerting
import Telemetry

/// Domain words of the built-in rules: a person reads "blocked for 47 min", not the name of a threshold.
package struct AlertWords: Hashable, Sendable {
    /// Instead of `Critical` or `Warning`, beside the same icon.
    package var badge: Phrase
    /// After "Orders webhook".
    package var phrase: Phrase

    private static let known: [String: (badge: Phrase, phrase: @Sendable (_ duration: String) -> Phrase)] = [
        "fifo-blocked": ("Blocked", { "has been blocked for \($0)" }),
        "dlq-nonempty": ("DLQ filling", { "has had messages in its dead-letter queue for \($0)" }),
        "queue-age": ("Backlog", { "has had an old backlog for \($0)" }),
        "queue-drain": ("Backlog", { "has drained too slowly for \($0)" }),
        "fn-errors": ("Failing", { "has had failing runs for \($0)" }),
        "fn-near-timeout": ("Near timeout", { "has run near its timeout for \($0)" }),
        "fn-throttled": ("Throttled", { "has been throttled for \($0)" }),
        "async-dropped": ("Dropping", { "has dropped events for \($0)" }),
        "async-age": ("Backlog", { "has kept events waiting for \($0)" }),
        "gateway-5xx": ("Failing", { "has answered with 5xx errors for \($0)" }),
        "gateway-4xx": ("Rejecting", { "has rejected requests for \($0)" }),
        "topic-failed": ("Failing", { "has failed to deliver messages for \($0)" }),
        "rule-failed": ("Failing", { "has failed to deliver events for \($0)" }),
        "table-throttle": ("Throttled", { "has had a throttled table for \($0)" }),
        "schedule-missed": ("Run missed", { "has missed its schedule for \($0)" }),
        "conservation": ("Unbalanced", { "has not added up for \($0)" }),
        "logs-silent": ("Silent logs", { "has run without logging for \($0)" }),
        "builder-stale": ("Out of date", { "has been out of date for \($0)" }),
        "log-errors": ("Log errors", { "has logged errors for \($0)" }),
        "trace-faults": ("Failing", { "has had failing traces for \($0)" }),
    ]

    /// - Parameter duration: how long it lasts: `47 min`.
    package init(rule: String, severity: Severity, duration: String) {
        let known = Self.known[rule]
        badge = known?.badge ?? (severity == .critical ? "Critical" : "Warning")
        phrase = known?.phrase(duration) ?? (severity == .critical ? "has been critical for \(duration)" : "has needed a look for \(duration)")
    }

    package init(_ alert: AlertState, now: Timestamp) {
        self.init(rule: alert.key.rule, severity: alert.severity, duration: Words.span(max(0, now - alert.activeAt)))
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
    /// Its summary; as a user's own rule words it, or in the language of the page.
    var said: Phrase { .told(summary, as: "summary") }

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
