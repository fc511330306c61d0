import Digests
import JSON
import Telemetry

/// The trace that a message was sent in, as a span notes it down from the message: `AWSTraceHeader`, W3C `traceparent` (in headers and in CloudEvents) or
/// Datadog's `_datadog`.
/// https://www.w3.org/TR/trace-context/ · https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
/// · https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md
package struct MessageContext: Hashable, Sendable {
    package var traceID: String
    package var spanID: String?
    /// What carried it, which becomes the kind of the link.
    package var carrier: String

    package init(traceID: String, spanID: String?, carrier: String) {
        self.traceID = traceID
        self.spanID = spanID
        self.carrier = carrier
    }

    /// The context that one attribute carries, if its name is one of a carrier's.
    package static func context(name: String, value: JSONValue) -> MessageContext? {
        let last = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        switch last {
        case "awstraceheader", "x-amzn-trace-id": return value.string.flatMap(traceHeader)
        case "traceparent": return value.string.flatMap(traceparent)
        case "_datadog": return datadog(value)
        default: return nil
        }
    }

    /// `00-<32 hex>-<16 hex>-<flags>`. Ids of zeros and version ff are no context.
    static func traceparent(_ text: String) -> MessageContext? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0].lowercased() != "ff", let trace = SpanNames.traceID(String(parts[1])), trace.contains(where: { $0 != "0" }),
              let span = SpanNames.id(String(parts[2])), span.contains(where: { $0 != "0" }) else { return nil }
        return MessageContext(traceID: trace, spanID: span, carrier: "traceparent")
    }

    /// `Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=1`, in any order and with keys that are not known.
    static func traceHeader(_ text: String) -> MessageContext? {
        var root: String?, parent: String?
        for part in text.split(separator: ";").prefix(20) {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmed }
            guard pair.count == 2 else { continue }
            if pair[0] == "Root" { root = SpanNames.traceID(pair[1]) }
            if pair[0] == "Parent" { parent = SpanNames.id(pair[1]) }
        }
        return root.map { MessageContext(traceID: $0, spanID: parent, carrier: "AWSTraceHeader") }
    }

    /// Decimal ids of 64 bits; the upper half of the trace's is a tag. A W3C pair beside them says the same in full.
    static func datadog(_ value: JSONValue) -> MessageContext? {
        var value = value
        // SQS and SNS wrap it, and write bytes in base64.
        if let inner = value["stringValue"] ?? value["Value"] ?? value["binaryValue"] { value = inner }
        if let text = value.string {
            let bytes = text.hasPrefix("{") ? Array(text.utf8) : base64Decoded(text) ?? []
            guard let parsed = try? JSONValue(parsing: bytes) else { return nil }
            value = parsed
        }
        func number(_ key: String) -> UInt64? { (value[key]?.string).flatMap { UInt64($0) } ?? value[key]?.integer.flatMap { UInt64(exactly: $0) } }
        if let trace = number("x-datadog-trace-id"), trace != 0 {
            let upper = (value["x-datadog-tags"]?.string ?? "").split(separator: ",").first { $0.hasPrefix("_dd.p.tid=") }.flatMap { UInt64($0.dropFirst(10), radix: 16) } ?? 0
            return MessageContext(traceID: hex(upper) + hex(trace), spanID: number("x-datadog-parent-id").flatMap { $0 == 0 ? nil : hex($0) }, carrier: "_datadog")
        }
        return (value["traceparent"]?.string).flatMap(traceparent).map { MessageContext(traceID: $0.traceID, spanID: $0.spanID, carrier: "_datadog") }
    }
}

private extension MessageContext {
    static func hex(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, 16 - text.count)) + text
    }
}

private extension Substring {
    var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
