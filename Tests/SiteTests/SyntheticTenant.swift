import Foundation
import Alerting
import Markdown
@testable import Site
import Storage
import Telemetry
import Testing
import Theme

/// A small tenant with everything in it that pages must tell apart: blocked, fine, asleep, denied, and never seen.
struct SyntheticTenant {
    static let now = Timestamp(year: 2026, month: 9, day: 17, hour: 3, minute: 12)
    static let dataTo = Timestamp(year: 2026, month: 9, day: 17, hour: 3, minute: 10)
    static let block = Timestamp(year: 2026, month: 9, day: 17, hour: 2, minute: 20)
    static let gap = TimeWindow(from: Timestamp(year: 2026, month: 9, day: 16, hour: 23, minute: 40), to: Timestamp(year: 2026, month: 9, day: 17, hour: 0, minute: 5))

    static let api = ResourceID(source: "prod", kind: .api, name: "orders-endpoint")
    static let publish = ResourceID(source: "prod", kind: .function, name: "publish-to-sqs")
    static let queue = ResourceID(source: "prod", kind: .queue, name: "orders.fifo")
    static let subscribe = ResourceID(source: "prod", kind: .function, name: "subscribe-to-sqs")
    static let table = ResourceID(source: "prod", kind: .table, name: "messages")
    static let sleepy = ResourceID(source: "prod", kind: .queue, name: "exports")
    static let denied = ResourceID(source: "prod", kind: .function, name: "locked")
    static let refunds = ResourceID(source: "prod", kind: .queue, name: "refunds")

