import JSON
import Signals
import Telemetry

/// Traces by the spans that open them: rates and percentiles from aggregates over all of them, summaries of the newest, and a few with every span.
struct DatadogTraces: Sendable {
    private let desk: WebDesk
    private let queries: [DatadogCollector.SpanQuery]

    init(_ desk: WebDesk, _ queries: [DatadogCollector.SpanQuery]) {
        self.desk = desk
        self.queries = queries
    }

    private static let signals = ["count", "ok_rate", "error_rate", "fault_rate", "throttle_rate", "duration.p50", "duration.p95", "duration.p99"]
    private static let percentiles = [("duration.p50", "pc50"), ("duration.p95", "pc95"), ("duration.p99", "pc99")]
    private static let statusCode = "@http.status_code"
    /// Spans of one page; more is refused.
    private static let pageSize = 1_000
    private static let mostPages = 5
    /// Other sides of links that are read in one run.
    private static let linkLimit = 40

    func harvest() async -> Harvest {
        let order = desk.order, end = CollectionWindow.end(now: order.now, period: order.grain)
        var harvest = Harvest(window: TimeWindow(from: end, to: end)), refusals: [WebRefusal] = [], cut: [String] = []
        for query in queries {
            let resource = ResourceID(source: order.source, kind: .trace, name: query.traceGroup)
            let service = order.owner(ofTraceGroup: query.traceGroup) ?? ""
            guard let window = CollectionWindow.window(cursor: order.cursors[SeriesID(resource, "count")], now: order.now, period: order.grain, backfill: order.backfill) else { continue }
            switch await statistics(query, resource, window) {
            case .failure(let refusal):
                refusals.append(refusal)
                for name in Self.signals { harvest.absences[SeriesID(resource, name)] = Absence(refusal.absence, since: order.now, detail: refusal.detail) }
                harvest.resources.append(Resource(id: resource, service: service, presence: refusal.presence))
            case .success(let series):
                if window.start < harvest.window.start { harvest.window = window }
                let isPartial = series.contains { $0.samples.contains { $0.quality == .partial } }
                guard order.cursors[SeriesID(resource, "count")] != nil || series.contains(where: { $0.samples.contains { $0.value > 0 } }) else {
                    for name in Self.signals {
                        harvest.absences[SeriesID(resource, name)] = isPartial ? Absence(.sourceError, since: order.now, detail: "Datadog: nothing of the answer can be used")
                            : Absence(.neverSeen, since: order.now, detail: "Datadog has no span for the query")
                    }
                    harvest.resources.append(Resource(id: resource, service: service, presence: .unknown))
                    continue
                }
                harvest.series += series
                for name in Self.signals { harvest.cursors[SeriesID(resource, name)] = CollectionWindow.cursor(after: window, isPartial: isPartial) }
                harvest.resources.append(Resource(id: resource, service: service, presence: .alive))
                let found = await examples(query, resource, window)
                harvest.merge(found.harvest)
                if found.isCut { cut.append(query.traceGroup) }
            }
        }
        guard !queries.isEmpty else { return harvest }
        var reading = SourceReading(desk, "Datadog spans", asked: queries.count, refusals: refusals, to: end)
        if reading.detail == nil, !cut.isEmpty { reading.detail = "More spans than one run reads of \(cut.joined(separator: ", ")): rates and percentiles count all of them, the newest have rows." }
        harvest.readings = [reading]
        return harvest
    }
}

private extension DatadogTraces {
    func subject(_ query: DatadogCollector.SpanQuery) -> String { "trace group '\(query.traceGroup)'" }

