import Telemetry

extension AnnouncementPlan {
    /// Decides what to say. Everything of one group and receiver is one message; a group is said again only when it gets worse,
    /// when it grows, on its interval, or when all of it is resolved. An alert that something upstream or a silence explains
    /// never starts a message, but is listed in those of its group.
    package init(tenant: String, transitions: [AlertTransition], states: [AlertState], said: [SaidBefore], route: Route, now: Timestamp) {
        var groups: [Target: Group] = [:]
        func add(_ state: AlertState, _ change: (inout Group) -> Void) {
            let labels = state.labels(tenant: tenant)
            for taken in route.taken(by: labels) {
                var shared: [String: String] = [:]
                for label in route.groupBy { shared[label] = labels[label] }
                change(&groups[Target(receiver: taken.receiver, labels: shared, after: taken.after), default: Group(route: taken)])
            }
        }
        for state in states where state.phase == .firing { add(state) { $0.firing.append(state) } }
        // Where an alert fired and resolved between two runs only the net is said: nothing.
        let firedHere = Set(transitions.filter { $0.kind == .fired }.map(\.state.key))
        for change in transitions {
            switch change.kind {
            case .resolved where !firedHere.contains(change.state.key): add(change.state) { $0.resolved.append(change.state) }
            case .fired, .escalated, .grew: if change.state.suppressedBy == nil { add(change.state) { $0.isNews = true } }
            case .resolved, .deescalated: break
            }
        }
        for (target, group) in groups.sorted(by: { $0.key < $1.key }) { decide(target, group, said: said, now: now) }
    }

    private mutating func decide(_ target: Target, _ group: Group, said: [SaidBefore], now: Timestamp) {
        let firing = group.firing.sorted(by: AlertState.worstFirst), loud = firing.filter { $0.suppressedBy == nil }
        let incident = (loud.first ?? firing.first ?? group.resolved.first)?.incident
        let before = said.filter { $0.receiver == target.receiver && $0.groupKey == target.key && $0.incident == incident && $0.kind != .test && $0.state != .superseded }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        func announce(_ kind: OutboxMessage.Kind) {
            announcements.append(Announcement(receiver: target.receiver, groupKey: target.key, groupLabels: target.labels, kind: kind, incident: incident,
                                              firing: firing, resolved: group.resolved.sorted(by: AlertState.worstFirst), repeatInterval: group.route.repeatInterval))
        }
        if loud.isEmpty {
            guard !group.resolved.isEmpty, let last = before.last, last.kind != .resolved else { return }
            let waiting = before.filter { $0.attempts == 0 && $0.state == .pending }
            // Nobody heard of it: there is nothing to take back.
            if waiting.count == before.count { superseded += waiting.map(\.id) } else { announce(.resolved) }
            return
        }
        if let after = target.after {
            let since = loud.map(\.since).min() ?? now
            guard now - since >= after else { return }
            if before.isEmpty { return announce(.firing) }
        }
        if group.isNews, target.after == nil || !before.isEmpty { return announce(.firing) }
        guard let last = before.last else { return announce(.firing) }
        if last.kind == .resolved { return announce(.firing) }
        if now - last.createdAt >= group.route.repeatInterval { announce(.reminder) }
    }

    private struct Target: Hashable, Comparable {
        var receiver: String
        var labels: [String: String]
        var after: Int64?

        var key: String { labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",") }
        static func < (a: Target, b: Target) -> Bool { (a.key, a.receiver, a.after ?? -1) < (b.key, b.receiver, b.after ?? -1) }
    }

    private struct Group {
        var route: Route
        var firing: [AlertState] = []
        var resolved: [AlertState] = []
        var isNews = false
    }
}

extension AlertState {
    /// Explained ones last; critical before warning, then the oldest trouble, then by name.
    package static func worstFirst(_ a: AlertState, _ b: AlertState) -> Bool {
        if (a.suppressedBy == nil) != (b.suppressedBy == nil) { return a.suppressedBy == nil }
        if a.severity != b.severity { return a.severity > b.severity }
        if a.since != b.since { return a.since < b.since }
        return a.key < b.key
    }
}
