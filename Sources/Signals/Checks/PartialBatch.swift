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
            CheckExample("the second of two queues", [.example(.queue, "orders", feeds: [.example(.function, "worker")]), .example(.function, "worker", [
                .batchSize: 1, .partialBatchResponse: false, .mappings: "orders Enabled batch=1 partial=no limit=-; refunds Enabled batch=10 partial=no limit=-"])], finds: ["worker"]),
            CheckExample("one at a time",
                         [.example(.queue, "orders", feeds: [.example(.function, "worker")]), .example(.function, "worker", [.batchSize: 1, .partialBatchResponse: false])]),
        ]) { inspection in
            inspection.all(.function).compactMap { function in
                guard let batch = function.mappings.filter({ !$0.reportsItemFailures }).compactMap(\.batchSize).max(), batch > 1,
                      inspection.feeders(of: function).contains(where: { $0.id.kind == .queue }) else { return nil }
                return Sighting(function, "Batches of \(whole(batch)) without ReportBatchItemFailures: switch it on at the mapping and name the failed records in the answer.")
            }
        }
}
