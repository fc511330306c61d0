import JSON
import Telemetry

/// Traces as a Lambda function writes them into its log for the forwarder: a list of traces, each a list of spans with times in nanoseconds and ids in hex.
struct DatadogTracePayload: Sendable {
    private(set) var spans: [ImportedSpan] = []
    private(set) var refused = 0
    let isTraces: Bool

    init(_ document: JSONValue) {
        let lists = document["traces"] ?? document["trace"]?["traces"]
        isTraces = lists != nil
        for item in (lists?.array ?? []).flatMap({ $0["spans"]?.array ?? $0.array }) {
            if let span = Self.span(item) { spans.append(span) } else { refused += 1 }
        }
    }

    private static func span(_ item: JSONValue) -> ImportedSpan? {
        let meta = item["meta"] ?? .null
        guard let id = DatadogID.span(item["span_id"], prefersHex: true), let text = item["trace_id"]?.string,
              let trace = DatadogID.trace(text, upper: meta["_dd.p.tid"]?.string, prefersHex: true),
              let name = item["resource"]?.string ?? item["name"]?.string, !name.isEmpty,
              let start = item["start"]?.double.map({ $0 / 1e9 }), start > 0, Timestamp(epoch: start) != nil else { return nil }
        var attributes = SpanAttributes()
        attributes.set("service.name", item["service"]?.string)
        attributes.add(flat: meta)
        // The function's own name is more than the product's.
        attributes.set("faas.name", meta["functionname"]?.string)
        let end = item["duration"]?.double.map { start + max(0, $0) / 1e9 }.flatMap { Timestamp(epoch: $0) == nil ? nil : $0 }
        let kind: TraceSpan.Kind = attributes["span.kind"].map { DatadogSpan.kind($0) } ?? (item["type"]?.string == "serverless" ? .server : item["type"]?.string == "http" ? .client : .internal)
        var span = TraceSpan(id: id, parentID: DatadogID.span(item["parent_id"], prefersHex: true), name: Redactor.redacted(name, limit: 200), kind: kind, start: start, end: end)
        span.isInProgress = end == nil
        span.status = attributes.status(isError: item["error"]?.integer ?? 0 != 0)
        span.httpStatus = attributes.httpStatus
        span.origin = attributes.origin(of: kind)
        span.resource = attributes.resource(of: kind)
        span.isInferred = attributes["_inferred_span.tag_source"] != nil
        let cause = [meta["error.type"]?.string, (meta["error.msg"] ?? meta["error.message"])?.string].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
        span.cause = cause.isEmpty ? nil : Redactor.redacted(cause, limit: 300)
        span.annotations = attributes.kept(and: [])
        return ImportedSpan(trace: trace, service: attributes.service, span: span, links: DatadogSpan.links(item, meta, of: id))
    }
}
