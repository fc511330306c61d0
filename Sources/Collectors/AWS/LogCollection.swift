import AWS
import JSON
import Telemetry

/// Log lines of functions: error and warning counts, fingerprints, and what REPORT lines tell. Only lines that may count are fetched.
struct LogCollection: Sendable {
    let desk: AWSDesk
    let resources: [Resource]

    init(_ desk: AWSDesk, resources: [Resource]) {
        self.desk = desk
        self.resources = resources
    }

    func harvest() async -> Harvest {
        let end = CollectionWindow.end(now: desk.order.now, period: desk.order.grain)
        var harvest = Harvest(window: TimeWindow(from: end, to: end))
        let patterns = Dictionary(desk.order.services.map { ($0.id, ($0.logs, LogPatterns(of: $0))) }, uniquingKeysWith: { first, _ in first })
        var groups: [LogGroup] = []
        for resource in resources where resource.id.kind == .function {
            guard let (policy, patterns) = patterns[resource.service] else { continue }
            let group = LogGroup(resource, patterns)
            switch policy {
            case .off: leave(group, .disabled, .unknown, "switched off in the configuration", &harvest)
            case .denied: leave(group, .denied, .denied, "denied on purpose", &harvest)
            case .collect where resource.presence == .missing: leave(group, .deleted, .missing, "the function does not exist", &harvest)
            case .collect: groups.append(group)
            }
        }
        // FilterLogEvents allows about five calls a second and account.
        let answers = await inParallel(groups, atOnce: 4) { await self.read($0) }
        for answer in answers { harvest.merge(answer.harvest) }
        if !groups.isEmpty { harvest.readings = [reading(answers, end: end)] }
        return harvest
    }

    /// A group that is not asked: its resource has no log group, so its metrics are not asked for either.
    private func leave(_ group: LogGroup, _ reason: AbsenceReason, _ presence: Presence, _ detail: String, _ harvest: inout Harvest) {
        harvest.absences.merge(group.absences(reason, now: desk.order.now, detail: detail, withMetrics: true)) { $1 }
        harvest.resources.append(Resource(id: group.log, service: group.service, presence: presence))
    }

    private struct GroupAnswer: Sendable {
        var harvest: Harvest
        /// No call was made although there was something to ask: time or budget were used up.
        var isUnread = false
    }

    private func read(_ group: LogGroup) async -> GroupAnswer {
        let order = desk.order
        var nothing = Harvest(window: TimeWindow(from: order.now, to: order.now))
        nothing.resources = [group.resource(.unknown)]
        guard let window = CollectionWindow.window(cursor: order.cursors[group.errors], now: order.now, period: order.grain, backfill: order.backfill) else {
            return GroupAnswer(harvest: nothing)
        }
        guard await desk.mayCall() else { return GroupAnswer(harvest: nothing, isUnread: true) }
        return GroupAnswer(harvest: await read(group, window))
    }

    private func read(_ group: LogGroup, _ window: TimeWindow) async -> Harvest {
        let order = desk.order
        var tally = LogTally(group: group, window: window, period: order.grain, countedTo: order.cursors[group.errors])
        let paged = await desk.client.pages(limit: order.budget.logPagesPerGroup, bytes: order.budget.logBytes) { token in
            .json(.logs, "FilterLogEvents", group.request(window, token: token))
        } read: { answer throws(AWSError) in
            let page = FilterLogEventsAnswer(try answer.json())
            return (page, page.nextToken)
        }
        for page in paged.pages { tally.add(page) }
        await desk.count("logs:FilterLogEvents", units: paged.pages.reduce(0) { $0 + $1.bytes })

        var isWhole = true
        var harvest = Harvest(window: window)
        harvest.resources = [group.resource(paged.failure.map(Presence.init) ?? .alive)]
        switch paged.end {
        case .complete: break
        case .failed(let error):
            // A function that never logged has no group; that is silence, not a fault.
            if error.kind == .notFound {
                harvest.absences = group.absences(.neverSeen, now: order.now, detail: "the log group does not exist")
                return harvest
            }
            let reason: AbsenceReason = error.kind == .denied ? .denied : .sourceError
            harvest.problems = [desk.problem(error, operation: "logs:FilterLogEvents", resource: group.function)]
            if paged.pages.isEmpty {
                harvest.absences = group.absences(reason, now: order.now, detail: Redactor.redacted(error.message, limit: 200))
                return harvest
            }
            isWhole = false
        case .pageLimit, .sizeLimit, .repeatedToken:
            isWhole = false
            harvest.problems = [Problem(.limit, source: order.source, operation: "logs:FilterLogEvents", place: desk.region,
                                        message: "logs:FilterLogEvents of '\(group.name)' in \(desk.region): more lines than one run reads. The next run goes on where this one stopped; narrow log_patterns if it happens each time.",
                                        resource: group.function)]
        }
        tally.finish(isWhole: isWhole, end: window.end, into: &harvest)
        return harvest
    }

    private func reading(_ answers: [GroupAnswer], end: Timestamp) -> SourceReading {
        let denied = answers.count { $0.harvest.absences.values.contains { $0.reason == .denied } }
        let failed = answers.count { !$0.harvest.problems.isEmpty || $0.isUnread }
        let state: SourceReading.State = denied == answers.count ? .denied : failed == 0 ? .ok : failed == answers.count ? .failed : .partial
        return SourceReading(source: desk.source, what: "Function log lines", state: state, dataTo: failed < answers.count ? end : nil,
                             detail: answers.flatMap(\.harvest.problems).first?.message)
    }
}
