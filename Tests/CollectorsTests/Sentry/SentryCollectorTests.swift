import Collectors
import Curl
import JSON
import Telemetry
import Testing

extension WebSourceCase {
    private static let function = "subscribe-to-sqs"
    private static let start = Timestamp(year: 2026, month: 11, day: 20, hour: 9, minute: 5).seconds
    private static func counts(_ values: [Int]) -> JSONValue {
        ["data": .array(values.enumerated().map { [JSONValue(start + Int64($0) * 300), [["count": JSONValue($1)]]] }), "start": JSONValue(start), "end": JSONValue(start + 3_600)]
    }

    static func issue(_ id: String, _ title: String, isUnhandled: Bool, _ counts: [Int]) -> JSONValue {
        let hour = Timestamp(year: 2026, month: 11, day: 20, hour: 8).seconds
        return ["id": "1", "shortId": .string(id), "title": .string(title), "level": "error", "isUnhandled": .bool(isUnhandled), "count": "9",
                "stats": ["24h": .array(counts.enumerated().map { [JSONValue(hour + Int64($0) * 3_600), JSONValue($1)] })]]
    }

    static let sentry = WebSourceCase(
        name: "sentry",
        source: { environment in
            let service = WebService(title: "Sentry", endpoint: "http://sentry.example", headers: ["Authorization": "Bearer canary-token"], isOwnEndpoint: false, keyRemedy: "Check the token.",
                                     limitHeaders: .init(remaining: "X-Sentry-Rate-Limit-Remaining", reset: "X-Sentry-Rate-Limit-Reset", isMoment: true), right: SentryCollector.right)
            return SentryCollector(service, organization: "acme-retail", projects: [.init(slug: "webhook", function: function)], environment: environment)
        },
        answers: [
            ("error.unhandled", counts([1, 0, 2, 2, 0, 0, 0, 0, 0, 4, 5, 5])), ("/events-stats/", counts([3, 1, 2, 2, 0, 0, 0, 0, 0, 4, 6, 5])),
            ("/issues/", [issue("WEBHOOK-1", "AxiosError: Request failed with status code 504", isUnhandled: true, [4, 15, 6]), issue("WEBHOOK-2", "Error: socket hang up", isUnhandled: false, [0, 3])]),
        ],
        services: [ServiceOrder(id: "webhook", source: "prod", resources: [ResourceOrder(.function, function)])],
        series: SeriesID(ResourceID(source: "prod", kind: .function, name: function), "exceptions.unhandled"))
}

/// What Sentry's answers become.
@Suite struct SentryCollectorTests {
    private let source = WebSourceCase.sentry
    private func harvest(_ web: ScriptedWeb) async -> Harvest { await source.source(web.environment).harvest(source.order()) }
    private func sum(_ harvest: Harvest, _ name: String) -> Double? { harvest.series.first { $0.series.name == name }?.samples.reduce(0) { $0 + $1.value } }

    @Test func `events that nobody caught stand apart`() async {
        let web = source.web(), harvest = await harvest(web)
        #expect(sum(harvest, "exceptions.unhandled") == 19 && sum(harvest, "exceptions.handled") == 4)
        let urls = web.requests.map(\.url)
        #expect(urls.first == "http://sentry.example/api/0/organizations/acme-retail/events-stats/?project=-1&dataset=errors&yAxis=count%28%29&interval=5m&start=2026-11-20T09%3A05%3A00&end=2026-11-20T10%3A05%3A00&query=project%3Awebhook%20event.type%3Aerror")
        #expect(urls.dropFirst().first?.hasSuffix("event.type%3Aerror%20error.unhandled%3Atrue") == true)
    }

    @Test func `what was handled is known only where both counts are`() async {
        // The first point of all events cannot be read, the second of the unhandled ones.
        @Sendable func broken(_ request: HTTPRequest, at place: Int) -> JSONValue {
            var rows = source.answer(request)["data"]?.array ?? []
            if rows.indices.contains(place) { rows[place] = "no pair" }
            return ["data": .array(rows)]
        }
        let harvest = await harvest(ScriptedWeb { request, _ in
            request.url.contains("/issues/") ? .json(source.answer(request)) : .json(broken(request, at: request.url.contains("unhandled") ? 1 : 0))
        })
        func samples(_ name: String) -> [Sample] { harvest.series.first { $0.series.name == name }?.samples ?? [] }
        #expect(samples("exceptions.unhandled").count == 11 && samples("exceptions.handled").count == 10)
        #expect(samples("exceptions.handled").allSatisfy { $0.quality == .partial } && samples("exceptions.handled").reduce(0) { $0 + $1.value } == 1)
    }

    @Test func `an issue is a fingerprint by the hour, and says whether somebody caught it`() async {
        let lines = await harvest(source.web()).fingerprints
        let counts = Dictionary(lines.map { ($0.text, $0.count) }, uniquingKeysWith: +)
        #expect(counts == ["Sentry WEBHOOK-1, unhandled: AxiosError: Request failed with status code <n>": 25, "Sentry WEBHOOK-2, handled: Error: socket hang up": 3], "\(counts)")
        #expect(lines.allSatisfy { $0.level == .error && $0.first == $0.last && $0.resource == source.series.resource })
    }

    @Test func `issues are paged by the link header, and a loop ends`() async {
        let web = ScriptedWeb { request, _ in
            .json(source.answer(request), request.url.contains("/issues/") ? ["Link": #"<http://x>; rel="previous"; results="false"; cursor="0:0:1", <http://x>; rel="next"; results="true"; cursor="0:100:0""#] : [:])
        }
        let harvest = await harvest(web)
        #expect(web.requests.count { $0.url.contains("cursor=0%3A100%3A0") } == 1)
        #expect(harvest.problems.contains { $0.message.contains("the same page was named twice") })
    }

    @Test func `a limit that ends at a moment is waited for until then`() async {
        let reset = String(ScriptedWeb.now.seconds + 12)
        let web = ScriptedWeb { request, call in call == 1 ? .text(429, #"{"detail":"slow down"}"#, ["X-Sentry-Rate-Limit-Reset": reset]) : .json(source.answer(request)) }
        #expect(await harvest(web).problems.isEmpty)
        #expect(web.waits == [12])
    }
}
