import Alerting
@testable import Dashboard
import Foundation
import JSON
import Telemetry
import Testing

/// What is wrong in each reference system gives exactly these alerts, and each message has one main cause.
@Suite struct FaultAlertTests {
    private static let queue = "sqs-webhook-buffer-prod-PublishQueue.fifo", worker = "sqs-webhook-buffer-prod-subscribe-to-sqs"
    /// `severity rule resource`, with the cause where another alert explains it.
    private static let expected: [String: [String]] = [
        // A poison message at the head of the FIFO queue: one cause, and everything else follows from it.
        "acme": [
            "critical fifo-blocked \(queue)",
        ] + ["fn-errors \(worker)", "fn-near-timeout \(worker)", "log-errors \(worker)", "queue-age \(queue)", "queue-drain \(queue)"]
            .map { "warning \($0) (upstream: fifo-blocked on \(queue))" },
        // Four of ten calls of the HTTP flow fail; that its code says so in the log follows from it.
        "globex": ["warning fn-errors TheXrayHttpFlow-http", "warning log-errors TheXrayHttpFlow-http (upstream: fn-errors on TheXrayHttpFlow-http)"],
        // A table with one unit of capacity, a worker that fails, an API that passes it on, and a daily run that did not come.
        "hooli": [
            "critical gateway-5xx gofaas", "critical schedule-missed gofaas-WorkerPeriodic", "warning fn-errors gofaas-Worker",
            // Callers without a token are refused: the 401 of systems.md.
            "warning gateway-4xx gofaas (upstream: gateway-5xx on gofaas)",
            "warning log-errors gofaas-Worker (upstream: fn-errors on gofaas-Worker)",
            // Half of the traces that were sampled in an hour end in a fault, which ties what the table does to what the callers see.
            "warning table-throttle gofaas-UsersTable (upstream: gateway-5xx on gofaas)", "warning trace-faults users (upstream: gateway-5xx on gofaas)",
        ],
        // Messages fail for good while no function reports an error.
        // What Datadog was told: errors that the worker keeps to itself, and the spans of the messages that it gave up.
        "initech": ["critical dlq-nonempty Users-OrderCompletedQueueTempDLQ-prod",
                    "warning log-errors CDK-Users-OrderCompleted-prod (upstream: dlq-nonempty on Users-OrderCompletedQueueTempDLQ-prod)",
                    "warning trace-faults orders (upstream: dlq-nonempty on Users-OrderCompletedQueueTempDLQ-prod)"],
        "umbrella": ["warning log-errors xraystarter-go"],
    ]

    @Test(arguments: FiveSystems.tenants) func `each system's faults give exactly the alerts of its table`(tenant: String) async throws {
        let status = try await FiveSystems.firstRun.value.site.json(tenant + "/status.json")
        let alerts = (status["alerts"]?.array ?? []).filter { $0["state"]?.string == "firing" }.map { alert in
            func word(_ key: String) -> String { alert[key]?.string ?? "?" }
            return "\(word("severity")) \(word("rule")) \(word("resource"))" + (alert["suppressed_by"]?.string.map { " (\($0))" } ?? "")
        }
        #expect(alerts.sorted() == Self.expected[tenant])
    }
}
