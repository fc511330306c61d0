import Telemetry

extension Check {
    static let partialBatch = Check(
        "partial-batch", "One bad record brings back the whole batch",
        "A function takes more than one message at a time from a queue and does not report which of them failed: all come back, and those that were done are done again.",
        explanation: "content/patterns/event-backed-service.md#settings",
        examples: [
            CheckExample("ten at a time, all or nothing",
                         [.example(.queue, "orders", feeds: [.example(.function, "worker")]), .example(.function, "worker", [.batchSize: 10, .partialBatchResponse: false])],
                         finds: ["worker"]),
            CheckExample("ten at a time, failures reported",
                         [.example(.queue, "orders", feeds: [.example(.function, "worker")]), .example(.function, "worker", [.batchSize: 10, .partialBatchResponse: true])]),
            CheckExample("one at a time",
                         [.example(.queue, "orders", feeds: [.example(.function, "worker")]), .example(.function, "worker", [.batchSize: 1, .partialBatchResponse: false])]),
        ]) { inspection in
            inspection.all(.function).compactMap { function in
                guard let batch = function.number(.batchSize), batch > 1, function.settings[.partialBatchResponse]?.flag == false,
                      inspection.feeders(of: function).contains(where: { $0.id.kind == .queue }) else { return nil }
                return Sighting(function, "Batches of \(whole(batch)) without ReportBatchItemFailures: switch it on at the mapping and name the failed records in the answer.")
            }
        }
}
