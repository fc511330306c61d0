import AWS
import JSON
import Telemetry

/// X-Ray: summaries of each trace group, and the spans of a few examples.
struct TraceCollection: Sendable {
    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    func harvest() async -> Harvest {
        let end = CollectionWindow.end(now: desk.order.now, period: desk.order.grain)
        var harvest = Harvest(window: TimeWindow(from: end, to: end))
        let groups = desk.order.services.flatMap { service in service.traceGroups.map { (service.id, $0) } }
        guard !groups.isEmpty else { return harvest }
        let answers = await inParallel(groups, atOnce: 4) { await self.read($0.1, service: $0.0) }
        let chosen = choice(of: answers)
        let destination = await TraceDestination(desk, groups: answers.map(\.resource), isWanted: chosen.contains { !$0.isEmpty })
        for (answer, ids) in zip(answers, chosen) {
            var part = answer.harvest
            destination.note(in: &part.resources)
            harvest.merge(part)
            guard !ids.isEmpty else { continue }
            harvest.merge(await TraceExamples(desk, answer.group, answer.resource, from: answer.harvest).harvest(ids, areInLogs: destination.isLogs))
        }
        harvest.readings = [reading(answers, end: end)] + [destination.refusal].compactMap(\.self)
        return harvest
    }

    /// Which traces are read with all their spans, group by group.
    private func choice(of answers: [GroupAnswer]) -> [[String]] {
        var left = desk.order.budget.exemplars
        return answers.enumerated().map { index, answer in
            let share = max(1, left / max(1, answers.count - index))
            let ids = Exemplars.choice(from: answer.harvest.summaries, kept: desk.order.keptTraces, limit: min(share, left))
            left -= ids.count
            return ids
        }
    }

    private struct GroupAnswer: Sendable {
        var harvest: Harvest
        var group: TraceGroupOrder
        var resource: ResourceID
        var failure: AWSError?
        /// Time or budget were used up before the first call.
        var isUnread = false
    }

    private func read(_ group: TraceGroupOrder, service: String) async -> GroupAnswer {
        let order = desk.order
        let id = ResourceID(source: order.source, kind: .trace, name: group.id)
        var answer = GroupAnswer(harvest: Harvest(window: TimeWindow(from: order.now, to: order.now)), group: group, resource: id)
        answer.harvest.resources = [Resource(id: id, service: service, presence: .unknown)]
        let cursor = order.cursors[SeriesID(id, "count")]
        guard let window = CollectionWindow.window(cursor: cursor, now: order.now, period: order.grain, backfill: order.backfill) else { return answer }
        // What was not asked about holds no zeros: the window grows with the pieces that were read.
        answer.harvest.window = TimeWindow(from: window.start, to: window.start)

        // The service takes at most a day at a time; the oldest piece comes first.
        for piece in window.pieces(of: 21_600) {
            guard await desk.mayCall() else { answer.isUnread = answer.harvest.window.seconds == 0; break }
            guard await readPiece(piece, &answer) else { break }
        }
        let whole = answer.harvest.window
        if whole.seconds > 0 {
            func quality(_ time: Timestamp) -> Quality { CollectionWindow.quality(of: time, end: window.end) }
            answer.harvest.series += TraceStatistics.batches(of: answer.harvest.summaries, resource: id, window: whole, period: order.grain, quality: quality)
            for batch in answer.harvest.series { answer.harvest.cursors[batch.series] = whole.end }
            answer.harvest.cursors[SeriesID(id, "count")] = whole.end
            answer.harvest.resources[0].presence = .alive
        } else if let failure = answer.failure {
            let reason: AbsenceReason = failure.kind == .denied ? .denied : .sourceError
            answer.harvest.absences = Dictionary(Self.signals.map { (SeriesID(id, $0), Absence(reason, since: order.now, detail: failure.said(limit: 200))) },
                                                 uniquingKeysWith: { first, _ in first })
            answer.harvest.resources[0].presence = Presence(failure)
        }
        return answer
    }

    private static let signals = ["count", "ok_rate", "error_rate", "fault_rate", "throttle_rate", "duration.p50", "duration.p95", "duration.p99"]

    /// Reads one piece over all its pages; afterwards the window ends where reading stopped.
    private func readPiece(_ piece: TimeWindow, _ answer: inout GroupAnswer) async -> Bool {
        let group = answer.group
        let paged = await desk.client.pages(limit: desk.order.budget.summaryPagesPerGroup) { token in
            .rest(.xray, "GetTraceSummaries", .post, "/TraceSummaries", input: Self.request(piece, group, token: token))
        } read: { body throws(AWSError) in
            let page = TraceSummaryPage(try body.json(), group: group.id)
            return (page, page.nextToken)
        }
        for page in paged.pages { answer.harvest.summaries += page.summaries }
        await desk.count("xray:GetTraceSummaries", units: paged.pages.reduce(0) { $0 + $1.scanned })
        answer.harvest.window.end = paged.isPartial ? piece.start : piece.end
        switch paged.end {
        case .complete: return true
        case .failed(let error):
            answer.failure = error
            answer.harvest.problems.append(desk.problem(error, operation: "xray:GetTraceSummaries", resource: answer.resource))
        case .repeatedToken, .pageLimit, .sizeLimit:
            answer.harvest.problems.append(Problem(
                .limit, source: desk.source, operation: "xray:GetTraceSummaries", place: desk.region,
                message: "xray:GetTraceSummaries of group '\(group.id)' in \(desk.region): more traces than one run reads. The next run asks again; narrow the filter if it happens each time.",
                resource: answer.resource))
        }
        return false
    }

    /// By the time of events, so that a trace that was finished late is found by the window that sees its end.
    static func request(_ window: TimeWindow, _ group: TraceGroupOrder, token: String?) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("StartTime", JSONValue(window.start.seconds)), .init("EndTime", JSONValue(window.end.seconds)), .init("TimeRangeType", "Event"),
            .init("Sampling", false),
        ]
        let filter = group.group.map { "group.name = \"\($0.replacing("\"", with: "\\\""))\"" } ?? group.filter
        if let filter, !filter.isEmpty { members.append(.init("FilterExpression", .string(filter))) }
        if let token { members.append(.init("NextToken", .string(token))) }
        return .object(members)
    }

    private func reading(_ answers: [GroupAnswer], end: Timestamp) -> SourceReading {
        let failures = answers.compactMap(\.failure), missing = failures.count + answers.count(where: \.isUnread)
        let state: SourceReading.State = missing == 0 ? .ok : missing < answers.count ? .partial
            : !failures.isEmpty && failures.allSatisfy { $0.kind == .denied } ? .denied : .failed
        return SourceReading(source: desk.source, what: "X-Ray summaries", state: state, dataTo: missing < answers.count ? end : nil,
                             detail: answers.flatMap(\.harvest.problems).first?.message)
    }
}

extension TimeWindow {
    /// The window in pieces of at most so many seconds, oldest first.
    func pieces(of seconds: Int64) -> [TimeWindow] {
        var pieces: [TimeWindow] = []
        var from = start
        while from < end {
            let to = min(end, from + max(1, seconds))
            pieces.append(TimeWindow(from: from, to: to))
            from = to
        }
        return pieces
    }
}
