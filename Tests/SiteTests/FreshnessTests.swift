import Storage
import Telemetry
import Testing
@testable import Site

@Suite struct FreshnessTests {
    private let now = SyntheticTenant.now

    private func reading(_ source: String, _ what: String, _ minutesAgo: Int64?, isMetrics: Bool = true) -> SourceReading {
        SourceReading(source: source, what: what, state: .ok, dataTo: minutesAgo.map { now - $0 * 60 }, isMetrics: isMetrics)
    }

    @Test func `a page is as fresh as the source that lags most, and logs do not count`() {
        let ages = SourceAges([reading("prod", "CloudWatch metrics", 5), reading("prod", "Function log lines", 300, isMetrics: false), reading("edge", "CloudWatch metrics", 40),
                               reading("unused", "CloudWatch metrics", 900), reading("new", "CloudWatch metrics", nil), reading("ahead", "CloudWatch metrics", -60)], now: now)
        #expect(ages.newest == now - 300)
        #expect(ages.dataTo(of: ["prod", "edge", "new", "ahead"]) == now - 2_400 && ages.dataTo(of: ["prod"]) == now - 300)
        #expect(ages.laggard(behind: now - 2_400, by: 300)?.source == "edge" && ages.laggard(behind: now - 300, by: 300) == nil)
        // Without any metric source whatever is newest says how fresh the page is.
        #expect(SourceAges([reading("files", "Files", 7, isMetrics: false)], now: now).dataTo(of: ["files"]) == now - 420)
        #expect(SourceAges([], now: now).dataTo(of: ["prod"]) == nil)
    }

    @Test func `the frame names the source that lags, and its services alone are stale`() throws {
        let store = try SyntheticTenant.store()
        var site = SyntheticTenant.site(), harvest = Harvest(window: TimeWindow(from: now, to: now))
        let far = ResourceID(source: "edge", kind: .queue, name: "far")
        site.services.append(ServiceSite(id: "far", title: "Far away", resources: [.init(far)]))
        harvest.readings = [reading("edge", "CloudWatch metrics", 50)]
        try store.record(harvest, at: now)
        let picture = try TenantPicture.read(site, from: store, now: now)
        #expect(picture.dataTo == now - 3_000 && picture.laggard?.source == "edge" && picture.isStale)
        #expect(picture.service("far")?.state == .stale && picture.service("orders-webhook")?.state == .critical && picture.service("invoice-export")?.state != .stale)
        var pages: [SitePage] = []
        _ = try SiteBuilder(theme: SyntheticTenant.theme(), now: now).build(site, store: store) { pages.append($0) }
        let index = String(decoding: try #require(pages.first { $0.path == "index.html" }).bytes, as: UTF8.self)
        #expect(index.contains("(edge: CloudWatch metrics lags)"))
    }

    @Test func `lines that nobody saw before the deployment are new, where lines from before it are on record`() throws {
        let function = SyntheticTenant.subscribe, deployed = now - 3_000
        func build(_ isWatchedBefore: Bool) throws -> NewLines? {
            let store = try TenantStore.inMemory()
            var harvest = Harvest(window: TimeWindow(from: now - 7_200, to: now))
            harvest.resources = [Resource(id: function, service: "orders-webhook", presence: .alive)]
            harvest.deployments = [Deployment(service: "orders-webhook", time: deployed, label: "v41")]
            let log = ResourceID(source: "prod", kind: .log, name: function.name)
            let times = stride(from: (now - (isWatchedBefore ? 7_200 : 2_400)).floored(to: 300).seconds, to: now.seconds, by: 300)
            harvest.series = [SeriesBatch(SeriesID(log, "errors"), period: 300, samples: times.map { Sample(Timestamp(seconds: $0), 0) })]
            func line(_ text: String, _ offset: Int64) -> LogFingerprint {
                LogFingerprint(resource: function, level: .error, text: text, count: 2, first: deployed + offset, last: deployed + offset + 10)
            }
            harvest.fingerprints = [line("old", -900), line("old", 900), line("new", 600)]
            try store.record(harvest, at: now)
            return try TenantPicture.read(SyntheticTenant.site(), from: store, now: now).service("orders-webhook")?.newLines
        }
        let new = try #require(try build(true))
        #expect(new.deployment.label == "v41" && new.lines.map(\.text) == ["new"])
        #expect(try build(false) == nil)
    }
}