    /// `suffix` goes into every name that a stranger chooses.
    static func site(suffix: String = "") -> TenantSite {
        let rules = [
            RuleSite(id: "fifo-blocked", title: "FIFO group blocked\(suffix)", on: .queue, unit: .seconds, critical: "visible > 0 and deleted = 0", forSeconds: 600, runbook: "fifo-group-blocked", resources: [queue]),
            RuleSite(id: "queue-age", title: "Oldest message is too old", on: .queue, unit: .seconds, warning: "oldest_age > 15m", critical: "oldest_age > 1h or retention_used > 50%", forSeconds: 300,
                     runbook: "queue-backlog", limits: [.init(signal: "oldest_age", warning: 900, critical: 3_600), .init(signal: "retention_used", critical: 0.5)], resources: [queue, sleepy, refunds]),
            RuleSite(id: "fn-near-timeout", title: "Duration near timeout", on: .function, unit: .ratio, warning: "timeout_used > 80%", critical: "timeout_used > 95%", runbook: "near-timeout",
                     limits: [.init(signal: "timeout_used", warning: 0.8, critical: 0.95)], resources: [publish, subscribe]),
            RuleSite(id: "fn-errors", title: "Function errors", on: .function, unit: .count, warning: "errors > 0", runbook: "function-errors", resources: [publish, subscribe]),
            RuleSite(id: "gateway-5xx", title: "Gateway 5xx", on: .api, unit: .count, warning: "errors_5xx > 0", runbook: "gateway-5xx", resources: [api]),
        ]
        var runbook = DocumentSite(kind: .runbook, slug: "fifo-group-blocked", title: "FIFO group blocked by one message\(suffix)", summary: "One message holds its group\(suffix)", alerts: ["fifo-blocked"],
                                   owner: "payments team\(suffix)", reviewed: "2026-09-02", needs: "operator role\(suffix)", usualMinutes: 20, pattern: "webhook-buffer", headings: [.init(id: "diagnosis", title: "Diagnosis\(suffix)")]) { context in
            var options = MarkdownOptions(live: context.values)
            options.block = context.block
            options.reservedIDs = DocumentContext.reservedIDs
            let text = "**You have time** until {{queue.deadline}}.\n\n```chart\nsignal: queue.visible\n```\n\n## Diagnosis\n\n- [auto queue.in_flight <= 1] in flight: {{queue.in_flight}}\n"
            return (try? MarkdownDocument(text).rendered(options).html) ?? "unreadable"
        }
        runbook.steps = [("Diagnosis\(suffix)", ["1. Confirm the block\(suffix)", "2. Look at the consumer"]), ("Mitigation", ["1. Stop the consumer"])]
        let others = ["queue-backlog": "Queue backlog", "near-timeout": "Near timeout", "function-errors": "Function errors", "gateway-5xx": "Gateway 5xx"].sorted { $0.key < $1.key }
            .map { DocumentSite(kind: .runbook, slug: $0.key, title: $0.value) { _ in "<p>Steps.</p>" } }
        var pattern = DocumentSite(kind: .pattern, slug: "webhook-buffer", title: "Webhook buffer", summary: "Accept at once, deliver when the backend can") { _ in "<p>It fits.</p>" }
        pattern.parts = [[PatternPart(kind: "api", name: "endpoint\(suffix)", does: "answers at once\(suffix)"),
                          PatternPart(kind: "queue", name: "buffer", does: "keeps the order", flow: "send\(suffix)", terms: "one copy\(suffix)")],
                         [PatternPart(kind: nil, name: "buffer"), PatternPart(kind: "backend", name: "HTTP backend", does: "may be down", flow: "poll")]]
        let deploy = DocumentSite(kind: .deploy, slug: "webhook-buffer-cdk", title: "Webhook buffer with CDK", pattern: "webhook-buffer", headings: [.init(id: "prereq", title: "Prerequisites"), .init(id: "rollback", title: "Roll back")]) { _ in
            "<h3 id=\"prereq\">Prerequisites</h3><h3 id=\"rollback\">Roll back</h3>"
        }
        let orders = ServiceSite(id: "orders-webhook", title: "Orders webhook\(suffix)", pattern: "webhook-buffer", deploy: "webhook-buffer-cdk",
                                 resources: [.init(api, title: "orders-endpoint\(suffix)"), .init(publish), .init(queue), .init(subscribe), .init(table)],
                                 balances: [.init(inputs: [.init(queue, "sent", label: "sent to the queue\(suffix)")], outputs: [.init(queue, "deleted", label: "deleted"), .init(queue, "backlog_change", label: "queued")], tolerance: 0.02)],
                                 traceGroups: [.init(id: "webhook", title: "Webhook\(suffix)")])
        return TenantSite(id: "acme", title: "Acme Retail\(suffix)", timezone: "UTC", baseURL: "https://ops.example.com/",
                          services: [orders, ServiceSite(id: "refunds-webhook", title: "Refunds webhook", resources: [.init(refunds)]),
                                     ServiceSite(id: "invoice-export", title: "Invoice export", resources: [.init(sleepy)]),
                                     ServiceSite(id: "vault", title: "Vault", resources: [.init(denied)], logsDeclared: "Logs are kept in another account\(suffix).")],
                          rules: rules, documents: [runbook] + others + [pattern, deploy],
                          findings: [.init(state: .warning, service: "orders-webhook", title: .known("orders.fifo uses one constant group id\(suffix)"), detail: .known("one failing message stops everything"))])
    }

