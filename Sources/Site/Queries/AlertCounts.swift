import Alerting
import JSON

/// How many alerts fire, told or not: what a person muted is still there.
package struct AlertCounts: Hashable, Codable, Sendable {
    package var critical = 0
    package var warning = 0
    /// Of both, those that nobody is told about.
    package var muted = 0

    package init(_ alerts: [AlertState] = []) {
        for alert in alerts where alert.phase == .firing {
            switch alert.severity {
            case .critical: critical += 1
            case .warning: warning += 1
            }
            if alert.isMuted { muted += 1 }
        }
    }

    package var firing: Int { critical + warning }

    /// `2 critical, 1 warning, 1 muted`; nothing where nothing fires.
    package var words: Phrase? {
        guard firing > 0 else { return nil }
        let parts: [(Int, Phrase)] = [(critical, "\(critical) critical"), (warning, Words.plural(warning, "warning")), (muted, "\(muted) muted")]
        return parts.compactMap { $0 > 0 ? $1 : nil }.joined(separator: ", ")
    }

    var json: JSONValue { ["critical": JSONValue(critical), "warning": JSONValue(warning), "muted": JSONValue(muted)] }
}

extension TenantPicture {
    package var counts: AlertCounts { AlertCounts(alerts) }
}
