import Telemetry

extension Check {
    static let missingDeadLetterQueue = Check(
        "no-dlq", "No dead-letter queue",
        "A queue has nowhere to put what fails again and again: a poison message comes back until the retention ends, and is then deleted without a trace.",
        explanation: "content/runbooks/fifo-group-blocked.md#afterwards",
        examples: [
            CheckExample("a queue without a redrive policy", [.example(.queue, "orders", [.retention: 345_600])], finds: ["orders"]),
            CheckExample("a queue with one, and its dead-letter queue, which needs none of its own",
                         [.example(.queue, "orders", [.redriveTarget: "arn:aws:sqs:eu-central-1:111111111111:failed"]),
                          .example(.queue, "failed", [.deadLetterSources: "orders"])]),
            CheckExample("what is meant for dead letters is another check's matter", [.example(.queue, "orders-dlq")]),
            CheckExample("settings that nobody could read say nothing", [.example(.queue, "orders", presence: .denied)]),
        ]) { inspection in
            inspection.all(.queue).compactMap { queue in
                guard queue.presence == .alive, queue.settings[.redriveTarget] == nil, queue.settings[.deadLetterSources] == nil, !queue.isNamedForDeadLetters else { return nil }
                return Sighting(queue, queue.number(.retention).map { "What cannot be processed is tried until it is deleted after \(seconds($0)), without a trace." }
                    ?? "What cannot be processed is tried until it is deleted, without a trace.")
            }
        }
}
