import Telemetry

extension Check {
    static let lostEvents = Check(
        "no-destination", "Events are lost after two retries",
        "A function that is started without waiting has neither a failure destination nor a dead-letter queue: after two retries the event is gone, and only AsyncEventsDropped tells.",
        explanation: "content/runbooks/replay-dropped-events.md#1-catch-the-next-failures",
        examples: [
            CheckExample("behind a topic, with nowhere to fail to",
                         [.example(.topic, "uploads", feeds: [.example(.function, "thumbnail")]), .example(.function, "thumbnail")], finds: ["thumbnail"]),
            CheckExample("started by a schedule", [.example(.function, "nightly", [.schedule: "rate(1 day)"])], finds: ["nightly"]),
            CheckExample("asynchronous events were counted", [.example(.function, "worker")], finds: ["worker"]) { $0.asynchronous = [.example(.function, "worker")] },
            CheckExample("with a destination",
                         [.example(.topic, "uploads", feeds: [.example(.function, "thumbnail")]),
                          .example(.function, "thumbnail", [.onFailureDestination: "arn:aws:sqs:eu-central-1:111111111111:failed"])]),
            CheckExample("behind a queue, which keeps what fails",
                         [.example(.queue, "orders", feeds: [.example(.function, "worker")]), .example(.function, "worker", [.invokedBy: "queue"])]),
        ]) { inspection in
            inspection.all(.function).compactMap { function in
                guard function.presence == .alive, function.settings[.deadLetterTarget] == nil, function.settings[.onFailureDestination] == nil else { return nil }
                let sender = inspection.feeders(of: function).first { [.topic, .bus, .bucket].contains($0.id.kind) }?.id.name
                let cause = sender ?? (function.settings[.schedule]?.text).map { "its schedule, \($0)" }
                if cause == nil, !inspection.asynchronous.contains(function.id) { return nil }
                return Sighting(function, "Started by \(cause ?? "callers that do not wait"), with no failure destination and no dead-letter queue.")
            }
        }
}
