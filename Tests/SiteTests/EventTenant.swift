import Alerting
import Markdown
import Signals
@testable import Site
import Storage
import Telemetry

/// The other half of what pages show: a bus and a topic, a map with calls outside, a month that is over, and the manual.
struct EventTenant {
    static let now = Timestamp(year: 2026, month: 10, day: 1, hour: 9)
    static let dataTo = Timestamp(year: 2026, month: 10, day: 1, hour: 8, minute: 55)
    static let outage = Timestamp(year: 2026, month: 9, day: 30, hour: 14)

    static let bus = ResourceID(source: "prod", kind: .bus, name: "orders-bus")
    static let route = ResourceID(source: "prod", kind: .function, name: "route-order")
    static let topic = ResourceID(source: "prod", kind: .topic, name: "order-completed")
    static let bill = ResourceID(source: "prod", kind: .function, name: "write-bill")
    static let table = ResourceID(source: "prod", kind: .table, name: "bills")
    static let letters = ResourceID(source: "prod", kind: .queue, name: "write-bill-dlq")

    static func pages() throws -> [SitePage] {
        var pages: [SitePage] = []
        try SiteBuilder(theme: SyntheticTenant.theme(), now: now).build(site, store: store()) { pages.append($0) }
        return pages
    }

    static var site: TenantSite {
        var rule = RuleSite(id: "topic-failed", title: "Deliveries given up", on: .topic, unit: .count, critical: "failed > 0", forSeconds: 300, runbook: "delivery-failed", resources: [topic])
        rule.limits = [.init(signal: "failed", critical: 0)]
        let orders = ServiceSite(id: "orders", title: "Orders", resources: [bus, route, topic, bill, table, letters].map { ResourceSite($0) })
        let documents = [DocumentSite(kind: .runbook, slug: "delivery-failed", title: "Delivery failed") { _ in "<p>Steps.</p>" },
                         DocumentSite(kind: .manual, slug: "signals", title: "Signals", summary: "What is measured, in which unit, from where", headings: [.init(id: "bus", title: "bus")]) { _ in "<h2 id=\"bus\">bus</h2>" }]
        var site = TenantSite(id: "initech", title: "Initech", timezone: "Europe/Berlin", baseURL: "https://ops.example.com/", services: [orders], rules: [rule], documents: documents)
        site.map = [MapDeclaration(service: "orders", calls: [.init(bill, calls: ["tax.example.com"], calledBy: [])], telemetry: ["AWS X-Ray"])]
        site.reports = [ReportMonth(year: 2026, month: 9)]
        return site
    }

    static func store() throws -> TenantStore {
        let store = try TenantStore.inMemory()
        try store.record(harvest, at: now)
        func state(_ phase: AlertPhase) -> AlertState {
            var state = AlertState(key: AlertKey(rule: "topic-failed", resource: topic), service: "orders", phase: phase, severity: .critical, since: outage + 300, activeAt: outage, summary: "order-completed: 12 deliveries given up", evaluatedTo: dataTo)
            state.value = 12
            state.limit = 0
            state.incident = "20260930-1405-orders"
            return state
        }
        var incident = Incident(id: "20260930-1405-orders", service: "orders", title: "Topic cannot deliver", severity: .critical, startedAt: outage + 300, alerts: [state(.firing).key])
        incident.endedAt = outage + 5_400
        var record = EvaluationRecord(states: [state(.inactive)], transitions: [AlertTransition(.fired, state: state(.firing), at: outage + 300), AlertTransition(.resolved, state: state(.inactive), at: outage + 5_400)],
                                      incidents: [incident], evaluatedTo: dataTo, at: now)
        record.evaluatedFrom = dataTo - 2 * 86_400
        try store.save(record)
        return store
    }

    private static var harvest: Harvest {
        var harvest = Harvest(window: TimeWindow(from: dataTo - 2 * 86_400, to: dataTo))
        harvest.resources = [
            Resource(id: bus, service: "orders", presence: .alive, feeds: [route]),
            Resource(id: route, service: "orders", presence: .alive, settings: [.timeout: .number(15), .runtime: .text("python3.13")], feeds: [topic]),
            Resource(id: topic, service: "orders", presence: .alive, feeds: [bill]),
            Resource(id: bill, service: "orders", presence: .alive, settings: [.timeout: .number(30), .runtime: .text("python3.13")], feeds: [table, letters]),
            Resource(id: table, service: "orders", presence: .alive),
            Resource(id: letters, service: "orders", presence: .alive, settings: [.retention: .number(1_209_600)]),
        ]
        let columns: [(ResourceID, String, (Int, Bool) -> Double)] = [
            (bus, "matched", { row, _ in 20 + wave(row) }), (bus, "invocations", { row, _ in 20 + wave(row) }), (bus, "failed", { _, _ in 0 }),
            (route, "invocations", { row, _ in 20 + wave(row) }), (route, "errors", { _, _ in 0 }), (route, "throttles", { _, _ in 0 }), (route, "duration.p99", { row, _ in 0.2 + wave(row) / 90 }),
            (topic, "published", { row, _ in 20 + wave(row) }), (topic, "delivered", { row, isOut in isOut ? 8 : 20 + wave(row) }), (topic, "failed", { _, isOut in isOut ? 12 : 0 }),
            (bill, "invocations", { row, isOut in isOut ? 8 : 20 + wave(row) }), (bill, "errors", { _, isOut in isOut ? 3 : 0 }), (bill, "throttles", { _, _ in 0 }), (bill, "duration.p99", { row, _ in 0.6 + wave(row) / 40 }),
            (table, "throttles", { _, _ in 0 }), (letters, "visible", { _, isOut in isOut ? 4 : 0 }), (letters, "oldest_age", { _, _ in 0 }),
        ]
        for (resource, name, value) in columns {
            let samples = (0..<576).map { row -> Sample in
                let time = dataTo - 2 * 86_400 + Int64(row) * 300
                return Sample(time, value(row, time >= outage && time < outage + 5_100))
            }
            harvest.series.append(SeriesBatch(SeriesID(resource, name), period: 300, samples: samples))
        }
        harvest.calls = [CallEdge(source: "prod", hour: dataTo.floored(to: 3_600), from: CallNode("write-bill", type: "AWS::Lambda::Function"), to: CallNode("tax.example.com", type: "remote"),
                                  figures: CallFigures(ok: 94, faults: 6, durations: LogHistogram(counts: [10: 100])))]
        harvest.readings = [SourceReading(source: "prod", what: "CloudWatch metrics", state: .ok, dataTo: dataTo, isMetrics: true)]
        harvest.ledger = [LedgerEntry(source: "prod", operation: "cloudwatch:GetMetricData", calls: 12, units: 5_155, bytes: 90_000, dollars: 0.05)]
        return harvest
    }

    private static func wave(_ row: Int) -> Double { Double((row * 37 + row * row * 11) % 13) }
}
