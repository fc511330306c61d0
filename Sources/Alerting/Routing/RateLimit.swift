import Telemetry

/// How much one receiver can bear: so many messages at once, and as many again in so many seconds. Digests and what was told in one do not
/// count: there is at most one a run.
package struct RateLimit: Hashable, Sendable {
    package var burst = 20
    package var seconds: Int64 = 20 * 60
    /// All receivers of a tenant together.
    package var perHour = 50
    /// Of a tenant in 24 hours, all receivers together.
    package var perDay = Int.max

    package init() {}
}

extension AnnouncementPlan {
    /// Puts what is too much into one digest for each receiver. Nothing is dropped: what is not said by itself is counted there.
    /// - Returns: whether the messages of a day are used up by it.
    @discardableResult
    package mutating func limit(_ limit: RateLimit = RateLimit(), said: [SaidBefore], now: Timestamp) -> Bool {
        struct Said: Hashable {
            var receiver: String, group: String, sequence: Int
        }
        func recent(_ seconds: Int64) -> Set<Said> {
            Set(said.lazy.filter { $0.createdAt > now - seconds && $0.state != .digested && $0.state != .superseded && $0.kind != .digest && $0.kind != .test }
                .map { Said(receiver: $0.receiver, group: $0.groupKey, sequence: $0.sequence) })
        }
        let ofDay = max(0, limit.perDay - recent(86_400).count), wanted = announcements.count { $0.kind != .digest }
        var ofTenant = max(0, min(limit.perHour - recent(3_600).count, ofDay))
        let used = recent(limit.seconds).reduce(into: [:]) { $0[$1.receiver, default: 0] += 1 }
        var direct: [Announcement] = []
        for (receiver, own) in Dictionary(grouping: announcements, by: \.receiver).sorted(by: { $0.key < $1.key }) {
            let places = max(0, min(limit.burst - (used[receiver] ?? 0), ofTenant))
            let summaries = own.filter { $0.kind == .digest }, single = own.filter { $0.kind != .digest }.sorted(by: Announcement.mostUrgentFirst)
            direct += summaries + single.prefix(places)
            ofTenant -= min(places, single.count)
            if single.count > places { digests.append(Digest(receiver: receiver, held: Array(single.dropFirst(places)))) }
        }
        announcements = direct.sorted { ($0.groupKey, $0.receiver) < ($1.groupKey, $1.receiver) }
        return wanted > ofDay
    }
}

extension Announcement {
    /// Critical before warning, news before reminders, those before what is over; then by group.
    fileprivate static func mostUrgentFirst(_ a: Announcement, _ b: Announcement) -> Bool {
        func rank(_ announcement: Announcement) -> Int {
            switch announcement.kind {
            case .firing: 0
            case .reminder: 1
            case .resolved, .digest, .test: 2
            }
        }
        if rank(a) / 2 != rank(b) / 2 { return rank(a) < rank(b) }
        if a.severity != b.severity { return a.severity > b.severity }
        return rank(a) == rank(b) ? a.groupKey < b.groupKey : rank(a) < rank(b)
    }
}
