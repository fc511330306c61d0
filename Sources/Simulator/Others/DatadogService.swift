import JSON
import Telemetry

/// Datadog's API as far as dashboards read it: metric queries, log and span aggregates, span search.
struct DatadogService: OtherService {
    static let signingName = "datadog"
    let wire = WireProtocol.datadog
    let operations: [String: @Sendable (Call) throws(ServiceError) -> Output] = [
        "QueryMetrics": queryMetrics, "AggregateLogs": aggregateLogs, "AggregateSpans": aggregateSpans, "SearchSpans": searchSpans,
    ]

    func serves(_ request: SimulatedRequest) -> Bool { request.path.hasPrefix("/api/v1/") || request.path.hasPrefix("/api/v2/") }

    func operation(of request: SimulatedRequest) -> String? {
        switch (request.method, request.path) {
        case ("GET", "/api/v1/query"): "QueryMetrics"
        case ("POST", "/api/v2/logs/analytics/aggregate"): "AggregateLogs"
        case ("POST", "/api/v2/spans/analytics/aggregate"): "AggregateSpans"
        case ("POST", "/api/v2/spans/events/search"): "SearchSpans"
        default: nil
        }
    }

    func owner(of request: SimulatedRequest, among systems: [SimulatedSystem]) throws(ServiceError) -> SimulatedSystem {
        let api = request.headers["dd-api-key"], application = request.headers["dd-application-key"]
        guard let system = systems.first(where: { $0.datadog.map { $0.apiKey == api && $0.applicationKey == application } ?? false }) else { throw .forbiddenKey }
        return system
    }
}

private extension DatadogService {
    static func model(_ call: Call) throws(ServiceError) -> DatadogModel {
        guard let model = call.system.datadog else { throw .forbiddenKey }
        return model
    }

    /// Milliseconds as text, which is one of the forms that the API takes.
    static func window(_ filter: JSONValue?, now: Timestamp) throws(ServiceError) -> (from: Double, to: Double) {
        guard let from = filter?["from"]?.double, let to = filter?["to"]?.double, from < to, to - from < 40 * 86_400_000 else {
            throw .invalid("invalid_argument(Field 'filter.from,to' is invalid: 'from' should be anterior to 'to')")
        }
        return (from / 1_000, min(to / 1_000 + 0.001, Double(now.seconds)))
    }

    static func minutes(_ window: (from: Double, to: Double)) -> Range<Int64> {
        let first = Int64(exactly: (window.from / 60).rounded(.down)) ?? 0, last = Int64(exactly: (window.to / 60).rounded(.up)) ?? 0
        return first..<max(first, last)
    }

    /// `avg|sum|p50:name{tag:value,…}.as_count().rollup(method, seconds)`.
    static func queryMetrics(_ call: Call) throws(ServiceError) -> Output {
        let model = try model(call)
        guard let from = call.parameter("from").flatMap({ Double($0) }), let to = call.parameter("to").flatMap({ Double($0) }), from < to, let query = call.parameter("query"),
              let colon = query.firstIndex(of: ":"), let open = query.firstIndex(of: "{"), let close = query.firstIndex(of: "}"), colon < open, open < close else {
            return .json(["status": "error", "error": "Error parsing query: unable to parse", "series": []])
        }
        let aggregator = query[..<colon], name = String(query[query.index(after: colon)..<open])
        let tags = Dictionary(query[query.index(after: open)..<close].split(separator: ",").compactMap { tag -> (String, String)? in
            let parts = tag.split(separator: ":", maxSplits: 1).map { String($0).trimmed }
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }) { first, _ in first }
        let digits = query.firstRange(of: ".rollup(").map { query[$0.upperBound...].prefix { $0 != ")" } }?.split(separator: ",").last.map { String($0).trimmed }
        let period = max(60, digits.flatMap { Int64($0) } ?? 60)
        var points: [JSONValue] = [], time = (Int64(exactly: from.rounded(.down)) ?? 0) / period * period
        let end = min(Int64(exactly: to.rounded(.down)) ?? 0, call.now.seconds)
        while time < end, points.count < 20_000 {
            let values = (time / 60..<(time + period) / 60).flatMap { model.metric(name, tags, $0) }.sorted()
            if let value = Self.value(aggregator, values) { points.append([JSONValue(time * 1_000), .number(value)]) }
            time += period
        }
        let series: JSONValue = ["metric": .string(name), "scope": .string(tags.map { "\($0):\($1)" }.sorted().joined(separator: ",")), "interval": JSONValue(period),
                                 "length": JSONValue(points.count), "pointlist": .array(points), "query_index": 0]
        return .json(["status": "ok", "resp_version": 1, "series": points.isEmpty ? [] : [series], "from_date": .number(from * 1_000), "to_date": .number(to * 1_000), "query": .string(query)])
    }

