import Telemetry

extension SignalCatalogue {
    /// REST and HTTP APIs share a namespace, not the names of their metrics.
    static let apis: [SignalDefinition] = gateway(.api, errors5xx: "5XXError", errors4xx: "4XXError")
        + gateway(.httpAPI, errors5xx: "5xx", errors4xx: "4xx")
        + [.counter(.httpAPI, "data_processed", "Data processed", CloudWatchMetric("AWS/ApiGateway", "DataProcessed", .sum), unit: .bytes, cadence: .slow)]

    private static func gateway(_ kind: ResourceKind, errors5xx: String, errors4xx: String) -> [SignalDefinition] {
        func count(_ metric: String) -> CloudWatchMetric { CloudWatchMetric("AWS/ApiGateway", metric, .sum) }
        func time(_ metric: String, _ rank: Double) -> CloudWatchMetric { CloudWatchMetric("AWS/ApiGateway", metric, .percentile(rank), scale: 0.001) }
        return [
            .counter(kind, "requests", "Requests", count("Count")),
            .counter(kind, "errors_5xx", "Server errors", count(errors5xx), note: "Includes failed and timed-out functions behind it."),
            .counter(kind, "errors_4xx", "Client errors", count(errors4xx), note: "Scanners raise it; includes throttled calls."),
            .distribution(kind, "latency.p50", "Latency, median", time("Latency", 50)),
            .distribution(kind, "latency.p95", "Latency, 95th percentile", time("Latency", 95)),
            .distribution(kind, "latency.p99", "Latency, 99th percentile", time("Latency", 99)),
            .distribution(kind, "integration_latency.p99", "Latency of what is behind it, 99th percentile", time("IntegrationLatency", 99)),
            .other(kind, "answers", "Answers in the access log", .log("lines of the stage's access log"), unit: .count, form: .counter, zeroFilled: true,
                   absence: .nothingHappened, note: "Only where the stage writes an access log; tells who gave which status on which route."),
            .other(kind, "error_rate", "Error rate", .derived("`errors_5xx` / `requests`"), unit: .ratio, form: .ratio),
        ]
    }
}
