/// A Lambda function: its settings as the API tells them, and its runs minute by minute.
package struct FunctionModel: Sendable {
    package var name: String
    package var runtime: String
    /// Seconds.
    package var timeout: Int
    /// MB.
    package var memory: Int
    package var reservedConcurrency: Int?
    package var tracing = false
    /// ARN of where asynchronous events go that failed for good.
    package var failureDestination: String?
    package var handler = "index.handler"
    package var environment: [String: String] = [:]
    /// Days before the anchor on which the code was last changed.
    package var deployedDaysAgo = 40
    /// Set where callers do not wait: events in, retries and drops are counted.
    package var asynchronous: AsynchronousEvents?
    package var runs: @Sendable (_ minute: Int64) -> [Run]

    package init(_ name: String, runtime: String, timeout: Int, memory: Int, runs: @escaping @Sendable (Int64) -> [Run]) {
        self.name = name
        self.runtime = runtime
        self.timeout = timeout
        self.memory = memory
        self.runs = runs
    }

    /// A function that runs once for each event of a flow and always succeeds.
    package init(_ name: String, runtime: String, timeout: Int, memory: Int, flow: Flow, shape: RunShape) {
        self.init(name, runtime: runtime, timeout: timeout, memory: memory) { minute in
            flow.events(in: minute).map { shape.run(event: $0, minute: minute) }
        }
    }

    /// Adds the AWS/Lambda series of this function.
    package func report(to board: inout MetricBoard) {
        let dimensions = ["FunctionName": name], runs = runs
        func add(_ metric: String, _ nature: MetricSeries.Nature, _ point: @escaping @Sendable ([Run]) -> MetricPoint?) {
            board.add("AWS/Lambda", metric, dimensions, nature) { point(runs($0)) }
        }
        add("Invocations", .counter) { MetricPoint(hits: $0.count, of: $0.count) }
        add("Errors", .counter) { MetricPoint(hits: $0.count { $0.isFailed }, of: $0.count) }
        add("Throttles", .counter) { MetricPoint(hits: 0, of: $0.count) }
        add("Duration", .reading) { MetricPoint($0.map { $0.duration * 1_000 }) }
        add("ConcurrentExecutions", .reading) { runs in runs.isEmpty ? nil : MetricPoint(Double(mostAtOnce(runs))) }
        guard let asynchronous else { return }
        asynchronous.report(to: &board, dimensions: dimensions)
    }
}

/// The greatest number of runs that overlap.
private func mostAtOnce(_ runs: [Run]) -> Int {
    var most = 0, running = 0
    let edges = runs.flatMap { [($0.start, 1), ($0.end, -1)] }.sorted { $0 < $1 }
    for (_, step) in edges {
        running += step
        most = max(most, running)
    }
    return most
}
