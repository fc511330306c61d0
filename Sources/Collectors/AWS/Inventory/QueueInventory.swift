import AWS
import JSON
import Telemetry

/// SQS: GetQueueUrl and GetQueueAttributes. Messages are never received: that would hide them from their consumer.
struct QueueInventory: Sendable {
    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    func check(_ resource: Resource) async -> InventoryAnswer {
        var answer = InventoryAnswer(resource), operation = "sqs:GetQueueUrl"
        do throws(AWSError) {
            let url = if let known = resource.settings[.url]?.text { known } else { try await url(of: resource.id.name) }
            operation = "sqs:GetQueueAttributes"
            let body = try await desk.client.call(.sqs, "GetQueueAttributes", ["QueueUrl": .string(url), "AttributeNames": ["All"]]).json()
            answer.resource.presence = .alive
            answer.resource.settings[.url] = .text(url)
            read(body["Attributes"] ?? .null, into: &answer)
        } catch {
            answer.resource.presence = Presence(error)
            if error.kind != .notFound || resource.foundBy.contains(.declared) {
                answer.problems.append(desk.problem(error, operation: operation, resource: resource.id))
            }
            // The queue may have been made anew under another address.
            if error.kind == .notFound { answer.resource.settings[.url] = nil }
        }
        return answer
    }

    /// Nothing is known to feed it and it feeds nothing: it may be the dead-letter queue of a queue that is not watched.
    static func mayBeDeadLetterQueue(_ queue: Resource) -> Bool {
        queue.id.kind == .queue && queue.presence == .alive && queue.feeds.isEmpty && queue.settings[.deadLetterSources] == nil
            && queue.settings[.redriveTarget] == nil && queue.settings[.url] != nil
    }

    /// The queue with the names of those that feed it, and why nobody could tell them.
    func withSources(_ queue: Resource) async -> (queue: Resource, failure: AWSError?) {
        guard let url = queue.settings[.url]?.text, await desk.mayCall() else { return (queue, nil) }
        let paged = await desk.client.pages(.sqs, "ListDeadLetterSourceQueues", ["QueueUrl": .string(url), "MaxResults": 1_000], limit: desk.order.budget.pages)
        let names = paged.pages.flatMap { $0["queueUrls"]?.array ?? [] }.compactMap { $0.string?.split(separator: "/").last.map(String.init) }
        guard !names.isEmpty else { return (queue, paged.failure) }
        var queue = queue
        queue.settings[.deadLetterSources] = .text(names.sorted().joined(separator: ","))
        return (queue, paged.failure)
    }

    private func url(of name: String) async throws(AWSError) -> String {
        let body = try await desk.client.call(.sqs, "GetQueueUrl", ["QueueName": .string(name)]).json()
        guard let url = body["QueueUrl"]?.string, !url.isEmpty else {
            throw AWSError(.badAnswer, place: "sqs:GetQueueUrl \(desk.region)", message: "the answer names no address")
        }
        return url
    }

    private func read(_ attributes: JSONValue, into answer: inout InventoryAnswer) {
        func number(_ key: String, _ setting: Setting) { if let value = attributes[key]?.double { answer.resource.settings[setting] = .number(value) } }
        func flag(_ key: String) -> Bool { attributes[key]?.string?.lowercased() == "true" || attributes[key]?.bool == true }
        // Who feeds it is told anew by the queues that do.
        answer.resource.settings[.deadLetterSources] = nil
        answer.resource.arn = attributes["QueueArn"]?.string ?? answer.resource.arn
        number("MessageRetentionPeriod", .retention)
        number("VisibilityTimeout", .visibilityTimeout)
        number("DelaySeconds", .delay)
        number("CreatedTimestamp", .createdAt)
        let isFIFO = flag("FifoQueue") || answer.resource.id.name.hasSuffix(".fifo")
        answer.resource.settings[.fifo] = .flag(isFIFO)
        if isFIFO { answer.resource.settings[.contentBasedDeduplication] = .flag(flag("ContentBasedDeduplication")) }
        redrive(attributes["RedrivePolicy"]?.string, into: &answer)
        answer.live = LiveQueue(visible: attributes["ApproximateNumberOfMessages"]?.double, inFlight: attributes["ApproximateNumberOfMessagesNotVisible"]?.double,
                                delayed: attributes["ApproximateNumberOfMessagesDelayed"]?.double)
    }

    /// The policy is JSON inside a string. Without one, an earlier one is gone.
    private func redrive(_ text: String?, into answer: inout InventoryAnswer) {
        answer.resource.settings[.redriveTarget] = nil
        answer.resource.settings[.maxReceiveCount] = nil
        guard let text, let policy = try? JSONValue(parsing: text), let arn = policy["deadLetterTargetArn"]?.string else { return }
        answer.resource.settings[.redriveTarget] = .text(arn)
        if let count = policy["maxReceiveCount"]?.double { answer.resource.settings[.maxReceiveCount] = .number(count) }
        guard let target = AWSNames.resource(arn: arn), target.kind == .queue else { return }
        let id = ResourceID(source: desk.source, kind: .queue, name: target.name)
        if !answer.resource.feeds.contains(id) { answer.resource.feeds.append(id) }
        answer.neighbours.append(Resource(id: id, service: answer.resource.service, arn: arn, foundBy: [.redrive]))
    }
}

extension Presence {
    /// What a failed inventory call says about the resource.
    init(_ error: AWSError) {
        self = switch error.kind {
        // Only the service itself may say so: something else at the address answers 404 to everything.
        case .notFound: error.code == nil || error.code?.hasPrefix("Unknown") == true ? .unknown : .missing
        case .denied: .denied
        case .throttled, .expired, .credentials, .skew, .invalid, .server, .network, .tooLarge, .badAnswer, .deadline: .unknown
        }
    }
}
