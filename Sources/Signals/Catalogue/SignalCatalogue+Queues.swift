import Telemetry

extension SignalCatalogue {
    /// SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    static let queues: [SignalDefinition] = [
        .gauge(.queue, "visible", "Messages waiting", sqs("ApproximateNumberOfMessagesVisible", .maximum), absence: .asleep,
               note: "On a dead-letter queue this is the number to watch: redrive does not raise `sent`."),
        .gauge(.queue, "in_flight", "Messages in flight", sqs("ApproximateNumberOfMessagesNotVisible", .maximum), absence: .asleep,
               note: "Reaching the limit of a FIFO queue returns no error."),
        .gauge(.queue, "delayed", "Messages delayed", sqs("ApproximateNumberOfMessagesDelayed", .maximum), absence: .asleep, cadence: .slow),
        .gauge(.queue, "oldest_age", "Age of the oldest message", sqs("ApproximateAgeOfOldestMessage", .maximum), unit: .seconds, absence: .asleep,
               note: "A standard queue hides a message received three times from this; a FIFO queue does not. On a dead-letter queue it counts from the move."),
        .counter(.queue, "sent", "Messages sent", sqs("NumberOfMessagesSent", .sum)),
        .counter(.queue, "received", "Messages received", sqs("NumberOfMessagesReceived", .sum), note: "Counts every delivery of a retried message."),
        .counter(.queue, "deleted", "Messages deleted", sqs("NumberOfMessagesDeleted", .sum),
                 note: "A consumer that drops a message looks like one that handled it."),
        .counter(.queue, "empty_receives", "Empty receives", sqs("NumberOfEmptyReceives", .sum), cadence: .slow, note: "Costs money, means nothing else."),
        .counter(.queue, "deduplicated", "Duplicates refused", sqs("NumberOfDeduplicatedSentMessages", .sum), note: "FIFO queues only."),
        .gauge(.queue, "groups_in_flight", "Message groups in flight", sqs("ApproximateNumberOfGroupsWithInflightMessages", .maximum), absence: .asleep,
               note: "FIFO queues only. One for long is a serial queue."),
        .distribution(.queue, "message_size.p99", "Message size, 99th percentile", sqs("SentMessageSize", .percentile(99)), unit: .bytes, cadence: .slow),
        .other(.queue, "dead_letters", "Messages moved to the dead-letter queue",
               .derived("growth of `visible` of the dead-letter queue + its `deleted`, at least 0"), unit: .count, form: .counter,
               note: "Where several queues share a dead-letter queue, each is told the sum."),
        .other(.queue, "backlog_change", "Change of the backlog", .derived("delta of `visible` + `in_flight` + `delayed`"), unit: .count, form: .gauge),
        .other(.queue, "drain_time", "Time to drain", .derived("`visible` / rate of `deleted`"), unit: .seconds, form: .ratio,
               note: "Absent where nothing is deleted: then it never drains."),
        .other(.queue, "retention_used", "Retention used up", .derived("`oldest_age` / the queue's retention"), unit: .ratio, form: .ratio,
               note: "At 100 % messages are deleted without a trace."),
    ]

    private static func sqs(_ metric: String, _ statistic: MetricStatistic) -> CloudWatchMetric { CloudWatchMetric("AWS/SQS", metric, statistic) }
}
