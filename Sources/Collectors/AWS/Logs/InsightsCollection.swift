import AWS
import Telemetry

/// Counts the lines of heavy log groups by Logs Insights: once an hour, a few rows instead of all lines. Single runs and retries stay unknown.
struct InsightsCollection: Sendable {
    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    /// Least seconds between two queries of one group: each is paid by what it scans.
    private static let every: Int64 = 3_600
    private static let lineLimit = 1_000

    /// What the lines of a function say: counts a step, and the texts of its errors.
    func counts(of group: LogGroup, cursor: Timestamp?) async -> Harvest {
        let order = desk.order
        var harvest = Harvest(window: TimeWindow(from: order.now, to: order.now))
        guard let window = CollectionWindow.window(cursor: cursor, now: order.now, period: order.grain, every: Self.every, backfill: min(order.backfill, LogReach.lines)) else { return harvest }
        harvest.window = window
        let question = InsightsDesk.Question(query: InsightsQuery.counts(group.patterns, period: order.grain), group: group.name, window: window, resource: group.function)
        let rows: [[String: String]]
        switch await InsightsDesk(desk).rows(question) {
        case .success(let found): rows = found
        case .failure(let unanswered):
            note(unanswered, &harvest) { group.absences($0, now: order.now, detail: $1) }
            return harvest
        }
        record(rows, group, window, &harvest)
        let faults = harvest.series.filter { $0.series == group.errors || $0.series == group.warnings }.flatMap(\.samples).reduce(0) { $0 + $1.value }
        if faults > 0 { await lines(of: group, window, &harvest) }
        return harvest
    }

    private func record(_ rows: [[String: String]], _ group: LogGroup, _ window: TimeWindow, _ harvest: inout Harvest) {
        let period = desk.order.grain
        var byStep: [Timestamp: [String: String]] = [:]
        for row in rows { if let time = InsightsAnswer.time(row["step"]), window.contains(time) { byStep[time.floored(to: period)] = row } }
        func add(_ resource: ResourceID, _ name: String, _ column: String, scale: Double = 1, isCounter: Bool) {
            var samples: [Sample] = [], time = window.start
            while time < window.end {
                let value = InsightsAnswer.number(byStep[time]?[column]).map { $0 * scale }
                if let value, !isCounter || value > 0 {
                    samples.append(Sample(time, value, CollectionWindow.quality(of: time, end: window.end)))
                } else if isCounter {
                    samples.append(Sample(time, 0, .zeroFilled))
                }
                time = time + period
            }
            if !samples.isEmpty { harvest.series.append(SeriesBatch(SeriesID(resource, name), period: period, samples: samples)) }
        }
        add(group.log, "errors", "errors", isCounter: true)
        add(group.log, "warnings", "warnings", isCounter: true)
        add(group.function, "timeouts", "timeouts", isCounter: true)
        add(group.function, "out_of_memory", "out_of_memory", isCounter: true)
        add(group.function, "cold_starts", "cold_starts", isCounter: true)
        // As the service finds them in REPORT lines: milliseconds, and megabytes taken for a million bytes each.
        add(group.function, "init_duration.p50", "init_p50", scale: 0.001, isCounter: false)
        add(group.function, "init_duration.p99", "init_p99", scale: 0.001, isCounter: false)
        add(group.function, "memory_used", "memory_used", scale: 1.048576, isCounter: false)
        for series in [group.errors, group.warnings] + LogGroup.functionSignals.map({ SeriesID(group.function, $0) }) { harvest.cursors[series] = window.end }
    }

    /// The texts behind the counts; what they are about is in the first thousand.
    private func lines(of group: LogGroup, _ window: TimeWindow, _ harvest: inout Harvest) async {
        let question = InsightsDesk.Question(query: InsightsQuery.lines(group.patterns, limit: Self.lineLimit), group: group.name, window: window, resource: group.function, limit: Self.lineLimit)
        switch await InsightsDesk(desk).rows(question) {
        case .failure(let unanswered): harvest.problems += [unanswered.problem].compactMap(\.self)
        case .success(let rows):
            var tally = LogTally(group: group, window: window, period: desk.order.grain)
            for row in rows {
                guard let time = InsightsAnswer.time(row["@timestamp"]), let message = row["@message"] else { continue }
                tally.add(FilterLogEventsAnswer.Event(time: time, id: row["@ptr"] ?? "", message: message))
            }
            harvest.fingerprints += tally.texts
        }
    }

    /// How often each route of an API was answered with what.
    func answers(of log: AccessLog) async -> Harvest {
        let order = desk.order
        var harvest = Harvest(window: TimeWindow(from: order.now, to: order.now))
        guard let window = CollectionWindow.window(cursor: order.cursors[log.answers], now: order.now, period: max(order.grain, AnswerCount.bucketSeconds), every: Self.every,
                                                   backfill: min(order.backfill, LogReach.lines)) else { return harvest }
        harvest.window = window
        let question = InsightsDesk.Question(query: InsightsQuery.answers(log.format), group: log.group, window: window, resource: log.api)
        switch await InsightsDesk(desk).rows(question) {
        case .failure(let unanswered): note(unanswered, &harvest) { [log.answers: Absence($0, since: order.now, detail: $1)] }
        case .success(let rows):
            var tally = AccessLogTally(log, window: window, period: max(order.grain, AnswerCount.bucketSeconds))
            for row in rows {
                guard let time = InsightsAnswer.time(row["step"]), window.contains(time), let number = InsightsAnswer.number(row["answers"]), let count = Int(exactly: number.rounded()), count > 0 else { continue }
                let fields = log.format.keys.keys.compactMap { field in row[InsightsQuery.alias(field)].map { (field, $0) } }.filter { !$0.1.isEmpty && $0.1 != "-" }
                tally.add(Dictionary(fields, uniquingKeysWith: { first, _ in first }), at: time, count: count)
            }
            tally.finish(wholeTo: window.end, into: &harvest)
        }
        return harvest
    }

    private func note(_ unanswered: InsightsDesk.Unanswered, _ harvest: inout Harvest, _ absences: (AbsenceReason, String) -> [SeriesID: Absence]) {
        guard let problem = unanswered.problem else { return }
        harvest.problems.append(problem)
        let reason: AbsenceReason = problem.kind == .denied ? .denied : unanswered.error?.kind == .notFound ? .neverSeen : .sourceError
        harvest.absences = absences(reason, unanswered.error?.said(limit: 200) ?? problem.message)
    }
}
