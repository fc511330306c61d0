import Foundation
import JSON
@testable import Site
import Telemetry
import Testing

struct SiteBuilderTests {
    @Test func `every kind of page is as it was accepted`() throws {
        let pages = try SyntheticTenant.pages()
        for path in ["index.html", "services/orders-webhook/index.html", "services/orders-webhook/7d/index.html", "services/orders-webhook/resources/index.html", "services/orders-webhook/resources/queue-orders-fifo-\(PathName.hash(Array("queue-orders.fifo".utf8)))/index.html",
                     "services/orders-webhook/resources/function-subscribe-to-sqs/index.html", "services/orders-webhook/resources/api-orders-endpoint/index.html", "services/orders-webhook/resources/table-messages/index.html", "alerts/index.html", "alerts/20260917-0227-orders-webhook/index.html", "runbooks/fifo-group-blocked/index.html", "runbooks/index.html",
                     "patterns/webhook-buffer/index.html", "patterns/index.html", "deploy/webhook-buffer-cdk/index.html", "traces/index.html", "traces/webhook/index.html", "traces/webhook/1-6aab5e29-0000000000000000000000000/index.html",
                     "traces/webhook/1-6aab5e29-0000000000000000000000000/index.json", "checks/index.html", "404.html", "status.json", "alerts.json", "feed.xml", "search.json", "sitemap.xml", "robots.txt", "badges/orders-webhook.svg"] {
            let page = try #require(pages.first { $0.path == path }, "no page \(path)")
            try GoldenFile.expect(page.bytes, equals: "pages/\(path.split(separator: "/").joined(separator: "_"))")
        }
    }

