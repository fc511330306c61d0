import Telemetry

/// The path of a message through a service: resources in the order in which they feed each other, with what flows between them.
enum MessagePath {
    /// Hops in order; what feeds nothing and is fed by nothing stays where the file puts it. Cycles cannot hang it.
    static func ordered(_ resources: [ResourcePicture]) -> [ResourcePicture] {
        let hops = resources.filter { isHop($0) && !$0.isDeadLetterQueue }
        let position = Dictionary(hops.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        var waiting = Dictionary(hops.map { ($0.id, 0) }) { first, _ in first }
        for hop in hops { for target in targets(of: hop) where position[target] != nil { waiting[target, default: 0] += 1 } }
        var open = hops, out: [ResourcePicture] = []
        while !open.isEmpty {
            // In a circle nobody is free: the first in the file goes first.
            let next = open.firstIndex { waiting[$0.id] == 0 } ?? open.startIndex
            let hop = open.remove(at: next)
            for target in targets(of: hop) { waiting[target, default: 1] -= 1 }
            out.append(hop)
        }
        return out + resources.filter(\.isDeadLetterQueue)
    }

    static func strips(_ service: ServicePicture) -> [PipelineStrip] {
        let hops = ordered(service.resources)
        guard !hops.isEmpty else { return [] }
        let drawn = hops.enumerated().map { index, hop in
            PipelineStrip.Hop(kind: ResourceFacts.kind(of: hop), name: hop.site.title, state: hop.state, word: hop.word,
                              facts: ResourceFacts.facts(of: hop), flow: index == 0 ? nil : flow(from: hops[index - 1], to: hop))
        }
        // More than six boxes in a row are too narrow to read; the rest goes on below.
        let rows = (drawn.count + 5) / 6, size = (drawn.count + rows - 1) / rows
        return (0..<rows).map { row in
            let part = Array(drawn[min(drawn.count, row * size)..<min(drawn.count, (row + 1) * size)])
            let label = "Path of a message, with numbers of the last 5 minutes" + (rows > 1 ? ", part \(row + 1) of \(rows)" : "")
            return PipelineStrip(label: label, hops: part)
        }
    }

    /// What passes between two hops, measured at whichever end counts it.
    static func flow(from upstream: ResourcePicture, to hop: ResourcePicture) -> PipelineStrip.Flow? {
        if hop.isDeadLetterQueue {
            let arrived = (hop.values("visible", over: 3_600).last { !$0.isNaN } ?? 0) > 0
            return PipelineStrip.Flow(hop.latest("visible").map { "\(Words.count($0)) wait" } ?? "–", "dead-lettered", arrived ? .failing : .flows)
        }
        let (picture, signal, verb): (ResourcePicture, String, String) = switch (upstream.id.kind, hop.id.kind) {
        case (.queue, _): (upstream, "deleted", "deleted")
        case (_, .queue): (hop, "sent", "sent")
        case (.api, _), (.httpAPI, _): (upstream, "requests", "accepted")
        case (_, .topic): (hop, "published", "published")
        case (.topic, _): (upstream, "delivered", "delivered")
        case (_, .bus): (hop, "matched", "matched")
        case (.bus, _): (upstream, "matched", "matched")
        case (_, .function): (hop, "invocations", "runs")
        default: (upstream, "invocations", "calls")
        }
        guard let events = picture.sum(signal, over: 300) else { return PipelineStrip.Flow("–", verb) }
        let rate = Words.rate(events, over: 300)
        if events > 0 {
            let isFailing = hop.id.kind == .function && (hop.sum("errors", over: 300) ?? 0) > 0
            return PipelineStrip.Flow(rate, verb, isFailing ? .failing : .flows)
        }
        // Nothing passes although something waits: the one arrow that must be seen.
        let waits = upstream.id.kind == .queue && (upstream.latest("visible") ?? 0) > 0
        return PipelineStrip.Flow(rate, verb, waits ? .nothing : .flows)
    }

    private static func isHop(_ picture: ResourcePicture) -> Bool {
        switch picture.id.kind {
        case .api, .httpAPI, .function, .queue, .topic, .bus, .table, .bucket, .stateMachine: true
        case .log, .trace, .probe, .balance: false
        }
    }

    private static func targets(of hop: ResourcePicture) -> [ResourceID] {
        var seen: Set<ResourceID> = []
        return (hop.resource?.feeds ?? []).filter { seen.insert($0).inserted }
    }
}
