import Telemetry

extension Check {
    /// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: at least six times the function's timeout.
    static let visibilityTimeout = Check(
        "visibility-timeout", "Visibility timeout too short",
        "A queue hides a message for less than six times the timeout of the function that works on it: a second copy may start while the first still runs.",
        explanation: "content/runbooks/near-timeout.md#2-raise-the-queues-visibility-first",
        examples: [
            CheckExample("a message comes back as soon as the function may give up",
                         [.example(.queue, "orders", [.visibilityTimeout: 30], feeds: [.example(.function, "worker")]), .example(.function, "worker", [.timeout: 30])],
                         finds: ["orders"]),
            CheckExample("six times the timeout",
                         [.example(.queue, "orders", [.visibilityTimeout: 180], feeds: [.example(.function, "worker")]), .example(.function, "worker", [.timeout: 30])]),
            CheckExample("no function consumes", [.example(.queue, "orders", [.visibilityTimeout: 30])]),
        ]) { inspection in
            inspection.all(.queue).compactMap { queue in
                let longest = inspection.consumers(of: queue).compactMap { consumer in consumer.number(.timeout).map { (consumer.id.name, $0) } }.max { $0.1 < $1.1 }
                guard let visibility = queue.number(.visibilityTimeout), let (name, timeout) = longest, visibility < 6 * timeout else { return nil }
                return Sighting(queue, "Hidden for \(seconds(visibility)), \(name) may run \(seconds(timeout)): at least \(seconds(6 * timeout)) is advised.")
            }
        }
}