    static func value(_ aggregator: some StringProtocol, _ sorted: [Double]) -> Double? {
        guard let last = sorted.last else { return nil }
        switch String(aggregator) {
        case "sum": return sorted.reduce(0, +)
        case "max": return last
        case "min": return sorted.first
        case "avg": return sorted.reduce(0, +) / Double(sorted.count)
        case let name where name.hasPrefix("p") || name.hasPrefix("pc"):
            let rank = (Double(name.drop { !$0.isNumber }) ?? 50) / 100
            return sorted[min(sorted.count - 1, Int(exactly: (rank * Double(sorted.count - 1)).rounded()) ?? 0)]
        default: return nil
        }
    }

    static func aggregateLogs(_ call: Call) throws(ServiceError) -> Output {
        let model = try model(call), window = try window(call.input["filter"], now: call.now), search = try DatadogSearch(call.input["filter"]?["query"]?.string ?? "*")
        let events = minutes(window).flatMap(model.logs).filter { $0.time >= window.from && $0.time < window.to }.filter { event in search.matches(event.value) }
        let buckets = try Self.buckets(events.map { event in (event.time, nil, event.value) }, call.input)
        return .json(["meta": ["elapsed": 12, "status": "done", "request_id": "simulated"], "data": ["buckets": .array(buckets)]])
    }

    static func aggregateSpans(_ call: Call) throws(ServiceError) -> Output {
        let body = call.input["data"]?["attributes"] ?? .null
        let spans = try spans(call, body)
        let buckets = try Self.buckets(spans.map { span in (span.start, (span.duration * 1e9).rounded(), span.value) }, body)
        return .json(["meta": ["elapsed": 12, "status": "done", "request_id": "simulated"],
                      "data": .array(buckets.enumerated().map { ["id": .string("bucket-\($0)"), "type": "bucket", "attributes": $1] })])
    }

    static func searchSpans(_ call: Call) throws(ServiceError) -> Output {
        let body = call.input["data"]?["attributes"] ?? .null
        let isNewestFirst = body["sort"]?.string == "-timestamp"
        let spans = try spans(call, body).sorted { isNewestFirst ? ($1.start, $1.id) < ($0.start, $0.id) : ($0.start, $0.id) < ($1.start, $1.id) }
        let limit = body["page"]?["limit"]?.integer ?? 10
        guard (1...1_000).contains(limit) else { throw .invalid("invalid_argument(Field 'page.limit' is invalid: the limit must be between 1 and 1000)") }
        let page = try Page(spans, token: body["page"]?["cursor"]?.string, size: limit)
        let meta: [JSONValue.Member] = [.init("elapsed", 12), .init("status", "done")] + (page.next.map { [.init("page", ["after": .string($0)])] } ?? [])
        return .json(["data": .array(page.items.map(\.document)), "meta": .object(meta)])
    }

    static func spans(_ call: Call, _ body: JSONValue) throws(ServiceError) -> [DatadogSpanModel] {
        let model = try model(call), window = try window(body["filter"], now: call.now), search = try DatadogSearch(body["filter"]?["query"]?.string ?? "*")
        var found: [DatadogSpanModel] = []
        for minute in minutes(window) {
            for span in model.spans(minute) where span.start >= window.from && span.start < window.to && span.end <= Double(call.now.seconds) && search.matches(span.value) { found.append(span) }
        }
        return found
    }

