import Collectors
import Curl
import JSON
import Telemetry
import Testing

extension WebSourceCase {
    private static let worker = "CDK-Users-OrderCompleted-prod"
    private static func points(_ values: [Double]) -> JSONValue {
        .array(values.enumerated().map { ["time": .string((Timestamp(year: 2026, month: 11, day: 20, hour: 9, minute: 5) + Int64($0) * 300).rfc3339), "value": .number($1)] })
    }

    static let datadog = WebSourceCase(
        name: "datadog",
        source: { environment in
            let service = WebService(title: "Datadog", endpoint: "http://dd.example", headers: ["DD-API-KEY": "canary-api", "DD-APPLICATION-KEY": "canary-app"], isOwnEndpoint: false, keyRemedy: "Check the keys.",
                                     limitHeaders: .init(remaining: "X-RateLimit-Remaining", reset: "X-RateLimit-Reset", isMoment: false), right: DatadogCollector.right)
            return DatadogCollector(
                service, metrics: SeriesReference(#"function("CDK-Users-OrderCompleted-prod").cold_starts"#).map { [.init(series: $0, query: "sum:cold{a:b}.rollup(sum, $period)")] } ?? [],
                logs: [.init(function: worker, query: "functionname:worker")], spans: [.init(traceGroup: "orders", query: "service:worker")], environment: environment)
        },
        answers: [
            ("/api/v2/logs/analytics/aggregate", ["meta": ["status": "done"], "data": ["buckets": [
                ["by": ["status": "info", "@error.kind": ""], "computes": ["c0": points([9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9])]],
                ["by": ["status": "error", "@error.kind": "MissingUserId"], "computes": ["c0": points([2, 0, 3, 4, 1, 1])]],
                ["by": ["status": "warn", "@error.kind": ""], "computes": ["c0": points([1, 1])]],
            ]]]),
            ("/api/v1/query", ["status": "ok", "series": [["pointlist": [[1_795_165_500_000, 3], [1_795_165_800_000, 4], [1_795_166_100_000, .null]], "interval": 300]]]),
            ("/api/v2/spans/analytics/aggregate", ["meta": ["status": "done"], "data": [
                ["type": "bucket", "attributes": ["by": ["@http.status_code": "none"], "computes": ["c0": points([20, 10, 10, 10]), "c1": points([3e8, 3e8, 3e8, 3e8]), "c2": points([9e8, 9e8]), "c3": points([1e9])]]],
            ]]),
            ("/api/v2/spans/events/search", ["data": [span(2), span(1, "service:worker")], "meta": ["status": "done"]]),
        ],
        services: [ServiceOrder(id: "orders", source: "prod", resources: [ResourceOrder(.function, worker)], traceGroups: [TraceGroupOrder(id: "orders", source: "s")])],
        series: SeriesID(ResourceID(source: "prod", kind: .log, name: worker), "errors"))

    static func span(_ number: Int, _ name: String = "process orders", links: String? = nil) -> JSONValue {
        var custom: [JSONValue.Member] = [.init("duration", 250_000_000), .init("span", ["kind": "consumer"]), .init("_dd", .object([.init("p", ["tid": "656000000000abcd"])] + (links.map { [.init("span_links", .string($0))] } ?? []))),
                                          .init("messaging", ["system": "sqs", "batchSize": 2, "message_id": "m-1", "destination_kind": "queue", "destination": "orders-queue"])]
        if number == 1 { custom.append(.init("error", ["type": "MissingUserId", "message": "no user for jane@example.com"])) }
        return ["id": "x", "type": "spans", "attributes": [
            "span_id": .string(String(1_000 + number)), "trace_id": .string(String(7_000 + number)), "parent_id": "0", "service": "worker", "resource_name": .string(name),
            "start_timestamp": "2026-11-20T10:01:00.250Z", "end_timestamp": "2026-11-20T10:01:00.500Z", "custom": .object(custom),
        ]]
    }
}

/// What Datadog's answers become.
@Suite struct DatadogCollectorTests {
    private let source = WebSourceCase.datadog
    private let log = WebSourceCase.datadog.series.resource

    private func harvest(_ web: ScriptedWeb, order: CollectionOrder? = nil) async -> Harvest { await source.source(web.environment).harvest(order ?? source.order()) }
    private func sum(_ harvest: Harvest, _ name: String) -> Double? { harvest.series.first { $0.series.name == name }?.samples.reduce(0) { $0 + $1.value } }

