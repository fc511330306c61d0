import Telemetry

/// Who calls whom, worked out of whole traces in the way of X-Ray's service graph: a node for each service that sent segments, one for each
/// thing that was called and sends none, and an edge wherever a span's parent lies in another node.
/// https://docs.aws.amazon.com/xray/latest/api/API_GetServiceGraph.html
package struct TraceGraph: Sendable {
    private struct Key: Hashable, Comparable {
        var hour: Timestamp
        var from: CallNode
        var to: CallNode
        var kind: CallEdge.Kind
        static func < (a: Key, b: Key) -> Bool { (a.hour, a.from, a.to, a.kind.rawValue) < (b.hour, b.from, b.to, b.kind.rawValue) }
    }

    /// Seconds. Short enough that one reading of files that are still being written holds all of it.
    private static let step: Int64 = 900

    /// Whoever calls what began the trace.
    package static let clients = CallNode("clients", type: "client")

    /// What each service and each thing called did itself.
    package private(set) var nodes: [CallNode: CallFigures] = [:]
    private var calls: [Key: CallFigures] = [:]

    package init(_ traces: [Trace]) {
        var owners: [String: [String: CallNode]] = [:]
        for trace in traces { owners[trace.id] = add(trace) }
        for trace in traces { addLinks(of: trace, owners) }
    }

    /// By quarter of an hour, sorted.
    package func edges(source: String, isFromExamples: Bool = false) -> [CallEdge] {
        calls.sorted { $0.key < $1.key }.map { key, figures in
            CallEdge(source: source, hour: key.hour, from: key.from, to: key.to, kind: key.kind, figures: figures, isFromExamples: isFromExamples)
        }
    }

    /// - Returns: the node of each span.
    private mutating func add(_ trace: Trace) -> [String: CallNode] {
        let spans = Dictionary(trace.spans.map { ($0.id, $0) }) { first, _ in first }
        var owners: [String: CallNode] = [:]
        for span in trace.spans { owners[span.id] = Self.owner(of: span, among: spans) }
        // What a call leads to in another node was counted there; else the thing called sends no segments.
        var answered: Set<String> = []
        for span in trace.spans {
            guard let parent = span.parentID, let from = owners[parent], let to = owners[span.id], from != to else { continue }
            answered.insert(parent)
        }
        for span in trace.spans {
            guard let node = owners[span.id] else { continue }
            let parent = span.parentID.flatMap { owners[$0] }
            if Self.isService(span, in: spans) {
                nodes[node, default: CallFigures()].add(span.status, seconds: span.end.map { $0 - span.start })
                if parent != node { count(span, from: parent ?? Self.clients, to: node) }
            }
            guard !answered.contains(span.id), let thing = Self.callee(of: span) else { continue }
            nodes[thing, default: CallFigures()].add(span.status, seconds: span.end.map { $0 - span.start })
            if thing != node { count(span, from: node, to: thing) }
        }
        return owners
    }

    private mutating func count(_ span: TraceSpan, from: CallNode, to: CallNode, kind: CallEdge.Kind = .call) {
        guard let hour = Timestamp(epoch: span.start.rounded(.down))?.floored(to: Self.step) else { return }
        calls[Key(hour: hour, from: from, to: to, kind: kind), default: CallFigures()].add(span.status, seconds: span.end.map { $0 - span.start })
    }

    /// A link leads from who sent a message to who goes on with it, whichever of the two states it.
    private mutating func addLinks(of trace: Trace, _ owners: [String: [String: CallNode]]) {
        let spans = Dictionary(trace.spans.map { ($0.id, $0) }) { first, _ in first }
        for link in trace.links {
            guard let span = spans[link.spanID], let here = owners[trace.id]?[link.spanID], let there = link.linkedSpanID.flatMap({ owners[link.linkedTraceID]?[$0] }), here != there
            else { continue }
            if link.leadsOn { count(span, from: here, to: there, kind: .link) } else { count(span, from: there, to: here, kind: .link) }
        }
    }
}

private extension TraceGraph {
    /// A circle of parents ends where it comes back to itself.
    static func owner(of span: TraceSpan, among spans: [String: TraceSpan]) -> CallNode {
        var here = span, seen: Set<String> = []
        while !isService(here, in: spans), let parent = here.parentID.flatMap({ spans[$0] }), seen.insert(here.id).inserted { here = parent }
        return node(of: here)
    }

    /// Segments have an origin of their own; spans of OpenTelemetry name the service, and the first of its spans in a row stands for it.
    static func isService(_ span: TraceSpan, in spans: [String: TraceSpan]) -> Bool {
        if let service = span.annotations["service.name"] {
            guard let parent = span.parentID.flatMap({ spans[$0] }) else { return true }
            return parent.annotations["service.name"] != service
        }
        return span.isInferred || span.kind == .server && span.origin != nil || span.parentID == nil
    }

    static func node(of span: TraceSpan) -> CallNode {
        if let service = span.annotations["service.name"] {
            let isFunction = span.origin == "AWS::Lambda::Function"
            return CallNode(isFunction ? span.resource ?? service : service, type: isFunction ? "AWS::Lambda::Function" : "service")
        }
        return CallNode(span.isInferred ? span.resource ?? span.name : span.name, type: span.origin ?? "")
    }

    /// What a call of something that sends no segments was made to.
    static func callee(of span: TraceSpan) -> CallNode? {
        guard span.kind == .client || span.kind == .producer, !span.isInferred, let origin = span.origin else { return nil }
        return (span.resource ?? (origin.hasPrefix("AWS::") ? span.name : nil)).map { CallNode($0, type: origin) }
    }
}