    /// Two questions: how many and how long, then the failed ones by status code.
    func statistics(_ query: DatadogCollector.SpanQuery, _ resource: ResourceID, _ window: TimeWindow) async -> Result<[SeriesBatch], WebRefusal> {
        let period = desk.order.grain
        let call = WebCall("datadog:AggregateSpans", .post, path: "/api/v2/spans/analytics/aggregate", subject: subject(query), resource: resource)
        let whole = await desk.buckets(call) { after in
            DatadogBuckets.request("aggregate_request", query: query.query, in: window, period: period,
                                   compute: [("count", nil)] + Self.percentiles.map { ($0.1, "@duration") }, after: after)
        }
        let failed: Result<[DatadogBuckets], WebRefusal>
        switch whole {
        case .failure(let refusal): return .failure(refusal)
        case .success: failed = await desk.buckets(call) { after in
            DatadogBuckets.request("aggregate_request", query: "(\(query.query)) status:error", in: window, period: period, compute: [("count", nil)],
                                   by: [(Self.statusCode, "none")], after: after)
        }
        }
        switch (whole, failed) {
        case (.failure(let refusal), _), (_, .failure(let refusal)): return .failure(refusal)
        case (.success(let whole), .success(let failed)): return .success(batches(whole, failed, resource, window))
        }
    }

    func batches(_ whole: [DatadogBuckets], _ failed: [DatadogBuckets], _ resource: ResourceID, _ window: TimeWindow) -> [SeriesBatch] {
        let period = desk.order.grain, isPartial = (whole + failed).contains(where: \.isPartial)
        func values(_ place: String) -> [Timestamp: Double] {
            var sum: [Timestamp: Double] = [:]
            for (time, value) in whole.flatMap(\.buckets).flatMap({ $0.values[place] ?? [:] }) { sum[time.floored(to: period)] = value }
            return sum
        }
        var failures: [Timestamp: [TraceSpan.Status: Double]] = [:]
        for bucket in failed.flatMap(\.buckets) {
            var attributes = SpanAttributes()
            attributes.set("http.status_code", bucket.by[Self.statusCode])
            for (time, value) in bucket.values["c0"] ?? [:] { failures[time.floored(to: period), default: [:]][attributes.status(isError: true), default: 0] += value }
        }
        let counts = values("c0"), durations = Self.percentiles.indices.map { values("c\($0 + 1)") }
        var samples: [String: [Sample]] = [:], time = window.start
        while time < window.end {
            let count = max(0, counts[time] ?? 0), quality: Quality = isPartial ? .partial : CollectionWindow.quality(of: time, end: window.end)
            samples["count", default: []].append(Sample(time, count, count == 0 && !isPartial ? .zeroFilled : quality))
            if count > 0 {
                func share(_ status: TraceSpan.Status) -> Double { min(1, (failures[time]?[status] ?? 0) / count) }
                let shares = [("error_rate", share(.error)), ("fault_rate", share(.fault)), ("throttle_rate", share(.throttle))]
                for (name, value) in shares + [("ok_rate", max(0, 1 - shares.reduce(0) { $0 + $1.1 }))] { samples[name, default: []].append(Sample(time, value, quality)) }
                for (index, name) in Self.percentiles.map(\.0).enumerated() {
                    if let nanoseconds = durations[index][time], nanoseconds >= 0 { samples[name, default: []].append(Sample(time, nanoseconds / 1e9, quality)) }
                }
            }
            time = time + period
        }
        return samples.sorted { $0.key < $1.key }.map { SeriesBatch(SeriesID(resource, $0.key), period: period, samples: $0.value) }
    }

