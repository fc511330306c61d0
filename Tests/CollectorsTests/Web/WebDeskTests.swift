import Collectors
import Curl
import JSON
import Telemetry
import Testing

/// How a web API is asked: what is tried again, what is waited for, what ends it, and what is said about it.
@Suite struct WebDeskTests {
    private static let key = "canary-key-0123456789abcdef"
    private static let call = WebCall("datadog:SearchSpans", .post, path: "/api/v2/spans/events/search", body: Array("{}".utf8), subject: "trace group 'users'")
    private static let other = WebCall("datadog:AggregateLogs", path: "/api/v2/logs")

    private static func desk(_ web: ScriptedWeb, calls: Int = 2_000, isOutOfTime: @escaping @Sendable () -> Bool = { false }) -> WebDesk {
        var order = CollectionOrder(tenant: "initech", source: "dd", services: [], now: ScriptedWeb.now, isOutOfTime: isOutOfTime)
        order.budget.calls = calls
        let service = WebService(
            title: "Datadog", endpoint: "http://dd.example/", headers: ["DD-API-KEY": key], isOwnEndpoint: false, keyRemedy: "Check api_key and app_key.",
            limitHeaders: .init(remaining: "X-RateLimit-Remaining", reset: "X-RateLimit-Reset", isMoment: false)) { $0 == "datadog:SearchSpans" ? "apm_read" : nil }
        return WebDesk(service, order: order, environment: web.environment)
    }

    @Test func `an answer is a document, and the ledger knows what it cost`() async throws {
        let web = ScriptedWeb { _, _ in .json(["data": []]) }, desk = Self.desk(web)
        #expect(try await desk.document(Self.call).get() == ["data": []])
        #expect(await desk.problems.isEmpty)
        #expect(await desk.ledger == [LedgerEntry(source: "dd", operation: "datadog:SearchSpans", calls: 1, units: 0, bytes: 11, dollars: 0)])
        let request = try #require(web.requests.first)
        #expect(request.url == "http://dd.example/api/v2/spans/events/search" && request.headers["DD-API-KEY"] == Self.key && !request.allowPrivateAddresses)
    }

    @Test func `429 is waited out as its header says, and asked again`() async throws {
        let web = ScriptedWeb { _, call in call == 1 ? .text(429, #"{"errors":["Rate limit reached"]}"#, ["X-RateLimit-Reset": "17"]) : .json(["ok": true]) }
        let desk = Self.desk(web)
        #expect(try await desk.document(Self.call).get() == ["ok": true])
        #expect(web.waits == [17])
        #expect(await desk.problems.isEmpty)
    }

    @Test func `a long limit ends that operation for this run and no other`() async throws {
        let web = ScriptedWeb { request, _ in
            request.url.hasSuffix("/logs") ? .json(["ok": true]) : .text(429, #"{"errors":["Rate limit reached"]}"#, ["X-RateLimit-Reset": "1800"])
        }
        let desk = Self.desk(web)
        for _ in 0..<3 { _ = await desk.document(Self.call) }
        #expect(web.requests.count == 1 && web.waits == [])
        #expect(try await desk.document(Self.other).get() == ["ok": true])
        #expect(await desk.problems.map(\.message) == [
            "Datadog: datadog:SearchSpans for trace group 'users' at dd.example (source 'dd'): status 429, “Rate limit reached”. Datadog asks to be left alone for 1800 s: the next run asks again; raise the limit or the interval if it stays.",
        ])
    }

    @Test func `the last request of a period is followed by no other`() async throws {
        let web = ScriptedWeb { _, _ in .json(["ok": true], ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "600"]) }, desk = Self.desk(web)
        #expect(try await desk.document(Self.call).get() == ["ok": true])
        let second = await desk.document(Self.call)
        #expect(throws: WebRefusal.self) { try second.get() }
        #expect(web.requests.count == 1)
    }

