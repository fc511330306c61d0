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
        let cursor = order.cursors[group.errors]
        var harvest = Harvest(window: TimeWindow(from: order.now, to: order.now))
        let state = await LogGroupInventory(desk).state(of: group)
        harvest.resources = [state.resource]
        guard state.exists else {
            harvest.absences = group.absences(.neverSeen, now: order.now, detail: "the log group does not exist", withMetrics: true)
            return GroupAnswer(harvest: harvest)
        }
        guard let window = CollectionWindow.window(cursor: cursor, now: order.now, period: order.grain, backfill: min(order.backfill, LogReach.lines)) else {
            return GroupAnswer(harvest: harvest)
        }
        guard await desk.mayCall() else { return GroupAnswer(harvest: harvest, isUnread: true) }
        if order.logReading.usesInsights(heavySince: order.cursors[group.heavy], now: order.now) {
            let counted = await InsightsCollection(desk).counts(of: group, cursor: cursor)
            if order.logReading == .insights || !counted.problems.contains(where: { $0.kind == .denied }) {
                harvest.merge(counted)
                if counted.problems.isEmpty { harvest.resources[0].presence = .alive }
                return GroupAnswer(harvest: harvest)
            }
        }
        await read(group, window, into: &harvest)
        return GroupAnswer(harvest: harvest)
    }

    private func read(_ group: LogGroup, _ window: TimeWindow, into harvest: inout Harvest) async {
        let order = desk.order, cursor = desk.order.cursors[group.errors]
        harvest.window = window
        var tally = LogTally(group: group, window: window, period: order.grain)
        var pages = order.budget.logPagesPerGroup, wholeTo = window.start, isWhole = true, isSilent = true
        for piece in window.pieces(of: LogReach.piece) where isWhole {
            let paged = await lines(.all, of: group, in: piece, pages: pages)
            for page in paged.pages { tally.add(page) }
            pages -= paged.pages.count
            isWhole = !paged.isPartial
            if isWhole { wholeTo = piece.end }
            isSilent = isSilent && paged.pages.isEmpty
            explain(paged, of: group, isSilent: isSilent, &harvest)
        }
        if isWhole { await readHistory(of: group, before: window.start, isNew: cursor == nil, &tally, &harvest) }
        if !isSilent { tally.finish(wholeTo: wholeTo, into: &harvest) }
    }

    private func lines(_ lines: LogPatterns.Lines, of group: LogGroup, in window: TimeWindow, pages: Int) async -> Paged<FilterLogEventsAnswer> {
        await LogReader(desk: desk).pages(group.question(lines), in: window, limit: pages)
    }

    private func explain(_ paged: Paged<FilterLogEventsAnswer>, of group: LogGroup, isSilent: Bool, _ harvest: inout Harvest) {
        switch paged.end {
        case .complete: harvest.resources[0].presence = .alive
        case .failed(let error):
            harvest.resources[0].presence = Presence(error)
            // A function that never logged has no group; that is silence, not a fault.
            if error.kind == .notFound {
                harvest.absences = group.absences(.neverSeen, now: desk.order.now, detail: "the log group does not exist")
                return
            }
            harvest.problems.append(desk.problem(error, operation: "logs:FilterLogEvents", resource: group.function))
            if isSilent {
                harvest.absences = group.absences(error.kind == .denied ? .denied : .sourceError, now: desk.order.now, detail: error.said(limit: 200))
            }
        // Not asked at all: the run itself says why.
        case .pageLimit(0): break
        case .pageLimit, .sizeLimit, .repeatedToken:
            harvest.resources[0].presence = .alive
            let isAutomatic = desk.order.logReading == .auto
            if isAutomatic { harvest.cursors[group.heavy] = desk.order.now }
            harvest.problems.append(LogReader(desk: desk).tooLong(group.question(), remedy: isAutomatic ? "The next runs let Logs Insights count them."
                : "The next run goes on where this one stopped; narrow log_patterns or set log_reading: auto if it happens each time."))
        }
    }

    /// REPORT lines of the day before, newest stretch first, so that the most recent are there where the pages end. What is left is read
    /// by the next run; a day later nothing is left.
    private func readHistory(of group: LogGroup, before start: Timestamp, isNew: Bool, _ tally: inout LogTally, _ harvest: inout Harvest) async {
        let order = desk.order
        // A group that earlier runs followed without a history has one by now.
        guard isNew || order.cursors[group.history] != nil else { return }
        let oldest = (order.now - min(order.backfill, LogReach.reports)).floored(to: order.grain)
        var known = isNew ? start : order.cursors[group.history] ?? start
        var pages = order.budget.logHistoryPagesPerGroup
        while known > oldest, pages > 0 {
            let piece = TimeWindow(from: max(oldest, known - LogReach.piece), to: known)
            let paged = await lines(.reports, of: group, in: piece, pages: pages)
            pages -= max(1, paged.pages.count)
            guard !paged.isPartial else { break }
            tally.addHistory(paged.pages, in: piece)
            known = piece.start
        }
        harvest.cursors[group.history] = known
    }

    private func reading(_ answers: [GroupAnswer], end: Timestamp) -> SourceReading {
        let denied = answers.count { $0.harvest.absences.values.contains { $0.reason == .denied } }
        let failed = answers.count { !$0.harvest.problems.isEmpty || $0.isUnread }
        let state: SourceReading.State = denied == answers.count ? .denied : failed == 0 ? .ok : failed == answers.count ? .failed : .partial
        return SourceReading(source: desk.source, what: "Function log lines", state: state, dataTo: failed < answers.count ? end : nil,
                             detail: answers.flatMap(\.harvest.problems).first?.message)
    }
}