    /// Counts and percentiles over time, by the facets that were asked for.
    static func buckets(_ items: [(time: Double, duration: Double?, value: (String) -> String?)], _ body: JSONValue) throws(ServiceError) -> [JSONValue] {
        let facets = (body["group_by"]?.array ?? []).compactMap { item in item["facet"]?.string.map { (name: $0, missing: item["missing"]?.string) } }
        let computes = body["compute"]?.array ?? []
        guard let minutes = computes.first?["interval"]?.string.flatMap({ $0.hasSuffix("m") ? Int64($0.dropLast()) : nil }), minutes > 0 else {
            throw .invalid("invalid_argument(Field 'compute.interval' is invalid)")
        }
        var groups: [[String]: [Int64: [Double]]] = [:]
        for item in items {
            let key = facets.compactMap { facet in item.value(facet.name) ?? facet.missing }
            guard key.count == facets.count, let second = Int64(exactly: item.time.rounded(.down)) else { continue }
            groups[key, default: [:]][second / (minutes * 60) * minutes * 60, default: []].append(item.duration ?? 0)
        }
        return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, times in
            let values = computes.enumerated().map { index, compute -> JSONValue.Member in
                let aggregation = compute["aggregation"]?.string ?? "count"
                return .init("c\(index)", .array(times.sorted { $0.key < $1.key }.compactMap { time, values in
                    let value = aggregation == "count" ? Double(values.count) : Self.value(aggregation, values.sorted())
                    return value.map { ["time": .string(Timestamp(seconds: time).rfc3339), "value": .number($0)] }
                }))
            }
            return ["by": .object(zip(facets, key).map { .init($0.name, .string($1)) }), "computes": .object(values)]
        }
    }
}

private extension String {
    var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

private extension DatadogLogModel {
    func value(_ field: String) -> String? {
        switch field {
        case "status": status
        case "service", "functionname": field == "service" ? "user-management" : function.lowercased()
        case "env": "prod"
        case "@error.kind": errorKind
        default: nil
        }
    }
}

private extension DatadogSpanModel {
    func value(_ field: String) -> String? {
        switch field {
        case "service": service
        case "operation_name": operation
        case "resource_name": resource
        case "status": error == nil ? "ok" : "error"
        case "env": "prod"
        case "trace_id": String(trace)
        case "span_id": String(id)
        case "@http.status_code": tags.first { $0.key == "http" }?.value["status_code"]?.integer.map(String.init)
        default: nil
        }
    }

    /// As the API writes a span: identities of 64 bits in decimal, times in milliseconds, everything else in `custom`.
    var document: JSONValue {
        var custom: [JSONValue.Member] = [
            .init("duration", .number((duration * 1e9).rounded())), .init("env", "prod"), .init("operation_name", .string(operation)), .init("span", ["kind": .string(kind)]),
        ]
        let linked = JSONValue.array(links.map { ["trace_id": .string($0.trace), "span_id": .string($0.span), "attributes": ["link.kind": "span_link"], "flags": 1] })
        var own: [JSONValue.Member] = [.init("p", ["tid": .string(String(traceID.prefix(16)))])]
        if !links.isEmpty { own.append(.init("span_links", .string(String(decoding: linked.bytes(), as: UTF8.self)))) }
        custom.append(.init("_dd", .object(own)))
        if let error { custom.append(.init("error", ["type": .string(error.type), "message": .string(error.message)])) }
        let attributes: [JSONValue.Member] = [
            .init("trace_id", .string(String(trace))), .init("span_id", .string(String(id))), .init("parent_id", .string(String(parent))), .init("service", .string(service)),
            .init("resource_name", .string(resource)), .init("type", "serverless"), .init("env", "prod"), .init("status", error == nil ? "ok" : "error"),
            .init("start_timestamp", .string(FunctionModel.stamp(start))), .init("end_timestamp", .string(FunctionModel.stamp(end))), .init("custom", .object(custom + tags)),
        ]
        return ["id": .string("AY\(spanID)"), "type": "spans", "attributes": .object(attributes)]
    }
}
