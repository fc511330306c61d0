import Telemetry

/// What there is and who hands work to whom: the map of one tenant, from its configuration, its inventory and its traces.
package struct Topology: Equatable, Sendable {
    package struct Node: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case resource(ResourceKind)
            /// A part of the provider that is known from calls only, such as `KMS`.
            case managed
            /// A service that is known from its own spans only.
            case traced
            /// Not the tenant's: a host, a sender, a receiver.
            case outside
            case schedule
        }
        /// `queue/prod/orders`; what a remembered place belongs to.
        package var key: String
        package var kind: Kind
        package var name: String
        /// Nothing where the inventory does not know it.
        package var resource: ResourceID?
        /// The service that it belongs to (id in the tenant's file).
        package var service: String?
        /// What traces say about it in all, where they do.
        package var figures: CallFigures?
    }

    package struct Edge: Hashable, Sendable {
        package var from: String
        package var to: String
        /// Traces show the call itself. Else configuration states it, or a message's context went on through it.
        package var isTraced = false
        /// Sampled calls of the window, where traces show them; examples that were kept for being slow or broken are not in here.
        package var figures: CallFigures?
        /// Where messages go that nobody could handle.
        package var isForFailures = false
    }

    /// What the tenant's file says about calls that no call of the provider's tells.
    package struct Declared: Hashable, Sendable {
        package var resource: ResourceID
        /// Names of resources of the tenant, or of things outside.
        package var calls: [String]
        package var calledBy: [String]

        package init(_ resource: ResourceID, calls: [String] = [], calledBy: [String] = []) {
            self.resource = resource
            self.calls = calls
            self.calledBy = calledBy
        }
    }

    /// By key.
    package private(set) var nodes: [Node] = []
    /// By both ends.
    package private(set) var edges: [Edge] = []

    package init(resources: [Resource], declared: [Declared] = [], calls: [CallEdge] = []) {
        var draft = TopologyDraft(resources)
        draft.addConfiguration(resources)
        draft.add(declared)
        draft.add(calls)
        draft.addClients()
        nodes = draft.nodes.values.sorted { $0.key < $1.key }
        edges = draft.edges.values.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    package func node(_ key: String) -> Node? { nodes.first { $0.key == key } }

    /// Kinds that messages and calls pass through.
    package static func isPlace(_ kind: ResourceKind) -> Bool {
        switch kind {
        case .api, .httpAPI, .function, .queue, .topic, .bus, .table, .bucket, .stateMachine: true
        case .log, .trace, .probe, .balance, .slo: false
        }
    }

    package static func key(_ id: ResourceID) -> String { "\(id.kind.rawValue)/\(id.source)/\(id.name)" }
}

/// A map in the making: each party and each edge once, whoever states them.
struct TopologyDraft {
    struct Ends: Hashable {
        var from: String
        var to: String
    }

    var nodes: [String: Topology.Node] = [:]
    private(set) var edges: [Ends: Topology.Edge] = [:]
    /// Where the edges of a node lead to and come from: traces ask for it with each call.
    private(set) var targets: [String: Set<String>] = [:], origins: [String: Set<String>] = [:]
    let names: CallNames

    init(_ resources: [Resource]) {
        let places = resources.filter { Topology.isPlace($0.id.kind) && $0.presence != .missing }
        names = CallNames(places)
        for resource in places {
            let key = Topology.key(resource.id)
            nodes[key] = Topology.Node(key: key, kind: .resource(resource.id.kind), name: resource.id.name, resource: resource.id, service: resource.service)
        }
    }

    mutating func add(from: String, to: String, isForFailures: Bool = false, change: (inout Topology.Edge) -> Void = { _ in }) {
        guard from != to, nodes[from] != nil, nodes[to] != nil else { return }
        var edge = edges[Ends(from: from, to: to)] ?? Topology.Edge(from: from, to: to)
        edge.isForFailures = edge.isForFailures || isForFailures
        change(&edge)
        edges[Ends(from: from, to: to)] = edge
        targets[from, default: []].insert(to)
        origins[to, default: []].insert(from)
    }

    /// - Returns: the key.
    mutating func party(_ kind: Topology.Node.Kind, _ name: String) -> String {
        let word = switch kind {
        case .resource(let kind): kind.rawValue
        // What a file calls by its name may turn out to be a part of the provider: it is the same thing at the same place.
        case .managed, .traced, .outside: "other"
        case .schedule: "schedule"
        }
        let key = "\(word)//\(name)"
        if nodes[key] == nil || kind == .managed { nodes[key, default: Topology.Node(key: key, kind: kind, name: name)].kind = kind }
        return key
    }

    mutating func addConfiguration(_ resources: [Resource]) {
        for resource in resources where nodes[Topology.key(resource.id)] != nil {
            let key = Topology.key(resource.id)
            // Of a redrive the target is stated twice; which edge is for failures only the settings tell.
            let failing = [Setting.redriveTarget, .deadLetterTarget, .onFailureDestination].compactMap { resource.settings[$0]?.text }
                .compactMap { names.key(arn: $0, source: resource.id.source) }
            for target in resource.feeds.map(Topology.key) where !failing.contains(target) { add(from: key, to: target) }
            for target in failing { add(from: key, to: target, isForFailures: true) }
            if let schedule = resource.settings[.schedule]?.text, resource.id.kind == .function { add(from: party(.schedule, schedule), to: key) }
        }
    }

    mutating func add(_ declared: [Topology.Declared]) {
        for declaration in declared {
            let key = Topology.key(declaration.resource)
            guard nodes[key] != nil else { continue }
            for name in declaration.calls { add(from: key, to: names.key(name: name, source: declaration.resource.source) ?? party(.outside, name)) }
            for name in declaration.calledBy { add(from: names.key(name: name, source: declaration.resource.source) ?? party(.outside, name), to: key) }
        }
    }

    /// An API is there to be called.
    mutating func addClients() {
        let called = Set(edges.keys.map(\.to))
        for node in nodes.values.sorted(by: { $0.key < $1.key }) where !called.contains(node.key) {
            guard case .resource(let kind) = node.kind, kind == .api || kind == .httpAPI else { continue }
            add(from: party(.outside, TraceGraph.clients.name), to: node.key)
        }
    }
}
