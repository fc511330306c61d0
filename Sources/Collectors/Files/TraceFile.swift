import JSON
import Telemetry

/// Files with traces come as answers, as lists, as single documents and with one document a line.
enum TraceFile {
    /// Hands out the documents of a file one by one, so that a file of lines never lies in memory as a whole.
    /// - Parameter mayEndEarly: the last line may be a half one.
    /// - Returns: how many lines, or the one document, are no JSON.
    static func forEachDocument(in bytes: [UInt8], mayEndEarly: Bool = false, _ body: (JSONValue) -> Void) -> Int {
        if let value = try? JSONValue(parsing: bytes) {
            if case .array(let items) = value { items.forEach(body) } else { body(value) }
            return 0
        }
        var broken = 0, whole = 0, isLastBroken = false
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.contains(where: { $0 > 0x20 }) {
            isLastBroken = false
            if let value = try? JSONValue(parsing: line) { body(value); whole += 1 } else { broken += 1; isLastBroken = true }
        }
        // A document over many lines is one.
        if whole == 0 { return mayEndEarly ? 0 : min(1, broken) }
        return mayEndEarly && isLastBroken ? broken - 1 : broken
    }

    /// What a summary would have said of a whole trace.
    static func summary(of trace: Trace) -> TraceSummary? {
        guard let start = trace.spans.map(\.start).min() else { return nil }
        let end = trace.spans.compactMap(\.end).max() ?? start
        let root = trace.spans.first { $0.parentID == nil } ?? trace.spans.first
        var summary = TraceSummary(id: trace.id, group: trace.group, start: start, duration: end - start)
        summary.responseTime = root.flatMap { span in span.end.map { $0 - span.start } }
        summary.hasError = trace.spans.contains { $0.status == .error || $0.status == .throttle }
        summary.hasFault = trace.spans.contains { $0.status == .fault }
        summary.hasThrottle = trace.spans.contains { $0.status == .throttle }
        summary.isPartial = !trace.isComplete
        summary.entryPoint = root?.name
        summary.httpStatus = root?.httpStatus
        summary.httpMethod = root?.annotations["http.method"]
        summary.httpPath = root?.annotations["http.path"]
        summary.services = Set(trace.spans.compactMap { $0.annotations["service.name"] ?? ($0.kind == .server ? $0.name : nil) }).sorted()
        return summary
    }
}
