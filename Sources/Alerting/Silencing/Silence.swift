import Telemetry

/// A reason to tell nobody of certain alerts for a while, written down by a person. It spares messages, never counts.
package struct Silence: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Comparable, Sendable {
        /// Work that was announced. Says more than a silence, so it stands first where both hold.
        case maintenance
        case silence
        /// Somebody has it in hand.
        case ack

        package static func < (a: Kind, b: Kind) -> Bool { (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0) }
    }

    package enum End: Hashable, Sendable {
        case at(Timestamp)
        /// With the alerts that fired when it began: one that fires later is a new matter.
        case resolved
        /// A weekly window that nobody limited.
        case open
    }

    package static let labels = Route.labels + ["incident"]

    /// Its file's name without the ending.
    package var id: String
    package var kind: Kind
    package var author: String
    package var reason: String
    /// Label to a name with `*` and `?`; all must match.
    package var match: [String: String]
    package var start: Timestamp
    package var end: End
    /// Of a recurring one: its stretches around the present, in order. Nothing: all the time from start to end.
    package var windows: [TimeWindow]?

    package init(id: String, kind: Kind = .silence, author: String, reason: String, match: [String: String], start: Timestamp, end: End, windows: [TimeWindow]? = nil) {
        self.id = id
        self.kind = kind
        self.author = author
        self.reason = reason
        self.match = match
        self.start = start
        self.end = end
        self.windows = windows
    }

    /// Whether its time is over for good.
    package func isOver(at now: Timestamp) -> Bool { if case .at(let end) = end { now >= end } else { false } }

    /// Whether it holds at that moment, whatever it is about.
    package func isActive(at now: Timestamp) -> Bool {
        guard now >= start, !isOver(at: now) else { return false }
        return windows?.contains { $0.contains(now) } ?? true
    }

    /// When it ends, or its present window does; nothing where that depends on the alert.
    package func until(at now: Timestamp) -> Timestamp? {
        let limit: Timestamp? = if case .at(let time) = end { time } else { nil }
        guard let window = windows?.first(where: { $0.contains(now) }) else { return limit }
        return min(window.end, limit ?? window.end)
    }

    /// The window that comes next, of one that is not active.
    package func next(after now: Timestamp) -> TimeWindow? {
        guard !isOver(at: now) else { return nil }
        if now < start, windows == nil { return TimeWindow(from: start, to: until(at: start) ?? start) }
        return windows?.first { window in
            window.start > now && window.end > start && !isOver(at: window.start)
        }
    }

    package func covers(_ alert: AlertState, tenant: String, at now: Timestamp) -> Bool {
        guard alert.phase == .firing, isActive(at: now), end != .resolved || alert.since <= start else { return false }
        var labels = alert.labels(tenant: tenant)
        labels["incident"] = alert.incident
        return match.allSatisfy { label, glob in labels[label].map { Glob(glob).matches($0) } ?? false }
    }
}
