import JSON
@testable import Simulator
import Telemetry
import Testing

/// What systems 1 and 2 tell others than AWS: checked by key, and of the same traffic that AWS counts.
@Suite struct OtherServicesTests {
    private static let keys = ["DD-API-KEY": "simulator-datadog-api-key", "DD-APPLICATION-KEY": "simulator-datadog-application-key"]
    private static let token = ["Authorization": "Bearer simulator-sentry-token"]
    private static let now = dayZero + 300
    private static let hour = (from: String((dayZero.seconds - 3_600) * 1_000), to: String(dayZero.seconds * 1_000 - 1))

    private func datadog(_ path: String, _ body: JSONValue? = nil, query: String = "", keys: [String: String] = keys, faults: FaultPlan = FaultPlan()) throws -> (status: Int, headers: [String: String], body: JSONValue) {
        let request = SimulatedRequest(method: body == nil ? "GET" : "POST", path: path, query: query, headers: keys, body: body?.bytes() ?? [])
        let response = SimulatedWorld.mock(faults: faults).answer(request, now: Self.now)
        return (response.status, response.headers, try JSONValue(parsing: response.body))
    }

    private func logs(_ query: String, keys: [String: String] = keys, faults: FaultPlan = FaultPlan()) throws -> (status: Int, headers: [String: String], body: JSONValue) {
        try datadog("/api/v2/logs/analytics/aggregate", [
            "compute": [["aggregation": "count", "interval": "5m", "type": "timeseries"]], "filter": ["query": .string(query), "from": .string(Self.hour.from), "to": .string(Self.hour.to)],
            "group_by": [["facet": "status"]],
        ], keys: keys, faults: faults)
    }

    private func count(_ document: JSONValue, _ status: String) -> Double {
        (document["data"]?["buckets"]?.array ?? []).filter { $0["by"]?["status"]?.string == status }.flatMap { $0["computes"]?["c0"]?.array ?? [] }.reduce(0) { $0 + ($1["value"]?.number ?? 0) }
    }

    @Test func `wrong or missing keys are refused as Datadog and Sentry do`() throws {
        for keys in [[:], ["DD-API-KEY": "simulator-datadog-api-key"], ["DD-API-KEY": "x", "DD-APPLICATION-KEY": "simulator-datadog-application-key"]] {
            let answer = try logs("*", keys: keys)
            #expect(answer.status == 403 && answer.body == ["errors": ["Forbidden"]])
        }
        let world = SimulatedWorld.mock()
        let refused = world.answer(SimulatedRequest(method: "GET", path: "/api/0/organizations/acme-retail/issues/", headers: ["Authorization": "Bearer x"]), now: Self.now)
        #expect(refused.status == 401 && String(decoding: refused.body, as: UTF8.self).contains("Invalid token"))
        let other = world.answer(SimulatedRequest(method: "GET", path: "/api/0/organizations/initech/issues/", headers: Self.token), now: Self.now)
        #expect(other.status == 404)
    }

    @Test func `limits are in the headers, and a throttle says when it ends`() throws {
        #expect(try logs("*").headers["X-RateLimit-Remaining"] == "250")
        let throttled = try logs("*", faults: FaultPlan([.init(action: "datadog:*", .throttle)]))
        #expect(throttled.status == 429 && throttled.headers["X-RateLimit-Reset"] == "1200")
    }

    @Test func `errors in Datadog are three for each message that moves to the dead letters`() throws {
        let system = SimulatedWorld.mock().system(account: "111111111111")
        let moved = try #require(system.queue("Users-OrderCompletedQueue-prod")).movedAway
        let lost = moved(dayZero.minute) - moved(dayZero.minute - 60)
        let answer = try logs("functionname:cdk-users-ordercompleted-prod")
        #expect(lost == 38 && count(answer.body, "error") == Double(3 * lost) && count(answer.body, "info") > 500)
        // Lambda counts none of them: the handler answers success.
        #expect(system.sum("AWS/Lambda", "Errors", ["FunctionName": "CDK-Users-OrderCompleted-prod"]) == 0)
    }

