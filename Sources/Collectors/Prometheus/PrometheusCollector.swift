import AWS
import JSON
import Signals
import Telemetry

/// A server that speaks Prometheus's query API: one range query a signal, in the steps of the site.
package struct PrometheusCollector: Source {
    /// More points than this are refused by every server.
    static let pointsPerCall: Int64 = 11_000

    private let service: WebService
    private let queries: [PromQLQuery]
    private let environment: WebEnvironment

    package init(_ service: WebService, queries: [PromQLQuery], environment: WebEnvironment) {
        self.service = service
        self.queries = queries
        self.environment = environment
    }

    package func harvest(_ order: CollectionOrder) async -> Harvest {
        let desk = WebDesk(service, order: order, environment: environment)
        let end = CollectionWindow.end(now: order.now, period: order.grain)
        let answers = await inParallel(queries, atOnce: 8) { await QueryReading($0, desk: desk).harvest() }
        var harvest = Harvest(window: TimeWindow(from: order.now, to: order.now))
        for answer in answers { harvest.merge(answer) }
        harvest.problems += await desk.problems
        harvest.ledger = await desk.ledger
        harvest.series.sort { $0.series < $1.series }
        // Resources of this source live where one of their series does; those of another source are that one's to tell.
        var alive: [ResourceID: (service: String, presence: Presence)] = [:]
        for query in queries {
            let owner = order.owner(of: query.series.kind, query.series.name)
            guard owner.id.source == order.source else { continue }
            let isAlive = harvest.series.contains { $0.series.resource == owner.id }
            if isAlive || alive[owner.id] == nil { alive[owner.id] = (owner.service, isAlive ? .alive : .unknown) }
        }
        harvest.resources = alive.sorted { $0.key < $1.key }.map { Resource(id: $0.key, service: $0.value.service, presence: $0.value.presence) }
        let missing = harvest.absences.values.filter { $0.reason == .denied || $0.reason == .sourceError }
        let state: SourceReading.State = missing.isEmpty && harvest.problems.isEmpty ? .ok
            : harvest.series.isEmpty && !missing.isEmpty ? (missing.allSatisfy { $0.reason == .denied } ? .denied : .failed) : .partial
        harvest.readings = [SourceReading(source: order.source, what: "Prometheus queries", state: state,
                                          dataTo: harvest.cursors.isEmpty ? nil : end, detail: harvest.problems.first?.message)]
        return harvest
    }
}

/// One query with everything that it brings: points, a cursor, or the reason of its silence.
private struct QueryReading {
    private let query: PromQLQuery
    private let desk: WebDesk
    private let order: CollectionOrder
    private let series: SeriesID

    init(_ query: PromQLQuery, desk: WebDesk) {
        self.query = query
        self.desk = desk
        order = desk.order
        series = SeriesID(desk.order.owner(of: query.series.kind, query.series.name).id, query.series.signal)
    }

