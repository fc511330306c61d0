import Collectors
import Curl
import JSON
import Telemetry
import Testing

/// One source that is asked over the web, with a good answer to each of its questions.
struct WebSourceCase: Sendable, CustomTestStringConvertible {
    var name: String
    var source: @Sendable (WebEnvironment) -> any Source
    /// By the part of the address that tells the question.
    var answers: [(path: String, body: JSONValue)]
    var services: [ServiceOrder]
    /// A series that the good answers bring.
    var series: SeriesID

    var testDescription: String { name }

    func order(cursors: [SeriesID: Timestamp] = [:], isOutOfTime: @escaping @Sendable () -> Bool = { false }) -> CollectionOrder {
        CollectionOrder(tenant: "t", source: "s", services: [], tenantServices: services, cursors: cursors, now: ScriptedWeb.now, backfill: 3_600, isOutOfTime: isOutOfTime)
    }

    func answer(_ request: HTTPRequest) -> JSONValue { answers.first { request.url.contains($0.path) }?.body ?? .null }
    func web() -> ScriptedWeb { ScriptedWeb { request, _ in .json(answer(request)) } }
}

/// What every source that is asked over the web promises, whatever it asks. A new source adds its case and its line below.
@Suite struct SourceSeamTests {
    static let cases: [WebSourceCase] = [.datadog, .sentry]

    private func harvest(_ source: WebSourceCase, _ web: ScriptedWeb, _ order: CollectionOrder? = nil) async -> Harvest {
        await source.source(web.environment).harvest(order ?? source.order())
    }

