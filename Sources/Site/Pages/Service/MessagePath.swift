import Telemetry

/// The path of a message through a service: resources in the order in which they feed each other, with what flows between them.
enum MessagePath {
    private static let mostUnlinked = 12, mostBeside = 8

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

    static func strips(_ service: ServicePicture, here: PageLocation) -> [PipelineStrip] {
        let layers = layers(of: service.resources)
        guard !layers.isEmpty else { return [] }
        let columns = layers.enumerated().map { index, layer in
            PipelineStrip.Column(layer.enumerated().sorted { ($0.element.state, $0.offset) < ($1.element.state, $1.offset) }.map { hop($0.element, in: service, from: here) },
                                 flow: index == 0 ? nil : flow(from: layers[index - 1], to: layer))
        }
        return PipelineStrip.rows(label: "Path of a message, with numbers of the last 5 minutes", columns: columns)
    }

    /// One column for each step from the start: as far right as the longest way there. Without any known way it is the order of the file.
    static func layers(of resources: [ResourcePicture]) -> [[ResourcePicture]] {
        let hops = ordered(resources), place = Dictionary(hops.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        var depth = Array(repeating: 0, count: hops.count), isLinked = Array(repeating: false, count: hops.count)
        for (index, hop) in hops.enumerated() where !hop.isDeadLetterQueue {
            // What leads back to an earlier hop closes a circle and moves nothing.
            for target in targets(of: hop).compactMap({ place[$0] }) where target > index && !hops[target].isDeadLetterQueue {
                depth[target] = max(depth[target], depth[index] + 1)
                isLinked[index] = true
                isLinked[target] = true
            }
        }
        guard isLinked.contains(true) else {
            // So many that nobody knows the way of are only gathered by kind.
            return hops.count <= mostUnlinked ? hops.map { [$0] } : Dictionary(grouping: hops, by: \.id.kind).sorted { $0.key < $1.key }.map(\.value)
        }
        let last = (depth.max() ?? 0) + 1
        for (index, hop) in hops.enumerated() where hop.isDeadLetterQueue { depth[index] = last; isLinked[index] = true }
        return Dictionary(grouping: hops.indices.filter { isLinked[$0] }) { depth[$0] }.sorted { $0.key < $1.key }.map { $0.value.map { hops[$0] } }
    }

    /// What stands beside a known path: nothing feeds it and it feeds nothing.
    static func writeBeside(_ service: ServicePicture, into out: inout Markup) {
        let drawn = Set(layers(of: service.resources).joined().map(\.id))
        let beside = (ordered(service.resources) + service.resources.filter { $0.id.kind == .probe }).filter { !drawn.contains($0.id) }
        for picture in beside.enumerated().sorted(by: { ($0.element.state, $0.offset) < ($1.element.state, $1.offset) }).map(\.element).prefix(beside.count <= mostUnlinked ? beside.count : mostBeside) {
            out.raw("<p class=\"zero\">"); out.state(picture.state, word: picture.word); out.raw("<span class=\"b\">"); out.text(picture.site.title); out.raw("</span> ")
            let all = ResourceFacts.facts(of: picture), isQuiet = !all.isEmpty && all.allSatisfy { $0.value == "asleep" }
            let facts = all.map { fact -> Phrase in "\(fact.name) \(fact.value)" }, kind = ResourceFacts.kind(of: picture)
            out.text(facts.isEmpty ? "\(kind) beside the path." : isQuiet ? "\(kind) beside the path, asleep." : "\(kind) beside the path: \(facts.joined(separator: ", "))."); out.raw("</p>\n")
        }
        if beside.count > mostUnlinked { out.note("\(Words.count(beside.count - mostBeside)) more beside the path.") }
    }

    private static func hop(_ picture: ResourcePicture, in service: ServicePicture, from here: PageLocation) -> PipelineStrip.Hop {
        PipelineStrip.Hop(kind: ResourceFacts.kind(of: picture), name: picture.site.title, state: picture.state, word: picture.word, facts: ResourceFacts.facts(of: picture),
                          href: ResourcePage.has(picture, in: service) ? here.href(ResourcePage.path(picture.id, of: service)) : nil)
    }

    /// What passes between two columns, each count once: measured at whichever end counts it.
    static func flow(from upstream: [ResourcePicture], to layer: [ResourcePicture]) -> PipelineStrip.Flow? {
        if layer.allSatisfy(\.isDeadLetterQueue) {
            let waiting = layer.compactMap { $0.latest("visible") }
            let arrived = layer.contains { ($0.values("visible", over: 3_600).last { !$0.isNaN } ?? 0) > 0 }
            return PipelineStrip.Flow(waiting.isEmpty ? "–" : "\(Words.count(waiting.reduce(0, +))) wait", "dead-lettered", arrived ? .failing : .flows)
        }
        let linked = upstream.flatMap { from in layer.filter { from.resource?.feeds.contains($0.id) ?? false }.map { (from, $0) } }
        let pairs = linked.isEmpty ? upstream.prefix(1).flatMap { from in layer.prefix(1).map { (from, $0) } } : linked
        let counts = pairs.map { measure(from: $0, to: $1) }
        guard let first = counts.first else { return nil }
        var seen: Set<ResourceID> = [], events: Double?
        for count in counts where count.signal == first.signal && seen.insert(count.picture.id).inserted {
            if let sum = count.picture.sum(count.signal, over: 300) { events = (events ?? 0) + sum }
        }
        guard let events else { return PipelineStrip.Flow("–", first.verb) }
        let rate = Words.rate(events, over: 300)
        if events > 0 {
            let isFailing = layer.contains { $0.id.kind == .function && ($0.sum("errors", over: 300) ?? 0) > 0 }
            return PipelineStrip.Flow(.verbatim(rate), first.verb, isFailing ? .failing : .flows)
        }
        // Nothing passes although something waits: the one arrow that must be seen.
        let waits = upstream.contains { $0.id.kind == .queue && ($0.latest("visible") ?? 0) > 0 }
        return PipelineStrip.Flow(.verbatim(rate), first.verb, waits ? .nothing : .flows)
    }

    private static func measure(from upstream: ResourcePicture, to hop: ResourcePicture) -> (picture: ResourcePicture, signal: String, verb: Phrase) {
        switch (upstream.id.kind, hop.id.kind) {
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
    }

    private static func isHop(_ picture: ResourcePicture) -> Bool {
        switch picture.id.kind {
        case .api, .httpAPI, .function, .queue, .topic, .bus, .table, .bucket, .stateMachine: true
        case .log, .trace, .probe, .balance, .slo: false
        }
    }

    private static func targets(of hop: ResourcePicture) -> [ResourceID] {
        var seen: Set<ResourceID> = []
        return (hop.resource?.feeds ?? []).filter { seen.insert($0).inserted }
    }
}