    static func store(suffix: String = "") throws -> TenantStore {
        let store = try TenantStore.inMemory()
        try store.record(harvest(suffix: suffix), at: now)
        func alert(_ rule: String, _ resource: ResourceID, _ severity: Severity, _ phase: AlertPhase, minutes: Int64, value: Double, limit: Double?, summary: String) -> AlertState {
            var state = AlertState(key: AlertKey(rule: rule, resource: resource), service: "orders-webhook", phase: phase, severity: severity, since: now - minutes * 60, activeAt: now - 47 * 60, summary: summary + suffix, evaluatedTo: dataTo)
            state.value = value
            state.limit = limit
            state.incident = phase == .firing ? "20260917-0227-orders-webhook" : nil
            return state
        }
        let states = [
            alert("fifo-blocked", queue, .critical, .firing, minutes: 35, value: 2_820, limit: nil, summary: "orders.fifo: 312 waiting, oldest 47 min, nothing deleted since 02:20"),
            alert("queue-age", queue, .warning, .firing, minutes: 30, value: 2_820, limit: 900, summary: "orders.fifo: oldest message 47 min (limit 15 min)"),
            alert("fn-near-timeout", subscribe, .warning, .firing, minutes: 40, value: 0.94, limit: 0.8, summary: "subscribe-to-sqs: p99 at 94 % of the timeout"),
            alert("fn-errors", subscribe, .warning, .firing, minutes: 45, value: 10, limit: 0, summary: "subscribe-to-sqs: 10 failed runs"),
        ]
        let incident = Incident(id: "20260917-0227-orders-webhook", service: "orders-webhook", title: "Orders webhook blocked\(suffix)", severity: .critical, startedAt: now - 45 * 60, alerts: states.map(\.key))
        var message = OutboxMessage(id: "AAAAAAAAAAAAAAAAAAAAAAAAAA", receiver: "oncall-mail\(suffix)", groupKey: "acme/orders-webhook", incident: incident.id, kind: .firing, sequence: 1, createdAt: now - 45 * 60, notBefore: now - 45 * 60,
                                    expiresAt: now + 86_400, contentType: "text/plain", subject: "s", body: [])
        message.state = .pending
        try store.save(EvaluationRecord(states: states, transitions: states.map { AlertTransition(.fired, state: $0, at: $0.since) }, incidents: [incident], messages: [message], evaluatedTo: dataTo, at: now))
        return store
    }

