import JSON
import Telemetry

/// Amazon SQS over JSON 1.0.
struct SQSService: SimulatedService {
    static let signingName = "sqs"
    let wire = WireProtocol.json(version: "1.0", errorPrefix: "com.amazonaws.sqs#")

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        [
            "ListQueues": { call throws(ServiceError) in try Self.listQueues(call) },
            "GetQueueUrl": { call throws(ServiceError) in try Self.queueURL(call) },
            "GetQueueAttributes": { call throws(ServiceError) in try Self.attributes(call) },
            "ListDeadLetterSourceQueues": { call throws(ServiceError) in try Self.deadLetterSources(call) },
        ]
    }

    private static func url(_ queue: QueueModel, _ system: SimulatedSystem) -> String {
        "https://sqs.\(system.region).amazonaws.com/\(system.account)/\(queue.name)"
    }

    private static func listQueues(_ call: Call) throws(ServiceError) -> Output {
        let prefix = call.input["QueueNamePrefix"]?.string ?? ""
        let urls = call.system.queues.filter { $0.name.hasPrefix(prefix) }.map { url($0, call.system) }.sorted()
        let page = try Page(urls, token: call.input["NextToken"]?.string, size: call.input["MaxResults"]?.integer ?? 1_000)
        return .json(list("QueueUrls", page))
    }

    private static func queueURL(_ call: Call) throws(ServiceError) -> Output {
        guard let name = call.input["QueueName"]?.string, let queue = call.system.queues.first(where: { $0.name == name }) else { throw missing }
        return .json(["QueueUrl": .string(url(queue, call.system))])
    }

    private static func attributes(_ call: Call) throws(ServiceError) -> Output {
        let queue = try queue(call)
        let wanted = Set((call.input["AttributeNames"]?.array ?? []).compactMap(\.string))
        let members = settings(queue, call).filter { wanted.contains("All") || wanted.contains($0.key) }
        return .json(members.isEmpty ? .object([]) : ["Attributes": .object(members)])
    }

    private static func deadLetterSources(_ call: Call) throws(ServiceError) -> Output {
        let target = try queue(call)
        let sources = call.system.queues.filter { $0.deadLetterQueue == target.name }.map { url($0, call.system) }.sorted()
        return .json(list("queueUrls", try Page(sources, token: call.input["NextToken"]?.string, size: call.input["MaxResults"]?.integer ?? 1_000)))
    }

    private static func list(_ key: String, _ page: Page<String>) -> JSONValue {
        var members = [JSONValue.Member(key, .array(page.items.map(JSONValue.string)))]
        if let next = page.next { members.append(.init("NextToken", .string(next))) }
        return .object(members)
    }

    private static func queue(_ call: Call) throws(ServiceError) -> QueueModel {
        let name = call.input["QueueUrl"]?.string?.split(separator: "/").last.map(String.init)
        guard let queue = call.system.queues.first(where: { $0.name == name }) else { throw missing }
        return queue
    }

    private static let missing = ServiceError("QueueDoesNotExist", queryCode: "AWS.SimpleQueueService.NonExistentQueue",
                                              "The specified queue does not exist.")

    /// Counts are those of the last whole minute: SQS itself is a minute behind.
    private static func settings(_ queue: QueueModel, _ call: Call) -> [JSONValue.Member] {
        let system = call.system, minute = call.now.minute - 1
        let created = system.anchor - Int64(queue.createdDaysAgo) * 86_400
        var values: [(String, String)] = [
            ("QueueArn", system.queueARN(queue.name)),
            ("ApproximateNumberOfMessages", String(queue.visible(minute))),
            ("ApproximateNumberOfMessagesNotVisible", String(queue.flying(minute))),
            ("ApproximateNumberOfMessagesDelayed", "0"),
            ("CreatedTimestamp", String(created.seconds)), ("LastModifiedTimestamp", String(created.seconds)),
            ("VisibilityTimeout", String(queue.visibilityTimeout)), ("MaximumMessageSize", "262144"),
            ("MessageRetentionPeriod", String(queue.retention)), ("DelaySeconds", String(queue.delay)),
            ("ReceiveMessageWaitTimeSeconds", String(queue.longPoll)), ("SqsManagedSseEnabled", "true"),
        ]
        if queue.isFIFO {
            values += [("FifoQueue", "true"), ("ContentBasedDeduplication", String(queue.contentBasedDeduplication)),
                       ("DeduplicationScope", "queue"), ("FifoThroughputLimit", "perQueue")]
        }
        if let target = queue.deadLetterQueue {
            let policy: JSONValue = ["deadLetterTargetArn": .string(system.queueARN(target)), "maxReceiveCount": .number(Double(queue.maxReceiveCount))]
            values.append(("RedrivePolicy", policy.text()))
        }
        return values.map { .init($0.0, .string($0.1)) }
    }
}
