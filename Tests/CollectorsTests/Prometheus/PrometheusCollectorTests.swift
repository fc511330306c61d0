@testable import Collectors
import Curl
import JSON
import Telemetry
import Testing

@Suite struct PrometheusCollectorTests {
    private static let queue = SeriesID(ResourceID(source: "prom", kind: .queue, name: "orders"), "visible")
    private static let ten = Timestamp(year: 2026, month: 11, day: 20, hour: 10)

    private func query(_ signal: String = "visible", _ expression: String = #"max(depth{queue="orders"})"#, kind: ResourceKind = .queue, name: String = "orders", scale: Double = 1) throws -> PromQLQuery {
        PromQLQuery(series: try #require(SeriesReference("\(kind.rawValue)(\"\(name)\").\(signal)")), expression: expression, scale: scale)
    }

    private func harvest(_ queries: [PromQLQuery], cursors: [SeriesID: Timestamp] = [:], calls: Int = 100, _ answer: @escaping ScriptedWeb.Answer) async -> (Harvest, ScriptedWeb) {
        let web = ScriptedWeb(answer)
        var order = CollectionOrder(tenant: "t", source: "prom", services: [ServiceOrder(id: "s", source: "prom", resources: [ResourceOrder(.queue, "orders"), ResourceOrder(.function, "work")])],
                                    cursors: cursors, now: ScriptedWeb.now, backfill: 1_800)
        order.budget.calls = calls
        let service = WebService(title: "Prometheus", endpoint: "http://prom.example:9090/base", headers: ["Authorization": "Bearer canary"], isOwnEndpoint: true, keyRemedy: "Check bearer_token.")
        return (await PrometheusCollector(service, queries: queries, environment: web.environment).harvest(order), web)
    }

    private func matrix(_ values: String, more: String = "", series: Int = 1) -> String {
        let one = #"{"metric":{"queue":"orders"},"values":[\#(values)]}"#
        return #"{"status":"success","data":{"resultType":"matrix","result":[\#(Array(repeating: one, count: series).joined(separator: ","))]}\#(more)}"#
    }

    @Test func `a value tells of the step that ends when it was evaluated`() async throws {
        let times = stride(from: -1_500, through: 300, by: 300).map { "[\((Self.ten + Int64($0)).seconds),\"\(abs($0) / 300)\"]" }.joined(separator: ",")
        let (harvest, web) = await harvest([try query()]) { _, _ in .text(200, matrix(times)) }
        #expect(harvest.problems == [] && harvest.series.map(\.series) == [Self.queue] && harvest.cursors == [Self.queue: Self.ten + 300])
        #expect(harvest.series.first?.samples.map(\.time) == stride(from: -1_500, through: 0, by: 300).map { Self.ten + Int64($0) })
        #expect(harvest.series.first?.samples.map(\.value) == [4, 3, 2, 1, 0, 1] && harvest.series.first?.samples.first?.quality == .final && harvest.series.first?.samples.last?.quality == .late)
        let request = try #require(web.requests.first)
        #expect(request.url == "http://prom.example:9090/base/api/v1/query_range?query=max%28depth%7Bqueue%3D%22orders%22%7D%29&start=\((Self.ten - 1_200).seconds)&end=\((Self.ten + 300).seconds)&step=300")
        #expect(request.headers["authorization"] == "Bearer canary" && harvest.resources.map(\.presence) == [.alive] && harvest.readings.map(\.state) == [.ok])
        #expect(harvest.ledger == [LedgerEntry(source: "prom", operation: "prometheus:query_range", calls: 1, units: 7, bytes: harvest.ledger.first?.bytes ?? 0, dollars: 0)])
    }

    @Test func `markers of staleness are gaps, infinities and wrong pairs are counted, the rest is kept`() async throws {
        let at = Self.ten.seconds
        let (harvest, _) = await harvest([try query(scale: 0.001)]) { _, _ in
            .text(200, matrix(#"[\#(at - 600),"NaN"],[\#(at - 300),"+Inf"],[\#(at),"1500"],[\#(at),7,8],["x","1"],7,[\#(at + 300),2500],[\#(at + 600),"1"]"#))
        }
        #expect(harvest.series.first?.samples.map(\.value) == [1.5, 2.5])
        #expect(harvest.problems.map(\.message) == ["Prometheus: prometheus:query_range for queue 'orders' visible at prom.example:9090 (source 'prom'): 1 values are infinite and 3 are no points. The others are kept."])
    }

    @Test func `warnings make points partial, and they are asked for again`() async throws {
        let (harvest, _) = await harvest([try query()]) { _, _ in .text(200, matrix(#"[\#(Self.ten.seconds),"1"]"#, more: #","warnings":["store gateway-2 is down","PromQL info: metric might not be a counter"]"#)) }
        #expect(harvest.series.first?.samples.map(\.quality) == [.partial] && harvest.cursors == [Self.queue: Self.ten - 600] && harvest.problems.count == 1 && harvest.readings.map(\.state) == [.partial])
        let (fine, _) = await self.harvest([try query()]) { _, _ in .text(200, matrix(#"[\#(Self.ten.seconds),"1"]"#, more: #","infos":["PromQL info: x"],"warnings":["PromQL warning: y"]"#)) }
        #expect(fine.problems == [] && fine.series.first?.samples.map(\.quality) == [.late])
    }

    @Test func `silence has a reason`() async throws {
        let empty = matrix("", series: 0)
        let (new, _) = await harvest([try query()]) { _, _ in .text(200, empty) }
        #expect(new.absences[Self.queue]?.reason == .neverSeen && new.resources.map(\.presence) == [.unknown])
        let (gone, _) = await harvest([try query()], cursors: [Self.queue: Self.ten - 300]) { _, _ in .text(200, empty) }
        #expect(gone.absences[Self.queue]?.reason == .sourceError)
        let (idle, _) = await harvest([try query()], cursors: [Self.queue: Self.ten - 300]) { _, _ in .text(200, matrix(#"[\#(Self.ten.seconds),"NaN"]"#)) }
        #expect(idle.absences == [:] && idle.problems == [])
    }

    @Test func `several series are none`() async throws {
        let (harvest, _) = await harvest([try query()]) { _, _ in .text(200, matrix(#"[\#(Self.ten.seconds),"1"]"#, series: 3)) }
        #expect(harvest.series == [] && harvest.absences[Self.queue]?.detail == "the query gives 3 series and one is expected" && harvest.cursors == [:])
    }

    @Test(arguments: [
        (400, #"{"status":"error","errorType":"bad_data","error":"parse error at char 4"}"#, AbsenceReason.sourceError, Problem.Kind.badAnswer),
        (422, #"{"status":"error","errorType":"execution","error":"too many samples"}"#, .sourceError, .badAnswer),
        (503, #"{"status":"error","errorType":"timeout","error":"query timed out"}"#, .sourceError, .unreachable),
        (429, "too many requests", .sourceError, .throttled), (401, "no", .denied, .credentials), (403, "no", .denied, .denied),
        (200, #"{"status":"error","error":"soft"}"#, .sourceError, .badAnswer), (200, #"{"status":"success","data":{"resultType":"vector","result":[]}}"#, .sourceError, .badAnswer),
        (200, "<html>", .sourceError, .badAnswer),
    ]) func `a refusal is told, and nothing is zero`(_ status: Int, _ body: String, _ reason: AbsenceReason, _ kind: Problem.Kind) async throws {
        let (harvest, _) = await harvest([try query()]) { _, _ in .text(status, body) }
        #expect(harvest.series == [] && harvest.absences[Self.queue]?.reason == reason && harvest.problems.map(\.kind) == [kind] && harvest.cursors == [:])
        #expect(!harvest.problems.contains { $0.message.contains("canary") } && harvest.readings.map(\.state) == [reason == .denied ? .denied : .failed])
    }

    @Test func `a budget leaves the rest for the next run`() async throws {
        let (harvest, web) = await harvest([try query(), try query("oldest_age")], calls: 1) { _, _ in .text(200, matrix(#"[\#(Self.ten.seconds),"1"]"#)) }
        #expect(web.requests.count == 1 && harvest.problems.map(\.kind) == [.budget] && harvest.absences == [:])
    }

    @Test(arguments: [
        ("sent", "sum(increase(sent_total[$period]))", ResourceKind.queue, nil), ("sent", "sum(rate(sent_total[5m]))", .queue, "rate() gives events a second"),
        ("sent", "sum(sent_total)", .queue, "runs on for ever"), ("visible", "max_over_time(depth[5m])", .queue, nil), ("visible", "sum_over_time(depth[5m])", .queue, "the sum of a level"),
        ("visible", "increase(depth[5m])", .queue, "increase() gives events"), ("visible", "depth", .queue, nil), ("sent", "max_over_time(sent[5m])", .queue, "use Sum"),
        ("duration.p99", "histogram_quantile(0.99, sum by (le) (rate(d_bucket[5m])))", .function, nil),
        ("duration.p99", "histogram_quantile(0.95, sum by (le) (rate(d_bucket[5m])))", .function, "asks for the p95"),
        ("oldest_age", "sum(age)", .queue, "use max()"), ("oldest_age", "max(age)", .queue, nil), ("visible", "sum(depth)", .queue, nil), ("visible", "rate(depth[5m])", .queue, "a change a second"),
        ("duration.p99", "quantile(0.5, d)", .function, "asks for the p50"), ("duration.p99", "quantile(0.99, d)", .function, nil), ("duration.p99", "sum(d)", .function, "neither add up nor average"),
        ("duration.p99", "avg(d)", .function, "neither add up nor average"), ("duration.p99", "max(d)", .function, nil), ("sent", "sum(increase(x[$period]", .queue, "breaks off: a ( has no partner"),
        ("sent", "sum(increase(x[", .queue, "breaks off: a [ has no partner"), ("sent", "increase(x[5m]))", .queue, "breaks off: a ) has no partner"), ("sent", "increase(x{a=\"}\"[5m])", .queue, "breaks off: a )"),
        ("duration.p99", "sum_over_time(d[5m])", .function, "use a percentile"), ("visible", #"max(depth{job="rate(increase("})"#, .queue, nil),
    ]) func `a question that would mean nothing is found before it is asked`(_ signal: String, _ expression: String, _ kind: ResourceKind, _ words: String?) throws {
        let findings = try query(signal, expression, kind: kind).findings
        if let words { #expect(findings.count == 1 && findings.first?.contains(words) == true, "\(findings)") } else { #expect(findings == []) }
    }

    @Test func `points of the future are counted and said`() async throws {
        let ahead = Self.ten + 30 * 86_400
        let (harvest, _) = await harvest([try query()]) { _, _ in .text(200, matrix(#"[\#(ahead.seconds),"1"],[\#(ahead.seconds + 300),"1"]"#)) }
        #expect(harvest.series == [] && harvest.absences[Self.queue]?.reason == .sourceError)
        #expect(harvest.problems.count == 1 && harvest.problems[0].message.contains("2 points are of a time that is still to come"), "\(harvest.problems)")
    }

    @Test func `counts over another stretch than the step are not asked`() async throws {
        let wrong = try query("sent", "increase(sent_total[1m])"), right = try query("received", "increase(r[$period]) + increase(q[5m])")
        let (harvest, web) = await harvest([wrong, right]) { _, _ in .text(200, matrix(#"[\#(Self.ten.seconds),"1"]"#)) }
        #expect(web.requests.count == 1 && web.requests.first?.url.contains("increase%28r%5B300s%5D%29") == true)
        #expect(harvest.problems.map(\.message) == ["Prometheus: prometheus:query_range for queue 'orders' sent at prom.example:9090 (source 'prom'): the query counts over 60 s where a step is 300 s: write [$period]. Nothing was asked."])
    }

    @Test(arguments: ["", "[", "a[", "a{b=\"c", "'\\", "rate(", "x[1h1h]", "x[99999999999999999999d]", "]]]}}}"])
    func `broken expressions are no trap`(_ expression: String) throws {
        _ = try query("sent", expression).findings
        _ = try query("sent", expression).mismatch(step: 300)
    }
}
