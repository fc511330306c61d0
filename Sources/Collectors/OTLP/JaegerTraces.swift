import JSON
import Telemetry

/// The spans of one document of Jaeger's query API or of its anonymizer. Times are microseconds.
/// https://www.jaegertracing.io/docs/latest/apis/
struct JaegerTraces: Sendable {
    private(set) var spans: [ImportedSpan] = []
    private(set) var refused = 0
    let isTraces: Bool

    init(_ document: JSONValue, keeping wanted: Set<String> = []) {
        let traces = Self.traces(in: document)
        isTraces = !traces.isEmpty
        for trace in traces {
            let processes = trace["processes"] ?? .null
            for item in trace["spans"]?.array ?? [] {
                let process = item["process"] ?? item["processID"]?.string.flatMap { processes[$0] } ?? .null
                if let span = Self.span(item, of: process, wanted) { spans.append(span) } else { refused += 1 }
            }
        }
    }

    /// An answer holds a list of traces or, from some tools, one; a file may hold a trace or a single span.
    private static func traces(in document: JSONValue) -> [JSONValue] {
        if let data = document["data"] { return data["spans"] == nil ? data.array.filter { $0["spans"] != nil } : [data] }
        if document["spans"] != nil { return [document] }
        return document["traceID"] != nil && document["spanID"] != nil ? [["spans": .array([document])]] : []
    }
}

private extension JaegerTraces {
    static func span(_ item: JSONValue, of process: JSONValue, _ wanted: Set<String>) -> ImportedSpan? {
        guard let trace = ForeignID.jaeger(trace: item["traceID"]), let id = ForeignID.jaeger(span: item["spanID"]),
              let name = item["operationName"]?.string, !name.isEmpty, let start = seconds(item["startTime"]), start > 0, Timestamp(epoch: start) != nil,
              let duration = seconds(item["duration"]), duration >= 0, Timestamp(epoch: start + duration) != nil else { return nil }
        var attributes = SpanAttributes()
        attributes.set("service.name", process["serviceName"]?.string)
        attributes.add(jaeger: process["tags"]?.array ?? [])
        attributes.add(jaeger: item["tags"]?.array ?? [])
        attributes.set("otel.scope.name", attributes["otel.library.name"])
        let kind = attributes["span.kind"].flatMap(TraceSpan.Kind.init) ?? .internal
        let references = references(item)
        // The first parent of the same trace is the parent; everything else that came before is linked.
        let parent = references.first { $0.trace == trace && $0.isChild } ?? references.first { $0.trace == trace }
        var span = TraceSpan(id: id, parentID: parent?.span, name: Redactor.redacted(name, limit: 200), kind: kind, start: start, end: start + duration)
        span.status = attributes.status(isError: attributes["error"] == "true" || attributes["otel.status_code"] == "ERROR")
        span.httpStatus = attributes.httpStatus
        span.origin = attributes.origin(of: kind)
        span.resource = attributes.resource(of: kind)
        span.cause = cause(item, attributes)
        span.annotations = attributes.kept(and: wanted)
        let links = references.filter { $0 != parent }.map { SpanLink(spanID: id, linkedTraceID: $0.trace, linkedSpanID: $0.span) }
        return ImportedSpan(trace: trace, service: attributes.service, span: span, links: links)
    }

    struct Reference: Hashable {
        var trace: String
        var span: String
        var isChild: Bool
    }

    static func references(_ item: JSONValue) -> [Reference] {
        var found: [Reference] = []
        for reference in (item["references"]?.array ?? []).prefix(128) {
            guard let trace = ForeignID.jaeger(trace: reference["traceID"]), let span = ForeignID.jaeger(span: reference["spanID"]) else { continue }
            let reference = Reference(trace: trace, span: span, isChild: reference["refType"]?.string == "CHILD_OF")
            if !found.contains(reference) { found.append(reference) }
        }
        if found.isEmpty, let trace = ForeignID.jaeger(trace: item["traceID"]), let parent = ForeignID.jaeger(span: item["parentSpanID"]) {
            found.append(Reference(trace: trace, span: parent, isChild: true))
        }
        return found
    }

    static func seconds(_ value: JSONValue?) -> Double? { value?.double.map { $0 / 1e6 } }

    static func cause(_ item: JSONValue, _ attributes: SpanAttributes) -> String? {
        for log in item["logs"]?.array ?? [] {
            var fields = SpanAttributes()
            fields.add(jaeger: log["fields"]?.array ?? [])
            guard ["error", "exception"].contains(fields["event"] ?? "") else { continue }
            let parts = [fields["error.type"] ?? fields["error.kind"], fields["exception.message"] ?? fields["message"]].compactMap(\.self)
            if !parts.isEmpty { return Redactor.redacted(parts.joined(separator: ": "), limit: 300) }
        }
        return attributes["otel.status_description"].map { Redactor.redacted($0, limit: 300) }
    }
}
