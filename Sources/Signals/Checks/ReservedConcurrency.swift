import Telemetry

extension Check {
    /// Lambda starts five pollers for a standard queue, whatever the function may run at once.
    static let reservedConcurrency = Check(
        "reserved-concurrency", "Reserved concurrency below the pollers",
        "A function that takes batches from a standard queue may run fewer than five times at once: pollers are throttled, and each throttled poll uses up a receive.",
        explanation: "content/runbooks/throttled.md#1-put-the-lid-on-the-mapping",
        examples: [
            CheckExample("two at once against five pollers",
                         [.example(.queue, "orders", [.fifo: false], feeds: [.example(.function, "worker")]), .example(.function, "worker", [.reservedConcurrency: 2, .batchSize: 10])],
                         finds: ["worker"]),
            CheckExample("the mapping holds the pollers back",
                         [.example(.queue, "orders", [.fifo: false], feeds: [.example(.function, "worker")]),
                          .example(.function, "worker", [.reservedConcurrency: 2, .batchSize: 10, .maximumConcurrency: 2])]),
            CheckExample("a FIFO queue polls by groups",
                         [.example(.queue, "orders.fifo", [.fifo: true], feeds: [.example(.function, "worker")]),
                          .example(.function, "worker", [.reservedConcurrency: 2, .batchSize: 10])]),
            CheckExample("one message at a time",
                         [.example(.queue, "orders", [.fifo: false], feeds: [.example(.function, "worker")]), .example(.function, "worker", [.reservedConcurrency: 2, .batchSize: 1])]),
        ]) { inspection in
            inspection.all(.function).compactMap { function in
                guard let reserved = function.number(.reservedConcurrency), reserved < 5, let batch = function.number(.batchSize), batch > 1,
                      inspection.feeders(of: function).contains(where: { $0.id.kind == .queue && $0.settings[.fifo]?.flag != true }) else { return nil }
                // From 2 on the mapping itself may hold the pollers back.
                if let lid = function.number(.maximumConcurrency), lid <= max(2, reserved) { return nil }
                return Sighting(function, "Reserved for \(whole(reserved)) runs at once, batches of \(whole(batch)): set MaximumConcurrency at the mapping instead.")
            }
        }
}
