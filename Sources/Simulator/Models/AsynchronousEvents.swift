/// Lambda's internal queue in front of a function: an event is tried up to three times, about one and two minutes apart, and then
/// dropped where no destination is configured (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
package struct AsynchronousEvents: Sendable {
    package var flow: Flow
    /// Whether this try of this event fails.
    package var fails: @Sendable (_ event: Int64, _ attempt: Int) -> Bool
    /// Milliseconds from accepting an event to its first try.
    package var dwell: Quantiles
    package var dice: Dice

    /// Minutes after arrival at which the first, second and third try run.
    package static let delays: [Int64] = [0, 1, 3]

    package init(flow: Flow, dwell: Quantiles = Quantiles(34, p50: 58, p95: 80, p99: 92, most: 98), dice: Dice,
                 fails: @escaping @Sendable (Int64, Int) -> Bool = { _, _ in false }) {
        self.flow = flow
        self.dwell = dwell
        self.dice = dice.named("dwell")
        self.fails = fails
    }

    /// The tries of a minute: new events, and those of earlier minutes whose earlier tries all failed.
    package func tries(in minute: Int64) -> [(event: Int64, attempt: Int, isFailing: Bool)] {
        var tries: [(event: Int64, attempt: Int, isFailing: Bool)] = []
        for (index, delay) in Self.delays.enumerated() {
            for event in flow.events(in: minute - delay) where (1..<(index + 1)).allSatisfy({ fails(event, $0) }) {
                tries.append((event, index + 1, fails(event, index + 1)))
            }
        }
        return tries
    }

    /// Runs of the function: a failing one ends with `failure`.
    package func runs(in minute: Int64, shape: RunShape, failure: Run.Outcome) -> [Run] {
        tries(in: minute).map { event, attempt, isFailing in
            // `tries` numbers attempts by the place of their delay.
            var run = shape.run(event: event, attempt: attempt, minute: minute, arrival: minute - Self.delays[attempt - 1])
            if isFailing { run.outcome = failure }
            return run
        }
    }

    package func dropped(in minute: Int64) -> Int {
        guard let last = Self.delays.last else { return 0 }
        return flow.events(in: minute - last).count { event in (1...Self.delays.count).allSatisfy { fails(event, $0) } }
    }

    /// Milliseconds.
    package func dwell(of event: Int64) -> Double { dwell.value(at: dice.unit(event)) }

    func report(to board: inout MetricBoard, dimensions: [String: String]) {
        let events = self
        board.add("AWS/Lambda", "AsyncEventsReceived", dimensions, .counter) { minute in
            let count = events.flow.events(in: minute).count
            return MetricPoint(hits: count, of: count)
        }
        board.add("AWS/Lambda", "AsyncEventAge", dimensions, .reading) { minute in
            MetricPoint(events.tries(in: minute).map { events.dwell(of: $0.event) + Double(Self.delays[$0.attempt - 1]) * 60_000 })
        }
        board.add("AWS/Lambda", "AsyncEventsDropped", dimensions, .counter) { minute in
            let count = events.dropped(in: minute)
            return MetricPoint(hits: count, of: count)
        }
    }
}
