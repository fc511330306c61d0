@testable import Collectors
import Curl
import Telemetry
import Testing

@Suite struct ProbeCollectorTests {
    private static let id = ResourceID(source: "prod", kind: .probe, name: "shop")

    private func harvest(_ check: ProbeCheck = ProbeCheck(name: "shop", url: "https://shop.example/health?token=canary"), _ answer: @escaping ScriptedWeb.Answer) async -> (Harvest, ScriptedWeb) {
        let web = ScriptedWeb(answer)
        let service = ServiceOrder(id: "web", source: "prod", resources: [ResourceOrder(.probe, "shop")])
        let order = CollectionOrder(tenant: "t", source: "checks", services: [], tenantServices: [service], now: ScriptedWeb.now)
        return (await ProbeCollector(checks: [check], environment: web.environment).harvest(order), web)
    }

    private func value(_ harvest: Harvest, _ name: String) -> Double? { harvest.series.first { $0.series == SeriesID(Self.id, name) }?.samples.first?.value }
    private func said(_ harvest: Harvest) -> String? { harvest.resources.first?.settings[.probeAnswer]?.text }

    @Test func `a good answer is up, with its latency, status and certificate`() async {
        let (harvest, web) = await harvest { _, _ in HTTPResponse(status: 204, bytesReceived: 40, seconds: 0.25, certificateEnd: ScriptedWeb.now.seconds + 86_400) }
        #expect(value(harvest, "up") == 1 && value(harvest, "latency") == 0.25 && value(harvest, "status") == 204 && value(harvest, "tls_expires_in") == 86_400)
        // Owned by the service that lists it, at the last whole step.
        #expect(harvest.series.first?.samples.first?.time == Timestamp(year: 2026, month: 11, day: 20, hour: 10) && harvest.resources.map(\.service) == ["web"])
        #expect(harvest.problems == [] && harvest.absences == [:] && said(harvest) == "as expected" && !"\(harvest)".contains("canary"))
        #expect(web.requests.first?.wantsCertificate == true && web.requests.first?.allowPrivateAddresses == false)
        #expect(harvest.ledger == [LedgerEntry(source: "checks", operation: "probe:check", calls: 1, units: 1, bytes: 40, dollars: 0)])
    }

    @Test(arguments: [
        (HTTPResponse(status: 500), "status 500, expected 200-299"), (HTTPResponse(status: 301, headers: ["Location": "/x"]), "status 301, expected 200-299"),
        (HTTPResponse(status: 200, body: Array("degraded".utf8)), "the body does not hold 'ok'"), (HTTPResponse(status: 200, body: Array("ok but error".utf8)), "the body holds 'error'"),
        (HTTPResponse(status: 200, headers: ["content-type": "text/html"], body: Array("ok".utf8)), "the header Content-Type does not hold 'json'"),
    ]) func `an answer that is not as expected is down, and says why`(_ response: HTTPResponse, _ words: String) async {
        var check = ProbeCheck(name: "shop", url: "http://shop.example/")
        check.expectation.holds = ["ok"]
        check.expectation.lacks = ["error"]
        check.expectation.headers = response.headers["content-type"] == nil ? [:] : ["Content-Type": "json"]
        let (harvest, _) = await harvest(check) { _, _ in response }
        #expect(value(harvest, "up") == 0 && value(harvest, "status") == Double(response.status) && said(harvest) == words && harvest.problems == [])
        #expect(harvest.absences[SeriesID(Self.id, "tls_expires_in")]?.reason == .disabled)
    }

    @Test(arguments: [(TransferError.Kind.connect, "connection refused"), (.resolve, "connection refused"), (.tls, "connection refused"), (.timedOut, "no answer within 10 s")])
    func `no answer is down, and the rest has a reason`(_ kind: TransferError.Kind, _ words: String) async {
        let (harvest, _) = await harvest { _, _ throws(TransferError) in throw TransferError(kind, place: "GET https://shop.example", text: "connection refused") }
        #expect(value(harvest, "up") == 0 && value(harvest, "latency") == nil && harvest.absences[SeriesID(Self.id, "latency")] == Absence(.sourceError, since: ScriptedWeb.now, detail: words))
        #expect(harvest.problems == [])
    }

    @Test func `an address that we refuse ourselves says nothing about the other side`() async {
        let (harvest, _) = await harvest { _, _ throws(TransferError) in throw TransferError(.refusedAddress, place: "GET https://shop.example", text: "the address 10.0.0.1 (private) is not on the public internet") }
        #expect(value(harvest, "up") == nil && harvest.absences[SeriesID(Self.id, "up")]?.reason == .denied && harvest.problems.map(\.kind) == [.denied])
        #expect(harvest.problems.first?.message.contains("allow_private: true") == true)
    }

    @Test func `redirects are followed as far as allowed, without secrets to others and never down to http`() async {
        var check = ProbeCheck(name: "shop", url: "https://shop.example/a/b?x=1", headers: ["Authorization": "canary"])
        check.redirects = 2
        let (harvest, web) = await harvest(check) { request, call in
            call == 1 ? HTTPResponse(status: 302, headers: ["Location": "c"], seconds: 1) : call == 2 ? HTTPResponse(status: 301, headers: ["Location": "//other.example/d"], seconds: 1) : HTTPResponse(status: 200, seconds: 1)
        }
        #expect(web.requests.map(\.url) == ["https://shop.example/a/b?x=1", "https://shop.example/a/c", "https://other.example/d"])
        #expect(web.requests.map { $0.headers["authorization"] } == ["canary", "canary", nil] && value(harvest, "latency") == 3 && value(harvest, "up") == 1)
        let (plain, _) = await self.harvest(check) { _, _ in HTTPResponse(status: 302, headers: ["Location": "http://shop.example/"]) }
        #expect(value(plain, "up") == 0 && said(plain) == "the redirect leads from https to http")
        let (odd, _) = await self.harvest(check) { _, _ in HTTPResponse(status: 302, headers: ["Location": "file:///etc/passwd"]) }
        #expect(said(odd) == "the redirect leads to no http address")
    }

    @Test(arguments: [("200", 200...200), ("2xx", 200...299), ("200-204", 200...204)])
    func `statuses are written as people write them`(_ text: String, _ range: ClosedRange<Int>) { #expect(ProbeCheck.Expectation.range(text) == range) }

    @Test(arguments: ["", "9xx", "204-200", "-", "20", "200-", "abc", "99-100", "200-204-206"])
    func `what is no status is none`(_ text: String) { #expect(ProbeCheck.Expectation.range(text) == nil) }
}