    @Test func `the map, eventing, the manual and a month that is over are as they were accepted`() throws {
        let pages = try EventTenant.pages()
        func hashed(_ name: String) throws -> String { try #require(pages.first { $0.path.hasPrefix("services/orders/resources/\(name)") && $0.path.hasSuffix(".html") }, "no page of \(name)").path }
        for path in ["map/index.html", "map/hops.csv", "manual/index.html", "manual/signals/index.html", "reports/index.html", "reports/2026-09/index.html", "reports/2026-09/report.csv",
                     "alerts/20260930-1405-orders/index.html", "services/orders/index.html", "services/orders/data-24h.csv", try hashed("bus-"), try hashed("topic-")] {
            let page = try #require(pages.first { $0.path == path }, "no page \(path); there are \(pages.map(\.path).filter { !$0.hasPrefix("assets/") })")
            try GoldenFile.expect(page.bytes, equals: "pages/events/\(path.split(separator: "/").joined(separator: "_"))")
        }
        #expect(SiteCheck.faults(in: pages).isEmpty)
    }

    @Test func `an incident as one file, and a tenant that was left out of a run, are as they were accepted`() throws {
        let store = try EventTenant.store(), incident = try #require(try store.incidents(in: TimeWindow(from: EventTenant.outage, to: EventTenant.now)).first)
        let report = try IncidentReport(theme: SyntheticTenant.theme(), now: EventTenant.now).bytes(of: incident, site: EventTenant.site, store: store)
        // Its style is the stylesheet, which is no part of what is accepted here.
        let text = String(decoding: report, as: UTF8.self), style = try #require(text.firstRange(of: "<style>")), end = try #require(text.firstRange(of: "</style>"))
        try GoldenFile.expect(Array((text[..<style.upperBound] + text[end.lowerBound...]).utf8), equals: "pages/events/incident-report.html")
        let pages = try EventTenant.pages()
        var standing: [SitePage] = []
        try StandingNotice(theme: SyntheticTenant.theme(), tenant: "initech", reason: "because its worker crashed (SIGILL)", now: EventTenant.now + 300)
            .pages(of: pages.map(\.path).sorted(), { path in pages.first { $0.path == path }?.bytes }) { standing.append($0) }
        try GoldenFile.expect(try #require(standing.first { $0.path == "alerts/index.html" }).bytes, equals: "pages/events/left-out-alerts.html")
        #expect(standing.count { $0.path.hasSuffix(".html") } == pages.count { $0.path.hasSuffix(".html") })
        // Badges stand on pages of others, which have no banner.
        let badges = standing.filter { $0.path.hasPrefix("badges/") }, titles = EventTenant.site.services.map(\.title)
        #expect(badges.count == titles.count && !badges.isEmpty)
        for title in titles { #expect(badges.contains { String(decoding: $0.bytes, as: UTF8.self).contains("aria-label=\"\(title): stale\"") }, "\(title)") }
    }

    @Test(arguments: [("<body><main class=\"a>b\" id='x'>\n<p>1</p></main></body>", "<body><main class=\"a>b\" id='x'>\n", "<p>1</p></main></body>"),
                      ("<body data-x=\"1\"><p>1</p></body>", "<body data-x=\"1\">", "<p>1</p></body>")])
    func `a banner finds its place in a template of the site's own, and is there once`(_ page: String, _ before: String, _ after: String) throws {
        let notice = StandingNotice(theme: try SyntheticTenant.theme(), tenant: "initech", reason: "because", now: EventTenant.now)
        var bytes = Array(page.utf8)
        for _ in 0..<2 { try notice.pages(of: ["a.html"], { $0 == "a.html" ? bytes : nil }) { if $0.path == "a.html" { bytes = $0.bytes } } }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix(before + "<p class=\"banner crit\" id=\"standing\"") && text.hasSuffix("</p>\n" + after) && text.split(separator: "id=\"standing\"").count == 2, "\(text)")
    }

    @Test func `a sitemap lists every page, made now or kept`() throws {
        var kept: [SitePage] = []
        try SiteBuilder(theme: SyntheticTenant.theme(), now: SyntheticTenant.now).build(SyntheticTenant.site(), store: SyntheticTenant.store(), isDue: { !$0.hasPrefix("runbooks/") && !$0.contains("/7d/") }, emit: { kept.append($0) })
        let all = try SyntheticTenant.pages()
        #expect(kept.count < all.count)
        #expect(kept.first { $0.path == "sitemap.xml" } == all.first { $0.path == "sitemap.xml" })
        let map = String(decoding: try #require(all.first { $0.path == "sitemap.xml" }).bytes, as: UTF8.self)
        #expect(map.split(separator: "<loc>").count - 1 == all.count { $0.path.hasSuffix(".html") } - 1)
        #expect(map.contains("<loc>https://ops.example.com/acme/</loc>") && !map.contains("404"))
    }

    @Test func `the same input gives the same bytes`() throws {
        #expect(try SyntheticTenant.freshPages() == SyntheticTenant.pages())
    }

    @Test func `no path is handed out twice and none leaves its folder`() throws {
        let paths = try SyntheticTenant.pages(suffix: " ../../<x>").map(\.path)
        #expect(Set(paths).count == paths.count)
        #expect(paths.allSatisfy { !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") })
    }

    @Test func `pages keep to their budgets`() throws {
        for page in try SyntheticTenant.pages() where page.path.hasSuffix(".html") {
            let budget = page.path.hasPrefix("services/") ? 80_000 : page.path.hasPrefix("traces/") ? 180_000 : 60_000
            #expect(page.bytes.count <= budget, "\(page.path): \(page.bytes.count) bytes")
        }
    }

    @Test func `the sentence counts what needs attention`() throws {
        let pages = try SyntheticTenant.pages()
        let index = String(decoding: try #require(pages.first { $0.path == "index.html" }).bytes, as: UTF8.self)
        #expect(index.contains("1 of 4 services needs attention: orders webhook has been blocked for 47\u{A0}min"))
        #expect(index.contains("Deploy v41 came 7\u{A0}min before it began."))
    }

    @Test func `zero, asleep, denied and no data are four different things`() throws {
        let pages = try SyntheticTenant.pages()
        func text(_ path: String) throws -> String { String(decoding: try #require(pages.first { $0.path == path }).bytes, as: UTF8.self) }
        #expect(try text("services/invoice-export/index.html").contains("Invoice export is asleep"))
        #expect(try text("services/vault/index.html").contains("Vault: reading is refused"))
        #expect(try text("services/vault/index.html").contains("Denied by policy"))
        #expect(try text("services/orders-webhook/index.html").contains("0 in 6 hours</span>"))
        #expect(try text("services/orders-webhook/index.html").contains("no data</text>"))
    }

    @Test func `an empty store waits for data and calls nothing OK`() throws {
        var pages: [SitePage] = []
        let digest = try SiteBuilder(theme: SyntheticTenant.theme(), now: SyntheticTenant.now).build(SyntheticTenant.site(), store: .inMemory()) { pages.append($0) }
        #expect(digest.state == .noData)
        let index = String(decoding: try #require(pages.first { $0.path == "index.html" }).bytes, as: UTF8.self)
        #expect(index.contains("Waiting for the first data"))
        #expect(!index.contains("services OK"))
        #expect(Set(pages.map(\.path)).isSuperset(of: ["services/orders-webhook/index.html", "status.json", "404.html"]))
    }

    @Test func `a stale tenant is never silently green`() throws {
        var pages: [SitePage] = []
        let later = SyntheticTenant.now + 10_000
        let digest = try SiteBuilder(theme: SyntheticTenant.theme(), now: later).build(SyntheticTenant.site(), store: SyntheticTenant.store()) { pages.append($0) }
        #expect(digest.state == .critical)
        let refunds = String(decoding: try #require(pages.first { $0.path == "services/refunds-webhook/index.html" }).bytes, as: UTF8.self)
        #expect(refunds.contains("Refunds webhook: no fresh data for"))
        let index = String(decoding: try #require(pages.first { $0.path == "index.html" }).bytes, as: UTF8.self)
        #expect(index.contains("Was OK"))
    }

    @Test func `time that was spent is counted once`() throws {
        let timing = TraceTiming(SyntheticTenant.trace())
        let shares = timing.shares()
        #expect(abs(shares.reduce(0) { $0 + $1.seconds } - 0.324) < 1e-6)
        #expect(shares.map(\.doing).prefix(3) == ["PutItem users", "Encrypt key", "Encrypt key and PutItem users together"])
        #expect(timing.rows.filter(\.isCritical).map(\.span.id) == ["01", "02", "03", "04", "06"] || timing.rows.filter(\.isCritical).map(\.span.id).contains("06"))
    }
}

struct FleetTests {
    private func builder(_ count: Int) throws -> FleetBuilder {
        var acme = TenantDigest(id: "acme", title: "Acme", state: .critical, headline: "Orders webhook has been blocked for 47\u{A0}min")
        acme.oldest = 2_820
        acme.oldestDay = [0, 1, 2, 47]
        acme.oldestState = .critical
        acme.alerts = AlertCounts()
        acme.alerts?.critical = 4
        acme.services = 6
        acme.dataTo = SyntheticTenant.dataTo
        acme.days = Array(repeating: .ok, count: 29) + [.critical]
        let fine = (0..<count).map { index -> TenantDigest in
            var tenant = TenantDigest(id: "tenant-\(index)", title: "T", state: .ok, headline: "All 3 services OK")
            tenant.dataTo = SyntheticTenant.dataTo
            tenant.alerts = AlertCounts()
            tenant.services = 3
            tenant.oldest = 2
            tenant.oldestDay = (0..<32).map { Double($0 % 5) }
            tenant.days = Array(repeating: .ok, count: 30)
            return tenant
        }
        return FleetBuilder(title: "Example Ops", theme: try SyntheticTenant.theme(), interval: 300, tenants: FleetDigests(fine + [acme, TenantDigest(id: "cyberdyne", title: "C", state: .disabled, headline: "", disabled: "on request")]),
                            runs: [.init(startedAt: SyntheticTenant.now, seconds: 41, state: .warning, word: "Partial", detail: "47 of 48 tenants", pages: 612, requests: 3_204)], now: SyntheticTenant.now)
    }

    @Test func `the fleet's first page is as it was accepted`() throws {
        var pages: [SitePage] = []
        try builder(3).allPages { pages.append($0) }
        try GoldenFile.expect(try #require(pages.first { $0.path == "index.html" }).bytes, equals: "pages/fleet.html")
        var status: [UInt8] = []
        try builder(3).writeStatus { status += $0 }
        try GoldenFile.expect(status, equals: "pages/fleet-status.json")
    }

    @Test func `the status of a large fleet is never held whole`() throws {
        var pieces: [Int] = [], all: [UInt8] = []
        try builder(3_000).writeStatus { pieces.append($0.count); all += $0 }
        #expect(all.count > 500_000 && pieces.allSatisfy { $0 < 70_000 })
        #expect(try JSONValue(parsing: all).bytes(pretty: true) == all)
    }

    @Test func `a table of thousands that need a look is one page and never held whole`() throws {
        let troubled = (0..<3_000).map { TenantDigest(id: "tenant-\($0)", title: "T", state: .warning, headline: "Orders webhook is late") }
        let fleet = FleetBuilder(title: "Ops", theme: try SyntheticTenant.theme(), interval: 300, tenants: FleetDigests(troubled), runs: [], now: SyntheticTenant.now)
        var pieces: [Int] = [], all: [UInt8] = []
        try fleet.writeFirstPage { pieces.append($0.count); all += $0 }
        let html = String(decoding: all, as: UTF8.self)
        #expect(html.split(separator: "../tenant-").count == 3_001 && all.count > 1_000_000 && pieces.allSatisfy { $0 < 70_000 })
        #expect(!all.contains(0) && html.contains("</html>") && html.contains("3,000 of 3,000 tenants"))
    }

    @Test(arguments: [0, 1, 9, 10, 11, 19, 20, 21, 500]) func `the first of many are those of a whole list in order`(_ count: Int) {
        var leading = Leading<Int>(10) { $0 < $1 }
        let items = (0..<count).map { $0 * 7_919 % 1_000 }
        items.forEach { leading.add($0) }
        #expect(leading.first == Array(items.sorted().prefix(10)) && leading.count == count)
    }

    @Test func `the fleet's further pages are as they were accepted`() throws {
        var pages: [SitePage] = [], fleet = try builder(103)
        fleet.operation = OperationPage(runs: [
            .init(startedAt: SyntheticTenant.now, seconds: 41, exit: 3, failed: 1, tenants: 48, pages: 612, calls: 3_204, stages: [.init("collect", 30), .init("render", 9)]),
            .init(startedAt: SyntheticTenant.now - 300, seconds: 12, exit: 0, failed: 0, tenants: 48, pages: 96, calls: 400, stages: [.init("collect", 10)]),
            .init(startedAt: SyntheticTenant.now - 600, seconds: nil, exit: nil, failed: 0, tenants: 48, pages: 0, calls: 0, stages: []),
        ], tenants: [
            .init(id: "acme", seconds: 3, databaseBytes: 4_300_000, dollars: 2.5, budgets: [.init(source: "prod", calls: 95, callsPerRun: 100, metrics: 8_000, metricsPerDay: 20_000)], overrides: ["orders: queue-age warning 10m"]),
            .init(id: "tenant-1", seconds: nil, databaseBytes: 90_000, dollars: 0, budgets: [], overrides: []),
        ], interval: 300)
        fleet.channels = [.init(name: "oncall-mail", lastAccepted: SyntheticTenant.now - 900, lastDrill: SyntheticTenant.now - 86_400, failingSince: nil, disabled: nil),
                          .init(name: "chat", lastAccepted: nil, lastDrill: nil, failingSince: SyntheticTenant.now - 7_200, disabled: nil),
                          .init(name: "old-hook", lastAccepted: nil, lastDrill: nil, failingSince: nil, disabled: "it answered 410 Gone")]
        try fleet.pages { pages.append($0) }
        for path in ["operation/index.html", "ok/2/index.html"] {
            try GoldenFile.expect(try #require(pages.first { $0.path == path }).bytes, equals: "pages/fleet-\(path.split(separator: "/").dropLast().joined(separator: "-")).html")
        }
    }

    @Test func `from 101 tenants on the list of fine ones is split, and each page keeps its budget`() throws {
        var pages: [SitePage] = []
        try builder(250).allPages { pages.append($0) }
        let html = pages.filter { $0.path.hasSuffix(".html") }
        #expect(html.map(\.path) == ["index.html", "ok/2/index.html", "ok/3/index.html"])
        #expect(html.allSatisfy { $0.bytes.count <= 120_000 })
        #expect(String(decoding: html[0].bytes, as: UTF8.self).contains("1 of 251 tenants is critical: acme"))
    }
}

struct SiteThemeTests {
    private func files(_ change: @escaping (String) -> String?) -> (String) -> [UInt8]? {
        { path in change(path).map { Array($0.utf8) } ?? (try? Data(contentsOf: GoldenFile.root.appendingPathComponent(path))).map(Array.init) }
    }

    @Test func `an unknown name in a template fails with file, line, page and name`() throws {
        let theme = try SiteTheme(file: files { $0 == "templates/note.mustache" ? "{{<page}}{{$content}}\n<p>{{typo}}</p>{{/content}}{{/page}}" : nil })
        let error = #expect(throws: TemplateError.self) {
            try SiteBuilder(theme: theme, now: SyntheticTenant.now).build(SyntheticTenant.site(), store: .inMemory()) { _ in }
        }
        #expect(error?.description.hasPrefix("templates/note.mustache:2: unknown name 'typo' for page 404.html; there are ") == true)
    }

    @Test func `a template's mistake is told of the file where it lies`() throws {
        let theme = try SiteTheme(file: files { $0 == "templates/footer.mustache" ? "All times {{zone}}.\n{{impressum}}" : nil }, place: { $0.replacing("templates/", with: "templates/acme/") })
        let error = #expect(throws: TemplateError.self) {
            try SiteBuilder(theme: theme, now: SyntheticTenant.now).build(SyntheticTenant.site(), store: .inMemory()) { _ in }
        }
        #expect(error?.description.hasPrefix("templates/acme/footer.mustache:2: unknown name 'impressum' for page index.html; there are ") == true, "\(error?.description ?? "")")
    }

    @Test func `a missing partial fails when the theme is read`() throws {
        let error = #expect(throws: TemplateError.self) { try SiteTheme(file: files { $0 == "templates/note.mustache" ? "a\n{{>imprint}}" : nil }) }
        #expect(error?.description.hasPrefix("templates/note.mustache:2: no template 'imprint'; there are alerts, ") == true)
    }

    @Test func `a broken template names its file`() throws {
        let error = #expect(throws: TemplateError.self) { try SiteTheme(file: files { $0 == "templates/note.mustache" ? "{{#open}}" : nil }) }
        #expect(error?.file == "templates/note.mustache")
    }

    @Test func `assets carry a digest of their content in the name`() throws {
        let theme = try SyntheticTenant.theme()
        let path = try #require(theme.assetPaths["tidewatch.css"])
        #expect(path.hasPrefix("assets/tidewatch.") && path.hasSuffix(".css") && path.count == "assets/tidewatch.".count + 12 + 4)
        #expect(theme.assets.first { $0.path == path }.map { $0.bytes.count <= 20_000 } == true)
    }
}
