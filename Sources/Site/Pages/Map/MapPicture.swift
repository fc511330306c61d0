import Alerting
import Signals
import Storage
import Telemetry

/// The map with its numbers: each part as it stands, each hop with what passed in 24 hours.
struct MapPicture {
    struct Part {
        var node: Topology.Node
        var title: String
        /// `queue`, `REST API`, `outside`.
        var kind: Phrase
        var resource: ResourcePicture?
        /// `263 runs, p95 84 ms`
        var facts: Phrase
        /// Of what was done; nothing where nothing was counted.
        var failing: Double?
        var state: StateMark
        var isFunction: Bool { node.kind == .resource(.function) }
        var isOutside: Bool { node.kind == .outside }
    }

    struct Hop {
        var edge: Topology.Edge
        var from: String
        var to: String
        var kind: Phrase
        var calls: Double?
        /// The count is one of sampled traces.
        var isSampled = false
        var errors: Double?
        var faults: Double?
        var p95: Phrase
        var p95Seconds: Double?
        /// `noData` where nobody counted what passes, `asleep` where nothing did.
        var state: StateMark
        /// Nothing passes although something waits.
        var isBlocked = false
        var isFailing: Bool { state == .critical || state == .warning }
        /// What passes is counted, and nobody tells how much of it fails.
        var onlyPasses: Bool { state == .ok && faults == nil && !edge.isForFailures }
        var names: Phrase { ("\(from) to \(to)" as Phrase).form("way") }
    }

    let topology: Topology
    let layout: MapLayout
    /// By key.
    let parts: [String: Part]
    /// Worst first, then in the order of the way.
    let hops: [Hop]

    static let window: Int64 = 86_400
    /// Fewer calls than these prove nothing; more than so many faults among them do.
    private static let leastCalls = 20, mostFaults = 0.01

    init(_ picture: TenantPicture, store: TenantStore) throws(StoreError) {
        let site = picture.site
        var pictures: [ResourceID: ResourcePicture] = [:]
        for resource in picture.services.flatMap(\.resources) { pictures[resource.id] = pictures[resource.id] ?? resource }
        // A part that is only declared has no row in the inventory yet, and a place on the map all the same.
        let resources = pictures.values.map { resource in
            var known = resource.resource ?? Resource(id: resource.id, service: "")
            known.feeds = site.feeds[resource.id] ?? known.feeds
            return known
        }
        topology = try Topology(of: site.map, resources: resources.sorted { $0.id < $1.id }, store: store, now: picture.now)
        layout = MapLayout(topology, remembered: try store.mapPlaces())
        let incoming = Dictionary(grouping: topology.edges) { $0.to }, outgoing = Dictionary(grouping: topology.edges) { $0.from }
        var parts: [String: Part] = [:]
        for node in topology.nodes { parts[node.key] = Self.part(node, node.resource.flatMap { pictures[$0] }) }
        let places = layout.places
        hops = topology.edges.compactMap { edge -> Hop? in
            guard let from = parts[edge.from], let to = parts[edge.to] else { return nil }
            return Self.hop(edge, from, to, isOnlyWay: incoming[edge.to]?.count == 1, isOnlyNext: outgoing[edge.from]?.count == 1)
        }.sorted { a, b in
            if a.state != b.state { return a.state < b.state }
            // A call fails because the one behind it does: the last of them is the cause.
            if a.isFailing, let one = places[a.edge.to]?.column, let other = places[b.edge.to]?.column, one != other { return one > other }
            let left = places[a.edge.from] ?? MapPlace(column: .max, row: 0), right = places[b.edge.from] ?? MapPlace(column: .max, row: 0)
            return left == right ? (a.edge.from, a.edge.to) < (b.edge.from, b.edge.to) : left < right
        }
        self.parts = parts
    }

    var failing: [Hop] { hops.filter(\.isFailing) }
    var idle: Int { hops.count { $0.state == .asleep } }
    var unmeasured: Int { hops.count { $0.state == .noData } }
}