    @Test func `spans of the user functions are as many as CloudWatch counts runs`() throws {
        let system = SimulatedWorld.mock().system(account: "111111111111")
        let answer = try datadog("/api/v2/spans/analytics/aggregate", ["data": ["type": "aggregate_request", "attributes": [
            "compute": [["aggregation": "count", "interval": "5m", "type": "timeseries"], ["aggregation": "pc95", "metric": "@duration", "interval": "5m", "type": "timeseries"]],
            "filter": ["query": "service:CDK-Users-Login-prod operation_name:aws.lambda", "from": .string(Self.hour.from), "to": .string(Self.hour.to)],
        ]]])
        let points = answer.body["data"]?.array.first?["attributes"]?["computes"]?["c0"]?.array ?? []
        #expect(points.count == 12 && points.reduce(0) { $0 + ($1["value"]?.number ?? 0) } == system.sum("AWS/Lambda", "Invocations", ["FunctionName": "CDK-Users-Login-prod"]))
    }

    @Test func `a search is paged by cursor and holds links twice`() throws {
        func page(_ cursor: String?) throws -> JSONValue {
            var paging: [JSONValue.Member] = [.init("limit", 100)]
            if let cursor { paging.append(.init("cursor", .string(cursor))) }
            return try datadog("/api/v2/spans/events/search", ["data": ["type": "search_request", "attributes": [
                "filter": ["query": "operation_name:process status:error", "from": .string(Self.hour.from), "to": .string(Self.hour.to)], "sort": "-timestamp", "page": .object(paging),
            ]]]).body
        }
        let first = try page(nil), second = try page(first["meta"]?["page"]?["after"]?.string)
        #expect(first["data"]?.array.count == 100 && second["data"]?.array.count == 14 && second["meta"]?["page"] == nil)
        let links = try JSONValue(parsing: try #require(first["data"]?.array.first?["attributes"]?["custom"]?["_dd"]?["span_links"]?.string))
        #expect(links.array.count == 2 && links.array.first == links.array.last)
    }

    @Test func `a metric query gives cold starts, and nothing for another function`() throws {
        func query(_ function: String) throws -> JSONValue {
            let text = "sum:aws.lambda.enhanced.invocations{functionname:\(function),cold_start:true}.as_count().rollup(sum, 300)"
            return try datadog("/api/v1/query", query: "from=\(dayZero.seconds - 21_600)&to=\(dayZero.seconds)&query=" + PercentEncoding.encoded(text)).body
        }
        #expect(try query("cdk-users-login-prod")["series"]?.array.first?["pointlist"]?.array.isEmpty == false)
        #expect(try query("somebody-else")["series"] == [])
    }

    @Test func `Sentry holds most of acme's failed deliveries, those that nobody caught apart`() throws {
        let world = SimulatedWorld.mock(), system = world.system(account: "222222222222")
        func total(_ query: String) throws -> Double {
            let text = "project=-1&interval=5m&start=\(PercentEncoding.encoded(String((dayZero - 3_600).rfc3339.dropLast())))&end=\(PercentEncoding.encoded(String(dayZero.rfc3339.dropLast())))&query=\(PercentEncoding.encoded(query))"
            let response = world.answer(SimulatedRequest(method: "GET", path: "/api/0/organizations/acme-retail/events-stats/", query: text, headers: Self.token), now: Self.now)
            return (try JSONValue(parsing: response.body)["data"]?.array ?? []).reduce(0) { $0 + ($1.array.last?.array.first?["count"]?.number ?? 0) }
        }
        let errors = system.sum("AWS/Lambda", "Errors", ["FunctionName": "sqs-webhook-buffer-prod-subscribe-to-sqs"])
        let unhandled = try total("project:webhook event.type:error error.unhandled:true"), all = try total("project:webhook event.type:error")
        #expect(errors == 94 && unhandled < errors && unhandled > 70 && all >= unhandled)
        #expect(try total("project:other event.type:error") == 0)
    }

    @Test(arguments: [("status:error", true), ("-status:ok", true), ("service:users*", true), ("service:(a OR users-login) AND status:error", true), ("(status:ok OR env:prod)", false),
                      ("service:other", false), ("*", true), ("@error.kind:\"Missing User\"", false)])
    func `the search language`(_ query: String, _ matches: Bool) throws {
        let values = ["status": "error", "service": "Users-Login"]
        #expect(try DatadogSearch(query).matches { values[$0] } == matches)
    }
}
