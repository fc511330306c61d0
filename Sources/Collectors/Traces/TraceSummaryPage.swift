import JSON
import Telemetry

/// One page of GetTraceSummaries. User names, addresses and agents stay behind.
package struct TraceSummaryPage: Sendable {
    package var summaries: [TraceSummary] = []
    package var nextToken: String?
    /// Traces that the service looked at to answer: what the price counts.
    package var scanned = 0
    package var refused = 0

    package init(_ body: JSONValue, group: String) {
        nextToken = body["NextToken"]?.string
        scanned = max(0, body["TracesProcessedCount"]?.integer ?? 0)
        for item in body["TraceSummaries"]?.array ?? [] {
            if let summary = Self.summary(item, group: group) { summaries.append(summary) } else { refused += 1 }
        }
    }

    private static func summary(_ item: JSONValue, group: String) -> TraceSummary? {
        guard let id = item["Id"]?.string.flatMap(SpanNames.traceID) else { return nil }
        let stated = item["StartTime"]?.double ?? item["StartTime"]?.string.flatMap { Timestamp.epoch(rfc3339: $0) }
        guard let start = stated ?? SpanNames.start(ofTrace: id), Timestamp(epoch: start) != nil,
              let duration = item["Duration"]?.double ?? item["ResponseTime"]?.double, duration >= 0 else { return nil }
        var summary = TraceSummary(id: id, group: group, start: start, duration: duration)
        summary.responseTime = item["ResponseTime"]?.double.flatMap { $0 >= 0 ? $0 : nil }
        summary.hasError = item["HasError"]?.bool ?? false
        summary.hasFault = item["HasFault"]?.bool ?? false
        summary.hasThrottle = item["HasThrottle"]?.bool ?? false
        summary.isPartial = item["IsPartial"]?.bool ?? false
        summary.entryPoint = (item["EntryPoint"]?["Name"]?.string).map { Redactor.redacted($0, limit: 200) }
        let http = item["Http"] ?? .null
        summary.httpMethod = (http["HttpMethod"]?.string).map { Redactor.redacted($0, limit: 20) }
        summary.httpPath = http["HttpURL"]?.string.map(SpanNames.path)
        summary.httpStatus = http["HttpStatus"]?.integer.flatMap { (100..<1_000).contains($0) ? $0 : nil }
        summary.services = Set((item["ServiceIds"]?.array ?? []).compactMap { $0["Name"]?.string }.prefix(100).map { Redactor.redacted($0, limit: 200) }).sorted()
        for member in (item["Annotations"]?.members ?? []).prefix(50) where member.key.utf8.count <= 100 {
            let value = member.value.array.first?["AnnotationValue"] ?? .null
            let text = value["StringValue"]?.string ?? value["NumberValue"]?.double.map { Int64(exactly: $0).map(String.init) ?? "\($0)" }
                ?? value["BooleanValue"]?.bool.map { $0 ? "true" : "false" }
            if let text { summary.annotations[member.key] = Redactor.redacted(text, limit: 200) }
        }
        return summary
    }
}
