import Telemetry

/// Puts spans that came in any order, from any number of documents, together to traces.
struct TraceAssembly: Sendable {
    /// More spans than this in one reading are left out and counted.
    static let spanLimit = 500_000

    private struct Pieces: Sendable {
        var spans: [String: TraceSpan] = [:]
        var links: [SpanLink] = []
        var services: Set<String> = []
        var lost = 0
    }

    private var pieces: [String: Pieces] = [:]
    private(set) var spanCount = 0
    /// Spans beyond a limit.
    private(set) var leftOut = 0

    mutating func add(_ imported: [ImportedSpan]) {
        for item in imported {
            var trace = pieces[item.trace] ?? Pieces()
            let known = trace.spans[item.span.id]
            guard known != nil || trace.spans.count < SegmentDocument.spanLimit && spanCount < Self.spanLimit else {
                leftOut += 1
                trace.lost += 1
                pieces[item.trace] = trace
                continue
            }
            // A span may be exported twice; an unfinished one never replaces a finished one.
            if known == nil || known?.isInProgress == true || !item.span.isInProgress { trace.spans[item.span.id] = item.span }
            if known == nil { spanCount += 1 }
            for link in item.links where !trace.links.contains(link) { trace.links.append(link) }
            if let service = item.service { trace.services.insert(service) }
            pieces[item.trace] = trace
        }
    }

    /// All traces by id, each with the group that claims it; what no group claims is counted apart.
    func traces(_ group: (_ services: Set<String>, _ entry: String) -> String?) -> (traces: [Trace], unclaimed: Int) {
        var traces: [Trace] = [], unclaimed = 0
        for (id, pieces) in pieces.sorted(by: { $0.key < $1.key }) {
            let spans = pieces.spans.values.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
            guard let first = spans.first else { continue }
            let root = spans.first { $0.parentID == nil }
            guard let group = group(pieces.services, (root ?? first).name) else { unclaimed += 1; continue }
            // Without its root a trace is a part: the rest lies in a file that is still to come, or was never written.
            let isWhole = root != nil && pieces.lost == 0 && !spans.contains(where: \.isInProgress)
            traces.append(Trace(id: id, group: group, spans: spans, links: pieces.links, isComplete: isWhole))
        }
        return (traces, unclaimed)
    }
}
