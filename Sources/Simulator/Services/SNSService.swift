import JSON

/// Amazon SNS over the query protocol.
struct SNSService: SimulatedService {
    static let signingName = "sns"
    let wire = WireProtocol.query(namespace: "http://sns.amazonaws.com/doc/2010-03-31/")

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        [
            "ListTopics": { call throws(ServiceError) in try Self.topics(call) },
            "ListSubscriptionsByTopic": { call throws(ServiceError) in try Self.subscriptions(call) },
            "GetTopicAttributes": { call throws(ServiceError) in try Self.attributes(call) },
        ]
    }

    private static func topics(_ call: Call) throws(ServiceError) -> Output {
        let arns = call.system.topics.map { call.system.topicARN($0.name) }.sorted()
        let page = try Page(arns, token: call.input["NextToken"]?.string, size: 100)
        return .xml(operation: "ListTopics", [.list("Topics", page.items.map { [XML("TopicArn", $0)] })] + next(page.next))
    }

    private static func subscriptions(_ call: Call) throws(ServiceError) -> Output {
        let topic = try topic(call), arn = call.system.topicARN(topic.name)
        let page = try Page(Array(topic.subscriptions.enumerated()), token: call.input["NextToken"]?.string, size: 100)
        let members = page.items.map { index, subscription in
            let id = Dice(seed: 6, arn).uuid(Int64(index))
            return [
                XML("SubscriptionArn", subscription.isConfirmed ? "\(arn):\(id)" : "PendingConfirmation"), XML("Owner", call.system.account),
                XML("Protocol", subscription.protocolName), XML("Endpoint", subscription.endpoint), XML("TopicArn", arn),
            ]
        }
        return .xml(operation: "ListSubscriptionsByTopic", [.list("Subscriptions", members)] + next(page.next))
    }

    private static func attributes(_ call: Call) throws(ServiceError) -> Output {
        let topic = try topic(call)
        let pending = topic.subscriptions.count { !$0.isConfirmed }
        let values = [
            ("TopicArn", call.system.topicARN(topic.name)), ("Owner", call.system.account), ("DisplayName", ""), ("SubscriptionsDeleted", "0"),
            ("SubscriptionsConfirmed", String(topic.subscriptions.count - pending)), ("SubscriptionsPending", String(pending)),
        ]
        return .xml(operation: "GetTopicAttributes", [XML("Attributes", values.map { XML("entry", [XML("key", $0.0), XML("value", $0.1)]) })])
    }

    private static func topic(_ call: Call) throws(ServiceError) -> TopicModel {
        let name = call.input["TopicArn"]?.string?.split(separator: ":").last.map(String.init)
        guard let topic = call.system.topics.first(where: { $0.name == name }) else {
            throw ServiceError("NotFoundException", queryCode: "NotFound", status: 404, "Topic does not exist")
        }
        return topic
    }

    private static func next(_ token: String?) -> [XML] { token.map { [XML("NextToken", $0)] } ?? [] }
}
