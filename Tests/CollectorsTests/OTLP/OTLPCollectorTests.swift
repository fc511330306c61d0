import Collectors
import Telemetry
import Testing

@Suite struct OTLPCollectorTests {
    private static let now = Timestamp(year: 2026, month: 11, day: 20, hour: 10, minute: 8)

    private func line(_ trace: Int, _ span: Int, parent: Int? = nil, service: String = "shop", name: String = "GET /", at second: Int64 = -600) -> String {
        func hex(_ number: Int, _ width: Int) -> String { String(repeating: "0", count: width - String(number, radix: 16).count) + String(number, radix: 16) }
        let start = (Self.now + second).seconds
        return #"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"\#(service)"}}]},"scopeSpans":[{"spans":[{"traceId":"\#(hex(trace, 32))","spanId":"\#(hex(span, 16))","parentSpanId":"\#(parent.map { hex($0, 16) } ?? "")","name":"\#(name)","startTimeUnixNano":"\#(start)000000000","endTimeUnixNano":"\#(start + 2)000000000"}]}]}]}"#
    }

    private func order(marks: [String: String] = [:], kept: Set<String> = [], since: Timestamp? = nil) -> CollectionOrder {
        CollectionOrder(tenant: "t", source: "otel", services: [ServiceOrder(id: "web", traceGroups: [TraceGroupOrder(id: "shop", source: "otel"), TraceGroupOrder(id: "jobs", source: "otel")])],
                        keptTraces: kept, marks: marks, since: since, now: Self.now)
    }

    private func harvest(_ folder: MadeUpFolder, _ order: CollectionOrder) async -> Harvest {
        await OTLPCollector(folder: folder, patterns: ["*.jsonl"], groups: [.init(id: "shop", service: "shop*"), .init(id: "jobs", entry: "job *")]).harvest(order)
    }

    @Test func `parts of a trace in several files are one trace, and each trace has its group`() async {
        let folder = MadeUpFolder(files: ["a.jsonl": line(1, 1) + "\n" + line(2, 5, service: "cron", name: "job nightly"), "b.jsonl": line(1, 2, parent: 1, service: "cart"),
                                          "c.jsonl": line(3, 7, service: "other")])
        let harvest = await harvest(folder, order())
        #expect(harvest.problems == [] && harvest.summaries.map(\.group) == ["shop", "jobs"])
        #expect(harvest.traces.first { $0.group == "shop" }?.spans.map(\.name) == ["GET /", "GET /"] && harvest.summaries.first?.services == ["cart", "shop"])
        #expect(harvest.readings.first?.detail == "1 traces belong to no trace group" && harvest.readings.first?.dataTo == Self.now - 598)
        #expect(harvest.resources.map { "\($0.service)/\($0.id.name)" } == ["web/shop", "web/jobs"])
        #expect(harvest.ledger.first?.calls == 3 && harvest.ledger.first?.units == 4)
    }

    @Test func `a file is read once, and again once it has grown`() async {
        var folder = MadeUpFolder(files: ["a.jsonl": line(1, 1)])
        let first = await harvest(folder, order())
        let again = await harvest(folder, order(marks: first.marks["otel"] ?? [:]))
        #expect(first.summaries.count == 1 && again.summaries == [] && again.ledger == [] && again.marks == first.marks)
        folder.files["a.jsonl"]? += "\n" + line(2, 2)
        let grown = await harvest(folder, order(marks: first.marks["otel"] ?? [:]))
        #expect(grown.summaries.count == 2)
        folder.files["a.jsonl"] = nil
        #expect(await harvest(folder, order(marks: first.marks["otel"] ?? [:])).marks == ["otel": [:]])
    }

    @Test func `what was written in the last quarter of an hour is read together`() async {
        let folder = MadeUpFolder(files: ["a.jsonl": line(1, 1), "b.jsonl": line(1, 2, parent: 1)], times: ["a.jsonl": Self.now - 600, "b.jsonl": Self.now - 10])
        let first = await harvest(MadeUpFolder(files: ["a.jsonl": line(1, 1)], times: folder.times), order())
        #expect(await harvest(folder, order(marks: first.marks["otel"] ?? [:])).traces.first?.spans.count == 2)
    }

    @Test func `the half line of a file that is being written is no mistake`() async {
        let half = line(1, 1) + "\n" + line(2, 2).prefix(40)
        #expect(await harvest(MadeUpFolder(files: ["a.jsonl": half], times: ["a.jsonl": Self.now - 3]), order()).problems == [])
        #expect(await harvest(MadeUpFolder(files: ["a.jsonl": half]), order()).problems.map(\.message) == ["a.jsonl: 1 documents are no JSON. The others are kept (source 'otel')."])
    }

    @Test func `a part without its beginning is no whole trace`() async {
        let harvest = await harvest(MadeUpFolder(files: ["b.jsonl": line(1, 2, parent: 1)]), order())
        #expect(harvest.summaries.map(\.isPartial) == [true] && harvest.traces.map(\.isComplete) == [false])
    }

    @Test func `an import begins where it is told to`() async {
        let folder = MadeUpFolder(files: ["a.jsonl": line(1, 1, at: -86_400), "b.jsonl": line(2, 2)], times: ["a.jsonl": Self.now - 86_000, "b.jsonl": Self.now - 500])
        let harvest = await harvest(folder, order(since: Self.now - 3_600))
        #expect(harvest.summaries.count == 1 && harvest.ledger.first?.calls == 1)
    }

    @Test func `an empty folder, a foreign file and a file that cannot be read are told`() async {
        #expect(await harvest(MadeUpFolder(files: [:]), order()).problems.map(\.kind) == [.missing])
        let absent = await harvest(MadeUpFolder(files: ["a.jsonl": #"{"hello":1}"#]), order())
        #expect(absent.problems.map(\.message) == ["a.jsonl: holds no traces. Expected resourceSpans of OTLP/JSON, or traces of Jaeger (source 'otel')."])
        #expect(Set(absent.absences.values.map(\.reason)) == [.neverSeen])
        #expect(await harvest(MadeUpFolder(files: ["a.jsonl": #"{"resourceLogs":[]}"#]), order()).problems == [])
    }
}
