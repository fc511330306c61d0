import AWS
import JSON
import Telemetry

/// Metric queries, one series each.
struct DatadogMetrics: Sendable {
    private let desk: WebDesk
    private let queries: [DatadogCollector.MetricQuery]

    init(_ desk: WebDesk, _ queries: [DatadogCollector.MetricQuery]) {
        self.desk = desk
        self.queries = queries
    }

    func harvest() async -> Harvest {
        let order = desk.order, end = CollectionWindow.end(now: order.now, period: order.grain)
        var harvest = Harvest(window: TimeWindow(from: end, to: end)), refusals: [WebRefusal] = []
        for query in queries {
            let owner = order.owner(of: query.series.kind, query.series.name), series = SeriesID(owner.id, query.series.signal)
            guard let window = CollectionWindow.window(cursor: order.cursors[series], now: order.now, period: order.grain, backfill: order.backfill) else { continue }
            switch await answer(query, series, window) {
            case .failure(let refusal):
                refusals.append(refusal)
                harvest.absences[series] = Absence(refusal.absence, since: order.now, detail: refusal.detail)
            case .success((let samples, let isPartial)):
                if window.start < harvest.window.start { harvest.window = window }
                if samples.isEmpty {
                    // What counts events says nothing where none happened; what was never there is another matter.
                    if isPartial { harvest.absences[series] = Absence(.sourceError, since: order.now, detail: "Datadog: nothing of the answer can be used") }
                    else if order.cursors[series] == nil { harvest.absences[series] = Absence(.neverSeen, since: order.now, detail: "Datadog has no point for the query") }
                    else { harvest.cursors[series] = window.end }
                    continue
                }
                harvest.series.append(SeriesBatch(series, period: order.grain, samples: samples))
                harvest.cursors[series] = CollectionWindow.cursor(after: window, isPartial: isPartial)
                if owner.id.source == order.source { harvest.resources.append(Resource(id: owner.id, service: owner.service, presence: .alive)) }
            }
        }
        if !queries.isEmpty { harvest.readings = [SourceReading(desk, "Datadog metrics", asked: queries.count, refusals: refusals, to: end)] }
        return harvest
    }

    private func answer(_ query: DatadogCollector.MetricQuery, _ series: SeriesID, _ window: TimeWindow) async -> Result<(samples: [Sample], isPartial: Bool), WebRefusal> {
        let period = desk.order.grain, text = query.query.replacing("$period", with: String(period))
        let call = WebCall("datadog:QueryMetrics", path: "/api/v1/query?from=\(window.start.seconds)&to=\(window.end.seconds)&query=\(percentEncoded(text))",
                           subject: "\(series.resource.kind.rawValue) '\(series.resource.name)' \(series.name)", resource: series.resource)
        func refusal(_ what: String, _ remedy: String) async -> WebRefusal {
            await desk.complain(.badAnswer, what, call, remedy: remedy)
            return WebRefusal(kind: .badAnswer, detail: "Datadog: \(what)")
        }
        switch await desk.document(call) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let document):
            let answer = DatadogSeries(document)
            if let mistake = answer.mistake { return .failure(await refusal("“\(Redactor.redacted(mistake, limit: 200))”", "Correct the query where the source gives it.")) }
            if answer.series.count > 1 {
                return .failure(await refusal("the query gives \(answer.series.count) series and one is expected", "Leave out its 'by', or narrow its tags."))
            }
            if answer.refused > 0 { await desk.complain(.badAnswer, "\(answer.refused) points are no pairs of time and number", call, remedy: "The others are kept.") }
            await desk.count(call.operation, units: answer.series.first?.points.count ?? 0)
            let isPartial = answer.refused > 0
            var samples: [Timestamp: Sample] = [:]
            for point in answer.series.first?.points ?? [] {
                let time = point.time.floored(to: period), value = point.value * query.scale
                guard window.contains(time), value.isFinite else { continue }
                samples[time] = Sample(time, value, isPartial ? .partial : CollectionWindow.quality(of: time, end: window.end))
            }
            return .success((samples.values.sorted { $0.time < $1.time }, isPartial))
        }
    }
}

/// An answer with points over time, in the form of either version of the API.
/// https://docs.datadoghq.com/api/latest/metrics/#query-timeseries-points · …#query-timeseries-data-across-multiple-products
package struct DatadogSeries: Sendable {
    package struct Series: Equatable, Sendable {
        package var points: [Point] = []
    }

    package struct Point: Equatable, Sendable {
        package var time: Timestamp
        package var value: Double
    }

    package var series: [Series] = []
    /// What Datadog says is wrong with the query.
    package var mistake: String?
    /// Elements that are no point.
    package var refused = 0

    package init(_ document: JSONValue) {
        if document["status"]?.string == "error" || document["error"]?.string?.isEmpty == false { mistake = document["error"]?.string ?? "the query failed" }
        switch document["series"] ?? document["data"]?["attributes"]?["values"] {
        case .array?: break
        default: mistake = mistake ?? "the answer holds no series"
        }
        for item in document["series"]?.array ?? [] {
            guard case .array(let pairs)? = item["pointlist"] else { refused += 1; continue }
            var series = Series()
            for pair in pairs { take(pair.array.first, pair.array.dropFirst().first, isPair: pair.array.count == 2, into: &series) }
            self.series.append(series)
        }
        let body = document["data"]?["attributes"], times = body?["times"]?.array ?? []
        for values in body?["values"]?.array ?? [] {
            var series = Series()
            for (time, value) in zip(times, values.array) { take(time, value, isPair: true, into: &series) }
            self.series.append(series)
        }
    }

    /// Times are milliseconds; a point without a value is silence, not a mistake.
    private mutating func take(_ time: JSONValue?, _ value: JSONValue?, isPair: Bool, into series: inout Series) {
        if isPair, value?.isNull == true { return }
        guard isPair, let milliseconds = time?.number, let time = Timestamp(epoch: (milliseconds / 1_000).rounded(.down)), let value = value?.number, value.isFinite else {
            refused += 1
            return
        }
        series.points.append(Point(time: time, value: value))
    }
}
