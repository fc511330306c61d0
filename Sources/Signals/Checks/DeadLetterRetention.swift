import Telemetry

extension Check {
    /// A standard dead-letter queue counts from the first arrival in the source; a FIFO one begins anew.
    static let deadLetterRetention = Check(
        "dlq-retention", "Dead letters expire too early",
        "A dead-letter queue keeps messages no longer than the queue that feeds it. Their age counts from the first arrival, so they may be gone soon after they come.",
        explanation: "content/runbooks/dead-letters.md#1-buy-time-if-the-deadline-is-near",
        examples: [
            CheckExample("both keep four days", [
                .example(.queue, "orders", [.retention: 345_600, .redriveTarget: "arn:aws:sqs:eu-central-1:111111111111:failed"]),
                .example(.queue, "failed", [.retention: 345_600, .deadLetterSources: "orders"])], finds: ["failed"]),
            CheckExample("fourteen days after four", [
                .example(.queue, "orders", [.retention: 345_600, .redriveTarget: "arn:aws:sqs:eu-central-1:111111111111:failed"]),
                .example(.queue, "failed", [.retention: 1_209_600, .deadLetterSources: "orders"])]),
            CheckExample("in FIFO queues the time begins anew", [
                .example(.queue, "orders.fifo", [.fifo: true, .retention: 345_600, .redriveTarget: "arn:aws:sqs:eu-central-1:111111111111:failed.fifo"]),
                .example(.queue, "failed.fifo", [.fifo: true, .retention: 345_600, .deadLetterSources: "orders.fifo"])]),
        ]) { inspection in
            var found: [ResourceID: Sighting] = [:]
            for source in inspection.all(.queue) where source.settings[.fifo]?.flag != true {
                guard let queue = inspection.deadLetterQueue(of: source), let kept = queue.number(.retention), let before = source.number(.retention), kept <= before,
                      found[queue.id] == nil else { continue }
                found[queue.id] = Sighting(queue, "Keeps \(seconds(kept)), \(source.id.name) keeps \(seconds(before)): a message that failed late has no time left here. 14 days is the most.")
            }
            return Array(found.values)
        }
}
