import Curl
@testable import Dashboard
import Foundation
import Signals
import Storage
import Telemetry
import Testing

/// What the checks must find in each simulated system, after reading it over the real protocols: the findings of the systems' descriptions, and no more.
@Suite struct SystemFindingsTests {
    /// Tenant, check, and how many resources it is found at.
    static let expected: [String: [String: [String]]] = [
        "initech": [
            "visibility-timeout": ["Users-OrderCompletedQueue-prod"], "receive-count": ["Users-OrderCompletedQueue-prod"],
            "dlq-retention": ["Users-OrderCompletedQueueTempDLQ-prod"], "orphan-dlq": ["Users-OrderCompletedQueueDLQ-prod"],
        ],
        "acme": [
            "visibility-timeout": ["sqs-webhook-buffer-prod-PublishQueue.fifo"], "no-dlq": ["sqs-webhook-buffer-prod-PublishQueue.fifo"],
            "fifo-one-group": ["sqs-webhook-buffer-prod-PublishQueue.fifo"],
            "runtime": ["sqs-webhook-buffer-prod-publish-to-sqs", "sqs-webhook-buffer-prod-subscribe-to-sqs"],
            "endless-log": ["sqs-webhook-buffer-prod-publish-to-sqs"],
        ],
        "globex": [
            "no-dlq": ["TheXraySQSFlow-Queue"], "partial-batch": ["TheXraySQSFlow-sqs-subscribe"], "runtime": globex + ["TheXraySQSFlow-sqs-subscribe"],
            "no-destination": globex, "endless-log": globex + ["TheXraySQSFlow-sqs-subscribe"],
        ],
        "umbrella": ["runtime": umbrella, "no-destination": umbrella],
        "hooli": [
            "runtime": hooli, "no-destination": ["gofaas-Worker", "gofaas-WorkerPeriodic"], "small-table": ["gofaas-UsersTable"],
            "pending-subscription": ["gofaas-NotificationTopic"], "endless-log": hooli,
        ],
        "wayne": [:],
    ]
    private static let globex =
        ["TheXrayDynamoFlow-dynamo", "TheXrayHttpFlow-http", "TheXraySnsFlow-sns-publish", "TheXraySnsFlow-sns-subscribe", "TheXraySQSFlow-sqs"]
    private static let umbrella = ["xraystarter-go", "xraystarter-py", "xraystarter-ts"]
    private static let hooli = ["Dashboard", "UserCreate", "UserDelete", "UserRead", "UserUpdate", "WorkCreate", "Worker", "WorkerPeriodic"].map { "gofaas-" + $0 }

    @Test(arguments: expected.keys.sorted()) func `each system has its findings and no other`(tenant: String) async throws {
        let site = try Self.site(tenant)
        let outcome = try await site.run { $0.stages = [.collect] }
        #expect(outcome.problems == [])
        let store = try TenantStore(path: site.statePath(tenant))
        var found: [String: [String]] = [:]
        for entry in try FindingLedger(store).standing { found[entry.finding.check, default: []].append(entry.finding.resource.name) }
        #expect(found.mapValues { $0.sorted() } == Self.expected[tenant]?.mapValues { $0.sorted() })
    }

    /// One group over a whole day can be told only from a whole day.
    static func site(_ tenant: String, history: String? = nil, transport: (any Transport)? = nil) throws -> TrialSite {
        let folder = ManualTests.root.appendingPathComponent("Examples/five-systems/tenants")
        let text = tenant == "wayne" ? wayne : try String(contentsOf: folder.appendingPathComponent(tenant + ".yaml"), encoding: .utf8)
        let history = history ?? (tenant == "acme" || tenant == "wayne" ? "25h" : "1h")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.contains("backfill:") }.joined(separator: "\n")
        // Every source of the tenant looks back as far.
        let reaching = ["aws", "datadog", "sentry"].reduce(lines) { $0.replacing("    \($1):\n", with: "    \($1):\n      backfill: \(history)\n") }
        return try TrialSite(["tidewatch.yaml": TrialSite.plain, "tenants/\(tenant).yaml": reaching],
                             variables: FiveSystems.variables, transport: transport)
    }

    static let wayne = """
        id: wayne
        sources:
          prod:
            aws:
              region: eu-central-1
              role_arn: arn:aws:iam::666666666666:role/tidewatch-read
              external_id: wayne-external-id
        services:
          - id: gadgets
            pattern: webhook-buffer
            resources:
              - {kind: api, name: gadgets-prod-api, stage: prod, feeds: gadgets-prod-accept}
              - {kind: function, name: gadgets-prod-accept, feeds: gadgets-prod-orders.fifo}
              - {kind: queue, name: gadgets-prod-orders.fifo}
              - {kind: queue, name: gadgets-prod-failures-dlq}
              - {kind: function, name: gadgets-prod-deliver, feeds: gadgets-prod-deliveries}
              - {kind: table, name: gadgets-prod-deliveries}
              - {kind: function, name: gadgets-prod-nightly, schedule: rate(1 day)}
              - {kind: topic, name: gadgets-prod-notices}
        """
}
