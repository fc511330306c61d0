import Telemetry

extension AnnouncementPlan {
    /// Decides what to say. Everything of one group and receiver is one message; a group is said again only when it gets worse,
    /// when it grows, on its interval, or when all of it is resolved. An alert that something upstream or a silence explains
    /// never starts a message, but is listed in those of its group.
    ///
    /// - Parameter down: when no run took place although one was due; what came and went in it is said as such.
    package init(tenant: String, transitions: [AlertTransition], states: [AlertState], said: [SaidBefore], route: Route, now: Timestamp, down: TimeWindow? = nil) {
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
        // Where an alert fired and resolved between two runs only the net is said: nothing, or that it was while nobody looked.
        let firedHere = Set(transitions.filter { $0.kind == .fired }.map(\.state.key))
        var missed: [AlertState] = []
        for change in transitions {
            switch change.kind {
            case .resolved where !firedHere.contains(change.state.key): add(change.state) { $0.resolved.append(change.state) }
            case .resolved: missed.append(change.state)
            case .fired: add(change.state) { $0.note(.joined, change) }
            case .escalated: add(change.state) { $0.note(.worse, change) }
            case .grew: add(change.state) { $0.note(.grew, change) }
            case .flapping: add(change.state) { $0.note(.flapping, change) }
            case .deescalated: break
            }
        }
        let earlier = Dictionary(grouping: said.filter { $0.kind != .test && $0.state != .superseded }) { Address(receiver: $0.receiver, groupKey: $0.groupKey) }
        for (target, group) in groups.sorted(by: { $0.key < $1.key }) {
            decide(target, group, said: earlier[Address(receiver: target.receiver, groupKey: target.key)] ?? [], now: now)
        }
        if let down { tell(missed.filter { $0.suppressedBy == nil }, down, tenant: tenant, route: route) }
    }

    private mutating func decide(_ target: Target, _ group: Group, said: [SaidBefore], now: Timestamp) {
        let firing = group.firing.sorted(by: AlertState.worstFirst), loud = firing.filter { $0.suppressedBy == nil }
        let incident = (loud.first ?? firing.first ?? group.resolved.first)?.incident
        let before = said.filter { $0.incident == incident }.sorted { ($0.createdAt, $0.sequence, $0.id) < ($1.createdAt, $1.sequence, $1.id) }
        func announce(_ kind: OutboxMessage.Kind, _ reason: Announcement.Reason) {
            announcements.append(Announcement(receiver: target.receiver, groupKey: target.key, groupLabels: target.labels, kind: kind, reason: reason, incident: incident,
                                              firing: firing, resolved: group.resolved.sorted(by: AlertState.worstFirst), repeatInterval: group.route.repeatInterval))
        }
        if loud.isEmpty {
            guard !group.resolved.isEmpty, let last = before.last, last.kind != .resolved else { return }
            let waiting = before.filter { $0.attempts == 0 && $0.state == .pending }
            // Nobody heard of it: there is nothing to take back.
            if waiting.count == before.count { superseded += waiting.map(\.id) } else { announce(.resolved, .resolved) }
            return
        }
        guard let last = before.last, last.kind != .resolved else {
            // The first word waits: for company, or for somebody else to end it.
            let since = loud.map(\.since).min() ?? now
            guard now - since >= target.after ?? group.route.groupWait else { return }
            return announce(.firing, target.after == nil ? .began : .escalated)
        }
        if let news = group.news { return announce(.firing, news) }
        // What still waits to be sent reminds by itself.
        let isWaiting = last.state == .pending || last.state == .sending
        if now - last.createdAt >= group.route.repeatInterval, !isWaiting {
            announce(.reminder, .reminder(Set(before.filter { $0.kind == .reminder }.map(\.sequence)).count + 1))
        }
    }

    /// One message for each receiver about what it would have heard, had a run taken place; the default one hears of the gap in any case.
    private mutating func tell(_ missed: [AlertState], _ down: TimeWindow, tenant: String, route: Route) {
        var lists: [String: [AlertState]] = [route.receiver: []]
        for state in missed {
            for taken in route.taken(by: state.labels(tenant: tenant)) where taken.after == nil { lists[taken.receiver, default: []].append(state) }
        }
        let labels = ["tenant": tenant, "runs": "missed"]
        for (receiver, states) in lists.sorted(by: { $0.key < $1.key }) {
            announcements.append(Announcement(receiver: receiver, groupKey: Target.key(labels), groupLabels: labels, kind: .digest, reason: .missed(down), incident: nil,
                                              firing: [], resolved: states.sorted(by: AlertState.worstFirst), repeatInterval: route.repeatInterval))
        }
    }

    private struct Address: Hashable {
        var receiver: String
        var groupKey: String
    }

    private struct Target: Hashable, Comparable {
        let receiver: String
        let labels: [String: String]
        let after: Int64?
        let key: String

        init(receiver: String, labels: [String: String], after: Int64?) {
            self.receiver = receiver
            self.labels = labels
            self.after = after
            key = Self.key(labels)
        }

        static func key(_ labels: [String: String]) -> String { labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",") }
        static func < (a: Target, b: Target) -> Bool { (a.key, a.receiver, a.after ?? -1) < (b.key, b.receiver, b.after ?? -1) }
    }

    private struct Group {
        enum News { case joined, worse, grew, flapping }

        var route: Route
        var firing: [AlertState] = []
        var resolved: [AlertState] = []
        private var kinds: Set<News> = []

        init(route: Route) { self.route = route }

        mutating func note(_ kind: News, _ change: AlertTransition) { if change.state.suppressedBy == nil { kinds.insert(kind) } }

        /// Of several reasons the one that asks for most.
        var news: Announcement.Reason? {
            if kinds.contains(.worse) { return .worse }
            if kinds.contains(.joined) { return .joined }
            if kinds.contains(.grew) { return .grew }
            return kinds.contains(.flapping) ? .flapping : nil
        }
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