    @Test func `log events are counted by status for the function's own log, whoever brings it`() async throws {
        let harvest = await harvest(source.web())
        #expect(harvest.series.filter { $0.series.resource == log }.map(\.series.name) == ["errors", "events", "warnings"])
        #expect(sum(harvest, "errors") == 11 && sum(harvest, "warnings") == 2 && sum(harvest, "events") == 108 + 11 + 2)
        let errors = try #require(harvest.series.first { $0.series == source.series }).samples
        // The whole window has points: where nothing was counted, nothing happened.
        #expect(errors.count == 12 && errors[1].quality == .zeroFilled && errors[0].quality == .final && errors.last?.quality == .zeroFilled)
        #expect(harvest.fingerprints.map(\.text).allSatisfy { $0 == "MissingUserId" } && harvest.fingerprints.reduce(0) { $0 + $1.count } == 11)
        #expect(harvest.resources.first { $0.id == log }?.settings[.toldBy] == .text("Datadog"))
    }

    @Test func `a query that matches nothing is never seen and no zero`() async {
        let harvest = await harvest(ScriptedWeb { request, _ in request.url.contains("/logs/") ? .json(["data": ["buckets": []]]) : .json(source.answer(request)) })
        #expect(harvest.absences[source.series]?.reason == .neverSeen && !harvest.series.contains { $0.series == source.series })
    }

    @Test func `an answer that Datadog gave up on is partial and asked for again`() async {
        let body: JSONValue = ["meta": ["status": "timeout"], "data": source.answers[0].body["data"] ?? .null]
        let harvest = await harvest(ScriptedWeb { request, _ in request.url.contains("/logs/") ? .json(body) : .json(source.answer(request)) })
        #expect(harvest.series.first { $0.series == source.series }?.samples.allSatisfy { $0.quality == .partial } == true)
        #expect(harvest.problems.contains { $0.kind == .limit && $0.message.contains("gave up") })
        #expect(harvest.cursors[source.series] == harvest.window.start + CollectionWindow.rereading)
        // Not for ever: an answer that is never whole would be asked for over more and more hours.
        let late = await self.harvest(ScriptedWeb { request, _ in request.url.contains("/logs/") ? .json(body) : .json(source.answer(request)) }, order: source.order(cursors: [source.series: ScriptedWeb.now - 10 * 86_400]))
        #expect((late.cursors[source.series] ?? ScriptedWeb.now) >= late.window.end - 6 * 3_600)
    }

    @Test func `counts beyond all measure do not trap`() async {
        let body: JSONValue = ["data": ["buckets": .array((0..<3).map { _ in ["by": ["status": "error", "@error.kind": "X"], "computes": ["c0": [["time": "2026-11-20T09:05:00Z", "value": 9e18]]]] })]]
        let harvest = await harvest(ScriptedWeb { request, _ in request.url.contains("/logs/") ? .json(body) : .json(source.answer(request)) })
        #expect(sum(harvest, "errors") == Double(Int.max) && harvest.fingerprints.count == 3)
    }

    @Test(arguments: [true, false]) func `more groups than are read, or a page twice, make the counts partial`(_ isLoop: Bool) async {
        let buckets = source.answers[0].body["data"] ?? .null
        let web = ScriptedWeb { request, call in
            request.url.contains("/logs/") ? .json(["meta": ["page": ["after": .string(isLoop ? "again" : "page \(call)")]], "data": buckets]) : .json(source.answer(request))
        }
        let harvest = await harvest(web)
        #expect(harvest.series.first { $0.series == source.series }?.samples.allSatisfy { $0.quality == .partial } == true)
        #expect(harvest.problems.map(\.message).contains { $0.contains(isLoop ? "the same page was named twice" : "there are more groups than one run reads") })
        #expect(web.requests.count { $0.url.contains("/logs/") } == (isLoop ? 2 : 20))
    }

    @Test func `statistics over all spans follow their pages too`() async {
        let web = ScriptedWeb { request, _ in
            guard request.url.contains("/spans/analytics/"), case .object(let members) = source.answer(request), !String(decoding: request.body, as: UTF8.self).contains("cursor") else { return .json(source.answer(request)) }
            return .json(.object(members.filter { $0.key != "meta" } + [.init("meta", ["page": ["after": "next"]])]))
        }
        let harvest = await harvest(web)
        #expect(harvest.problems == [] && web.requests.count { $0.url.contains("/spans/analytics/") && String(decoding: $0.body, as: UTF8.self).contains(#""cursor":"next""#) } == 2)
    }

