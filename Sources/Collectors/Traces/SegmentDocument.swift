import JSON
import Telemetry

/// An X-Ray segment, or a subsegment sent apart, as spans. Metadata, users, addresses of clients, query strings and SQL are left out.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
package struct SegmentDocument: Sendable {
    package var traceID: String?
    package var spans: [TraceSpan] = []
    package var links: [SpanLink] = []
    /// Subsegments that had no id, name or start, and those beyond the limit.
    package var refused = 0

    package static let spanLimit = 10_000

    /// Reads one document. Nothing where it has no id, no name or no start: without those it has no place in a trace.
    package init?(_ document: JSONValue) {
        guard let root = Self.span(document, parent: document["parent_id"]?.string.flatMap(SpanNames.id)) else { return nil }
        traceID = document["trace_id"]?.string
        add(root, document, depth: 0)
    }

    private mutating func add(_ span: TraceSpan, _ document: JSONValue, depth: Int) {
        spans.append(span)
        links += Self.links(of: document, span: span.id)
        for child in document["subsegments"]?.array ?? [] {
            guard depth < 64, spans.count < Self.spanLimit, let inner = Self.span(child, parent: span.id) else { refused += 1; continue }
            add(inner, child, depth: depth + 1)
        }
    }
}

private extension SegmentDocument {
    static func span(_ document: JSONValue, parent: String?) -> TraceSpan? {
        guard let id = document["id"]?.string.flatMap(SpanNames.id), let name = document["name"]?.string, !name.isEmpty,
              let start = document["start_time"]?.double, Timestamp(epoch: start) != nil else { return nil }
        let end = document["end_time"]?.double.flatMap { Timestamp(epoch: $0) == nil ? nil : max(start, $0) }
        let isInProgress = end == nil || document["in_progress"]?.bool == true
        // Segments of AWS's own services are named like the function, API or state machine.
        let isResource = document["origin"]?.string?.hasPrefix("AWS::") == true
        var span = TraceSpan(id: id, parentID: parent, name: isResource ? SpanNames.plain(name) : Redactor.redacted(name, limit: 200), start: start, end: isInProgress ? nil : end)
        span.isInProgress = isInProgress
        span.isInferred = document["inferred"]?.bool ?? false
        span.status = status(of: document)
        span.httpStatus = document["http"]?["response"]?["status"]?.integer.flatMap { (100..<1_000).contains($0) ? $0 : nil }
        span.kind = SpanNames.kind(of: document)
        span.origin = SpanNames.origin(of: document)
        span.resource = SpanNames.resource(of: document)
        span.cause = cause(of: document)
        span.annotations = annotations(of: document)
        return span
    }

    static func status(of document: JSONValue) -> TraceSpan.Status {
        func says(_ key: String) -> Bool { document[key]?.bool == true }
        // A throttled call carries error as well; the narrower word is the true one.
        return says("throttle") ? .throttle : says("fault") ? .fault : says("error") ? .error : .ok
    }

    static func cause(of document: JSONValue) -> String? {
        guard let exception = document["cause"]?["exceptions"]?.array.first else { return nil }
        let type = exception["type"]?.string ?? "", message = exception["message"]?.string ?? ""
        let text = [type, message].filter { !$0.isEmpty }.joined(separator: ": ")
        return text.isEmpty ? nil : Redactor.redacted(text, limit: 300)
    }

    static func annotations(of document: JSONValue) -> [String: String] {
        var kept: [String: String] = [:]
        func keep(_ key: String, _ value: JSONValue?) {
            guard kept.count < 50, key.utf8.count <= 100 else { return }
            switch value {
            case .string(let text)?: kept[key] = Redactor.redacted(text, limit: 200)
            case .number(let number)?: kept[key] = Int64(exactly: number).map(String.init) ?? "\(number)"
            case .bool(let flag)?: kept[key] = flag ? "true" : "false"
            case .array?, .object?, .null?, nil: break
            }
        }
        for member in document["annotations"]?.members ?? [] { keep(member.key, member.value) }
        keep("http.method", document["http"]?["request"]?["method"])
        if let url = document["http"]?["request"]?["url"]?.string { kept["http.path"] = SpanNames.path(of: url) }
        keep("aws.operation", document["aws"]?["operation"])
        keep("aws.region", document["aws"]?["region"])
        keep("aws.request_id", document["aws"]?["request_id"])
        if let retries = document["aws"]?["retries"]?.integer, retries > 0 { kept["aws.retries"] = String(retries) }
        return kept
    }

    static func links(of document: JSONValue, span: String) -> [SpanLink] {
        var seen: Set<SpanLink> = []
        let stated = (document["links"]?.array ?? []).prefix(100).compactMap { item -> SpanLink? in
            guard let trace = item["trace_id"]?.string.flatMap(SpanNames.traceID) else { return nil }
            let kind = item["attributes"]?["aws.xray.reserved.reference_type"]?.string ?? "link"
            let name = (item["attributes"]?["aws.xray.reserved.names"]?.array.first?.string).map { SpanNames.plain($0) }
            let link = SpanLink(spanID: span, linkedTraceID: trace, linkedSpanID: item["id"]?.string.flatMap(SpanNames.id), kind: kind, name: name)
            // Some libraries write the same link twice.
            return seen.insert(link).inserted ? link : nil
        }
        return stated + carried(by: document, span: span)
    }

    /// Code that takes the message's header by hand notes it down as an annotation.
    static func carried(by document: JSONValue, span: String) -> [SpanLink] {
        let own = document["trace_id"]?.string
        return (document["annotations"]?.members ?? []).prefix(50).compactMap { member in
            guard let context = MessageContext.context(name: member.key, value: member.value), context.traceID != own, Trace.twin(of: context.traceID) != own || own == nil else { return nil }
            return SpanLink(spanID: span, linkedTraceID: context.traceID, linkedSpanID: context.spanID, kind: context.carrier)
        }
    }
}