    func harvest() async -> Harvest {
        var harvest = Harvest(window: TimeWindow(from: order.now, to: order.now))
        let step = order.grain
        guard let window = CollectionWindow.window(cursor: order.cursors[series], now: order.now, period: step, backfill: order.backfill) else { return harvest }
        if let mismatch = query.mismatch(step: step) {
            await desk.complain(.badAnswer, "the query \(mismatch)", call(window), remedy: "Nothing was asked.")
            harvest.absences[series] = Absence(.sourceError, since: order.now, detail: "the query \(mismatch)")
            return harvest
        }
        var samples: [Timestamp: Sample] = [:], isPartial = false, seriesCount = 0, early = 0
        for piece in window.pieces(of: PrometheusCollector.pointsPerCall * step) {
            let answer: QueryRangeAnswer
            switch await desk.document(call(piece)) {
            case .success(let document): answer = QueryRangeAnswer(document)
            case .failure(let refusal):
                if !refusal.isUnasked || refusal.kind != .budget { harvest.absences[series] = Absence(refusal.absence, since: order.now, detail: refusal.detail) }
                return finished(samples, of: TimeWindow(from: window.start, to: piece.start), isPartial: isPartial, into: harvest)
            }
            seriesCount = max(seriesCount, answer.seriesCount)
            if let trouble = await trouble(with: answer, call(piece)) {
                harvest.absences[series] = Absence(.sourceError, since: order.now, detail: trouble)
                return finished(samples, of: TimeWindow(from: window.start, to: piece.start), isPartial: isPartial, into: harvest)
            }
            if !answer.warnings.isEmpty { isPartial = true }
            await desk.count("prometheus:query_range", units: answer.points.count)
            for point in answer.points {
                // A value tells of the step that ends when it was evaluated.
                guard let time = Timestamp(epoch: point.time.rounded(.down)).map({ ($0 - step).floored(to: step) }) else { continue }
                if time >= order.now { early += 1 }
                guard piece.contains(time), time < order.now else { continue }
                let value = point.value * query.scale
                guard value.isFinite else { continue }
                samples[time] = Sample(time, value, CollectionWindow.quality(of: time, end: window.end))
            }
        }
        if early > 0 {
            await desk.complain(.badAnswer, "\(early) points are of a time that is still to come", call(window), remedy: "The others are kept; check the clock of the server.")
            if samples.isEmpty { harvest.absences[series] = Absence(.sourceError, since: order.now, detail: "all points are of a time that is still to come") }
        } else if samples.isEmpty, let silence = silence(seriesCount: seriesCount) { harvest.absences[series] = silence }
        return finished(samples, of: window, isPartial: isPartial, into: harvest)
    }

    private func call(_ window: TimeWindow) -> WebCall {
        let step = order.grain
        let path = "/api/v1/query_range?query=\(percentEncoded(query.expression(step: step)))&start=\((window.start + step).seconds)&end=\(window.end.seconds)&step=\(step)"
        return WebCall("prometheus:query_range", path: path, subject: "\(series.resource.kind.rawValue) '\(series.resource.name)' \(series.name)", resource: series.resource)
    }

    /// What makes the whole answer useless; lesser troubles are only said.
    private func trouble(with answer: QueryRangeAnswer, _ call: WebCall) async -> String? {
        func say(_ what: String, _ remedy: String) async -> String {
            await desk.complain(.badAnswer, what, call, remedy: remedy)
            return what
        }
        if let mistake = answer.mistake { return await say(mistake, "Check the query in Prometheus's own expression browser.") }
        if answer.seriesCount > 1 { return await say("the query gives \(answer.seriesCount) series and one is expected", "Put sum(), max() or a label matcher around it.") }
        if answer.histograms > 0, answer.points.isEmpty { return await say("the query gives native histograms", "Put histogram_quantile() or histogram_count() around it.") }
        if let warning = answer.warnings.first { _ = await say("the answer may be incomplete: “\(warning)”", "Its points are marked partial and raise no alert; they are asked for again.") }
        if answer.infinite + answer.refused > 0 { _ = await say("\(answer.infinite) values are infinite and \(answer.refused) are no points", "The others are kept.") }
        return nil
    }

    /// Why a whole answer has no value.
    private func silence(seriesCount: Int) -> Absence? {
        guard order.cursors[series] != nil else { return Absence(.neverSeen, since: order.now, detail: "the query gives no series") }
        guard seriesCount == 0 else { return nil }
        return Absence(.sourceError, since: order.now, detail: "the query gives no series any more: the target is gone or is not scraped")
    }

    private func finished(_ samples: [Timestamp: Sample], of window: TimeWindow, isPartial: Bool, into harvest: Harvest) -> Harvest {
        var harvest = harvest
        var sorted = samples.values.sorted { $0.time < $1.time }
        if isPartial { for index in sorted.indices { sorted[index].quality = .partial } }
        if !sorted.isEmpty {
            harvest.series = [SeriesBatch(series, period: order.grain, samples: sorted)]
            harvest.absences[series] = nil
        }
        if window.seconds > 0 { harvest.cursors[series] = CollectionWindow.cursor(after: window, isPartial: isPartial) }
        return harvest
    }
}
