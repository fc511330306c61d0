import JSON
import Telemetry

/// One span of a foreign document, with the trace that it belongs to.
struct ImportedSpan: Sendable {
    var trace: String
    var service: String?
    var span: TraceSpan
    var links: [SpanLink]
}

/// The spans of one OTLP/JSON document: an export request, as collectors write it into files.
/// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
struct OTLPTraces: Sendable {
    private(set) var spans: [ImportedSpan] = []
    /// Spans without ids, name or start.
    private(set) var refused = 0
    /// Whether the document is one of traces at all; logs and metrics may lie in the same file.
    let isTraces: Bool

    init(_ document: JSONValue, keeping wanted: Set<String> = []) {
        isTraces = document["resourceSpans"] != nil
        for resource in document["resourceSpans"]?.array ?? [] {
            var shared = SpanAttributes()
            shared.add(otlp: resource["resource"]?["attributes"])
            // Writers before 0.15 of the protocol say instrumentationLibrarySpans.
            for scope in (resource["scopeSpans"] ?? resource["instrumentationLibrarySpans"])?.array ?? [] {
                var common = shared
                common.set("otel.scope.name", (scope["scope"] ?? scope["instrumentationLibrary"])?["name"]?.string)
                for item in scope["spans"]?.array ?? [] {
                    if let span = Self.span(item, common, wanted) { spans.append(span) } else { refused += 1 }
                }
            }
        }
    }

    /// One span by itself, with its resource and scope beside it: the form in which CloudWatch keeps spans in the log group `aws/spans`.
    init(span document: JSONValue) {
        isTraces = true
        var common = SpanAttributes()
        common.add(otlp: document["resource"]?["attributes"])
        common.set("otel.scope.name", document["scope"]?["name"]?.string)
        if let span = Self.span(document, common, []) { spans = [span] } else { refused = 1 }
    }
}

private extension OTLPTraces {
    static func span(_ item: JSONValue, _ common: SpanAttributes, _ wanted: Set<String>) -> ImportedSpan? {
        guard let trace = ForeignID.otlp(trace: item["traceId"]), let id = ForeignID.otlp(span: item["spanId"]), let name = item["name"]?.string, !name.isEmpty,
              let start = time(item["startTimeUnixNano"]), start > 0 else { return nil }
        var attributes = common
        attributes.add(otlp: item["attributes"])
        let kind = kind(item["kind"]), end = time(item["endTimeUnixNano"]).flatMap { $0 > 0 ? max(start, $0) : nil }
        var span = TraceSpan(id: id, parentID: ForeignID.otlp(span: item["parentSpanId"]), name: Redactor.redacted(name, limit: 200), kind: kind, start: start, end: end)
        span.isInProgress = end == nil
        let isError = ["2", "STATUS_CODE_ERROR", "ERROR"].contains(word(item["status"]?["code"]))
        span.status = attributes.status(isError: isError)
        span.httpStatus = attributes.httpStatus
        span.origin = attributes.origin(of: kind)
        span.resource = attributes.resource(of: kind)
        span.cause = cause(item, isError: isError)
        span.annotations = attributes.kept(and: wanted)
        var links: [SpanLink] = []
        for link in (item["links"]?.array ?? []).prefix(128) {
            guard let other = ForeignID.otlp(trace: link["traceId"]) else { continue }
            let link = SpanLink(spanID: id, linkedTraceID: other, linkedSpanID: ForeignID.otlp(span: link["spanId"]))
            if !links.contains(link) { links.append(link) }
        }
        // What the library did not link the message itself may: a header that it noted down.
        for member in item["attributes"]?.array ?? [] {
            guard let name = member["key"]?.string, let value = member["value"]?["stringValue"], let context = MessageContext.context(name: name, value: value),
                  context.traceID != trace, Trace.twin(of: context.traceID) != trace, !links.contains(where: { $0.linkedTraceID == context.traceID }) else { continue }
            links.append(SpanLink(spanID: id, linkedTraceID: context.traceID, linkedSpanID: context.spanID, kind: context.carrier))
        }
        return ImportedSpan(trace: trace, service: attributes.service, span: span, links: links)
    }

    /// Nanoseconds, as text or as a number.
    static func time(_ value: JSONValue?) -> Epoch? { value?.double.map { $0 / 1e9 }.flatMap { Timestamp(epoch: $0) == nil ? nil : $0 } }

    /// An enumeration's value as text, whether it was written as a number or as its name; CloudWatch writes names without their prefix.
    static func word(_ value: JSONValue?) -> String { value?.string ?? value?.integer.map(String.init) ?? "" }

    static func kind(_ value: JSONValue?) -> TraceSpan.Kind {
        switch word(value) {
        case "2", "SPAN_KIND_SERVER", "SERVER": .server
        case "3", "SPAN_KIND_CLIENT", "CLIENT": .client
        case "4", "SPAN_KIND_PRODUCER", "PRODUCER": .producer
        case "5", "SPAN_KIND_CONSUMER", "CONSUMER": .consumer
        default: .internal
        }
    }

    /// The exception that was recorded, else what the status says.
    static func cause(_ item: JSONValue, isError: Bool) -> String? {
        var exception = SpanAttributes()
        if let event = item["events"]?.array.first(where: { $0["name"]?.string == "exception" }) { exception.add(otlp: event["attributes"]) }
        let parts = [exception["error.type"], exception["exception.message"]].compactMap(\.self).filter { !$0.isEmpty }
        let text = parts.isEmpty && isError ? item["status"]?["message"]?.string ?? "" : parts.joined(separator: ": ")
        return text.isEmpty ? nil : Redactor.redacted(text, limit: 300)
    }
}
