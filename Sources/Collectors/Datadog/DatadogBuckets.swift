import JSON
import Telemetry

/// An answer of the aggregate calls for logs or spans: values over time, by group.
/// https://docs.datadoghq.com/api/latest/logs/#aggregate-events · https://docs.datadoghq.com/api/latest/spans/#aggregate-spans
package struct DatadogBuckets: Sendable {
    package struct Bucket: Sendable {
        /// Facet to value.
        package var by: [String: String]
        /// By the place of the computation: `c0`, `c1`…
        package var values: [String: [Timestamp: Double]]
    }

    package var buckets: [Bucket] = []
    /// Where the next page of groups begins.
    package var after: String?
    /// Datadog gave up on a part of it: what is there counts too little.
    package var hasGivenUp: Bool
    /// Elements that are no bucket or no point.
    package var refused = 0
    /// Pages behind this one were not read.
    package var isCut = false
    /// Its counts may be too small.
    package var isPartial: Bool { hasGivenUp || isCut || refused > 0 }

    package init(_ document: JSONValue) {
        let meta = document["meta"]
        after = meta?["page"]?["after"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        hasGivenUp = meta?["status"]?.string == "timeout"
        // Logs answer with an object that holds buckets, spans with a list of documents.
        let items = document["data"]?["buckets"]?.array ?? document["data"]?.array ?? []
        for item in items {
            let body = item["attributes"] ?? item
            guard case .object? = (body["computes"] ?? body["compute"]) else { refused += 1; continue }
            var bucket = Bucket(by: [:], values: [:])
            for member in body["by"]?.members ?? [] { bucket.by[member.key] = member.value.string ?? member.value.integer.map(String.init) }
            for member in (body["computes"] ?? body["compute"])?.members ?? [] {
                var points: [Timestamp: Double] = [:]
                for point in member.value.array {
                    guard let time = point["time"]?.string.flatMap({ Timestamp(rfc3339: $0) }), let value = point["value"]?.double else { refused += 1; continue }
                    points[time] = value
                }
                bucket.values[member.key] = points
            }
            buckets.append(bucket)
        }
    }

    /// Whether the document is such an answer at all.
    static func isOne(_ document: JSONValue) -> Bool {
        if case .array? = document["data"]?["buckets"] ?? document["data"] { true } else { false }
    }

    /// The body of a question for values over time.
    static func request(_ type: String?, query: String, in window: TimeWindow, period: Int64, compute: [(aggregation: String, metric: String?)],
                        by facets: [(facet: String, missing: String?)] = [], after: String? = nil) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("compute", .array(compute.map { item in
                .object([.init("aggregation", .string(item.aggregation)), .init("interval", .string("\(period / 60)m")), .init("type", "timeseries")]
                    + (item.metric.map { [.init("metric", .string($0))] } ?? []))
            })),
            // The end belongs to the window of Datadog and not to ours.
            .init("filter", ["query": .string(query), "from": .string(String(window.start.seconds * 1_000)), "to": .string(String(window.end.seconds * 1_000 - 1))]),
        ]
        if !facets.isEmpty {
            members.append(.init("group_by", .array(facets.map { facet in
                .object([.init("facet", .string(facet.facet)), .init("limit", 50)] + (facet.missing.map { [.init("missing", .string($0))] } ?? []))
            })))
        }
        if let after { members.append(.init("page", ["cursor": .string(after)])) }
        return type.map { ["data": ["type": .string($0), "attributes": .object(members)]] } ?? .object(members)
    }
}

extension WebDesk {
    private static let mostBucketPages = 20

    /// Asks for all groups, page by page within the order's limit.
    func buckets(_ call: WebCall, _ body: (_ after: String?) -> JSONValue) async -> Result<[DatadogBuckets], WebRefusal> {
        var pages: [DatadogBuckets] = [], after: String?, seen: Set<String> = []
        repeat {
            var call = call
            call.body = body(after).bytes()
            switch await document(call) {
            case .failure(let refusal): return .failure(refusal)
            case .success(let document):
                guard DatadogBuckets.isOne(document) else {
                    complain(.badAnswer, "the answer has no data", call, remedy: "Check endpoint_url: what answers there does not speak as Datadog does.")
                    return .failure(WebRefusal(kind: .badAnswer, detail: "Datadog: the answer has no data"))
                }
                let page = DatadogBuckets(document)
                if page.refused > 0 { complain(.badAnswer, "\(page.refused) elements of the answer are no bucket or no point", call, remedy: "The others are kept.") }
                if page.hasGivenUp { complain(.limit, "Datadog gave up on a part of the answer", call, remedy: "Its points are marked partial; narrow the query if it stays.") }
                pages.append(page)
                after = page.after
            }
            guard let after else { break }
            let isRepeated = !seen.insert(after).inserted
            guard isRepeated || pages.count == Self.mostBucketPages else { continue }
            complain(.limit, isRepeated ? "the same page was named twice" : "there are more groups than one run reads", call, remedy: "Its points are marked partial; narrow the query if it stays.")
            pages[pages.count - 1].isCut = true
            break
        } while true
        return .success(pages)
    }
}
