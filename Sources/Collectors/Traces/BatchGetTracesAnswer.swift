import JSON
import Telemetry

/// An answer of BatchGetTraces: whole traces, their documents being JSON inside strings.
package struct BatchGetTracesAnswer: Sendable {
    package var traces: [Trace] = []
    /// Ids that the service did not read this time.
    package var unprocessed: [String] = []
    /// Documents that are no segment, and subsegments without id, name or start.
    package var refused = 0
    package var nextToken: String?

    package init(_ body: JSONValue, group: String) {
        for item in body["Traces"]?.array ?? [] {
            let documents = (item["Segments"]?.array ?? []).map { segment -> JSONValue in
                // The service sends text; some recorders have read it already.
                if let text = segment["Document"]?.string { return (try? JSONValue(parsing: text)) ?? .null }
                return segment["Document"] ?? segment
            }
            guard let id = (item["Id"]?.string ?? documents.lazy.compactMap { $0["trace_id"]?.string }.first).flatMap(SpanNames.traceID) else {
                refused += 1
                continue
            }
            let (trace, lost) = Self.trace(id: id, group: group, documents: documents, isCut: item["LimitExceeded"]?.bool ?? false)
            refused += lost
            if let trace { traces.append(trace) }
        }
        unprocessed = (body["UnprocessedTraceIds"]?.array ?? []).compactMap(\.string)
        nextToken = body["NextToken"]?.string
    }

    /// One trace of its documents, in whatever order they came; a later document of the same id replaces an unfinished one.
    package static func trace(id: String, group: String, documents: [JSONValue], isCut: Bool = false) -> (Trace?, refused: Int) {
        var spans: [String: TraceSpan] = [:]
        var links: [SpanLink] = []
        var refused = 0
        for document in documents {
            guard let segment = SegmentDocument(document) else { refused += 1; continue }
            refused += segment.refused
            for span in segment.spans {
                if let known = spans[span.id], !known.isInProgress, span.isInProgress { continue }
                spans[span.id] = span
            }
            for link in segment.links where !links.contains(link) { links.append(link) }
        }
        guard !spans.isEmpty else { return (nil, refused) }
        let sorted = spans.values.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
        let isWhole = !isCut && refused == 0 && !sorted.contains(where: \.isInProgress)
        return (Trace(id: id, group: group, spans: sorted, links: links, isComplete: isWhole), refused)
    }
}
