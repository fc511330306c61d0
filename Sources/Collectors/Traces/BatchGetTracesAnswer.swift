import JSON
import Telemetry

/// An answer of BatchGetTraces, or a page of ListRetrievedTraces, which says spans for segments: whole traces, their documents being JSON inside strings.
package struct BatchGetTracesAnswer: Sendable {
    package var traces: [Trace] = []
    /// Ids that the service did not read this time.
    package var unprocessed: [String] = []
    /// Documents that are no segment, and subsegments without id, name or start.
    package var refused = 0
    package var nextToken: String?

    package init(_ body: JSONValue, group: String) { self.init(pages: [body], group: group) }

    /// A trace with many spans goes over several pages.
    init(pages: [JSONValue], group: String) {
        var places: [String: Int] = [:], found: [(id: String, documents: [JSONValue], isCut: Bool)] = []
        for item in pages.flatMap({ $0["Traces"]?.array ?? [] }) {
            let documents = ((item["Segments"] ?? item["Spans"])?.array ?? []).map { segment -> JSONValue in
                // The service sends text; some recorders have read it already.
                if let text = segment["Document"]?.string { return (try? JSONValue(parsing: text)) ?? .null }
                return segment["Document"] ?? segment
            }
            guard let stated = (item["Id"]?.string ?? documents.lazy.compactMap { $0["trace_id"]?.string }.first).flatMap(SpanNames.traceID) else {
                refused += 1
                continue
            }
            let id = item["Spans"] == nil ? stated : SpanNames.xrayTraceID(stated), isCut = item["LimitExceeded"]?.bool ?? false
            if let place = places[id] {
                found[place].documents += documents
                found[place].isCut = found[place].isCut || isCut
            } else {
                places[id] = found.count
                found.append((id, documents, isCut))
            }
        }
        for (id, documents, isCut) in found {
            let (trace, lost) = Self.trace(id: id, group: group, documents: documents, isCut: isCut)
            refused += lost
            if let trace { traces.append(trace) }
        }
        unprocessed = pages.flatMap { $0["UnprocessedTraceIds"]?.array ?? [] }.compactMap(\.string)
        nextToken = pages.last?["NextToken"]?.string
    }

    /// One trace of its documents, in whatever order they came; a later document of the same id replaces an unfinished one.
    package static func trace(id: String, group: String, documents: [JSONValue], isCut: Bool = false) -> (Trace?, refused: Int) {
        var spans: [String: TraceSpan] = [:]
        var links: [SpanLink] = []
        var refused = 0
        for document in documents {
            let (found, foundLinks, lost) = Self.spans(of: document)
            refused += lost
            for span in found {
                if let known = spans[span.id], !known.isInProgress, span.isInProgress { continue }
                spans[span.id] = span
            }
            for link in foundLinks where !links.contains(link) { links.append(link) }
        }
        guard !spans.isEmpty else { return (nil, refused) }
        let sorted = spans.values.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
        let isWhole = !isCut && refused == 0 && !sorted.contains(where: \.isInProgress)
        return (Trace(id: id, group: group, spans: sorted, links: links, isComplete: isWhole), refused)
    }

    /// A segment of X-Ray with everything below it, or a span as OpenTelemetry writes it: an account may hold both.
    private static func spans(of document: JSONValue) -> (spans: [TraceSpan], links: [SpanLink], refused: Int) {
        if document["spanId"] != nil || document["resourceSpans"] != nil {
            let otlp = document["resourceSpans"] == nil ? OTLPTraces(span: document) : OTLPTraces(document)
            return (otlp.spans.map(\.span), otlp.spans.flatMap(\.links).map(\.withXRayID), otlp.refused)
        }
        guard let segment = SegmentDocument(document) else { return ([], [], 1) }
        return (segment.spans, segment.links, segment.refused)
    }
}

private extension SpanLink {
    /// X-Ray writes the same id in another way, and that is the one under which the other trace is on record.
    var withXRayID: SpanLink { SpanLink(spanID: spanID, linkedTraceID: SpanNames.xrayTraceID(linkedTraceID), linkedSpanID: linkedSpanID, kind: kind) }
}
