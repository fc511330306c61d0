import Signals
import Telemetry

/// The words for how a thing stands, worst first. The order is that of pages: what needs a person before what does not.
package enum Status: String, CaseIterable, Hashable, Comparable, Sendable {
    case critical, warning, stale
    case noData = "no_data"
    /// Access refused, and nobody said that it should be.
    case denied
    case pending, silenced, maintenance, ok, asleep
    /// Access refused on purpose. The word is `denied` all the same.
    case declaredDenial = "denied_declared"
    case disabled

    /// As documents and pages say it.
    package var word: String { self == .declaredDenial ? Status.denied.rawValue : rawValue }

    package var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }

    /// Whether somebody should look.
    package var needsAttention: Bool {
        switch self {
        case .critical, .warning, .stale, .noData, .denied: true
        case .pending, .silenced, .maintenance, .ok, .asleep, .declaredDenial, .disabled: false
        }
    }

    /// The worse is the smaller.
    package static func < (a: Status, b: Status) -> Bool { a.rank < b.rank }

    /// The worst of several. Disabled things say nothing about the others; nothing at all is no data.
    package static func worst(of statuses: some Sequence<Status>) -> Status {
        let all = Array(statuses)
        let quiet: Set<Status> = [.asleep, .declaredDenial, .disabled]
        return all.filter { !quiet.contains($0) }.min() ?? all.min() ?? .noData
    }
}

/// When data counts as older than promised.
package struct Freshness: Hashable, Sendable {
    /// The end of the newest data; nothing before the first good read.
    package var dataTo: Timestamp?
    package var staleAfter: Timestamp?

    /// Three intervals may pass without a good run. This is also the rule `builder-stale`, which the page and the heartbeat watch:
    /// a builder that stands still evaluates no rules.
    package init(dataTo: Timestamp?, interval: Int64) {
        self.dataTo = dataTo
        staleAfter = dataTo.map { $0 + 3 * max(1, interval) }
    }

    package func isStale(at now: Timestamp) -> Bool { staleAfter.map { now > $0 } ?? false }
}

/// All that decides the status of one resource.
package struct ResourceStanding: Sendable {
    package var resource: Resource
    /// The alerts on it, in any phase.
    package var alerts: [AlertState] = []
    /// Of its series; those with fresh values have none.
    package var absences: [Absence] = []
    /// Whether any of its series has a fresh value.
    package var hasValues = false
    package var freshness: Freshness
    /// The tenant's file says that reading it is denied or off on purpose.
    package var isDeclared = false
    package var isInMaintenance = false

    package init(_ resource: Resource, freshness: Freshness) {
        self.resource = resource
        self.freshness = freshness
    }

    package func status(at now: Timestamp) -> Status {
        let reasons = Set(absences.map(\.reason))
        if reasons.contains(.disabled), !hasValues { return isDeclared || reasons.count == 1 ? .disabled : .noData }
        if isInMaintenance { return .maintenance }
        if freshness.isStale(at: now) { return worstAlert.map { min($0, .stale) } ?? .stale }
        if let alert = worstAlert { return alert }
        if resource.presence == .denied || (!hasValues && reasons.contains(.denied)) { return isDeclared ? .declaredDenial : .denied }
        if hasValues { return .ok }
        if reasons.contains(.asleep) { return .asleep }
        return .noData
    }

    /// A suppressed alert fires as much as another: suppression spares messages, not attention. Only a person quietens it.
    private var worstAlert: Status? {
        alerts.compactMap { alert -> Status? in
            switch alert.phase {
            case .firing:
                switch alert.suppression {
                case .muted(.maintenance, _): .maintenance
                case .muted(.silence, _), .muted(.ack, _): .silenced
                case .upstream, nil: alert.severity == .critical ? .critical : .warning
                }
            case .pending: .pending
            case .inactive, .resolved: nil
            }
        }.min()
    }
}
