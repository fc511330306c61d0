import AWS
import JSON
import Telemetry

/// What exists and how it is set: asked first, because a number without its setting means nothing and an absent one means nothing at all
/// where nobody knows whether the resource is alive.
struct Inventory: Sendable {
    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    /// What the inventory found, for the parts that come after it.
    struct Reading: Sendable {
        var harvest: Harvest
        /// Momentary counts of queues, read with their attributes.
        var live: [ResourceID: LiveQueue] = [:]
        var resources: [Resource] { harvest.resources }
    }

    func reading() async -> Reading {
        let now = desk.order.now
        var reading = Reading(harvest: Harvest(window: TimeWindow(from: now, to: now)))
        var resources = declared()
        let found = await Discoverer(desk).discovered()
        reading.harvest.problems += found.problems
        for resource in found.resources { resources.merge(resource) }
        for known in desk.order.known.values.map(\.resource) where services.contains(known.service) { resources.remember(known) }

        // Reading a queue may show its dead-letter queue, which is then read as well.
        var done: Set<ResourceID> = []
        for _ in 0..<3 {
            let due = resources.all.filter { !done.contains($0.id) && isDue($0.id) }
            if due.isEmpty { break }
            done.formUnion(due.map(\.id))
            let answers = await inParallel(due, atOnce: 8) { await self.check($0) }
            for answer in answers {
                reading.harvest.problems += answer.problems
                reading.harvest.deployments += answer.deployments
                if let live = answer.live { reading.live[answer.resource.id] = live }
                resources.replace(answer.resource)
            }
            // Afterwards, so that what one says about another is not replaced by what the other knows of itself.
            for other in answers.flatMap(\.neighbours) { resources.merge(other) }
        }
        resources.joinDeadLetterQueues()
        reading.harvest.resources = resources.all
        reading.harvest.readings = readings(reading.harvest.problems)
        return reading
    }

    private var services: Set<String> { Set(desk.order.services.map(\.id)) }

    /// Settings of a known resource are good for a while; a queue's counts and everybody's presence are as old as they are.
    private func isDue(_ id: ResourceID) -> Bool {
        guard let known = desk.order.known[id], known.resource.presence == .alive else { return true }
        let age = desk.order.now - known.checkedAt
        return age < 0 || age >= desk.order.budget.inventoryAge
    }

    private func declared() -> ResourceSet {
        var set = ResourceSet()
        for service in desk.order.services {
            for item in service.resources {
                let feeds = item.feeds.compactMap { name in service.resources.first { $0.name == name } }.map { ResourceID(source: desk.source, kind: $0.kind, name: $0.name) }
                set.merge(Resource(id: ResourceID(source: desk.source, kind: item.kind, name: item.name), service: service.id, settings: item.settings, feeds: feeds))
            }
        }
        return set
    }

    private func check(_ resource: Resource) async -> InventoryAnswer {
        guard await desk.mayCall() else { return InventoryAnswer(resource) }
        switch resource.id.kind {
        case .queue: return await QueueInventory(desk).check(resource)
        case .function: return await FunctionInventory(desk).check(resource)
        case .table: return await TableInventory(desk).check(resource)
        // No call is made for these: a metric with a point proves them alive.
        case .api, .httpAPI, .topic, .bus, .bucket, .stateMachine, .log, .trace, .probe, .balance: return InventoryAnswer(resource)
        }
    }

    private func readings(_ problems: [Problem]) -> [SourceReading] {
        guard !desk.order.services.isEmpty else { return [] }
        let state: SourceReading.State = problems.isEmpty ? .ok : problems.allSatisfy { $0.kind == .denied } ? .denied : .partial
        // Settings are no measurements: a tenant whose numbers cannot be read goes stale however well its settings can.
        return [SourceReading(source: desk.source, what: "Inventory and settings", state: state, detail: problems.first?.message)]
    }
}

/// What one inventory call found out about one resource.
struct InventoryAnswer: Sendable {
    var resource: Resource
    var live: LiveQueue?
    var problems: [Problem] = []
    var deployments: [Deployment] = []
    /// Resources that this one points to and that belong to the same service.
    var neighbours: [Resource] = []

    init(_ resource: Resource) { self.resource = resource }
}

/// A queue's counts at one moment.
struct LiveQueue: Hashable, Sendable {
    var visible: Double?
    var inFlight: Double?
    var delayed: Double?
}

/// Resources by id, each once, whoever found it.
struct ResourceSet: Sendable {
    private var byID: [ResourceID: Resource] = [:]

    var all: [Resource] { byID.values.sorted { $0.id < $1.id } }

    /// Adds a resource, or adds to what is known of it. The first service keeps it.
    mutating func merge(_ resource: Resource) {
        guard var known = byID[resource.id] else { byID[resource.id] = resource; return }
        known.foundBy.formUnion(resource.foundBy)
        known.settings.merge(resource.settings) { mine, _ in mine }
        known.feeds += resource.feeds.filter { !known.feeds.contains($0) }
        if known.arn == nil { known.arn = resource.arn }
        if known.presence == .unknown { known.presence = resource.presence }
        byID[resource.id] = known
    }

    /// What an earlier run knew: settings that nobody read in this run, and resources that were found then.
    mutating func remember(_ resource: Resource) {
        let isFoundOnlyByDeclaration = resource.foundBy == [.declared]
        if byID[resource.id] != nil || !isFoundOnlyByDeclaration { merge(resource) }
    }

    mutating func replace(_ resource: Resource) { byID[resource.id] = resource }

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

/// Does the same to all, a few at a time, and gives the answers in the order of the questions.
func inParallel<Item: Sendable, Answer: Sendable>(_ items: [Item], atOnce: Int, _ work: @escaping @Sendable (Item) async -> Answer) async -> [Answer] {
    await withTaskGroup(of: (Int, Answer).self) { group in
        var answers: [Int: Answer] = [:]
        var waiting = items.enumerated().makeIterator()
        for _ in 0..<max(1, atOnce) {
            guard let (index, item) = waiting.next() else { break }
            group.addTask { (index, await work(item)) }
        }
        while let (index, answer) = await group.next() {
            answers[index] = answer
            if let (index, item) = waiting.next() { group.addTask { (index, await work(item)) } }
        }
        return items.indices.compactMap { answers[$0] }
    }
}
