import Telemetry

/// Everything that checks may look at: the settings of a tenant's resources, and the few measured facts that settings cannot tell.
package struct Inspection: Sendable {
    /// In the order of their ids. One that is gone is not among them.
    package let resources: [Resource]
    /// Those that the provider says do not exist any more.
    package let gone: [Resource]
    package var now: Timestamp
    /// FIFO queues: the most groups that were in flight at once over a whole day. A queue without a whole day of figures is left out.
    package var mostGroups: [ResourceID: Double] = [:]
    /// Functions that received asynchronous events within the last day.
    package var asynchronous: Set<ResourceID> = []
    /// Functions whose schedule a living rule watches; nothing where rules are not known.
    package var watchedSchedules: Set<ResourceID>?
    /// Services that declare their logs as denied or off on purpose.
    package var withoutLogs: Set<String> = []
    private let feeders: [ResourceID: [ResourceID]]
    private let byID: [ResourceID: Resource]

    package init(_ resources: [Resource], now: Timestamp) {
        gone = resources.filter { $0.presence == .missing }.sorted { $0.id < $1.id }
        let resources = resources.filter { $0.presence != .missing }.sorted { $0.id < $1.id }
        self.resources = resources
        self.now = now
        byID = Dictionary(resources.map { ($0.id, $0) }) { first, _ in first }
        var feeders: [ResourceID: [ResourceID]] = [:]
        for resource in resources { for next in resource.feeds { feeders[next, default: []].append(resource.id) } }
        self.feeders = feeders
    }

    func all(_ kind: ResourceKind) -> [Resource] { resources.filter { $0.id.kind == kind } }
    func resource(_ id: ResourceID) -> Resource? { byID[id] }

    /// Functions that take from a queue.
    func consumers(of queue: Resource) -> [Resource] { queue.feeds.compactMap { byID[$0] }.filter { $0.id.kind == .function } }

    /// What sends to a resource, as far as configuration tells.
    func feeders(of resource: Resource) -> [Resource] { (feeders[resource.id] ?? []).compactMap { byID[$0] } }

    func deadLetterQueue(of queue: Resource) -> Resource? { DerivedSignal.deadLetterQueue(of: queue, among: resources) }

    /// Whether something is known to put its failures here.
    func isFed(_ queue: Resource) -> Bool {
        if queue.settings[.deadLetterSources]?.text?.isEmpty == false || !feeders(of: queue).isEmpty { return true }
        return resources.contains { other in
            [Setting.redriveTarget, .deadLetterTarget, .onFailureDestination].contains { setting in
                guard let target = other.settings[setting]?.text else { return false }
                return target == queue.arn || target.split(separator: ":").last.map(String.init) == queue.id.name
            }
        }
    }
}

extension Resource {
    /// Nobody states that a queue is meant for dead letters before something feeds it; names do.
    var isNamedForDeadLetters: Bool {
        let name = id.name.lowercased()
        return ["dlq", "deadletter", "dead-letter", "dead_letter"].contains { name.contains($0) }
    }

    func number(_ setting: Setting) -> Double? { settings[setting]?.number }
}
