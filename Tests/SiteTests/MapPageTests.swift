import Signals
@testable import Site
import Storage
import Telemetry
import Testing

struct MapPageTests {
    private func pages(_ resources: [Resource], map: [MapDeclaration] = [], calls: [CallEdge] = [], series: [SeriesBatch] = []) throws -> (html: String, csv: String) {
        let now = SyntheticTenant.now, store = try TenantStore.inMemory()
        var harvest = Harvest(window: TimeWindow(from: now - 300, to: now))
        harvest.resources = resources
        harvest.calls = calls
        harvest.series = series
        try store.record(harvest, at: now)
        var site = TenantSite(id: "acme", title: "Acme", services: [ServiceSite(id: "s", title: "Service", resources: resources.map { ResourceSite($0.id) })])
        site.map = map
        let picture = try TenantPicture.read(site, from: store, now: now)
        let pages = try MapPage(picture, store: store).pages(TenantFrame(picture, theme: try SyntheticTenant.theme(), hasTraces: false))
        func text(_ suffix: String) -> String { pages.first { $0.path.hasSuffix(suffix) }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "" }
        return (text(".html"), text(".csv"))
    }

    private func function(_ name: String, _ feeds: [String] = []) -> Resource {
        Resource(id: id(name), service: "s", presence: .alive, feeds: feeds.map(id))
    }
    private func id(_ name: String) -> ResourceID { ResourceID(source: "prod", kind: .function, name: name) }

    @Test func `the share of failing calls is that of all sampled calls, and the hop is named first`() throws {
        let calls = [CallEdge(source: "prod", hour: SyntheticTenant.now.floored(to: 3_600), from: CallNode("http", type: "AWS::Lambda::Function"), to: CallNode("host.example", type: "remote"),
                              figures: CallFigures(ok: 60, faults: 40, durations: LogHistogram(counts: [10: 100])))]
        let (html, csv) = try pages([function("http", ["table"]), function("table")], calls: calls)
        #expect(html.contains("1 of 2 hops fails: http to host.example, 40\u{A0}% of calls"))
        // The 95th percentile is a number of seconds, for programs.
        let line = try #require(csv.split(separator: "\r\n").first { $0.hasPrefix("http,host.example,call outside,yes,100,yes,0,0.4,") })
        #expect(csv.hasPrefix("from,to,kind,traced,calls,sampled,error,fault,p95_seconds\r\n") && Double(line.split(separator: ",").last ?? "") != nil, "\(line)")
        #expect(html.contains(">100 sampled, 40\u{A0}% fail<"))
        #expect(html.contains("stroke-dasharray=\"58.74 88.11\"") && html.contains("class=\"nd lk\""))
    }

    @Test func `figures are those of whole hours within the day, and stand where their line leaves room`() throws {
        let hour = SyntheticTenant.now.floored(to: 3_600)
        func call(_ hoursAgo: Int64, _ count: Int, to name: String = "host.example") -> CallEdge {
            CallEdge(source: "prod", hour: hour - hoursAgo * 3_600, from: CallNode("http", type: "AWS::Lambda::Function"), to: CallNode(name, type: "remote"), figures: CallFigures(ok: count, durations: LogHistogram(counts: [10: count])))
        }
        let (html, csv) = try pages([function("http")], calls: [call(0, 40), call(23, 60), call(24, 1_000), call(0, 7, to: "other.example"), call(0, 9, to: "third.example")])
        #expect(csv.contains("http,host.example,call outside,yes,100,yes,") && !csv.contains(",1100,"))
        let anchors = ["start", "middle", "end"].filter { html.contains("text-anchor=\"\($0)\">") && html.contains("sampled<") }
        #expect(anchors.count >= 2)
    }

    @Test func `a hop that nobody measured is not said to pass, and a table without throttles says so`() throws {
        let table = ResourceID(source: "prod", kind: .table, name: "orders")
        let (html, _) = try pages([function("http", ["next"]), function("next"), Resource(id: table, service: "s", presence: .alive)],
                                  series: [SeriesBatch(SeriesID(table, "throttles"), period: 300, samples: [Sample(SyntheticTenant.now - 300, 0)])])
        #expect(html.contains("No hop is known to fail; 1 of 1 is not measured") && html.contains("Not measured</span>") && !html.contains("pass<"))
        #expect(html.contains("0 throttles"))
    }

    /// A topic hands on what was published; whether its subscriber took it, its own count of failures would tell, which is not there.
    @Test(arguments: [(0.0, "No calls</span>", "No hop is known to fail; 1 of 1 had no calls"), (9, "Passes</span>", "No hop is known to fail; 1 part is without fresh data")])
    func `a hop whose failures nobody counts passes only where something did`(_ published: Double, _ word: String, _ sentence: String) throws {
        let topic = ResourceID(source: "prod", kind: .topic, name: "orders")
        let (html, _) = try pages([Resource(id: topic, service: "s", presence: .alive, feeds: [id("next")]), function("next")],
                                  series: [SeriesBatch(SeriesID(topic, "published"), period: 300, samples: [Sample(SyntheticTenant.now - 300, published)])])
        #expect(html.contains(word) && html.contains(sentence) && !html.contains(">OK</span>"), "\(html)")
    }

    @Test func `a map of a thousand parts is bounded and says what was left out`() throws {
        let (html, csv) = try pages((0..<1_000).map { function("part-\($0)", ["part-\(($0 * 7 + 1) % 1_000)"]) })
        #expect(html.utf8.count <= 200_000, "\(html.utf8.count)")
        #expect(html.contains("parts are not drawn") && html.contains("The first 150 of 1,000 hops"))
        #expect(csv.split(separator: "\r\n").count == 1_001)
    }

    @Test func `names of strangers stay words and inside their place`() throws {
        let bad = TracePageTests.hostile
        let (html, _) = try pages([function(bad, ["b"]), function("b")], map: [MapDeclaration(service: "s", calls: [.init(id("b"), calls: [bad + "x"], calledBy: ["=cmd()"])], telemetry: [bad])])
        #expect(!html.contains("<img") && !html.contains("<script>"))
    }

    @Test(arguments: [("short", ["short"]), ("sqs-webhook-buffer-prod-Messages", ["sqs-webhook-", "buffer-prod-Mes…"]), ("TheXRayTracerSnsTopic", ["TheXRayTracerSns", "Topic"]),
                      ("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", ["xxxxxxxxxxxxxxxx", "xxxxxxxxxxxxxxx…"])])
    func `a name takes two lines at most`(_ name: String, _ lines: [String]) { #expect(MapDrawing.lines(name) == lines) }
}
