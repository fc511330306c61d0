import Collectors
import Curl
import JSON
import Telemetry
import Testing

/// What every source promises that asks over the network: it decodes, says the same twice, and survives whatever comes back.
/// A new one adds its line to `sources`.
@Suite struct SourceContractTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var make: @Sendable (WebEnvironment) -> any Source
        var good: @Sendable (HTTPRequest) -> HTTPResponse
        /// A failing answer is itself what is measured.
        var measuresFailure = false
        var testDescription: String { name }
    }

    static let sources: [Case] = [
        Case(name: "prometheus", make: { environment in
            let reference = SeriesReference(#"queue("orders").visible"#)
            return PrometheusCollector(WebService(title: "Prometheus", endpoint: "http://prom.example", headers: ["Authorization": "canary"], isOwnEndpoint: true, keyRemedy: "Check it."),
                                       queries: reference.map { [PromQLQuery(series: $0, expression: "depth")] } ?? [], environment: environment)
        }, good: { _ in .json(["status": "success", "data": ["resultType": "matrix", "result": [["metric": [:], "values": [[.number(Double(ScriptedWeb.now.seconds - 500)), "3"]]]]]]) }),
        Case(name: "probe", make: { ProbeCollector(checks: [ProbeCheck(name: "shop", url: "https://shop.example/?key=canary", headers: ["Authorization": "canary"])], environment: $0) },
             good: { _ in HTTPResponse(status: 200, seconds: 0.1) }, measuresFailure: true),
    ]

    private static let order = CollectionOrder(tenant: "t", source: "s", services: [ServiceOrder(id: "web", source: "s", resources: [ResourceOrder(.queue, "orders"), ResourceOrder(.probe, "shop")])],
                                               now: ScriptedWeb.now)

    @Test(arguments: sources) func `decodes, and says the same twice`(_ source: Case) async {
        let web = ScriptedWeb { request, _ in source.good(request) }
        let first = await source.make(web.environment).harvest(Self.order), second = await source.make(web.environment).harvest(Self.order)
        #expect(!first.series.isEmpty && first.series == second.series && first.resources == second.resources && first.absences == second.absences && first.problems == [])
        #expect(first.series == first.series.sorted { $0.series < $1.series } && !first.readings.isEmpty && !first.ledger.isEmpty)
        for batch in first.series { #expect(zip(batch.samples, batch.samples.dropFirst()).allSatisfy { $0.time < $1.time } && batch.samples.allSatisfy { $0.value.isFinite && $0.time <= ScriptedWeb.now }) }
    }

    static let bad: [(Int, String)] = [
        (403, "Forbidden"), (401, ""), (429, ""), (500, ""), (503, "{}"), (302, ""), (200, ""), (200, "<html>"), (200, "{"), (200, "null"), (200, "7"), (200, "[]"), (200, "{}"),
        (200, #"{"data":7,"result":[],"status":[]}"#), (200, #"{"status":"success","data":{"resultType":"matrix","result":[7,{"values":7}]}}"#),
        (200, #"{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1e300,"1"],[null,null],["a"],[1795169000,"1e999"]]}]}}"#), (200, String(repeating: "[", count: 5_000)),
    ]

    @Test(arguments: sources, bad) func `survives what is no answer, and tells no secret`(_ source: Case, _ answer: (Int, String)) async {
        let web = ScriptedWeb { _, _ in .text(answer.0, answer.1) }
        let harvest = await source.make(web.environment).harvest(Self.order)
        if source.measuresFailure { #expect(harvest.series.contains { $0.series.name == "up" }) }
        else { #expect(harvest.series == [] && harvest.absences.count == 1 && harvest.cursors == [:] || !harvest.problems.isEmpty || harvest.absences.values.contains { $0.reason == .neverSeen }) }
        #expect(!"\(harvest)".contains("canary") && web.requests.count <= 6)
    }

    @Test(arguments: sources) func `survives a dead network, and asks nothing once its time is up`(_ source: Case) async {
        let dead = ScriptedWeb { _, _ throws(TransferError) in throw TransferError(.connect, place: "x", text: "connection refused") }
        let harvest = await source.make(dead.environment).harvest(Self.order)
        #expect(source.measuresFailure || harvest.series == [] && harvest.problems.map(\.kind) == [.unreachable])
        var late = Self.order
        late.isOutOfTime = { true }
        let web = ScriptedWeb { request, _ in source.good(request) }
        #expect(await source.make(web.environment).harvest(late).problems.map(\.kind) == [.budget] && web.requests.isEmpty)
    }
}
