import AWS
import Telemetry

/// Access logs of APIs: who answered which route with what. Lines name callers and addresses, so nothing of them is kept but the counts.
struct AccessLogCollection: Sendable {
    let desk: AWSDesk
    let resources: [Resource]

    init(_ desk: AWSDesk, resources: [Resource]) {
        self.desk = desk
        self.resources = resources
    }

    /// How far back a log is read when it is seen for the first time: what the page shows.
    private static let reach: Int64 = 86_400

    func harvest() async -> Harvest {
        let collecting = Set(desk.order.services.filter { $0.logs == .collect }.map(\.id))
        let logs = resources.filter { collecting.contains($0.service) && $0.presence != .missing }.compactMap(AccessLog.init)
        let end = CollectionWindow.end(now: desk.order.now, period: desk.order.grain)
        var harvest = Harvest(window: TimeWindow(from: end, to: end))
        let answers = await inParallel(logs, atOnce: 2) { await self.read($0) }
        for answer in answers { harvest.merge(answer) }
        guard !logs.isEmpty else { return harvest }
        let failed = answers.count { !$0.problems.isEmpty }
        harvest.readings = [SourceReading(
            source: desk.source, what: "API access logs", state: failed == 0 ? .ok : answers.allSatisfy { $0.problems.contains { $0.kind == .denied } } ? .denied : failed == answers.count ? .failed : .partial,
            dataTo: failed < answers.count ? end : nil, detail: answers.flatMap(\.problems).first?.message)]
        return harvest
    }

    private func read(_ log: AccessLog) async -> Harvest {
        let order = desk.order
        if order.logReading.usesInsights(heavySince: order.cursors[log.heavy], now: order.now), log.format.isJSON {
            let harvest = await InsightsCollection(desk).answers(of: log)
            // Whoever may read lines need not have the right to query.
            if order.logReading == .insights || !harvest.problems.contains(where: { $0.kind == .denied }) { return harvest }
        }
        return await readLines(log)
    }

    private func readLines(_ log: AccessLog) async -> Harvest {
        let order = desk.order
        var harvest = Harvest(window: TimeWindow(from: order.now, to: order.now))
        guard let window = CollectionWindow.window(cursor: order.cursors[log.answers], now: order.now, period: order.grain, backfill: min(order.backfill, Self.reach)),
              await desk.mayCall() else { return harvest }
        harvest.window = window
        var tally = AccessLogTally(log, window: window, period: order.grain)
        var pages = order.budget.logPagesPerGroup, wholeTo = window.start, isWhole = true
        let question = LogReader.Question(group: log.group, pattern: "", resource: log.api)
        for piece in window.pieces(of: LogReach.piece) where isWhole {
            let paged = await LogReader(desk: desk).pages(question, in: piece, limit: pages)
            for page in paged.pages { tally.add(page) }
            pages -= paged.pages.count
            isWhole = !paged.isPartial
            if isWhole { wholeTo = piece.end }
            explain(paged, question, log, &harvest)
        }
        tally.finish(wholeTo: wholeTo, into: &harvest)
        return harvest
    }

    private func explain(_ paged: Paged<FilterLogEventsAnswer>, _ question: LogReader.Question, _ log: AccessLog, _ harvest: inout Harvest) {
        switch paged.end {
        case .complete, .pageLimit(0): break
        case .failed(let error):
            harvest.problems.append(desk.problem(error, operation: "logs:FilterLogEvents", resource: log.api))
            guard paged.pages.isEmpty else { return }
            harvest.absences[log.answers] = Absence(error.kind == .denied ? .denied : error.kind == .notFound ? .neverSeen : .sourceError, since: desk.order.now, detail: error.said(limit: 200))
        case .pageLimit, .sizeLimit, .repeatedToken:
            let isAutomatic = desk.order.logReading == .auto && log.format.isJSON
            if isAutomatic { harvest.cursors[log.heavy] = desk.order.now }
            harvest.problems.append(LogReader(desk: desk).tooLong(question, remedy: isAutomatic ? "The next runs let Logs Insights count them." : "The next run goes on where this one stopped; set log_reading: auto if it happens each time."))
        }
    }
}

/// The access log of one API's stage, as the stage itself names it.
struct AccessLog: Sendable {
    var api: ResourceID
    var group: String
    var format: AccessLogFormat
    /// Who stands behind the gateway.
    var behind: AnswerCount.Party

    init?(_ resource: Resource) {
        guard resource.id.kind == .api || resource.id.kind == .httpAPI, let group = resource.settings[.accessLogGroup]?.text, !group.isEmpty else { return nil }
        if let text = resource.settings[.accessLogFormat]?.text {
            guard let format = AccessLogFormat(text) else { return nil }
            self.format = format
        } else {
            format = .standard
        }
        api = resource.id
        self.group = group
        // A gateway that speaks to another service itself has no code of ours behind it.
        behind = resource.feeds.isEmpty || resource.feeds.contains { $0.kind == .function } ? .code : .dependency
    }

    var answers: SeriesID { SeriesID(api, "answers") }
    /// When its lines were last too many to be read one by one; kept among the cursors.
    var heavy: SeriesID { SeriesID(api, "answers.heavy") }
}

/// Counts the lines of one access log.
struct AccessLogTally {
    private let log: AccessLog
    private let window: TimeWindow
    private let period: Int64
    private var tally: AnswerTally
    private var rows: [Timestamp: Int] = [:]
    private var seen: Set<String> = []
    private var last: Timestamp?

    init(_ log: AccessLog, window: TimeWindow, period: Int64) {
        self.log = log
        self.window = window
        self.period = period
        tally = AnswerTally(log.api)
    }

    mutating func add(_ page: FilterLogEventsAnswer) {
        for event in page.events where window.contains(event.time) && (event.id.isEmpty || seen.insert(event.id).inserted) {
            last = max(last ?? event.time, event.time)
            guard let fields = log.format.fields(of: event.message) else { continue }
            add(fields, at: event.time)
        }
    }

    mutating func add(_ fields: [AccessLogFormat.Field: String], at time: Timestamp, count: Int = 1) {
        guard let record = AccessLogRecord(fields, tellsIntegration: log.format.tellsIntegration, behind: log.behind) else { return }
        tally.add(record, at: time, count: count)
        rows[time.floored(to: period), default: 0] += min(count, 1_000_000_000)
    }

    /// - Parameter wholeTo: every line before it was read; after it only whole steps before the last line are.
    func finish(wholeTo: Timestamp, into harvest: inout Harvest) {
        let known = max(wholeTo, (last ?? window.start).floored(to: max(period, AnswerCount.bucketSeconds)))
        guard known > window.start else { return }
        var samples: [Sample] = [], time = window.start
        while time < known {
            let count = rows[time] ?? 0
            samples.append(Sample(time, Double(count), count == 0 ? .zeroFilled : CollectionWindow.quality(of: time, end: window.end)))
            time = time + period
        }
        harvest.series.append(SeriesBatch(log.answers, period: period, samples: samples))
        harvest.answers += tally.answers(before: known)
        harvest.cursors[log.answers] = known
    }
}
