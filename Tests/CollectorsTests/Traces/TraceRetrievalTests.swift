import Collectors
import JSON
import Telemetry
import Testing

private let nine45 = Timestamp(year: 2026, month: 11, day: 20, hour: 9, minute: 45)
private let orders = TraceGroupOrder(id: "orders", filter: "")

/// Accounts with Transaction Search: spans lie in a log group, and X-Ray's own reader finds none of them.
@Suite struct `Trace retrieval` {
    private static func id(_ number: Int) -> String { "1-\(String(nine45.seconds, radix: 16))-00000000000000000000000\(number)" }
    private static let inLogs: ScriptedAWS.Answer = { _, _ in (200, #"{"Destination":"CloudWatchLogs","Status":"ACTIVE"}"#) }
    private static let summaries: ScriptedAWS.Answer = { _, _ in
        let items = (1...3).map { #"{"Id":"\#(id($0))","StartTime":\#(nine45.seconds),"Duration":\#($0),"ResponseTime":1,"HasFault":\#($0 == 1)}"# }
        return (200, #"{"TraceSummaries":[\#(items.joined(separator: ","))]}"#)
    }
    private static let started: ScriptedAWS.Answer = { _, _ in (200, #"{"RetrievalToken":"r-1"}"#) }

    /// As the log group `aws/spans` holds it.
    private static func span(_ trace: Int, _ span: Int, parent: Int? = nil) -> String {
        let id = Self.id(trace).dropFirst(2).filter { $0 != "-" }, start = nine45.seconds * 1_000_000_000
        let document: JSONValue = [
            "resource": ["attributes": ["service.name": "deliver"]], "scope": ["name": "otel"], "traceId": .string(id), "spanId": .string("000000000000000\(span)"),
            "parentSpanId": parent.map { .string("000000000000000\($0)") } ?? .null, "name": .string("span \(span)"), "kind": "SERVER",
            "startTimeUnixNano": JSONValue(start), "endTimeUnixNano": JSONValue(start + 1_500_000_000), "status": ["code": "ERROR"],
            "attributes": ["http.response.status_code": 503, "enduser.id": "jane"], "links": [["traceId": "6733a1b2000000000000000000000001", "spanId": "00000000000000ff"]],
        ]
        return document.text()
    }

    private static func page(_ traces: [(trace: Int, documents: [String])], status: String = "COMPLETE", next: String? = nil) -> (Int, String) {
        let items = traces.map { trace, documents -> JSONValue in
            ["Id": .string(id(trace)), "Duration": 1, "Spans": .array(documents.map { ["Id": "x", "Document": .string($0)] })]
        }
        return (200, JSONValue.object([.init("RetrievalStatus", .string(status)), .init("Traces", .array(items)), .init("NextToken", JSONValue(next))]).text())
    }

    @Test func `a retrieval is started once, waited for, and read over its pages`() async {
        let aws = ScriptedAWS(["GetTraceSummaries": Self.summaries, "GetTraceSegmentDestination": Self.inLogs, "StartTraceRetrieval": Self.started, "ListRetrievedTraces": { input, call in
            if call <= 2 { return Self.page([], status: call == 1 ? "SCHEDULED" : "RUNNING") }
            // A trace with many spans goes over two pages.
            return input["NextToken"] == nil ? Self.page([(1, [Self.span(1, 1)]), (2, [Self.span(2, 1)])], next: "n") : Self.page([(2, [Self.span(2, 2, parent: 1)]), (3, [Self.span(3, 1)])])
        }])
        let harvest = await aws.harvest(.mock(traceGroups: [orders]))
        #expect(harvest.problems == [])
        #expect(aws.operations.count { $0 == "StartTraceRetrieval" } == 1 && !aws.operations.contains("BatchGetTraces"))
        let asked = aws.inputs(of: "StartTraceRetrieval").first
        #expect(Set((asked?["TraceIds"]?.array ?? []).compactMap(\.string)) == Set((1...3).map(Self.id)))
        #expect(asked?["StartTime"]?.integer == Int(nine45.seconds) - 60 && asked?["EndTime"]?.integer == Int(ScriptedAWS.now.seconds))
        #expect(aws.inputs(of: "ListRetrievedTraces").allSatisfy { $0["TraceFormat"] == "OTEL" && $0["RetrievalToken"] == "r-1" })
        #expect(harvest.traces.map(\.id) == (1...3).map(Self.id) && harvest.traces.map(\.spans.count) == [1, 2, 1] && harvest.traces.allSatisfy(\.isComplete))
        let span = harvest.traces.first?.spans.first
        #expect(span?.name == "span 1" && span?.kind == .server && span?.status == .fault && span?.httpStatus == 503 && span?.start == Double(nine45.seconds))
        #expect(harvest.traces.first?.links.map(\.linkedTraceID) == ["1-6733a1b2-000000000000000000000001"])
        #expect(!"\(harvest)".contains("jane"))
        #expect(harvest.ledger.first { $0.operation == "xray:StartTraceRetrieval" }?.units == 3)
        #expect(harvest.resource(.trace, "orders")?.settings[.traceDestination] == .text("CloudWatchLogs"))
    }

    @Test func `what is no span is asked for as a segment`() async {
        let segment = #"{"id":"00000000000000aa","name":"deliver","trace_id":"\#(Self.id(1))","start_time":\#(nine45.seconds),"end_time":\#(nine45.seconds + 2)}"#
        let aws = ScriptedAWS(["GetTraceSummaries": Self.summaries, "GetTraceSegmentDestination": Self.inLogs, "StartTraceRetrieval": Self.started, "ListRetrievedTraces": { input, _ in
            input["TraceFormat"] == "OTEL" ? Self.page([(1, ["no JSON"]), (2, [Self.span(2, 1)])]) : Self.page([(1, [segment]), (2, [segment])])
        }])
        let harvest = await aws.harvest(.mock(traceGroups: [orders]))
        #expect(harvest.problems == [] && aws.inputs(of: "ListRetrievedTraces").map { $0["TraceFormat"]?.string } == ["OTEL", "XRAY"])
        #expect(harvest.traces.map(\.id) == [Self.id(1), Self.id(2)] && harvest.traces.map { $0.spans.first?.name } == ["deliver", "span 1"])
    }

    @Test func `documents of neither form are counted, and the others are kept`() async {
        let aws = ScriptedAWS(["GetTraceSummaries": Self.summaries, "GetTraceSegmentDestination": Self.inLogs, "StartTraceRetrieval": Self.started,
                               "ListRetrievedTraces": { _, _ in Self.page([(1, [#"{"spanId":7}"#]), (2, [Self.span(2, 1)])]) }])
        let harvest = await aws.harvest(.mock(traceGroups: [orders]))
        #expect(harvest.traces.map(\.id) == [Self.id(2)])
        #expect(harvest.problems.map(\.kind) == [.badAnswer] && harvest.problems.first?.message.contains("1 documents are neither spans nor segments") == true)
    }

    @Test func `pages that go round are told, and what was read is kept`() async {
        let aws = ScriptedAWS(["GetTraceSummaries": Self.summaries, "GetTraceSegmentDestination": Self.inLogs, "StartTraceRetrieval": Self.started,
                               "ListRetrievedTraces": { _, _ in Self.page([(1, [Self.span(1, 1)])], next: "again") }])
        let harvest = await aws.harvest(.mock(traceGroups: [orders]))
        #expect(harvest.problems.map(\.kind) == [.limit] && harvest.traces.map(\.id) == [Self.id(1)])
    }

    @Test func `a retrieval that never ends is cancelled, and rates stand all the same`() async {
        let aws = ScriptedAWS(["GetTraceSummaries": Self.summaries, "GetTraceSegmentDestination": Self.inLogs, "StartTraceRetrieval": Self.started,
                               "ListRetrievedTraces": { _, _ in Self.page([], status: "RUNNING") }, "CancelTraceRetrieval": { _, _ in (200, "{}") }])
        let harvest = await aws.harvest(.mock(traceGroups: [orders]))
        #expect(aws.operations.count { $0 == "ListRetrievedTraces" } == 7 && aws.inputs(of: "CancelTraceRetrieval").map { $0["RetrievalToken"] } == ["r-1"])
        #expect(harvest.problems.map(\.kind) == [.timedOut] && harvest.traces == [])
        #expect(harvest.samples(.trace, "orders", "count").contains { $0.value == 3 })
    }

    @Test(arguments: ["FAILED", "CANCELLED", "TIMEOUT"]) func `a retrieval that came to nothing is told once`(_ status: String) async {
        let aws = ScriptedAWS(["GetTraceSummaries": Self.summaries, "GetTraceSegmentDestination": Self.inLogs, "StartTraceRetrieval": Self.started, "ListRetrievedTraces": { _, _ in Self.page([], status: status) }])
        let harvest = await aws.harvest(.mock(traceGroups: [orders]))
        #expect(aws.operations.count { $0 == "ListRetrievedTraces" } == 1 && harvest.problems.count == 1 && harvest.traces == [])
    }

    @Test(arguments: [(10, 0), (3_700, 1)]) func `where spans are kept is asked as often as settings are`(_ age: Int64, _ asked: Int) async {
        let aws = ScriptedAWS(["GetTraceSummaries": Self.summaries, "GetTraceSegmentDestination": Self.inLogs, "StartTraceRetrieval": Self.started, "ListRetrievedTraces": { _, _ in Self.page([(1, [Self.span(1, 1)])]) }])
        let id = ResourceID(source: "prod", kind: .trace, name: "orders")
        var order = CollectionOrder.mock(traceGroups: [orders])
        order.known[id] = KnownResource(Resource(id: id, service: "orders", presence: .alive, settings: [.traceDestination: .text("CloudWatchLogs")]), checkedAt: ScriptedAWS.now - age)
        let harvest = await aws.harvest(order)
        #expect(aws.operations.count { $0 == "GetTraceSegmentDestination" } == asked && harvest.traces.count == 1)
        #expect(harvest.resource(.trace, "orders")?.checkedAt == ScriptedAWS.now - (asked == 1 ? 0 : age))
    }

    @Test(arguments: [
        (200, #"{"Destination":"XRay","Status":"ACTIVE"}"#, nil), (200, #"{"Destination":"CloudWatchLogs","Status":"PENDING"}"#, nil),
        (403, #"{"__type":"AccessDeniedException","message":"no"}"#, SourceReading.State.denied), (404, "{}", .failed),
    ] as [(Int, String, SourceReading.State?)])
    func `unless spans are said to lie in logs, X-Ray is asked for them`(_ status: Int, _ body: String, _ told: SourceReading.State?) async {
        let aws = ScriptedAWS(["GetTraceSummaries": Self.summaries, "GetTraceSegmentDestination": { _, _ in (status, body) }, "BatchGetTraces": { _, _ in (200, #"{"Traces":[]}"#) }])
        let harvest = await aws.harvest(.mock(traceGroups: [orders]))
        #expect(aws.operations.contains("BatchGetTraces") && !aws.operations.contains("StartTraceRetrieval") && harvest.problems == [])
        #expect(harvest.readings.first { $0.what == "Where spans are kept" }?.state == told)
    }

    @Test func `without a new trace only the graph is asked for`() async {
        let aws = ScriptedAWS(["GetTraceSummaries": { _, _ in (200, "{}") }])
        _ = await aws.harvest(.mock(traceGroups: [orders]))
        #expect(Set(aws.operations) == ["GetTraceSummaries", "https://xray.eu-central-1.amazonaws.com/ServiceGraph"])
    }

    @Test func `wayne: the simulated account with Transaction Search gives its spans`() async {
        let account = SimulatedAccount("wayne", account: "666666666666")
        let harvest = await account.harvest([ServiceOrder(id: "orders", traceGroups: [TraceGroupOrder(id: "orders", group: "orders")])], backfill: 3_600)
        #expect(harvest.problems == [])
        let operations = Set(harvest.ledger.map(\.operation))
        #expect(operations == ["xray:GetServiceGraph", "xray:GetTraceSummaries", "xray:GetTraceSegmentDestination", "xray:StartTraceRetrieval", "xray:ListRetrievedTraces"])
        #expect(harvest.traces.count >= 3 && harvest.traces.allSatisfy { $0.isComplete && $0.id.hasPrefix("1-") })
        let shown = Set(harvest.summaries.map(\.id))
        for trace in harvest.traces {
            #expect(shown.contains(trace.id))
            #expect(trace.spans.first { $0.parentID == nil }?.name == "gadgets-prod-deliver")
            let call = trace.spans.first { $0.name == "shop.wayne.example" }
            #expect(call?.kind == .client && call?.httpStatus == 200 && call?.status == .ok)
            #expect(trace.spans.contains { $0.resource == "gadgets-prod-deliveries" })
        }
    }
}