    private static func harvest(suffix: String) -> Harvest {
        var harvest = Harvest(window: TimeWindow(from: dataTo - 86_400, to: dataTo))
        harvest.resources = [
            Resource(id: api, service: "orders-webhook", presence: .alive, feeds: [publish]),
            Resource(id: publish, service: "orders-webhook", presence: .alive, settings: [.timeout: .number(3), .runtime: .text("nodejs14.x")], feeds: [queue]),
            Resource(id: queue, service: "orders-webhook", presence: .alive, settings: [.retention: .number(345_600), .fifo: .flag(true), .visibilityTimeout: .number(30)], feeds: [subscribe]),
            Resource(id: subscribe, service: "orders-webhook", presence: .alive, settings: [.timeout: .number(10), .reservedConcurrency: .number(2), .runtime: .text("nodejs14.x")], feeds: [table]),
            Resource(id: table, service: "orders-webhook", presence: .alive),
            Resource(id: sleepy, service: "invoice-export", presence: .alive, settings: [.retention: .number(345_600)]),
            Resource(id: denied, service: "vault", presence: .denied),
            Resource(id: refunds, service: "refunds-webhook", presence: .alive, settings: [.retention: .number(345_600)]),
        ]
        func add(_ resource: ResourceID, _ name: String, _ value: (Int, Bool) -> Double?) {
            let samples = (0..<288).compactMap { row -> Sample? in
                let time = dataTo - 86_400 + Int64(row) * 300
                guard !gap.contains(time) else { return nil }
                return value(row, time >= block).map { Sample(time, $0) }
            }
            harvest.series.append(SeriesBatch(SeriesID(resource, name), period: 300, samples: samples))
        }
        let wave = { (row: Int) in Double((row * 37 + row * row * 11) % 13) }
        add(api, "requests") { row, _ in 30 + wave(row) / 2 }
        add(api, "errors_5xx") { _, _ in 0 }
        add(api, "errors_4xx") { row, _ in row % 40 == 0 ? 1 : 0 }
        add(api, "latency.p99") { row, _ in 0.9 + wave(row) / 40 }
        for (function, slow) in [(publish, false), (subscribe, true)] {
            add(function, "invocations") { row, isBlocked in slow && isBlocked ? 10 : 32 + wave(row) / 3 }
            add(function, "errors") { row, isBlocked in slow && isBlocked ? 10 : row % 61 == 5 && slow ? 1 : 0 }
            add(function, "throttles") { _, _ in 0 }
            add(function, "duration.p99") { row, isBlocked in slow && isBlocked ? 9.4 : 1.1 + wave(row) / 20 }
            add(function, "duration.p95") { row, isBlocked in slow && isBlocked ? 9.35 : 0.8 + wave(row) / 30 }
            add(function, "duration.p50") { row, isBlocked in slow && isBlocked ? 9.3 : 0.4 + wave(row) / 50 }
        }
        add(queue, "visible") { row, isBlocked in isBlocked ? Double(row - 277) * 31.2 : Double(row % 4) }
        add(queue, "in_flight") { _, isBlocked in isBlocked ? 1 : 0 }
        add(queue, "oldest_age") { row, isBlocked in isBlocked ? Double(row - 277) * 282 : 4 }
        add(queue, "sent") { row, _ in 33 + wave(row) / 4 }
        add(queue, "deleted") { row, isBlocked in isBlocked ? 0 : 33 + wave(row) / 4 }
        add(table, "throttles") { _, _ in 0 }
        add(refunds, "visible") { row, _ in wave(row) }
        add(refunds, "oldest_age") { row, _ in wave(row) / 3 }
        add(refunds, "sent") { row, _ in 8 + wave(row) }
        add(refunds, "deleted") { row, _ in 8 + wave(row) }
        for name in ["visible", "oldest_age"] { harvest.absences[SeriesID(sleepy, name)] = Absence(.asleep, since: now - 40_000) }
        harvest.absences[SeriesID(denied, "invocations")] = Absence(.denied, since: now - 900_000, detail: "AccessDenied\(suffix)")
        harvest.readings = [SourceReading(source: "prod", what: "CloudWatch metrics\(suffix)", state: .ok, dataTo: dataTo, isMetrics: true), SourceReading(source: "prod", what: "Function log lines", state: .denied, detail: "AccessDenied\(suffix)")]
        harvest.problems = [Problem(.denied, source: "prod", operation: "logs:FilterLogEvents", place: "eu-west-1\(suffix)", message: "access to the log group was refused\(suffix)", requestID: "abc")]
        harvest.ledger = [LedgerEntry(source: "prod", operation: "cloudwatch:GetMetricData", calls: 12, units: 5_155, bytes: 90_000, dollars: 0.05)]
        harvest.deployments = [Deployment(service: "orders-webhook", time: block - 120, label: "v41\(suffix)", detail: "smoke test 6 of 6")]
        harvest.fingerprints = [LogFingerprint(resource: subscribe, level: .error, text: "ERROR status code 504 messageId=<id> retry\(suffix)", count: 94, first: block, last: now - 200)]
        // The gateway's access log, read since the evening, and what the backend told the subscriber.
        let log = ResourceID(source: "prod", kind: .log, name: subscribe.name)
        for (resource, name) in [(api, "answers"), (log, "errors")] {
            let rows = stride(from: dataTo.seconds - 36_000, to: dataTo.seconds, by: 300).map { Sample(Timestamp(seconds: $0), name == "answers" ? 32 : 0) }
            harvest.series.append(SeriesBatch(SeriesID(resource, name), period: 300, samples: rows))
        }
        harvest.resources.append(Resource(id: log, service: "orders-webhook", presence: .alive))
        func answers(_ resource: ResourceID, _ route: String, _ party: AnswerCount.Party, _ status: Int, _ minutesAgo: Int64, _ count: Int) {
            harvest.answers.append(AnswerCount(resource: resource, route: route, party: party, status: status, time: now - minutesAgo * 60, count: count))
        }
        for hour in 0..<8 { answers(api, "POST /orders\(suffix)", .code, 200, Int64(hour) * 60 + 5, 380); answers(subscribe, "", .dependency, 200, Int64(hour) * 60 + 50, 370) }
        answers(api, "POST /orders\(suffix)", .code, 502, 130, 4)
        answers(api, "GET /orders/{id}", .gateway, 403, 250, 12)
        answers(api, "GET /orders/{id}", .capacity, 429, 190, 3)
        answers(api, "GET /orders/{id}", .untold, 500, 310, 1)
        answers(subscribe, "", .dependency, 504, 20, 94)
        for row in 0..<300 {
            let isCold = row % 30 == 0
            harvest.executions.append(Execution(resource: subscribe, requestID: "r\(row)", time: now - Int64(row) * 280, duration: isCold ? 0.31 : 0.02 + Double(row % 17) / 500, initDuration: isCold ? 0.3 : nil, memorySize: 1_073_741_824, memoryUsed: 71_000_000))
        }
        for row in 0..<120 {
            let isBad = row < 10
            harvest.summaries.append(TraceSummary(id: "1-6aab5e29-\(String(repeating: "0", count: 22))\(two(row % 100))\(row / 100)", group: "webhook", start: Double(now.seconds) - Double(row) * 600 - 60, duration: isBad ? 9.4 : 0.05 + Double(row) / 1_000,
                                                  hasFault: isBad, entryPoint: "subscribe-to-sqs\(suffix)", httpMethod: "POST", httpPath: "/orders\(suffix)", httpStatus: isBad ? 504 : 200, services: ["subscribe-to-sqs"]))
        }
        harvest.traces = [trace(suffix: suffix)]
        return harvest
    }

