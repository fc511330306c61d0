import Telemetry

/// Resources by id, each once, whoever found it.
struct ResourceSet: Sendable {
    private var byID: [ResourceID: Resource] = [:]

    init() {}

    /// What the tenant's files name, each in the first service that does. HTTP checks are another source's to tell about.
    init(declaredIn order: CollectionOrder) {
        let declarations = Declaration.all(in: order)
        for service in order.services {
            for item in service.resources where item.kind != .probe {
                let id = ResourceID(source: order.source, kind: item.kind, name: item.name)
                merge(Resource(id: id, service: service.id, settings: item.settings, feeds: declarations[id]?.feeds ?? []))
            }
        }
    }

    var all: [Resource] { byID.values.sorted { $0.id < $1.id } }

    /// Adds a resource, or adds to what is known of it. The first service keeps it.
    mutating func merge(_ resource: Resource) {
        guard var known = byID[resource.id] else { byID[resource.id] = resource; return }
        known.foundBy.formUnion(resource.foundBy)
        known.settings.merge(resource.settings) { mine, _ in mine }
        known.feeds += resource.feeds.filter { !known.feeds.contains($0) }
        if known.arn == nil { known.arn = resource.arn }
        if known.presence == .unknown { known.presence = resource.presence }
        known.checkedAt = known.checkedAt ?? resource.checkedAt
        byID[resource.id] = known
    }

    /// What an earlier run knew: settings that nobody read in this run, and resources that were found then.
    mutating func remember(_ resource: Resource) {
        let isFoundOnlyByDeclaration = resource.foundBy == [.declared]
        if byID[resource.id] != nil || !isFoundOnlyByDeclaration { merge(resource) }
    }

    mutating func replace(_ resource: Resource) { byID[resource.id] = resource }

    /// Draws what the answers say about deliveries, between resources that the tenant has.
    mutating func connect(_ edges: [ResourceID: [String]]) {
        for (id, arns) in edges {
            for target in arns.compactMap({ AWSNames.resource(arn: $0) }).map({ ResourceID(source: id.source, kind: $0.kind, name: $0.name) }) {
                guard byID[target] != nil, target != id, byID[id]?.feeds.contains(target) == false else { continue }
                byID[id]?.feeds.append(target)
            }
            byID[id]?.feeds.sort()
        }
    }

    /// Tells each dead-letter queue who feeds it.
    mutating func joinDeadLetterQueues() {
        var sources: [ResourceID: [String]] = [:]
        for queue in all where queue.id.kind == .queue {
            guard let arn = queue.settings[.redriveTarget]?.text, let target = AWSNames.resource(arn: arn), target.kind == .queue else { continue }
            sources[ResourceID(source: queue.id.source, kind: .queue, name: target.name), default: []].append(queue.id.name)
        }
        for (id, names) in sources { byID[id]?.settings[.deadLetterSources] = .text(names.sorted().joined(separator: ",")) }
    }
}
