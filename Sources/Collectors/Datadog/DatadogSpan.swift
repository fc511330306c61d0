import JSON
import Telemetry

/// One span as Datadog's API states it.
/// https://docs.datadoghq.com/api/latest/spans/#search-spans
struct DatadogSpan: Sendable {
    let imported: ImportedSpan
    /// As the search language wants it.
    let searchID: String
    let attributes: SpanAttributes

    /// Nothing where it has no id, trace, name or start.
    init?(_ item: JSONValue) {
        guard let body = item["attributes"], let id = DatadogID.span(body["span_id"]), let rawTrace = body["trace_id"]?.string, DatadogID.isHarmless(rawTrace) else { return nil }
        let custom = body["custom"] ?? .null
        var attributes = SpanAttributes()
        attributes.set("service.name", body["service"]?.string)
        attributes.add(flat: custom)
        self.attributes = attributes
        searchID = rawTrace
        guard let trace = DatadogID.trace(rawTrace, upper: attributes["_dd.p.tid"]), let name = body["resource_name"]?.string ?? attributes["operation_name"], !name.isEmpty,
              let start = body["start_timestamp"]?.string.flatMap({ Timestamp.epoch(rfc3339: $0) }) else { return nil }
        // Times have milliseconds; the length in nanoseconds is exact.
        let length = (custom["duration"] ?? body["duration"])?.double.map { max(0, $0) / 1e9 }.flatMap { $0 < 366 * 86_400 ? $0 : nil }
        let end = length.map { start + $0 } ?? body["end_timestamp"]?.string.flatMap { Timestamp.epoch(rfc3339: $0) }.map { max(start, $0) }
        let kind = Self.kind(attributes["span.kind"])
        var span = TraceSpan(id: id, parentID: DatadogID.span(body["parent_id"]), name: Redactor.redacted(name, limit: 200), kind: kind, start: start, end: end)
        span.isInProgress = end == nil
        let error = custom["error"]
        let isError = [attributes["status"], body["status"]?.string].contains("error") || attributes["error"] == "true" || attributes["error"] == "1" || error?["type"]?.string != nil
        span.status = attributes.status(isError: isError)
        span.httpStatus = attributes.httpStatus
        span.origin = attributes.origin(of: kind)
        span.resource = attributes.resource(of: kind)
        span.isInferred = attributes["_inferred_span.tag_source"] != nil
        let cause = [error?["type"]?.string ?? attributes["error.type"], error?["message"]?.string].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
        span.cause = cause.isEmpty ? nil : Redactor.redacted(cause, limit: 300)
        span.annotations = attributes.kept(and: [])
        imported = ImportedSpan(trace: trace, service: attributes.service, span: span, links: Self.links(body, custom, of: id))
    }

    static func kind(_ word: String?) -> TraceSpan.Kind {
        switch word?.lowercased() {
        case "server", "span_kind_server": .server
        case "client", "span_kind_client": .client
        case "producer", "span_kind_producer": .producer
        case "consumer", "span_kind_consumer": .consumer
        default: .internal
        }
    }

    /// Libraries write links as text into a tag; the same link written twice is one.
    static func links(_ body: JSONValue, _ custom: JSONValue, of span: String) -> [SpanLink] {
        let raw = custom["_dd"]?["span_links"] ?? custom["_dd.span_links"] ?? custom["span_links"] ?? body["span_links"]
        let list = raw?.string.flatMap { try? JSONValue(parsing: $0) } ?? raw ?? .null
        var links: [SpanLink] = []
        for item in list.array.prefix(128) {
            guard let trace = item["trace_id"]?.string.flatMap({ DatadogID.trace($0, upper: item["trace_id_high"]?.string, prefersHex: true) }) else { continue }
            let link = SpanLink(spanID: span, linkedTraceID: trace, linkedSpanID: DatadogID.span(item["span_id"], prefersHex: true))
            if !links.contains(link) { links.append(link) }
        }
        return links
    }
}

/// Ids of 64 bits in decimal, or of 128 in hex, brought to 32 and 16 hex digits: the low half is what Datadog always knows.
enum DatadogID {
    static func trace(_ text: String, upper: String? = nil, prefersHex: Bool = false) -> String? {
        if text.utf8.count == 32, let id = SpanNames.traceID(text) { return isZero(id) ? nil : id }
        guard let low = low(text, prefersHex: prefersHex), !isZero(low) else { return nil }
        return (upper.flatMap(SpanNames.id) ?? "0000000000000000") + low
    }

    /// Zero is no parent.
    static func span(_ value: JSONValue?, prefersHex: Bool = false) -> String? { value?.string.flatMap { low($0, prefersHex: prefersHex) }.flatMap { isZero($0) ? nil : $0 } }

    /// Goes into a search expression as it is.
    static func isHarmless(_ text: String) -> Bool { !text.isEmpty && text.utf8.count <= 39 && text.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || (($0 | 0x20) >= 97 && ($0 | 0x20) <= 102) } }

    /// Sixteen digits may be either: the API writes decimal, links write hex.
    private static func low(_ text: String, prefersHex: Bool) -> String? {
        let hex = SpanNames.id(text)
        if prefersHex, let hex { return hex }
        guard let number = UInt64(text) else { return hex }
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    private static func isZero(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }
}

extension SpanAttributes {
    /// Nested objects as one level with dotted names: `{"http": {"method": …}}` is `http.method`.
    mutating func add(flat object: JSONValue, under prefix: String = "", depth: Int = 0) {
        for member in object.members.prefix(1_000) where depth < 8 && prefix.utf8.count + member.key.utf8.count < 200 {
            let key = prefix.isEmpty ? member.key : "\(prefix).\(member.key)"
            switch member.value {
            case .object: add(flat: member.value, under: key, depth: depth + 1)
            case .string(let text): note(key, text)
            case .bool(let flag): note(key, flag ? "true" : "false")
            case .number(let number): note(key, Int64(exactly: number).map(String.init) ?? "\(number)")
            // Lists are payloads.
            case .array, .null: break
            }
        }
    }

    private mutating func note(_ key: String, _ text: String) {
        let name = AttributeNames.current[key] ?? key
        if name != key, self[name] != nil { return }
        set(name, AttributeNames.value(text, of: name))
    }
}

/// One page of spans.
package struct DatadogSpansPage: Sendable {
    let spans: [DatadogSpan]
    package let refused: Int
    package let after: String?

    package init(_ document: JSONValue) {
        let items = document["data"]?.array ?? []
        spans = items.compactMap(DatadogSpan.init)
        refused = items.count - spans.count
        after = document["meta"]?["page"]?["after"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// For tests and whoever wants traces alone.
    package func traces(group: String) -> [Trace] {
        var assembly = TraceAssembly()
        assembly.add(spans.map(\.imported))
        return assembly.traces { _, _ in group }.traces
    }
}