private extension MapPicture {
    static func part(_ node: Topology.Node, _ resource: ResourcePicture?) -> Part {
        var part = Part(node: node, title: resource?.site.title ?? node.name, kind: kind(node, resource), resource: resource, facts: "", state: resource?.state ?? .ok)
        let traced = node.figures.flatMap { Percentiles.known($0.durations, 0.95) }.map { "p95 \(Words.duration($0))" as Phrase }
        var facts: [Phrase] = []
        func sum(_ signal: String) -> Double? { resource?.sum(signal, over: window) }
        func count(_ signal: String, _ word: Phrase) { if let value = sum(signal) { facts.append(.counted(Words.count(value), word.english)) } }
        func share(_ bad: String, of all: String) { if let bad = sum(bad), let all = sum(all), all > 0 { part.failing = min(1, bad / all) } }
        switch node.kind {
        case .resource(let kind):
            switch kind {
            case .function: count("invocations", sum("invocations") == 1 ? "run" : "runs"); share("errors", of: "invocations")
            case .api, .httpAPI: count("requests", "requests"); share("errors_5xx", of: "requests")
            case .queue:
                if let visible = resource?.latest("visible"), visible > 0 { facts.append("\(Words.count(visible)) wait") }
                if let age = resource?.latest("oldest_age"), age > 0 { facts.append("oldest \(Words.duration(age))") }
                if facts.isEmpty { count("sent", "sent") }
            case .topic: count("published", "published"); share("failed", of: "published")
            case .bus: count("matched", "matched"); share("failed", of: "invocations")
            case .table: count("throttles", sum("throttles") == 1 ? "throttle" : "throttles")
            case .stateMachine: count("started", "started"); share("failed", of: "started")
            case .bucket, .log, .trace, .probe, .balance, .slo: break
            }
        case .managed, .traced, .outside:
            if let figures = node.figures, figures.count > 0 {
                if traced == nil { facts.append("\(Words.count(figures.count)) sampled") }
                part.failing = Double(figures.faults) / Double(figures.count)
                if isFailing(figures.faults, of: figures.count) { part.state = .warning }
            }
        case .schedule: break
        }
        if let traced, facts.count < 2 { facts.append(traced) }
        let isAsleep = part.state == .asleep || resource?.absences.values.contains { $0.reason == .asleep } ?? false
        part.facts = !facts.isEmpty ? facts.joined(separator: ", ") : resource == nil ? "" : isAsleep ? "asleep" : part.state == .noData || part.state == .denied ? part.state.word.said(part.state.word.english.lowercased(), form: "mid") : "no traffic counted"
        return part
    }

    static func kind(_ node: Topology.Node, _ resource: ResourcePicture?) -> Phrase {
        switch node.kind {
        case .resource(let kind): resource?.isDeadLetterQueue == true ? "dead-letter queue" : kind.word
        case .managed: "AWS service"
        case .traced: "service"
        case .outside: "outside"
        case .schedule: "schedule"
        }
    }

    static func isFailing(_ bad: Int, of all: Int) -> Bool { all >= leastCalls && Double(bad) > mostFaults * Double(all) }

    static func hop(_ edge: Topology.Edge, _ from: Part, _ to: Part, isOnlyWay: Bool, isOnlyNext: Bool) -> Hop {
        var hop = Hop(edge: edge, from: from.title, to: to.title, kind: word(edge, from, to), p95: "–", state: .ok)
        hop.calls = measured(from, to, edge, isOnlyWay: isOnlyWay, isOnlyNext: isOnlyNext)
        if let figures = edge.figures, figures.count > 0 {
            if hop.calls == nil { hop.calls = Double(figures.count); hop.isSampled = true }
            hop.errors = Double(figures.errors.adding(figures.throttles)) / Double(figures.count)
            hop.faults = Double(figures.faults) / Double(figures.count)
            hop.p95 = Percentiles.words(figures.durations, 0.95)
            hop.p95Seconds = Percentiles.known(figures.durations, 0.95)
            if isFailing(figures.faults, of: figures.count) { hop.state = .warning }
        } else if let failing = faults(from, to, isOnlyWay: isOnlyWay, isOnlyNext: isOnlyNext) {
            hop.faults = failing
            if let resource = to.resource, resource.id.kind == .api || resource.id.kind == .httpAPI, let requests = resource.sum("requests", over: window), requests > 0 { hop.errors = resource.sum("errors_4xx", over: window).map { min(1, $0 / requests) } }
            if let calls = hop.calls, calls >= Double(leastCalls), failing > mostFaults { hop.state = .warning }
        }
        if hop.calls == nil, hop.faults == nil { hop.state = .noData }
        // Nothing that could pass is no proof that it would; no dead letter is good news.
        if hop.calls == 0, hop.faults == nil, !edge.isForFailures { hop.state = .asleep }
        guard let upstream = from.resource, let downstream = to.resource else { return hop }
        switch MessagePath.flow(from: [upstream], to: [downstream])?.condition {
        case .nothing where !edge.isForFailures: hop.isBlocked = true; hop.state = upstream.state == .critical ? .critical : .warning
        case .failing where edge.isForFailures: hop.state = min(hop.state, downstream.state == .critical ? .critical : .warning)
        case .nothing, .failing, .flows, nil: break
        }
        return hop
    }

