import Alerting
import Signals
import Site
import Storage
import Telemetry

/// From what an evaluation found to the messages that are stored with it.
struct AnnouncementStage {
    let tenant: TenantConfiguration
    let context: RunContext
    let store: TenantStore
    /// End of the data that was evaluated.
    let dataTo: Timestamp

    /// - Parameter cursor: how far the evaluation before this one came.
    /// - Returns: whether the tenant's messages of a day are used up; what is more was counted in a digest.
    func announce(_ evaluation: Evaluation, since cursor: Timestamp?, route: Route, in record: inout EvaluationRecord) throws -> Bool {
        let said = try store.said(since: context.now - 30 * 86_400)
        var plan = AnnouncementPlan(tenant: tenant.id, transitions: evaluation.transitions, states: evaluation.states, said: said, route: route, now: context.now,
                                    down: cursor.flatMap(down))
        var limit = RateLimit()
        limit.perDay = tenant.limits.messages
        let isUsedUp = plan.limit(limit, said: said, now: context.now)
        record.superseded = plan.superseded
        let announcer = try announcer(evaluation.states, for: plan.announcements)
        var next: [String: Int] = [:]
        for group in Set(plan.announcements.map(\.groupKey) + plan.digests.flatMap { $0.held.map(\.groupKey) }) { next[group] = try store.nextSequence(group: group) }
        for digest in plan.digests { next[announcer.group(of: digest)] = try store.nextSequence(group: announcer.group(of: digest)) }
        func sequence(_ group: String) -> Int {
            defer { next[group, default: 1] += 1 }
            return next[group, default: 1]
        }
        record.messages = announcer.messages(for: plan, said: said, sequence: sequence)
        for digest in context.configuration.site.digests {
            let summary = PeriodSummary(digest, announcer: announcer, store: store)
            guard let period = summary.period(endingAt: context.now), let last = try store.note(summary.noteKey) else {
                // Nobody wants a summary of the time before there was anything.
                record.notes[summary.noteKey] = summary.period(endingAt: context.now)?.name ?? ""
                continue
            }
            guard last != period.name, let receiver = context.receivers.first(where: { $0.name == digest.receiver }) else { continue }
            record.messages += receiver.messages(saying: try summary.notice(of: period, said: said, sequence: try store.nextSequence(group: summary.groupKey)))
            record.notes[summary.noteKey] = period.name
        }
        return isUsedUp
    }

    func announcer(_ states: [AlertState], for announcements: [Announcement]) throws -> Announcer {
        let rules = Dictionary(context.rules(for: tenant).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let clock = TenantClock(zone: tenant.timezone, now: context.now)
        return Announcer(
            tenant: tenant, baseURL: context.configuration.site.baseURL, receivers: context.receivers, rules: rules, clock: clock, dataTo: dataTo, now: context.now,
            background: try Background(announcements, states: states, rules: rules, clock: clock, dataTo: dataTo, store: store),
            resources: Dictionary(try store.resources().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }), states: states, firstStep: context.library.firstStep(of:))
    }

    /// The time in which runs were due and none took place; nothing for one that came late.
    private func down(since cursor: Timestamp) -> TimeWindow? {
        dataTo - cursor > max(4 * context.configuration.site.interval, 1_800) ? TimeWindow(from: cursor, to: dataTo) : nil
    }
}