    /// - Returns: what was found, and whether there is more of it than one run reads: rates and percentiles count all, only the newest have rows.
    func examples(_ query: DatadogCollector.SpanQuery, _ resource: ResourceID, _ window: TimeWindow) async -> (harvest: Harvest, isCut: Bool) {
        let order = desk.order
        var harvest = Harvest(window: window)
        let (opening, isCut) = await spans(query.query, in: window, pages: Self.mostPages, subject(query), resource)
        harvest.summaries = Dictionary(grouping: opening, by: \.imported.trace).sorted { $0.key < $1.key }.map { TraceSummary(id: $0.key, group: query.traceGroup, opening: $0.value) }
        let searchIDs = Dictionary(opening.map { ($0.imported.trace, $0.searchID) }, uniquingKeysWith: { first, _ in first })
        let chosen = Exemplars.choice(from: harvest.summaries, kept: order.keptTraces, limit: min(8, order.budget.exemplars)).compactMap { searchIDs[$0] }
        guard !chosen.isEmpty else { return (harvest, isCut) }
        // A trace may begin before the window and end after it.
        let wide = TimeWindow(from: window.start - 3_600, to: max(window.end, order.now))
        var assembly = TraceAssembly()
        assembly.add(await spans(Self.search(chosen), in: wide, pages: Self.mostPages, subject(query), resource).spans.map(\.imported))
        func traces() -> [Trace] { assembly.traces { _, _ in query.traceGroup }.traces }
        harvest.traces = traces()
        // The other side of a link is shown beside it.
        let known = order.keptTraces.union(harvest.traces.map(\.id))
        let linked = Set(harvest.traces.flatMap(\.links).map(\.linkedTraceID)).subtracting(known).sorted().prefix(Self.linkLimit)
        if !linked.isEmpty {
            let ids = linked.map { id in id.hasPrefix("0000000000000000") ? UInt64(id.suffix(16), radix: 16).map(String.init) ?? id : id }
            assembly.add(await spans(Self.search(ids), in: wide, pages: Self.mostPages, subject(query), resource).spans.map(\.imported))
            harvest.traces = traces()
        }
        harvest.calls = TraceGraph(harvest.traces).edges(source: order.source, isFromExamples: true)
        return (harvest, isCut)
    }

    static func search(_ traces: [String]) -> String { "trace_id:(\(traces.joined(separator: " OR ")))" }

    /// Newest first, so that the pages' limit costs the oldest.
    func spans(_ query: String, in window: TimeWindow, pages: Int, _ subject: String, _ resource: ResourceID) async -> (spans: [DatadogSpan], isCut: Bool) {
        var spans: [DatadogSpan] = [], cursor: String?, seen: Set<String> = [], isCut = false
        for page in 1...max(1, pages) {
            var paging: [JSONValue.Member] = [.init("limit", JSONValue(Self.pageSize))]
            if let cursor { paging.append(.init("cursor", .string(cursor))) }
            let body: JSONValue = ["data": ["type": "search_request", "attributes": [
                "filter": ["query": .string(query), "from": .string(String(window.start.seconds * 1_000)), "to": .string(String(window.end.seconds * 1_000))],
                "sort": "-timestamp", "page": .object(paging),
            ]]]
            let call = WebCall("datadog:SearchSpans", .post, path: "/api/v2/spans/events/search", body: body.bytes(), subject: subject, resource: resource)
            guard case .success(let document) = await desk.document(call) else { break }
            let answer = DatadogSpansPage(document)
            if answer.refused > 0 { await desk.complain(.badAnswer, "\(answer.refused) elements are no spans: a span needs span_id, trace_id, resource_name and start_timestamp", call, remedy: "The others are kept.") }
            await desk.count(call.operation, units: answer.spans.count)
            spans += answer.spans
            guard let after = answer.after, !answer.spans.isEmpty || answer.refused > 0 else { break }
            guard seen.insert(after).inserted else {
                await desk.complain(.badAnswer, "the same page was named twice", call, remedy: "What came before is kept.")
                break
            }
            isCut = page == pages
            cursor = after
        }
        return (spans, isCut)
    }
}

private extension TraceSummary {
    /// - Parameter opening: spans of one trace that the query found; a batch has one a message.
    init(id: String, group: String, opening: [DatadogSpan]) {
        let spans = opening.map(\.imported.span).sorted { ($0.start, $0.id) < ($1.start, $1.id) }, first = spans.first
        let start = first?.start ?? 0, duration = max(0, (spans.compactMap(\.end).max() ?? start) - start)
        self.init(id: id, group: group, start: start, duration: duration, responseTime: spans.contains(where: \.isInProgress) ? nil : duration,
                  hasError: spans.contains { $0.status == .error }, hasFault: spans.contains { $0.status == .fault }, hasThrottle: spans.contains { $0.status == .throttle },
                  isPartial: spans.contains(where: \.isInProgress), entryPoint: first?.name, httpMethod: first?.annotations["http.method"],
                  httpPath: first?.annotations["http.route"] ?? first?.annotations["http.path"], httpStatus: first?.httpStatus,
                  services: Set(opening.compactMap { $0.imported.service.map { Redactor.redacted($0, limit: 200) } }).sorted())
    }
}
