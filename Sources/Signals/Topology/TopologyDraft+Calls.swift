import Telemetry

extension TopologyDraft {
    /// What traces show, on top of what configuration states.
    mutating func add(_ calls: [CallEdge]) {
        var sums: [CallEnds: (figures: CallFigures?, isLink: Bool)] = [:]
        for call in calls {
            let ends = CallEnds(source: call.source, from: call.from, to: call.to)
            var sum = sums[ends] ?? (nil, true)
            if !call.isFromExamples { sum.figures = (sum.figures ?? CallFigures()).adding(call.figures) }
            sum.isLink = sum.isLink && call.kind == .link
            sums[ends] = sum
        }
        let sorted = sums.sorted { $0.key < $1.key }
        for (ends, sum) in sorted where ends.from.type != "client" { addCall(ends, sum.figures, isLink: sum.isLink) }
        for (ends, sum) in sorted where ends.from.type == "client" { addStart(ends, sum.figures) }
    }

    /// A trace that begins with a part which something is known to feed began further up, where nobody sends segments.
    private mutating func addStart(_ ends: CallEnds, _ figures: CallFigures?) {
        guard let to = names.key(of: ends.to, source: ends.source) ?? nodes["other//\(ends.to.name)"]?.key else { return }
        let ways = origins[to] ?? []
        if ways.isEmpty {
            let clients = party(.outside, TraceGraph.clients.name)
            add(from: clients, to: to)
            note(figures, on: Ends(from: clients, to: to), isTraced: true)
        } else if let only = ways.first, ways.count == 1 {
            note(figures, on: Ends(from: only, to: to), isTraced: false)
        }
    }

    private mutating func addCall(_ ends: CallEnds, _ figures: CallFigures?, isLink: Bool) {
        guard let from = caller(ends.from, ends.source), let to = callee(ends.to, of: from, ends.source), from != to else { return }
        // Lambda's own call of the function that it runs is no hop.
        if edges[Ends(from: from, to: to)] == nil, let last = lastCarrier(from: from, to: to) {
            // The context of a message went on by itself: what was called stands behind the last thing that carried it.
            return note(figures, on: Ends(from: last, to: to), isTraced: false)
        }
        add(from: from, to: to)
        note(figures, on: Ends(from: from, to: to), isTraced: !isLink)
    }

    private mutating func note(_ figures: CallFigures?, on ends: Ends, isTraced: Bool) {
        guard edges[ends] != nil else { return }
        add(from: ends.from, to: ends.to) { edge in
            edge.isTraced = edge.isTraced || isTraced
            if let figures { edge.figures = (edge.figures ?? CallFigures()).adding(figures) }
        }
        let known = nodes[ends.to]?.figures ?? CallFigures()
        if let figures { nodes[ends.to]?.figures = known.adding(figures) }
    }

    /// A stranger that calls something is not shown: in an account of several tenants it may be another one's.
    private mutating func caller(_ node: CallNode, _ source: String) -> String? {
        if let key = names.key(of: node, source: source) { return key }
        return node.type == "service" ? party(.traced, node.name) : nil
    }

    private mutating func callee(_ node: CallNode, of caller: String, _ source: String) -> String? {
        if let key = names.key(of: node, source: source) { return key }
        let name = node.type.hasPrefix("AWS::") ? CallNames.lastPart(node.name) : node.name
        if node.type == "service" { return party(.traced, name) }
        // Some libraries name the service and not the thing: where configuration leads to one thing of that kind, it is that.
        let kinds = CallNames.kinds(of: node.type)
        let next = (targets[caller] ?? []).compactMap { nodes[$0] }.filter { node in
            if case .resource(let kind) = node.kind { kinds.contains(kind) } else { false }
        }
        if name.utf8.count <= 12, let only = next.first, next.count == 1 { return only.key }
        // Clients call only what is the tenant's.
        guard nodes[caller].map({ $0.resource != nil || $0.kind == .traced }) ?? false else { return nil }
        return party(node.type.hasPrefix("AWS::") ? .managed : .outside, name)
    }

    /// The queue, topic, bus or bucket that stands before `to` and that `from` leads to, as configuration states it.
    private func lastCarrier(from: String, to: String) -> String? {
        let carriers = (origins[to] ?? []).filter(isCarrier)
        guard !carriers.isEmpty else { return nil }
        var open = [from], seen: Set<String> = [from]
        while let here = open.popLast() {
            if carriers.contains(here), here != from { return here }
            for next in (targets[here] ?? []).sorted(by: >) where seen.insert(next).inserted { open.append(next) }
        }
        return nil
    }

    private func isCarrier(_ key: String) -> Bool {
        guard case .resource(let kind)? = nodes[key]?.kind else { return false }
        return kind == .queue || kind == .topic || kind == .bus || kind == .bucket
    }
}

private struct CallEnds: Hashable, Comparable {
    var source: String
    var from: CallNode
    var to: CallNode
    static func < (a: CallEnds, b: CallEnds) -> Bool { (a.source, a.from, a.to) < (b.source, b.from, b.to) }
}

private extension CallFigures {
    func adding(_ other: CallFigures) -> CallFigures {
        var sum = self
        sum.add(other)
        return sum
    }
}
