import Alerting
import Telemetry

/// What the fleet's pages need of one tenant: small enough to keep a thousand, so that the fleet opens no tenant's file.
package struct TenantDigest: Codable, Sendable {
    package var id: String
    package var title: String
    package var state: StateMark
    /// `Orders webhook blocked for 47 min`
    package var headline: Phrase
    /// Nothing where its pages could not be made, as for the other numbers.
    package var alerts: AlertCounts?
    package var since: Timestamp?
    /// When something is deleted silently; the nearest.
    package var deadline: Timestamp?
    package var dataTo: Timestamp?
    package var oldest: Double?
    /// At most 32 values of the last day.
    package var oldestDay: [Double]
    /// Of the queue that holds it.
    package var oldestState = StateMark.ok
    package var backlog: Double?
    package var errors: Double?
    package var days: [DayStrip.Day]
    /// Estimated this month.
    package var dollars: Double
    package var calls: Int
    package var services: Int?
    /// Series that had a point in the last day.
    package var series = 0
    package var disabled: String?
    /// What is to be known whatever the state is: `history lost`.
    package var notice: Phrase?
    /// What its rules said in the last 30 days.
    package var noise: [RuleNoise] = []

    /// A tenant whose run failed before anything was read: its last page stays where it is.
    package init(id: String, title: String, state: StateMark, headline: Phrase, disabled: String? = nil) {
        self.id = id
        self.title = title
        self.state = state
        self.headline = headline
        self.disabled = disabled
        oldestDay = []
        days = []
        dollars = 0
        calls = 0
    }

    package init(_ picture: TenantPicture) {
        self.init(id: picture.site.id, title: picture.site.title, state: picture.state, headline: Self.headline(picture), disabled: picture.site.disabled)
        let resources = picture.services.flatMap(\.resources), queues = resources.filter { $0.id.kind == .queue }
        alerts = picture.counts
        notice = picture.problems.first { $0.kind == .historyLost }.map(\.kind.words)
        since = picture.services.first?.since
        dataTo = picture.dataTo
        deadline = queues.compactMap { queue in
            guard let age = queue.latest("oldest_age"), let retention = queue.setting(.retention), !queue.alerts.isEmpty, retention > age else { return nil }
            return picture.end + Int64(saturating: retention - age)
        }.min()
        // The queue with the oldest message speaks for the tenant; adding ages up would mean nothing.
        let working = queues.filter(\.isWorkQueue), oldestQueue = working.max { ($0.latest("oldest_age") ?? -1) < ($1.latest("oldest_age") ?? -1) }
        oldest = oldestQueue?.latest("oldest_age")
        oldestState = oldestQueue?.state ?? .ok
        oldestDay = Sparkline.thinned(oldestQueue?.values("oldest_age") ?? [], to: 32)
        let waiting = working.compactMap { $0.latest("visible") }
        backlog = waiting.isEmpty ? nil : waiting.reduce(0, +)
        // As each service's row says it.
        let failed = resources.compactMap { resource in resource.failures.flatMap { resource.sum($0, over: 86_400) } }
        errors = failed.isEmpty ? nil : failed.reduce(0, +)
        days = Self.worst(picture.services.map(\.days))
        dollars = picture.ledger.reduce(0) { $0 + $1.dollars }
        calls = picture.ledger.reduce(0) { $0 + $1.calls }
        services = picture.services.count
        series = resources.reduce(0) { $0 + $1.day.columns.count }
    }

    private static func headline(_ picture: TenantPicture) -> Phrase {
        if let first = picture.services.first, first.state == .critical || first.state == .warning { return Verdict.sentence(first, picture) }
        return Verdict.sentence(picture)
    }

    /// A day is as bad as its worst service; without data only where no service had any.
    private static func worst(_ services: [[DayStrip.Day]]) -> [DayStrip.Day] {
        guard let count = services.map(\.count).max(), count > 0 else { return [] }
        return (0..<count).map { day in
            let states = services.compactMap { $0.indices.contains(day) ? $0[day] : nil }
            return states.contains(.critical) ? .critical : states.contains(.warning) ? .warning : states.contains(.ok) ? .ok : .noData
        }
    }
}
