import Alerting
@testable import Site
import Storage
import Telemetry
import Testing

/// Pages claim no more than what is on record.
struct PageTruthTests {
    private let now = SyntheticTenant.now

    private func page(_ path: String, change: (inout TenantSite, inout Harvest) -> Void = { _, _ in }) throws -> String {
        let store = try SyntheticTenant.store()
        var site = SyntheticTenant.site(), harvest = Harvest(window: TimeWindow(from: now, to: now))
        change(&site, &harvest)
        try store.record(harvest, at: now)
        var pages: [SitePage] = []
        _ = try SiteBuilder(theme: SyntheticTenant.theme(), now: now).build(site, store: store) { pages.append($0) }
        return String(decoding: try #require(pages.first { $0.path == path }, "no \(path)").bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (0.0, 0.0, "Nothing is lost so far."), (3, 0, "All is accounted for: 3 are lost.<"), (0, 210, "All is accounted for: 210 were given up and are kept as dead letters. Nothing else is lost so far."),
        (1, 1, "All is accounted for: 1 is lost, 1 was given up and is kept as a dead letter.<"),
    ]) func `what was dropped or given up is not said to be nothing`(_ dropped: Double, _ dead: Double, _ sentence: String) throws {
        let html = try page("services/refunds-webhook/index.html") { site, harvest in
            let queue = SyntheticTenant.refunds, end = SyntheticTenant.dataTo
            for (name, value) in [("entered", dropped + dead), ("async_dropped", dropped), ("dead_letters", dead)] {
                harvest.series.append(SeriesBatch(SeriesID(queue, name), period: 300, samples: [Sample(end - 600, value), Sample(end - 300, 0)]))
            }
            for index in site.services.indices where site.services[index].id == "refunds-webhook" {
                site.services[index].balances = [BalanceSite(inputs: [.init(queue, "entered", label: "in")], outputs: [.init(queue, "async_dropped", label: "dropped"), .init(queue, "dead_letters", label: "dead")], tolerance: 0.02)]
            }
        }
        #expect(html.contains(sentence), "\(html.components(separatedBy: "tolerance").dropFirst().first?.prefix(140) ?? "no balance")")
    }

    @Test func `logs are said to be silent or new only as far back as they were read`() throws {
        // The log of the subscriber was read for ten hours.
        let week = try page("services/orders-webhook/7d/index.html"), present = try page("services/orders-webhook/index.html")
        #expect(week.contains("Grouped by text, last 10\u{A0}h") && week.contains("as far back as they were read") && present.contains("Grouped by text, last 6 hours."))
        let incident = try page("alerts/20260917-0227-orders-webhook/index.html")
        #expect(incident.contains("before, as far back as they were read") && !incident.contains("not in the day before"))
        let log = ResourceID(source: "prod", kind: .log, name: "f"), window = TimeWindow(from: now - 21_600, to: now)
        func reach(_ minutes: Int64?) -> String {
            let values = (0..<72).map { row in minutes.map { Int64(72 - row) * 5 <= $0 } == true ? 0 : Double.nan }
            return LogReach([log: SampleGrid(start: now - 21_600, period: 300, count: 72, columns: ["errors": SampleColumn(values: values, qualities: Array(repeating: .final, count: 72))])]).words("6 hours", in: window, period: 300).english
        }
        #expect(reach(360) == "6 hours" && reach(355) == "6 hours" && reach(60) == "1\u{A0}h, as far back as they were read" && reach(nil) == "6 hours")
    }

    @Test func `days before the first data are no days without an alert`() throws {
        let html = try page("alerts/index.html") { site, _ in
            for index in site.rules.indices { site.rules[index].backtest = .init(fired: index == 0 ? 2 : 0, at: SyntheticTenant.now) }
        }
        #expect(html.contains("30 days: 1 OK, 1 critical, 28 without data") && !html.contains("30 days OK") && !html.contains("29 OK"))
        #expect(html.contains("Would have fired 2 times in the 2 days on record") && html.contains("Would not have fired in the 2 days on record") && !html.contains("in the last 30 days"))
    }

    @Test(arguments: [("cloudwatch:GetMetricData", "5,155 metrics"), ("logs:FilterLogEvents", Words.bytes(5_155)), ("xray:BatchGetTraces", "5,155 traces"), ("sqs:GetQueueAttributes", "12 calls")])
    func `each row of what was read has its own unit`(_ operation: String, _ words: String) {
        #expect(LedgerEntry(source: "s", operation: operation, calls: 12, units: 5_155, bytes: 1, dollars: 0).counted.english == words)
    }

    @Test func `bytes and metrics are not added up`() throws {
        let html = try page("index.html") { _, harvest in
            harvest.ledger = [LedgerEntry(source: "prod", operation: "logs:FilterLogEvents", calls: 17, units: 6_000_000, bytes: 1, dollars: 0)]
        }
        #expect(html.contains("29 calls") && html.contains("5,155 metrics") && !html.contains("6,005,155"))
    }

