import JSON
import Telemetry

/// Log events by status, and errors by their kind, over Datadog's aggregate call: no line is fetched.
struct DatadogLogs: Sendable {
    private let desk: WebDesk
    private let queries: [DatadogCollector.LogQuery]

    init(_ desk: WebDesk, _ queries: [DatadogCollector.LogQuery]) {
        self.desk = desk
        self.queries = queries
    }

    private static let signals = ["errors", "events", "warnings"]
    private static let errorKind = "@error.kind"

    func harvest() async -> Harvest {
        let order = desk.order, end = CollectionWindow.end(now: order.now, period: order.grain)
        var harvest = Harvest(window: TimeWindow(from: end, to: end)), refusals: [WebRefusal] = []
        for query in queries {
            let owner = order.owner(of: .function, query.function)
            let log = ResourceID(source: owner.id.source, kind: .log, name: query.function)
            let call = WebCall("datadog:AggregateLogs", .post, path: "/api/v2/logs/analytics/aggregate", subject: "the log of '\(query.function)'", resource: log)
            let cursor = order.cursors[SeriesID(log, "errors")]
            guard let window = CollectionWindow.window(cursor: cursor, now: order.now, period: order.grain, backfill: order.backfill) else { continue }
            let answer = await desk.buckets(call) { after in
                DatadogBuckets.request(nil, query: query.query, in: window, period: order.grain, compute: [("count", nil)],
                                       by: [("status", nil), (Self.errorKind, "")], after: after)
            }
            switch answer {
            case .failure(let refusal):
                refusals.append(refusal)
                for name in Self.signals { harvest.absences[SeriesID(log, name)] = Absence(refusal.absence, since: order.now, detail: refusal.detail) }
            case .success(let pages):
                if window.start < harvest.window.start { harvest.window = window }
                let tally = Tally(pages, function: owner.id, window: window, period: order.grain)
                guard cursor != nil || tally.hasEvents else {
                    for name in Self.signals {
                        harvest.absences[SeriesID(log, name)] = tally.isPartial ? Absence(.sourceError, since: order.now, detail: "Datadog: nothing of the answer can be used")
                            : Absence(.neverSeen, since: order.now, detail: "Datadog has no log event for the query")
                    }
                    continue
                }
                harvest.series += tally.series(of: log)
                harvest.fingerprints += tally.fingerprints
                for name in Self.signals { harvest.cursors[SeriesID(log, name)] = CollectionWindow.cursor(after: window, isPartial: tally.isPartial) }
                harvest.resources.append(Resource(id: log, service: owner.service, presence: .alive, settings: [.toldBy: .text("Datadog")]))
            }
        }
        if !queries.isEmpty { harvest.readings = [SourceReading(desk, "Datadog logs", asked: queries.count, refusals: refusals, to: end)] }
        return harvest
    }
}

/// Counts of one log by point.
private struct Tally {
    private var counts: [String: [Timestamp: Int]] = [:]
    private(set) var fingerprints: [LogFingerprint] = []
    private let window: TimeWindow
    private let period: Int64
    let isPartial: Bool

    init(_ pages: [DatadogBuckets], function: ResourceID, window: TimeWindow, period: Int64) {
        self.window = window
        self.period = period
        isPartial = pages.contains(where: \.isPartial)
        for bucket in pages.flatMap(\.buckets) {
            let status = bucket.by["status"]?.lowercased() ?? ""
            let level: LogFingerprint.Level? = switch status {
            case "emergency", "alert", "critical", "error": .error
            case "warn", "warning": .warning
            default: nil
            }
            for (time, value) in bucket.values["c0"] ?? [:] {
                let point = time.floored(to: period)
                guard window.contains(point), value > 0, let count = Int(exactly: value.rounded()) else { continue }
                counts["events", default: [:]][point] = (counts["events"]?[point] ?? 0).adding(count)
                guard let level else { continue }
                let name = level == .error ? "errors" : "warnings"
                counts[name, default: [:]][point] = (counts[name]?[point] ?? 0).adding(count)
                guard let kind = bucket.by["@error.kind"], !kind.isEmpty else { continue }
                fingerprints.append(LogFingerprint(resource: function, level: level, text: Redactor.shape(of: kind), count: count, first: point, last: point))
            }
        }
        fingerprints.sort { ($0.first, $0.text, $0.level.rawValue) < ($1.first, $1.text, $1.level.rawValue) }
    }

    var hasEvents: Bool { counts["events"] != nil }

    func series(of log: ResourceID) -> [SeriesBatch] {
        ["errors", "events", "warnings"].map { name in
            var samples: [Sample] = [], time = window.start
            while time < window.end {
                let count = counts[name]?[time] ?? 0
                let quality: Quality = isPartial ? .partial : count == 0 ? .zeroFilled : CollectionWindow.quality(of: time, end: window.end)
                samples.append(Sample(time, Double(count), quality))
                time = time + period
            }
            return SeriesBatch(SeriesID(log, name), period: period, samples: samples)
        }
    }
}