    @Test func `a point that cannot be read makes a metric's answer partial`() async {
        let web = ScriptedWeb { request, _ in
            request.url.contains("/api/v1/query") ? .json(["status": "ok", "series": [["pointlist": [[1_795_165_500_000, 3], ["x", 4]]]]]) : .json(source.answer(request))
        }
        let harvest = await harvest(web), cold = harvest.series.first { $0.series.name == "cold_starts" }
        #expect(cold?.samples.map(\.quality) == [.partial] && cold.flatMap { harvest.cursors[$0.series] } == harvest.window.start + CollectionWindow.rereading)
    }

    @Test func `kept traces prove who calls whom`() async {
        let harvest = await harvest(source.web())
        #expect(!harvest.calls.isEmpty && harvest.calls.allSatisfy { $0.isFromExamples && $0.source == "s" })
    }

    @Test func `rates and percentiles come from aggregates over all spans`() async {
        let harvest = await harvest(source.web())
        func first(_ name: String) -> Double? { harvest.series.first { $0.series.resource.kind == .trace && $0.series.name == name }?.samples.first?.value }
        // Every failed span of the scripted answer is one without a status code: a fault.
        #expect(first("count") == 20 && first("fault_rate") == 1 && first("ok_rate") == 0 && first("duration.p50") == 0.3 && first("duration.p95") == 0.9 && first("duration.p99") == 1)
    }

    @Test func `keys of several conventions are one name, values of strangers are left out`() async throws {
        let trace = try #require(await harvest(source.web()).traces.first { $0.spans.contains { $0.status == .fault } })
        let span = try #require(trace.spans.first)
        #expect(trace.id == "656000000000abcd0000000000001b59" && span.id == "00000000000003e9" && span.parentID == nil && span.kind == .consumer)
        #expect(abs((span.end ?? 0) - span.start - 0.25) < 1e-6)
        #expect(span.annotations["messaging.system"] == "aws_sqs" && span.annotations["messaging.message.id"] == "m-1" && span.annotations["messaging.batch.message_count"] == "2"
            && span.annotations["messaging.destination.name"] == "orders-queue")
        #expect(span.cause?.hasPrefix("MissingUserId: no user for") == true && span.cause?.contains("jane@") == false)
    }

    @Test func `a link that is written twice is one, and the other side is fetched`() async throws {
        let link = #"{"trace_id":"656000000000aaaa00000000000004d2","span_id":"00000000000000aa","flags":1}"#
        let web = ScriptedWeb { request, _ in
            guard request.url.contains("/spans/events/search") else { return .json(source.answer(request)) }
            return .json(["data": [WebSourceCase.span(1, links: "[\(link),\(link)]")]])
        }
        let harvest = await harvest(web)
        #expect(harvest.traces.first?.links == [SpanLink(spanID: "00000000000003e9", linkedTraceID: "656000000000aaaa00000000000004d2", linkedSpanID: "00000000000000aa")])
        #expect(web.requests.contains { String(decoding: $0.body, as: UTF8.self).contains("trace_id:(656000000000aaaa00000000000004d2)") })
    }

    @Test func `pages are followed by their cursor, and a loop ends`() async {
        let looping = ScriptedWeb { request, _ in
            guard request.url.contains("/spans/events/search") else { return .json(source.answer(request)) }
            return .json(["data": [WebSourceCase.span(2)], "meta": ["page": ["after": "again"]]])
        }
        let harvest = await harvest(looping)
        #expect(harvest.problems.contains { $0.message.contains("the same page was named twice") })
        #expect(looping.requests.count { $0.url.contains("/spans/events/search") } <= 4)
        let bodies = looping.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies.contains { $0.contains(#""cursor":"again""#) })
    }

    @Test func `a metric query with a mistake says what Datadog says`() async {
        let harvest = await harvest(ScriptedWeb { request, _ in
            request.url.contains("/api/v1/query") ? .json(["status": "error", "error": "Error parsing query"]) : .json(source.answer(request))
        })
        #expect(harvest.problems.map(\.message).contains { $0.contains("“Error parsing query”. Correct the query where the source gives it.") })
        #expect(harvest.absences.first { $0.key.name == "cold_starts" }?.value.reason == .sourceError)
        #expect(harvest.readings.first { $0.what == "Datadog metrics" }?.state == .failed && harvest.readings.first { $0.what == "Datadog logs" }?.state == .ok)
    }

    @Test func `points of a metric are the catalogue's series of the resource`() async throws {
        let web = source.web(), harvest = await harvest(web)
        let cold = try #require(harvest.series.first { $0.series.name == "cold_starts" })
        #expect(cold.series.resource == ResourceID(source: "prod", kind: .function, name: "CDK-Users-OrderCompleted-prod") && cold.samples.map(\.value) == [3, 4])
        #expect(web.requests.contains { $0.url.contains("rollup%28sum%2C%20300%29") })
    }
}
