import Telemetry

extension Check {
    static let orphanDeadLetterQueue = Check(
        "orphan-dlq", "Nothing feeds this dead-letter queue",
        "A queue that is named for dead letters receives from no queue, topic, rule or function: an alarm on it stays quiet for ever.",
        explanation: "content/runbooks/dead-letters.md#2-find-the-sources",
        examples: [
            CheckExample("a dead-letter queue beside the one that is used",
                         [.example(.queue, "orders", [.redriveTarget: "arn:aws:sqs:eu-central-1:111111111111:orders-temp-dlq"], feeds: [.example(.queue, "orders-temp-dlq")]),
                          .example(.queue, "orders-temp-dlq", [.deadLetterSources: "orders"]), .example(.queue, "orders-dlq")],
                         finds: ["orders-dlq"]),
            CheckExample("a function's own dead-letter queue",
                         [.example(.function, "worker", [.deadLetterTarget: "arn:aws:sqs:eu-central-1:111111111111:worker-dlq"]), .example(.queue, "worker-dlq")]),
            CheckExample("a destination counts as well",
                         [.example(.function, "worker", [.onFailureDestination: "arn:aws:sqs:eu-central-1:111111111111:worker-dead-letters"]),
                          .example(.queue, "worker-dead-letters")]),
        ]) { inspection in
            inspection.all(.queue).compactMap { queue in
                guard queue.presence == .alive, queue.isNamedForDeadLetters, !inspection.isFed(queue) else { return nil }
                return Sighting(queue, "No redrive policy, destination or subscription of this tenant leads here: look whether another queue takes the dead letters.")
            }
        }
}
