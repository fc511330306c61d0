/// A REST or HTTP API: what its callers got, request by request.
package struct GatewayModel: Sendable {
    package enum Flavour: Sendable {
        case rest(name: String)
        case http(id: String)
    }

    /// One request as the gateway saw it.
    package struct Answer: Sendable {
        package var status: Int
        /// Seconds.
        package var latency: Double
        /// Seconds that the integration took of it.
        package var integration: Double
        /// Seconds since the epoch.
        package var start = 0.0
        package var method = "POST"
        package var route = "/"
        /// What the integration answered the gateway; nothing where it was not asked.
        package var integrationStatus: Int? = 200
        /// The status in the function's own answer; nothing where it failed.
        package var ownStatus: Int?
        /// `THROTTLED`, as the gateway names its own refusals.
        package var errorType: String?

        package init(status: Int, latency: Double, integration: Double) {
            self.status = status
            self.latency = latency
            self.integration = integration
        }

        /// The gateway adds a little to what a run took.
        package init(_ run: Run, status: Int = 200, overhead: Double = 0.009) {
            let spent = (run.initDuration ?? 0) + run.duration
            self.init(status: status, latency: spent + overhead, integration: spent)
            start = run.start
            ownStatus = run.isFailed ? nil : status
        }
    }

    package var id: String
    package var name: String
    package var stage: String
    package var flavour: Flavour
    package var tracing = false
    package var accessLog: AccessLogModel?
    /// What its methods call: method, path, and the ARN of a function; nothing where it speaks to another service itself.
    package var integrations: [(method: String, path: String, function: String?)] = []
    package var answers: @Sendable (_ minute: Int64) -> [Answer]

    package init(id: String, name: String, stage: String, flavour: Flavour, answers: @escaping @Sendable (Int64) -> [Answer]) {
        self.id = id
        self.name = name
        self.stage = stage
        self.flavour = flavour
        self.answers = answers
    }

    /// Adds the AWS/ApiGateway series, with and without the stage: REST and HTTP APIs use other names for the same thing.
    package func report(to board: inout MetricBoard) {
        let identity: [String: String]
        let serverErrors: String, clientErrors: String
        switch flavour {
        case .rest(let name): (identity, serverErrors, clientErrors) = (["ApiName": name], "5XXError", "4XXError")
        case .http(let id): (identity, serverErrors, clientErrors) = (["ApiId": id], "5xx", "4xx")
        }
        for dimensions in [identity, identity.merging(["Stage": stage]) { old, _ in old }] {
            func add(_ metric: String, _ nature: MetricSeries.Nature, _ point: @escaping @Sendable ([Answer]) -> MetricPoint?) {
                let answers = answers
                board.add("AWS/ApiGateway", metric, dimensions, nature) { point(answers($0)) }
            }
            add("Count", .counter) { MetricPoint(hits: $0.count, of: $0.count) }
            add(serverErrors, .counter) { MetricPoint(hits: $0.count { $0.status >= 500 }, of: $0.count) }
            add(clientErrors, .counter) { MetricPoint(hits: $0.count { (400..<500).contains($0.status) }, of: $0.count) }
            add("Latency", .reading) { MetricPoint($0.map { $0.latency * 1_000 }) }
            add("IntegrationLatency", .reading) { MetricPoint($0.map { $0.integration * 1_000 }) }
        }
    }
}
