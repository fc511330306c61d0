import JSON
import Telemetry

/// Files with traces come as answers, as lists, as single documents and with one document a line.
enum TraceFile {
    static func values(_ bytes: [UInt8]) -> [JSONValue] {
        if let value = try? JSONValue(parsing: bytes) {
            if case .array(let items) = value { return items }
            return [value]
        }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            line.contains { $0 > 0x20 } ? try? JSONValue(parsing: line) : nil
        }
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
        summary.services = Set(trace.spans.filter { $0.kind == .server }.map(\.name)).sorted()
        return summary
    }
}
