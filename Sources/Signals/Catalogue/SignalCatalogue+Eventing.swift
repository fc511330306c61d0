import Telemetry

extension SignalCatalogue {
    /// SNS, EventBridge and Step Functions.
    static let eventing: [SignalDefinition] = [
        .counter(.topic, "published", "Messages published", sns("NumberOfMessagesPublished")),
        .counter(.topic, "delivered", "Deliveries", sns("NumberOfNotificationsDelivered"),
                 note: "One a subscription; what an asynchronous function does with it afterwards is not counted."),
        .counter(.topic, "failed", "Deliveries given up", sns("NumberOfNotificationsFailed")),
        .counter(.topic, "filtered_out", "Deliveries filtered out", sns("NumberOfNotificationsFilteredOut"), cadence: .slow),
        .counter(.topic, "redriven", "Deliveries moved to a dead-letter queue", sns("NumberOfNotificationsRedrivenToDlq"), cadence: .slow),
        .counter(.topic, "lost", "Deliveries lost", sns("NumberOfNotificationsFailedToRedriveToDlq"), cadence: .slow),
        .distribution(.topic, "message_size.p99", "Message size, 99th percentile", CloudWatchMetric("AWS/SNS", "PublishSize", .percentile(99)),
                      unit: .bytes, cadence: .slow),

        .counter(.bus, "matched", "Events matched", events("MatchedEvents")),
        .counter(.bus, "invocations", "Targets called", events("Invocations"), note: "Includes failures."),
        .counter(.bus, "failed", "Targets failed for good", events("FailedInvocations")),
        .counter(.bus, "triggered", "Rules triggered", events("TriggeredRules"), cadence: .slow),
        .counter(.bus, "attempts", "Calls attempted", events("InvocationAttempts"), cadence: .slow, note: "Every try counts."),
        .counter(.bus, "attempts_succeeded", "Attempts that succeeded", events("SuccessfulInvocationAttempts"), cadence: .slow),
        .counter(.bus, "throttled", "Rules throttled", events("ThrottledRules"), cadence: .slow),
        .counter(.bus, "retries", "Calls tried again", events("RetryInvocationAttempts"), cadence: .slow),
        .counter(.bus, "dead_letters", "Events moved to a dead-letter queue", events("InvocationsSentToDlq"), cadence: .slow),
        .counter(.bus, "lost", "Events lost", events("InvocationsFailedToBeSentToDlq"), cadence: .slow),
        .distribution(.bus, "latency.p99", "Time to the call, 99th percentile",
                      CloudWatchMetric("AWS/Events", "IngestionToInvocationStartLatency", .percentile(99), scale: 0.001), cadence: .slow),

        .counter(.stateMachine, "started", "Executions started", states("ExecutionsStarted")),
        .counter(.stateMachine, "succeeded", "Executions succeeded", states("ExecutionsSucceeded")),
        .counter(.stateMachine, "failed", "Executions failed", states("ExecutionsFailed")),
        .counter(.stateMachine, "timed_out", "Executions timed out", states("ExecutionsTimedOut")),
        .counter(.stateMachine, "aborted", "Executions aborted", states("ExecutionsAborted"), cadence: .slow),
        .counter(.stateMachine, "throttled", "Executions throttled", states("ExecutionThrottled"), cadence: .slow),
        .distribution(.stateMachine, "duration.p99", "Duration, 99th percentile",
                      CloudWatchMetric("AWS/States", "ExecutionTime", .percentile(99), scale: 0.001)),
    ]

    private static func sns(_ metric: String) -> CloudWatchMetric { CloudWatchMetric("AWS/SNS", metric, .sum) }
    private static func events(_ metric: String) -> CloudWatchMetric { CloudWatchMetric("AWS/Events", metric, .sum) }
    private static func states(_ metric: String) -> CloudWatchMetric { CloudWatchMetric("AWS/States", metric, .sum) }
}