    @Test func `refused keys cost two calls and one sentence`() async throws {
        let web = ScriptedWeb { _, _ in .text(403, #"{"errors":["Forbidden"]}"#) }, desk = Self.desk(web)
        for call in [Self.call, Self.other, WebCall("datadog:QueryMetrics", path: "/m"), Self.call] { _ = await desk.document(call) }
        #expect(web.requests.count == 2)
        let problems = await desk.problems
        #expect(problems.map(\.kind) == [.denied, .denied])
        #expect(problems.first?.message == "Datadog: datadog:SearchSpans for trace group 'users' at dd.example (source 'dd'): status 403, “Forbidden”. Give the key the right apm_read. Check api_key and app_key.")
        #expect(problems.allSatisfy { !$0.message.contains(Self.key) })
        let unauthorized = ScriptedWeb { _, _ in .text(401, #"{"detail":"Invalid token"}"#) }, second = Self.desk(unauthorized)
        for call in [Self.call, Self.other] { _ = await second.document(call) }
        #expect(unauthorized.requests.count == 1)
        #expect(await second.problems.map(\.kind) == [.credentials])
    }

    @Test(arguments: [
        ("<html>proxy says no", 200, Problem.Kind.badAnswer, "the answer is no JSON"), (#"{"data":["#, 200, .badAnswer, "the answer is no JSON"),
        ("", 200, .badAnswer, "the answer is no JSON"), (#"{"errors":[{"detail":"invalid_argument(from)"}]}"#, 422, .badAnswer, "status 422, “invalid_argument(from)”"),
        ("", 302, .badAnswer, "leads elsewhere (status 302)"), (#"{"detail":"The requested resource does not exist"}"#, 404, .missing, "status 404"),
    ]) func `an answer that is none is said once`(_ body: String, _ status: Int, _ kind: Problem.Kind, _ words: String) async throws {
        let web = ScriptedWeb { _, _ in .text(status, body) }, desk = Self.desk(web)
        for _ in 0..<2 { _ = await desk.document(Self.call) }
        let problems = await desk.problems
        #expect(problems.map(\.kind) == [kind] && problems.first?.message.contains(words) == true, "\(problems)")
    }

    @Test func `500 and broken connections are tried three times, then nobody waits for the rest`() async throws {
        let web = ScriptedWeb { _, call throws(TransferError) in
            if call == 2 { throw TransferError(.interrupted, place: "http://dd.example", text: "the body broke off") }
            return .text(502, "")
        }
        let desk = Self.desk(web)
        for call in [Self.call, Self.other] { _ = await desk.document(call) }
        #expect(web.requests.count == 3)
        #expect(await desk.problems.map(\.kind) == [.unreachable])
    }

    @Test func `budget and time end asking, and the run says so once`() async throws {
        let web = ScriptedWeb { _, _ in .json(["ok": true]) }, desk = Self.desk(web, calls: 2)
        for _ in 0..<5 { _ = await desk.document(Self.call) }
        #expect(web.requests.count == 2)
        #expect(await desk.problems.map(\.kind) == [.budget])
        let late = Self.desk(web) { true }
        _ = await late.document(Self.call)
        #expect(web.requests.count == 2)
        #expect(await late.problems.first?.message.contains("the time of this run is used up") == true)
    }

    @Test func `what the other side says is redacted and cut`() async throws {
        let said = "bad \u{1b}[31m key AKIAIOSFODNN7EXAMPLE of jane@example.com " + String(repeating: "x", count: 5_000)
        let body = JSONValue.object([.init("errors", [.string(said)])])
        let web = ScriptedWeb { _, _ in HTTPResponse(status: 400, body: body.bytes()) }
        let desk = Self.desk(web)
        _ = await desk.document(Self.call)
        let message = try #require(await desk.problems.first?.message)
        #expect(!message.contains("AKIAIOSFODNN7EXAMPLE") && !message.contains("jane@example.com") && !message.contains("\u{1b}") && message.count < 600, "\(message)")
    }
}
