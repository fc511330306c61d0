import AWS
import Curl
import JSON
import Telemetry

/// Exceptions as Sentry counted them, by project: all events, those that nobody caught, and the issues that they were grouped to.
package struct SentryCollector: Source {
    /// A project and the function that reports to it.
    package struct Project: Sendable {
        package var slug: String
        package var function: String

        package init(slug: String, function: String) {
            self.slug = slug
            self.function = function
        }
    }

    private let service: WebService
    private let organization: String
    private let projects: [Project]
    private let environment: WebEnvironment

    package init(_ service: WebService, organization: String, projects: [Project], environment: WebEnvironment) {
        self.service = service
        self.organization = organization
        self.projects = projects
        self.environment = environment
    }

    private static let mostPages = 5

    package func harvest(_ order: CollectionOrder) async -> Harvest {
        let desk = WebDesk(service, order: order, environment: environment)
        let end = CollectionWindow.end(now: order.now, period: order.grain)
        var harvest = Harvest(window: TimeWindow(from: end, to: end)), refusals: [WebRefusal] = []
        for project in projects {
            let owner = order.owner(of: .function, project.function)
            let handled = SeriesID(owner.id, "exceptions.handled"), unhandled = SeriesID(owner.id, "exceptions.unhandled")
            guard let window = CollectionWindow.window(cursor: order.cursors[unhandled], now: order.now, period: order.grain, backfill: order.backfill) else { continue }
            switch await counts(project, owner.id, window, desk) {
            case .failure(let refusal):
                refusals.append(refusal)
                for series in [handled, unhandled] { harvest.absences[series] = Absence(refusal.absence, since: order.now, detail: refusal.detail) }
            case .success(let counts):
                if window.start < harvest.window.start { harvest.window = window }
                for (series, counts) in [(handled, counts.handled), (unhandled, counts.unhandled)] {
                    let batch = Self.batch(series, counts.values, window, period: order.grain, isWhole: counts.isWhole)
                    if batch.samples.isEmpty { harvest.absences[series] = Absence(.sourceError, since: order.now, detail: "Sentry: nothing of the answer can be used") }
                    else { harvest.series.append(batch) }
                    harvest.cursors[series] = CollectionWindow.cursor(after: window, isPartial: !counts.isWhole)
                }
                harvest.fingerprints += await issues(of: project, owner.id, desk)
            }
        }
        harvest.problems = await desk.problems
        harvest.ledger = await desk.ledger
        harvest.series.sort { $0.series < $1.series }
        if !projects.isEmpty { harvest.readings = [SourceReading(desk, "Sentry events", asked: projects.count, refusals: refusals, to: end)] }
        return harvest
    }

    /// The calls of an ordinary run, by operation.
    package static func calls(projects: Int) -> [(operation: String, calls: Int)] { [("sentry:EventsStats", projects * 2), ("sentry:ListIssues", projects)] }

    /// https://docs.sentry.io/api/permissions/
    package static func right(_ operation: String) -> String? { operation == "sentry:ListIssues" ? "event:read" : "org:read" }
}

private extension SentryCollector {
    /// Events by point, and whether all that was said of them could be read.
    struct Counts {
        var values: [Timestamp: Double]
        var isWhole: Bool
    }

