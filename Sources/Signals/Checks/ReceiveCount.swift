import Telemetry

extension Check {
    /// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: at least five.
    static let receiveCount = Check(
        "receive-count", "Too few receives before the dead-letter queue",
        "A queue with a function as consumer gives a message up after fewer than five receives. A throttled start counts as one, so messages are set aside that no code ever saw.",
        explanation: "content/runbooks/dead-letters.md#3-tell-poison-from-throttling",
        examples: [
            CheckExample("three receives with a function as consumer",
                         [.example(.queue, "orders", [.maxReceiveCount: 3], feeds: [.example(.function, "worker")]), .example(.function, "worker")], finds: ["orders"]),
            CheckExample("five receives", [.example(.queue, "orders", [.maxReceiveCount: 5], feeds: [.example(.function, "worker")]), .example(.function, "worker")]),
            CheckExample("other consumers decide for themselves", [.example(.queue, "orders", [.maxReceiveCount: 1])]),
        ]) { inspection in
            inspection.all(.queue).compactMap { queue in
                guard let most = queue.number(.maxReceiveCount), most < 5, let consumer = inspection.consumers(of: queue).first else { return nil }
                return Sighting(queue, "Given up after \(whole(most)) receives by \(consumer.id.name): 5 or more is advised.")
            }
        }
}