    /// The share that fails on this hop alone, as metrics tell it. What a topic or a bus could not hand on failed behind it, not on the way to it.
    static func faults(_ from: Part, _ to: Part, isOnlyWay: Bool, isOnlyNext: Bool) -> Double? {
        func isRelay(_ part: Part) -> Bool { part.node.kind == .resource(.topic) || part.node.kind == .resource(.bus) }
        let lost = isRelay(from) && isOnlyNext ? from.failing : nil, failed = isOnlyWay && to.resource != nil && !isRelay(to) ? to.failing : nil
        guard let lost, let failed else { return lost ?? failed }
        return lost + (1 - lost) * failed
    }

    /// What metrics count on this hop alone; nothing where several hops share one count.
    static func measured(_ from: Part, _ to: Part, _ edge: Topology.Edge, isOnlyWay: Bool, isOnlyNext: Bool) -> Double? {
        func sum(_ part: Part, _ signal: String) -> Double? { part.resource?.sum(signal, over: window) }
        if edge.isForFailures { return sum(from, "dead_letters") }
        // Each subscriber gets each message.
        if from.node.kind == .resource(.topic) { return sum(from, "published") }
        if isOnlyWay {
            switch to.node.kind {
            case .resource(.function): return sum(to, "invocations")
            case .resource(.queue): return sum(to, "sent")
            case .resource(.topic): return sum(to, "published")
            case .resource(.bus): return sum(to, "matched")
            case .resource(.api), .resource(.httpAPI): return sum(to, "requests")
            case .resource(.stateMachine): return sum(to, "started")
            case .resource, .managed, .traced, .outside, .schedule: break
            }
        }
        guard isOnlyNext else { return nil }
        switch from.node.kind {
        case .resource(.api), .resource(.httpAPI): return sum(from, "requests")
        case .resource(.queue): return sum(from, "deleted")
        case .resource(.bus): return sum(from, "matched")
        case .resource, .managed, .traced, .outside, .schedule: return nil
        }
    }

    static func word(_ edge: Topology.Edge, _ from: Part, _ to: Part) -> Phrase {
        let word: Phrase = switch (from.node.kind, to.node.kind) {
        case _ where edge.isForFailures: from.node.kind == .resource(.queue) ? "redrive" : "on failure"
        case (.schedule, _): "schedule"
        case (_, .resource(.api)), (_, .resource(.httpAPI)): "request"
        case (.resource(.queue), _): "poll"
        case (.resource(.topic), _): "delivery"
        case (.resource(.bus), _): "rule"
        case (.resource(.bucket), _): "notification"
        case (.resource(.api), .resource(.function)), (.resource(.httpAPI), .resource(.function)): "proxy"
        case (_, .resource(.queue)): "send"
        case (_, .resource(.topic)): "publish"
        case (_, .resource(.bus)): "put events"
        case (_, .resource(.function)): "invoke"
        case (_, .resource(.table)): "table call"
        case (_, .outside): "call outside"
        case (_, .resource), (_, .managed), (_, .traced), (_, .schedule): "call"
        }
        return edge.isTraced ? word : "\(word) (not traced)"
    }
}
