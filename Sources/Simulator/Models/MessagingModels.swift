/// An SNS topic and who listens to it.
package struct TopicModel: Sendable {
    package struct Subscription: Sendable {
        package var protocolName: String
        package var endpoint: String
        /// An e-mail address that nobody confirmed gets nothing.
        package var isConfirmed = true
    }

    package var name: String
    package var subscriptions: [Subscription]
    package var published: @Sendable (_ minute: Int64) -> Int
    package var failed: @Sendable (_ minute: Int64) -> Int = { _ in 0 }

    package init(_ name: String, subscriptions: [Subscription], published: @escaping @Sendable (Int64) -> Int) {
        self.name = name
        self.subscriptions = subscriptions
        self.published = published
    }

    /// Adds the AWS/SNS series.
    package func report(to board: inout MetricBoard) {
        let topic = self, confirmed = subscriptions.count { $0.isConfirmed }
        func counter(_ metric: String, _ value: @escaping @Sendable (Int64) -> Int) {
            board.add("AWS/SNS", metric, ["TopicName": topic.name], .counter) { minute in
                let count = value(minute)
                return count > 0 ? MetricPoint(Double(count)) : nil
            }
        }
        counter("NumberOfMessagesPublished", topic.published)
        counter("NumberOfNotificationsDelivered") { topic.published($0) * confirmed - topic.failed($0) }
        counter("NumberOfNotificationsFailed", topic.failed)
    }
}

/// An EventBridge rule: on a bus it matches events, on the default bus it may also be a clock.
package struct RuleModel: Sendable {
    package var name: String
    package var bus: String
    package var pattern: String?
    package var schedule: String?
    /// Name and ARN of each target.
    package var targets: [(id: String, arn: String)]
    package var matched: @Sendable (_ minute: Int64) -> Int

    package init(_ name: String, bus: String = "default", targets: [(id: String, arn: String)],
                 matched: @escaping @Sendable (Int64) -> Int) {
        self.name = name
        self.bus = bus
        self.targets = targets
        self.matched = matched
    }

    /// Adds the AWS/Events series; a custom bus has its name as a second dimension.
    package func report(to board: inout MetricBoard) {
        let matched = matched
        let rule = ["RuleName": name]
        let dimensions = bus == "default" ? rule : rule.merging(["EventBusName": bus]) { old, _ in old }
        for metric in ["MatchedEvents", "TriggeredRules", "Invocations", "InvocationAttempts", "SuccessfulInvocationAttempts"] {
            board.add("AWS/Events", metric, dimensions, .counter) { minute in
                let count = matched(minute)
                return count > 0 ? MetricPoint(Double(count)) : nil
            }
        }
    }
}