    @Test func `a throttle is no error beside`() {
        let traces = [(true, true), (true, false), (false, false), (true, true)].enumerated().map { at, kind in
            TraceSummary(id: "\(at)", group: "g", start: 0, duration: 1, hasError: kind.0, hasThrottle: kind.1)
        }
        #expect(traces.map(\.isPlainError) == [false, true, false, false])
    }

    @Test func `a group's page is about functions that its traces go through`() throws {
        let html = try page("traces/webhook/index.html") { _, harvest in
            harvest.executions = (0..<400).map { Execution(resource: SyntheticTenant.publish, requestID: "p\($0)", time: SyntheticTenant.now - Int64($0) * 60, duration: 0.5) }
        }
        #expect(html.contains("of 300 runs") && html.contains("Functions of these traces") && !html.contains("publish-to-sqs"))
    }

    @Test func `who sends segments is found under the names that traces use`() throws {
        let html = try page("traces/index.html") { _, harvest in
            let start = Double(SyntheticTenant.now.seconds) - 50
            harvest.traces = [Trace(id: "1-6aab5e29-0000000000000000000000001", group: "webhook", spans: [
                TraceSpan(id: "0a", name: "orders-endpoint/prod", kind: .server, origin: "AWS::ApiGateway::Stage", start: start, end: start + 0.1)])]
        }
        #expect(html.contains(">orders-endpoint<") && !html.contains("REST API orders-endpoint"))
        // Sampled, although no kept trace shows it; and one that these groups do not cover.
        #expect(html.contains("own segments, in traces that are not kept") && html.contains("Not seen") && !html.contains(">No<"))
    }

    @Test(arguments: [(99, "99 samples", nil as Double?), (100, "500\u{A0}ms", 0.5)]) func `below a hundred samples there is no percentile of traces`(_ count: Int, _ words: String, _ value: Double?) {
        let durations = Array(repeating: 0.5, count: count)
        for share in [0.5, 0.95, 0.99] {
            #expect(Percentiles.words(durations, share).english == words && Percentiles.known(durations, share) == value)
        }
    }

    @Test(arguments: [(1, 0.5, false), (2, 0.5, true), (19, 0.95, false), (20, 0.95, true), (99, 0.99, false), (100, 0.99, true)])
    func `of all runs a percentile needs as many as lie beyond it`(_ count: Int, _ share: Double, _ isKnown: Bool) {
        var histogram = LogHistogram()
        for _ in 0..<count { histogram.add(0.5) }
        #expect((Percentiles.known(histogram, share) != nil) == isKnown)
        #expect((Percentiles.words(histogram, share).english == "too few (\(count))") != isKnown)
    }

    @Test func `what is far from the median is not shown as around it`() throws {
        let html = try page("traces/webhook/index.html"), around = html.components(separatedBy: "Around the median").last ?? ""
        // The only kept trace took 9.4 s or failed: it is not ordinary.
        #expect(around.contains("No trace without an error near the median of 119\u{A0}ms is kept."), "\(around.prefix(300))")
    }

    @Test func `a failing trace names what failed first, not where it came in`() {
        let start = 1_000.0
        func span(_ id: String, _ parent: String?, _ name: String, _ status: TraceSpan.Status) -> TraceSpan { TraceSpan(id: id, parentID: parent, name: name, start: start, end: start + 1, status: status) }
        let timing = TraceTiming(Trace(id: "t", group: "g", spans: [span("1", nil, "api/prod", .fault), span("2", "1", "work", .fault), span("5", "2", "Attempt #1", .ok), span("3", "5", "backend.example.com", .fault), span("4", "1", "table", .throttle)]))
        #expect(timing.rootCause?.name == "backend.example.com")
        #expect(TraceTiming(Trace(id: "t", group: "g", spans: [span("1", nil, "api/prod", .ok)])).rootCause == nil)
    }

    @Test func `the line of freshness says when the page is due again`() throws {
        #expect(try page("index.html").contains("next due <time datetime=\"2026-09-17T03:17:00Z\">03:17</time> · stale after <time"))
        #expect(try page("services/orders-webhook/7d/index.html").contains("next due <time datetime=\"2026-09-17T04:12:00Z\">04:12</time>"))
        // A service in which nothing happens stays as it is for one run more.
        #expect(try page("services/orders-webhook/index.html").contains("next due <time datetime=\"2026-09-17T03:17:00Z\">"))
        #expect(try page("services/refunds-webhook/index.html").contains("next due <time datetime=\"2026-09-17T03:22:00Z\">03:22</time>"))
    }