    func counts(_ project: Project, _ function: ResourceID, _ window: TimeWindow, _ desk: WebDesk) async -> Result<(handled: Counts, unhandled: Counts), WebRefusal> {
        var all: [Counts] = []
        for more in ["", " error.unhandled:true"] {
            let query = "project:\(project.slug) event.type:error\(more)"
            let path = "/api/0/organizations/\(percentEncoded(organization))/events-stats/?project=-1&dataset=errors&yAxis=count%28%29&interval=\(desk.order.grain / 60)m"
                + "&start=\(Self.stamp(window.start))&end=\(Self.stamp(window.end))&query=\(percentEncoded(query))"
            let call = WebCall("sentry:EventsStats", path: path, subject: "project '\(project.slug)'", resource: function)
            switch await desk.document(call) {
            case .failure(let refusal): return .failure(refusal)
            case .success(let document):
                guard let answer = SentryEventsStats(document) else {
                    await desk.complain(.badAnswer, "the answer has no data", call, remedy: "Check endpoint_url: what answers there does not speak as Sentry does.")
                    return .failure(WebRefusal(kind: .badAnswer, detail: "Sentry: the answer has no data"))
                }
                if answer.refused > 0 { await desk.complain(.badAnswer, "\(answer.refused) elements are no pairs of time and count", call, remedy: "The others are kept.") }
                all.append(Counts(values: Dictionary(answer.counts.map { ($0.key.floored(to: desk.order.grain), $0.value) }, uniquingKeysWith: +), isWhole: answer.refused == 0))
            }
        }
        guard let total = all.first, let unhandled = all.dropFirst().first else { return .failure(WebRefusal(kind: .badAnswer, detail: "Sentry: the answer has no data")) }
        // A difference needs both of its sides.
        var handled = Counts(values: [:], isWhole: total.isWhole && unhandled.isWhole)
        for (time, count) in total.values {
            if let other = unhandled.values[time] ?? (unhandled.isWhole ? 0 : nil) { handled.values[time] = max(0, count - other) }
        }
        return .success((handled, unhandled))
    }

    static func batch(_ series: SeriesID, _ values: [Timestamp: Double], _ window: TimeWindow, period: Int64, isWhole: Bool) -> SeriesBatch {
        var samples: [Sample] = [], time = window.start
        while time < window.end {
            // Nothing said is zero only where everything that was said could be read.
            if let count = values[time] ?? (isWhole ? 0 : nil) {
                samples.append(Sample(time, count, !isWhole ? .partial : count == 0 ? .zeroFilled : CollectionWindow.quality(of: time, end: window.end)))
            }
            time = time + period
        }
        return SeriesBatch(series, period: period, samples: samples)
    }

    /// Issues of the last day, the most frequent first; each hour of an issue is one fingerprint, because that is how Sentry counts them.
    func issues(of project: Project, _ function: ResourceID, _ desk: WebDesk) async -> [LogFingerprint] {
        var fingerprints: [LogFingerprint] = [], cursor: String?, seen: Set<String> = []
        for page in 1...Self.mostPages {
            let path = "/api/0/organizations/\(percentEncoded(organization))/issues/?project=-1&statsPeriod=24h&sort=freq&limit=100&query=\(percentEncoded("project:\(project.slug)"))"
                + (cursor.map { "&cursor=\(percentEncoded($0))" } ?? "")
            let call = WebCall("sentry:ListIssues", path: path, subject: "project '\(project.slug)'", resource: function)
            guard case .success(let response) = await desk.answer(call) else { break }
            guard let document = try? JSONValue(parsing: response.body), case .array(let items) = document else {
                await desk.complain(.badAnswer, "the answer is no list of issues", call, remedy: "Check endpoint_url: what answers there does not speak as Sentry does.")
                break
            }
            let issues = items.compactMap(SentryIssue.init)
            if issues.count < items.count { await desk.complain(.badAnswer, "\(items.count - issues.count) elements are no issues: an issue needs a title and its counts", call, remedy: "The others are kept.") }
            fingerprints += issues.flatMap { $0.fingerprints(of: function, until: desk.order.now) }
            guard let next = SentryLink.next(response.headers["link"]) else { break }
            guard seen.insert(next).inserted else {
                await desk.complain(.badAnswer, "the same page was named twice", call, remedy: "What came before is kept.")
                break
            }
            if page == Self.mostPages { await desk.complain(.limit, "more issues than one run reads", call, remedy: "The rarest are left out; the counts of events hold all.") }
            cursor = next
        }
        return fingerprints
    }

    /// `2026-11-20T10:05:00`, in UTC.
    static func stamp(_ time: Timestamp) -> String { percentEncoded(String(time.rfc3339.dropLast())) }
}