    static func trace(suffix: String = "") -> Trace {
        let start = Double(now.seconds) - 60
        func span(_ id: String, _ parent: String?, _ name: String, _ from: Double, _ to: Double, origin: String, resource: String, status: TraceSpan.Status = .ok) -> TraceSpan {
            TraceSpan(id: id, parentID: parent, name: name + suffix, origin: origin, resource: resource + suffix, start: start + from, end: start + to, status: status, cause: status == .ok ? nil : "ProvisionedThroughputExceeded\(suffix)")
        }
        return Trace(id: "1-6aab5e29-0000000000000000000000000", group: "webhook", spans: [
            span("01", nil, "POST /users", 0, 0.324, origin: "AWS::ApiGateway::Stage", resource: "api"),
            span("02", "01", "gofaas-UserCreate", 0.004, 0.320, origin: "AWS::Lambda", resource: "gofaas-UserCreate"),
            span("03", "02", "gofaas-UserCreate", 0.009, 0.318, origin: "AWS::Lambda::Function", resource: "gofaas-UserCreate"),
            span("04", "03", "Encrypt", 0.012, 0.152, origin: "AWS::KMS", resource: "key"),
            span("05", "03", "PutItem", 0.116, 0.316, origin: "AWS::DynamoDB::Table", resource: "users", status: .throttle),
            span("06", "03", "SendMessage", 0.305, 0.317, origin: "AWS::SQS::Queue", resource: "user-events"),
        ])
    }

    static func theme() throws -> SiteTheme {
        try SiteTheme(file: ThemeFiles().file)
    }

    /// Made once for all tests that only read them.
    static func pages(suffix: String = "") throws -> [SitePage] {
        switch suffix {
        case "": try plain.get()
        case WholeSiteTests.hostile: try hostile.get()
        default: try freshPages(suffix: suffix)
        }
    }

    private static let plain = Result { try freshPages() }
    private static let hostile = Result { try freshPages(suffix: WholeSiteTests.hostile) }

    static func freshPages(suffix: String = "") throws -> [SitePage] {
        var pages: [SitePage] = []
        try SiteBuilder(theme: theme(), now: now).build(site(suffix: suffix), store: store(suffix: suffix)) { pages.append($0) }
        return pages
    }
}
