import Curl
@testable import Dashboard
import Foundation
import JSON
import Synchronization
import Telemetry
import Testing

/// `Examples/anywhere`: a site without AWS, over a scripted Prometheus and a scripted shop.
@Suite struct AnywhereTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Examples/anywhere").path
    private static let variables = ["PROMETHEUS_URL": "http://prometheus.internal:9090", "PROMETHEUS_TOKEN": "canary-token", "SHOP_URL": "https://shop.example/?key=canary-key"]

    /// A Prometheus with a number for every query, and a shop that may be down.
    private final class Wide: Transport {
        let isShopUp: Bool
        let asked = Mutex<[HTTPRequest]>([])
        init(isShopUp: Bool = true) { self.isShopUp = isShopUp }

        func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
            asked.withLock { $0.append(request) }
            if request.url.hasPrefix("https://shop.example") {
                guard isShopUp else { throw TransferError(.connect, place: "GET https://shop.example", text: "connection refused") }
                return HTTPResponse(status: 200, headers: ["content-type": "text/html; charset=utf-8"], body: Array("<button>Add to basket</button>".utf8), seconds: 0.18,
                                    certificateEnd: TrialSite.anchor.seconds + 40 * 86_400)
            }
            func number(_ name: String) -> Int64? { request.url.split(separator: "&").first { $0.hasPrefix(name + "=") }.flatMap { Int64($0.dropFirst(name.count + 1)) } }
            guard request.headers["authorization"] == "Bearer canary-token", let start = number("start"), let end = number("end"), let step = number("step"), step > 0 else { return HTTPResponse(status: 401) }
            let value = request.url.contains("failed") ? "0" : request.url.contains("seconds") ? "0.4" : "12"
            let values = stride(from: start, through: end, by: Int(step)).map { JSONValue.array([JSONValue($0), .string(value)]) }
            return HTTPResponse(status: 200, body: (["status": "success", "data": ["resultType": "matrix", "result": [["metric": [:], "values": .array(values)]]]] as JSONValue).bytes())
        }
    }

    private func site(_ transport: any Transport) throws -> TrialSite {
        var files: [String: String] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: Self.folder) ?? .init() where !name.hasPrefix("public") && !name.hasPrefix("state") {
            if let text = try? String(contentsOfFile: Self.folder + "/" + name, encoding: .utf8) { files[name] = text }
        }
        return try TrialSite(files, variables: Self.variables, transport: transport)
    }

    @Test func `numbers, checks, traces and reports stand on one page`() async throws {
        let transport = Wide(), site = try site(transport)
        let outcome = try await site.run()
        #expect(outcome.problems == [] && outcome.exit == .done)
        #expect(try site.signal("shop", "orders", "queue.visible")["value"]?.number == 12)
        #expect(try site.signal("shop", "worker", "function.duration.p99")["value"]?.number == 0.4)
        #expect(try site.signal("shop", "shop-front", "probe.up")["value"]?.number == 1)
        #expect(try site.signal("shop", "shop-front", "probe.tls_expires_in")["value"]?.number.map { $0 > 39 * 86_400 } == true)
        let page = try site.text("shop/services/orders/index.html")
        for words in ["Smoke tests", "post-deploy", "1 failed", "confirms by mail", "no mail within 5 s", "v41, 1", "GET https://shop.example answers as expected", "certificate ends in"] {
            #expect(page.contains(words), "\(words)")
        }
        #expect(try site.text("shop/traces/checkout/index.html").contains("POST /checkout"))
        #expect(site.files("shop").keys.contains { $0.hasPrefix("traces/orders/") && $0.hasSuffix("index.json") })
        let everything = site.files().values.map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(!everything.contains("canary"))
        // The trace files are read once.
        let asked = transport.asked.withLock { $0.count }
        site.clock.set(TrialSite.firstRun + 300)
        #expect(try await site.run().problems == [])
        let later = transport.asked.withLock { $0.count }
        #expect(later == asked + 7)
        #expect(try site.text("shop/traces/checkout/index.html").contains("POST /checkout"))
    }

    @Test func `a shop that is down is an alert and no problem of collecting`() async throws {
        let site = try site(Wide(isShopUp: false))
        for run in 0..<4 {
            site.clock.set(TrialSite.firstRun + Int64(run) * 300)
            #expect(try await site.run().problems == [])
        }
        let alerts = try site.json("shop/alerts.json")
        #expect(alerts.text().contains("probe-down"))
        #expect(try site.text("shop/services/orders/index.html").contains("connection refused"))
    }

    @Test func `the plan says what a month asks`() async throws {
        let site = try site(Wide()), plan = try await SitePlan(directory: site.directory, world: site.world(), tenants: [])
        let lines = plan.entries.flatMap { entry in entry.plan.lines.map { "\(entry.place) \($0.operation) \($0.calls)" } }
        #expect(lines.sorted() == ["prometheus.internal:9090 prometheus:query_range 51840", "shop.example probe:check 8640"])
    }

    @Test(arguments: [
        ("query: 'sum(rabbitmq_queue_messages_ready{queue=\"orders\"})'", "query: 'sum_over_time(x[5m])'", "the sum of a level depends"),
        ("'queue(\"orders\").visible'", "'queue(\"order\").visible'", "no queue of this tenant is called 'order'. Did you mean 'orders'?"),
        ("'queue(\"orders\").visible'", "'queue(\"orders\").visibel'", "queue has no signal 'visibel'. Did you mean 'visible'?"),
        ("bearer_token: \"${PROMETHEUS_TOKEN}\"", "username: u", "basic authentication needs username and password"),
        ("status: 200", "status: fine", "'fine' is no status. Write 200, 2xx or 200-204."), ("name: shop-front\n", "name: other\n", "no probe of this tenant is called 'other'"),
        ("id: checkout, service_name", "id: chekout, service_name", "no service has the trace group 'chekout'. Did you mean 'checkout'?"),
        ("service: orders}\n        - {path: depl", "service: order}\n        - {path: depl", "no service of this tenant is called 'order'. Did you mean 'orders'?"),
        ("format: junit", "format: junitt", "Did you mean 'junit'?"), ("${SHOP_URL}", "${SHOP_URI}", "the environment variable SHOP_URI is not set"),
    ]) func `a mistake is found before anything is asked`(_ old: String, _ new: String, _ words: String) throws {
        let site = try site(Wide()), text = try String(contentsOfFile: site.directory + "/tenants/shop.yaml", encoding: .utf8)
        try #require(text.contains(old))
        try site.write(text.replacing(old, with: new), to: "tenants/shop.yaml")
        let found = SiteRun.validate(directory: site.directory, world: site.world()).map(\.description)
        #expect(found.count == 1 && found.first?.contains(words) == true, "\(found)")
        #expect(!found.joined().contains("canary"))
    }
}
