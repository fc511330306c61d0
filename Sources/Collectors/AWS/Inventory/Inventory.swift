import AWS
import JSON
import Signals
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
        var resources = ResourceSet(declaredIn: desk.order)
        let found = await Discoverer(desk).discovered()
        reading.harvest.problems += found.problems
        reading.harvest.cursors = found.cursors
        for resource in found.resources { resources.merge(resource) }
        for known in desk.order.known.values.map(\.resource) where services.contains(known.service) {
            var known = known
            if !readingDrift.contains(known.service) { known.settings[.stackDrift] = nil }
            resources.remember(known)
        }

        // Reading a queue may show its dead-letter queue, which is then read as well.
        var done: Set<ResourceID> = [], edges: [ResourceID: [String]] = [:]
        for _ in 0..<3 {
            let due = resources.all.filter { !done.contains($0.id) && isDue($0.id) }
            if due.isEmpty { break }
            done.formUnion(due.map(\.id))
            let lists = await InventoryLists(desk, for: Set(due.map(\.id.kind)))
            reading.harvest.problems += lists.problems
            reading.harvest.readings += lists.readings
            let answers = await inParallel(due, atOnce: 8) { await self.check($0, lists) }
            for answer in answers {
                reading.harvest.problems += answer.problems
                reading.harvest.deployments += answer.deployments
                if let live = answer.live { reading.live[answer.resource.id] = live }
                if !answer.edges.isEmpty { edges[answer.resource.id] = answer.edges }
                resources.replace(answer.resource)
            }
            // Afterwards, so that what one says about another is not replaced by what the other knows of itself.
            for other in answers.flatMap(\.neighbours) { resources.merge(other) }
        }
        resources.connect(edges)
        resources.joinDeadLetterQueues()
        var refusal: AWSError?
        let queues = resources.all.filter { done.contains($0.id) && QueueInventory.mayBeDeadLetterQueue($0) }
        for answer in await inParallel(queues, atOnce: 8, { await QueueInventory(desk).withSources($0) }) {
            resources.replace(answer.queue)
            if answer.failure?.kind == .denied { refusal = refusal ?? answer.failure }
        }
        if let refusal { reading.harvest.readings.append(desk.denied("Sources of dead-letter queues", refusal, operation: "sqs:ListDeadLetterSourceQueues")) }
        reading.harvest.resources = resources.all
        reading.harvest.readings += readings(reading.harvest.problems)
        return reading
    }

    private var services: Set<String> { Set(desk.order.services.map(\.id)) }
    private var readingDrift: Set<String> { Set(desk.order.services.filter(\.readsDrift).map(\.id)) }

    /// Settings of a known resource are good for a while; a queue's counts and everybody's presence are as old as they are.
    private func isDue(_ id: ResourceID) -> Bool {
        guard let known = desk.order.known[id], known.resource.presence == .alive else { return true }
        let age = desk.order.now - known.checkedAt
        return age < 0 || age >= desk.order.budget.inventoryAge
    }

    private func check(_ resource: Resource, _ lists: InventoryLists) async -> InventoryAnswer {
        guard await desk.mayCall() else { return InventoryAnswer(resource) }
        var answer = switch resource.id.kind {
        case .queue: await QueueInventory(desk).check(resource)
        case .function: await FunctionInventory(desk).check(resource)
        case .table: await TableInventory(desk).check(resource)
        case .api: await GatewayInventory(desk).check(resource, lists.restAPIs)
        case .httpAPI: await GatewayInventory(desk).check(resource, lists.httpAPIs)
        case .topic: await TopicInventory(desk).check(resource, lists.topics)
        case .bus: await BusInventory(desk).check(resource)
        case .bucket: await BucketInventory(desk).check(resource)
        // Metrics with points prove a state machine alive; log groups are read with their lines.
        case .stateMachine, .log, .trace, .probe, .balance, .slo: InventoryAnswer(resource)
        }
        guard answer.resource.presence == .alive else { return answer }
        if hasOwnInventory(resource.id.kind) { answer.resource.checkedAt = desk.order.now }
        if resource.id.kind == .function { lists.schedule(&answer.resource, declared: desk.declaration(of: resource.id)?.settings[.schedule]) }
        // These have no other way to learn of an edge, so one that is not told any more is gone.
        if [.topic, .bus, .bucket].contains(resource.id.kind) || answer.knowsIntegrations { answer.resource.feeds = desk.declaredFeeds(of: resource.id) }
        return answer
    }

    private func hasOwnInventory(_ kind: ResourceKind) -> Bool {
        switch kind {
        case .queue, .function, .table, .api, .httpAPI, .topic, .bus, .bucket: true
        case .stateMachine, .log, .trace, .probe, .balance, .slo: false
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
    /// ARNs that it delivers to. Drawn only where the tenant has them: a shared topic has strangers for subscribers.
    var edges: [String] = []
    /// An API told all that it calls.
    var knowsIntegrations = false

    init(_ resource: Resource) { self.resource = resource }

    /// A question that need not have an answer: "there is none" and "not served here" are no problems.
    mutating func note(_ error: AWSError, _ desk: AWSDesk, operation: String, evenMissing: Bool = false) {
        guard evenMissing || (error.kind != .notFound && error.kind != .invalid) else { return }
        problems.append(desk.problem(error, operation: operation, resource: resource.id))
    }
}

/// A queue's counts at one moment.
struct LiveQueue: Hashable, Sendable {
    var visible: Double?
    var inFlight: Double?
    var delayed: Double?
}