    @Test(arguments: cases) func `good answers are decoded, and each call is in the ledger`(_ source: WebSourceCase) async {
        let web = source.web(), harvest = await harvest(source, web)
        #expect(harvest.problems.isEmpty, "\(harvest.problems)")
        #expect(harvest.series.contains { $0.series == source.series && !$0.samples.isEmpty }, "\(harvest.series.map(\.series))")
        #expect(harvest.ledger.reduce(0) { $0 + $1.calls } == web.requests.count && harvest.ledger.allSatisfy { $0.source == "s" && $0.bytes > 0 })
        #expect(harvest.cursors[source.series] != nil && harvest.absences.isEmpty)
        #expect(!harvest.readings.isEmpty && harvest.readings.allSatisfy { $0.state == .ok && $0.dataTo != nil })
        for batch in harvest.series { #expect(zip(batch.samples, batch.samples.dropFirst()).allSatisfy { $0.time < $1.time }) }
    }

    @Test(arguments: cases) func `the same answers give the same harvest, and only the overlap is asked again`(_ source: WebSourceCase) async {
        let first = await harvest(source, source.web()), second = await harvest(source, source.web())
        #expect(first.series == second.series && first.fingerprints == second.fingerprints && first.traces == second.traces && first.cursors == second.cursors)
        let later = await harvest(source, source.web(), source.order(cursors: first.cursors))
        for batch in later.series {
            let known = first.series.first { $0.series == batch.series }?.samples ?? []
            #expect(batch.samples.count <= 4 && batch.samples.allSatisfy(known.contains), "\(batch.series)")
        }
    }

    @Test(arguments: cases, [401, 403]) func `refused keys end asking soon, and every series says denied`(_ source: WebSourceCase, _ status: Int) async {
        let web = ScriptedWeb { _, _ in .text(status, #"{"errors":["Forbidden"],"detail":"Forbidden"}"#) }, harvest = await harvest(source, web)
        #expect(web.requests.count <= 2)
        #expect(harvest.series.isEmpty && harvest.cursors.isEmpty && harvest.fingerprints.isEmpty)
        #expect(harvest.absences[source.series]?.reason == .denied && harvest.absences.values.allSatisfy { $0.reason == .denied })
        #expect(harvest.problems.allSatisfy { $0.kind == (status == 401 ? .credentials : .denied) } && !harvest.problems.isEmpty)
        #expect(harvest.readings.allSatisfy { $0.state == .denied && $0.dataTo == nil })
        #expect(harvest.problems.allSatisfy { !$0.message.contains("canary") })
    }

    @Test(arguments: cases) func `429 with a reset is waited out`(_ source: WebSourceCase) async {
        let web = ScriptedWeb { request, call in
            call == 1 ? .text(429, "{}", ["X-RateLimit-Reset": "9", "Retry-After": "9"]) : .json(source.answer(request))
        }
        let harvest = await harvest(source, web)
        #expect(web.waits == [9] && harvest.problems.isEmpty)
        #expect(harvest.series.contains { $0.series == source.series })
    }

    @Test(arguments: cases) func `429 for longer leaves the rest to the next run`(_ source: WebSourceCase) async {
        let web = ScriptedWeb { _, _ in .text(429, "{}", ["X-RateLimit-Reset": "1800", "Retry-After": "1800"]) }, harvest = await harvest(source, web)
        #expect(web.waits.isEmpty && web.requests.count <= 4)
        #expect(harvest.absences[source.series]?.reason == .sourceError && harvest.cursors.isEmpty)
        #expect(harvest.problems.allSatisfy { $0.kind == .throttled && $0.message.contains("1800 s") } && !harvest.problems.isEmpty)
    }

    @Test(arguments: cases, ["<html><body>proxy says no", #"{"data":[{"#, "", "null", "17", "[]", "{}", #"{"data":"no","series":"no"}"#])
    func `garbage is no data`(_ source: WebSourceCase, _ body: String) async {
        let harvest = await harvest(source, ScriptedWeb { _, _ in .text(200, body) })
        #expect(harvest.series.isEmpty && harvest.traces.isEmpty && harvest.fingerprints.isEmpty)
        #expect(harvest.problems.contains { $0.kind == .badAnswer } && harvest.cursors.isEmpty, "\(harvest.problems)")
    }

    @Test(arguments: cases) func `a body that breaks off and a server that is gone are one sentence, in few tries`(_ source: WebSourceCase) async {
        let web = ScriptedWeb { _, _ throws(TransferError) in throw TransferError(.interrupted, place: "http://s.example", text: "the body broke off") }
        let harvest = await harvest(source, web)
        #expect(web.requests.count <= 3 && harvest.problems.map(\.kind) == [.unreachable])
        #expect(harvest.absences[source.series]?.reason == .sourceError)
    }

    /// The first element of every list has another type; the rest is as it was.
    @Test(arguments: cases) func `wrong types cost single elements`(_ source: WebSourceCase) async {
        let good = await harvest(source, source.web())
        let harvest = await harvest(source, ScriptedWeb { request, _ in .json(Self.wrong(source.answer(request))) })
        let kept = harvest.series.first { $0.series == source.series }?.samples.filter { $0.quality != .zeroFilled } ?? []
        let all = good.series.first { $0.series == source.series }?.samples.filter { $0.quality != .zeroFilled } ?? []
        #expect(!kept.isEmpty && kept.count { $0.value > 0 } < all.count, "\(kept.count) of \(all.count)")
        #expect(kept.allSatisfy { sample in sample.value == 0 || all.contains { $0.time == sample.time && $0.value == sample.value } })
        // What may be too small is marked, and asked for again.
        #expect(harvest.series.first { $0.series == source.series }?.samples.allSatisfy { $0.quality == .partial } == true)
        #expect(harvest.cursors[source.series] == harvest.window.start + CollectionWindow.rereading)
        #expect(harvest.problems.contains { $0.kind == .badAnswer && $0.message.contains("The others are kept.") }, "\(harvest.problems)")
    }

    @Test(arguments: cases) func `names of any kind stay text`(_ source: WebSourceCase) async {
        let hostile = "\u{1b}[2J<script>alert(1)</script> AKIAIOSFODNN7EXAMPLE jane@example.com"
        let harvest = await harvest(source, ScriptedWeb { request, _ in .json(Self.renamed(source.answer(request), hostile)) })
        let texts = harvest.fingerprints.map(\.text) + harvest.summaries.compactMap(\.entryPoint) + harvest.traces.flatMap(\.spans).flatMap { [$0.name] + $0.annotations.values } + harvest.problems.map(\.message)
        #expect(texts.allSatisfy { !$0.contains("\u{1b}") && !$0.contains("AKIAIOSFODNN7EXAMPLE") && !$0.contains("jane@example.com") && $0.count < 800 }, "\(texts)")
    }

    @Test(arguments: cases) func `no time means no call`(_ source: WebSourceCase) async {
        let web = source.web(), harvest = await harvest(source, web, source.order { true })
        #expect(web.requests.isEmpty && harvest.problems.map(\.kind) == [.budget] && harvest.series.isEmpty)
    }

    private static func wrong(_ value: JSONValue, isPair: Bool = false) -> JSONValue {
        switch value {
        // A pair is one element: time and value.
        case .array(let items): items.first?.number != nil && items.count == 2 ? value : .array(["not an element"] + items.dropFirst().map { wrong($0) })
        case .object(let members): .object(members.map { .init($0.key, wrong($0.value)) })
        case .null, .bool, .number, .string: value
        }
    }

    private static func renamed(_ value: JSONValue, _ name: String) -> JSONValue {
        switch value {
        case .array(let items): .array(items.map { renamed($0, name) })
        case .object(let members):
            .object(members.map { ["title", "shortId", "resource_name", "@error.kind", "service", "message"].contains($0.key) ? .init($0.key, .string(name)) : .init($0.key, renamed($0.value, name)) })
        case .null, .bool, .number, .string: value
        }
    }
}