    @Test func `an incident lists the numbered steps of its runbook, section by section`() throws {
        let html = try page("alerts/20260917-0227-orders-webhook/index.html")
        #expect(html.contains("<span>1. Confirm the block</span>") && html.contains("<span>2. Look at the consumer</span>") && html.contains(">Mitigation</p>") && !html.contains("<span>Diagnosis</span>"))
        #expect(html.contains("v41 at 02:18, 7\u{A0}min before it began"))
    }

    @Test func `a rule that judges nothing is not called OK`() throws {
        let html = try page("alerts/index.html") { site, _ in
            site.rules.append(RuleSite(id: "none", title: "Rule of nothing", on: .queue, unit: .count, warning: "visible > 1", runbook: "r", resources: []))
            var dead = RuleSite(id: "dead", title: "Dead letters", on: .queue, unit: .count, critical: "setting(\"dead_letter_sources\") and visible > 0", runbook: "r", limits: [.init(signal: "visible", critical: 0)], resources: [SyntheticTenant.refunds])
            dead.neededSetting = .deadLetterSources
            site.rules += [dead, RuleSite(id: "lag", title: "Never measured", on: .queue, unit: .count, warning: "delayed > 1", runbook: "r", limits: [.init(signal: "delayed", warning: 1)], resources: [SyntheticTenant.refunds])]
        }
        for (rule, word) in [("Rule of nothing", "Watches nothing"), ("Dead letters", "Does not apply"), ("Never measured", "Not measured")] {
            let before = html.components(separatedBy: ">\(rule)<").first ?? html.components(separatedBy: rule).first ?? "", row = before.components(separatedBy: "<tr").last ?? ""
            #expect(row.contains(word), "\(rule): \(row.suffix(200))")
        }
    }

    @Test func `a history that was lost is told where the tenant is called OK`() throws {
        let store = try SyntheticTenant.store()
        var harvest = Harvest(window: TimeWindow(from: now, to: now))
        harvest.problems = [Problem(.historyLost, source: "", operation: "database", place: "state/acme.sqlite", message: "The database was damaged and was set aside (02:00).")]
        try store.record(harvest, at: now)
        var picture = try TenantPicture.read(SyntheticTenant.site(), from: store, now: now)
        picture.problems = harvest.problems
        #expect(String(decoding: Verdict.detail(picture).bytes, as: UTF8.self).contains("The database was damaged and was set aside (02:00).") && TenantDigest(picture).notice == "history lost")
        var digest = TenantDigest(picture), html = ""
        digest.state = .ok
        try FleetBuilder(title: "Ops", theme: SyntheticTenant.theme(), interval: 300, tenants: FleetDigests([digest]), runs: [], now: now).allPages { if $0.path == "index.html" { html = String(decoding: $0.bytes, as: UTF8.self) } }
        #expect(html.contains("<span class=\"sub\">history lost</span>"))
    }

    @Test func `dead letters are no backlog and their age no wait, on every page`() throws {
        let dead = ResourceID(source: "prod", kind: .queue, name: "refunds-dlq"), store = try SyntheticTenant.store(), end = SyntheticTenant.dataTo
        var site = SyntheticTenant.site(), harvest = Harvest(window: TimeWindow(from: now, to: now))
        for index in site.services.indices where site.services[index].id == "refunds-webhook" { site.services[index].resources.append(.init(dead)) }
        harvest.resources = [Resource(id: dead, service: "refunds-webhook", presence: .alive, settings: [.deadLetterSources: .text("refunds")])]
        harvest.series = [SeriesBatch(SeriesID(dead, "visible"), period: 300, samples: [Sample(end - 300, 210)]), SeriesBatch(SeriesID(dead, "oldest_age"), period: 300, samples: [Sample(end - 300, 90_000)])]
        try store.record(harvest, at: now)
        let picture = try TenantPicture.read(site, from: store, now: now), digest = TenantDigest(picture)
        let row = ServiceRow(service: try #require(picture.service("refunds-webhook")), picture: picture, here: PageLocation("index.html"))
        var table = Markup()
        Table("t", caption: "", columns: [], rows: [row.cells]).write(into: &table)
        let text = String(decoding: table.bytes, as: UTF8.self)
        #expect((digest.oldest ?? 0) < 10_000 && (digest.backlog ?? 0) < 600 && !text.contains(">21") && !text.contains("1\u{A0}d"), "\(text)")
    }

    @Test func `an alert that came back is told with the incident that it goes on with`() throws {
        var service = try #require(try TenantPicture.read(SyntheticTenant.site(), from: SyntheticTenant.store(), now: now).service("orders-webhook"))
        #expect(service.incidentSince == now - 45 * 60 && service.phrase(at: now) == "has been blocked for 47\u{A0}min")
        service.incidentSince = now - 86_000
        #expect(service.phrase(at: now) == "has been blocked for 47\u{A0}min, in an incident of 23\u{A0}h\u{A0}53\u{A0}min")
    }
}
