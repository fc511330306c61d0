import Telemetry

/// The balances that each pattern comes with, found on a service by its topology.
package enum BuiltInBalances {
    /// By pattern, in the order of a message's way.
    static let templates: [String: [BalanceTemplate]] = [
        "webhook-buffer": [.acceptedAndQueued, .queue],
        "event-backed-service": [.matchedAndQueued, .queue],
        "xray-tracer": [.fanOut, .attempts, .queue],
        "object-fan-out": [.fanOut, .attempts],
        "api-and-worker": [.startAndForget, .attempts],
    ]

    package static func balances(pattern: String, service: String, among resources: [Resource]) -> [Balance] {
        let known = Dictionary(resources.map { ($0.id, $0) }) { first, _ in first }
        let own = resources.filter { $0.service == service && $0.presence != .missing }.sorted { $0.id < $1.id }
        return (templates[pattern] ?? []).flatMap { template in own.compactMap { template.balance(at: $0, known: known) } }
    }
}

/// One kind of hop that can be counted on both sides.
enum BalanceTemplate: Sendable {
    /// An API's good answers are sent to the queue behind its function.
    case acceptedAndQueued
    /// What a rule matched arrives in its queue.
    case matchedAndQueued
    /// What enters a queue is deleted, waits or is dead.
    case queue
    /// Each function behind a topic receives each message.
    case fanOut
    /// An asynchronous event succeeds or is dropped.
    case attempts
    /// Each good run of the caller starts one of the worker.
    case startAndForget

    func balance(at resource: Resource, known: [ResourceID: Resource]) -> Balance? {
        let next = resource.feeds.compactMap { known[$0] }.sorted { $0.id < $1.id }
        switch self {
        case .acceptedAndQueued:
            guard resource.id.kind == .api || resource.id.kind == .httpAPI else { return nil }
            let queues = next.filter { $0.id.kind == .function }.flatMap { $0.feeds.compactMap { known[$0] } }.filter { $0.id.kind == .queue }
            guard let queue = queues.first else { return nil }
            let deduplicated = queue.settings[.fifo]?.flag == true ? [Balance.Term(queue.id, "deduplicated")] : []
            return made(resource, "accepted and queued",
                        in: [.init(resource.id, "requests"), .init(resource.id, "errors_4xx", factor: -1), .init(resource.id, "errors_5xx", factor: -1)],
                        out: [.init(queue.id, "sent")] + deduplicated)
        case .matchedAndQueued:
            guard resource.id.kind == .bus, let queue = next.first(where: { $0.id.kind == .queue }) else { return nil }
            return made(resource, "matched and queued", in: [.init(resource.id, "matched")], out: [.init(queue.id, "sent")])
        case .queue:
            guard resource.id.kind == .queue, resource.settings[.deadLetterSources] == nil, !resource.isNamedForDeadLetters else { return nil }
            let dead = resource.settings[.redriveTarget] == nil ? [] : [Balance.Term(resource.id, "dead_letters")]
            return made(resource, "sent and done", in: [.init(resource.id, "sent")], out: [.init(resource.id, "deleted"), .init(resource.id, "backlog_change")] + dead,
                        unmeasured: ["messages that expire (SQS counts none)", "what the consumer did with a deleted message"])
        case .fanOut:
            let receivers = next.filter { $0.id.kind == .function }
            guard resource.id.kind == .topic, !receivers.isEmpty else { return nil }
            return made(resource, "published and received", in: [.init(resource.id, "published", factor: Double(receivers.count))],
                        out: receivers.map { .init($0.id, "async_received") }, tolerance: 0.01)
        case .attempts:
            guard resource.id.kind == .function, known.values.contains(where: { [.topic, .function].contains($0.id.kind) && $0.feeds.contains(resource.id) }) else { return nil }
            return made(resource, "received and done", in: [.init(resource.id, "async_received")],
                        out: [.init(resource.id, "invocations"), .init(resource.id, "errors", factor: -1), .init(resource.id, "async_dropped")], tolerance: 0.01,
                        unmeasured: ["events that wait for their next attempt", "failures that the code swallows"])
        case .startAndForget:
            guard resource.id.kind == .function, let worker = next.first(where: { $0.id.kind == .function }) else { return nil }
            return made(resource, "accepted and started", in: [.init(resource.id, "invocations"), .init(resource.id, "errors", factor: -1)],
                        out: [.init(worker.id, "async_received")], tolerance: 0.01, unmeasured: ["answers of one route (detailed metrics are off by default)", "objects written, unless request metrics are on"])
        }
    }

    private func made(_ resource: Resource, _ what: String, in inputs: [Balance.Term], out outputs: [Balance.Term], tolerance: Double = 0.02, unmeasured: [String] = []) -> Balance {
        Balance(id: ResourceID(source: resource.id.source, kind: .balance, name: "\(resource.id.name): \(what)"), service: resource.service, inputs: inputs, outputs: outputs,
                tolerance: tolerance, unmeasured: unmeasured)
    }
}
