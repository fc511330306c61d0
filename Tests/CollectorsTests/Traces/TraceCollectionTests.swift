import Collectors
import JSON
import Telemetry
import Testing

private let nine45 = Timestamp(year: 2026, month: 11, day: 20, hour: 9, minute: 45)
private let webhook = TraceGroupOrder(id: "webhook", filter: "service(\"work\")")

private func traceID(_ number: Int, at time: Timestamp = nine45) -> String {
    let tail = String(number, radix: 16)
    return "1-\(String(time.seconds, radix: 16))-" + String(repeating: "0", count: 24 - tail.count) + tail
}

private func summary(_ number: Int, _ duration: Double, fault: Bool = false, at time: Timestamp = nine45) -> String {
    #"{"Id":"\#(traceID(number, at: time))","StartTime":\#(time.seconds).25,"Duration":\#(duration),"ResponseTime":\#(duration / 2),"HasFault":\#(fault),"HasError":false,"HasThrottle":false,"Http":{"HttpURL":"https://x.example/orders?email=jane","HttpStatus":200,"ClientIp":"203.0.113.9"},"Users":[{"UserName":"jane"}]}"#
}

@Suite struct `Trace collection` {
    @Test func `summaries become signals with their sample size, and nobody's address is kept`() async {
        let aws = ScriptedAWS(["GetTraceSummaries": { _, _ in (200, #"{"TraceSummaries":[\#((1...4).map { summary($0, Double($0), fault: $0 == 4) }.joined(separator: ","))],"TracesProcessedCount":40}"#) },
                               "BatchGetTraces": { _, _ in (200, #"{"Traces":[]}"#) }])
        let harvest = await aws.harvest(.mock(traceGroups: [webhook]))
        #expect(harvest.samples(.trace, "webhook", "count").filter { $0.value > 0 } == [Sample(nine45, 4, .late)])
        #expect(harvest.samples(.trace, "webhook", "fault_rate").map(\.value) == [0.25] && harvest.samples(.trace, "webhook", "ok_rate").map(\.value) == [0.75])
        #expect(harvest.samples(.trace, "webhook", "duration.p50").map(\.value) == [2.5])
        #expect(harvest.summaries.first?.httpPath == "/orders")
        #expect(!"\(harvest)".contains("jane") && !"\(harvest)".contains("203.0.113.9"))
        #expect(harvest.ledger.first { $0.operation == "xray:GetTraceSummaries" }?.units == 40)
        #expect(aws.inputs(of: "GetTraceSummaries").allSatisfy { $0["FilterExpression"]?.string == "service(\"work\")" && $0["TimeRangeType"]?.string == "Event" })
    }

    @Test func `examples are asked five at a time, the slowest and the failed among them, none twice`() async {
        let aws = ScriptedAWS(["GetTraceSummaries": { _, _ in (200, #"{"TraceSummaries":[\#((1...30).map { summary($0, Double($0), fault: $0 == 3) }.joined(separator: ","))]}"#) },
                               "BatchGetTraces": { input, call in
                                   call == 1 ? (200, JSONValue.object([.init("Traces", []), .init("UnprocessedTraceIds", input["TraceIds"] ?? [])]).text()) : (200, #"{"Traces":[]}"#)
                               }])
        var order = CollectionOrder.mock(traceGroups: [webhook])
        order.keptTraces = [traceID(30)]
        _ = await aws.harvest(order)
        let asked = aws.inputs(of: "BatchGetTraces").map { ($0["TraceIds"]?.array ?? []).compactMap(\.string) }
        #expect(asked.allSatisfy { (1...5).contains($0.count) })
        #expect(asked.first?.contains(traceID(29)) == true && asked.first?.contains(traceID(3)) == true)
        #expect(!asked.joined().contains(traceID(30)) && aws.operations.count { $0 == "BatchGetTraces" } <= 4)
    }

    @Test func `a refusal is told and nothing is zero`() async {
        let aws = ScriptedAWS(["GetTraceSummaries": { _, _ in (403, #"{"__type":"AccessDeniedException","message":"no"}"#) }])
        let harvest = await aws.harvest(.mock(traceGroups: [webhook]))
        #expect(harvest.absence(.trace, "webhook", "count") == .denied && harvest.series == [] && harvest.cursors.isEmpty)
    }

    @Test func `a group of X-Ray's is asked by name`() async {
        let aws = ScriptedAWS(["GetTraceSummaries": { _, _ in (200, "{}") }])
        let harvest = await aws.harvest(.mock(traceGroups: [TraceGroupOrder(id: "g", group: "my\"group")]))
        #expect(aws.inputs(of: "GetTraceSummaries").first?["FilterExpression"]?.string == #"group.name = "my\"group""#)
        #expect(harvest.samples(.trace, "g", "count").allSatisfy { $0.value == 0 && $0.quality == .zeroFilled })
    }

    @Test func `garbage summaries cost themselves alone`() async {
        let aws = ScriptedAWS(["GetTraceSummaries": { _, _ in (200, #"{"TraceSummaries":[7,{"Id":"../../etc"},{"Id":"\#(traceID(1))","Duration":-4},\#(summary(2, 1))]}"#) },
                               "BatchGetTraces": { _, _ in (500, "") }])
        let harvest = await aws.harvest(.mock(traceGroups: [webhook]))
        #expect(harvest.summaries.map(\.id) == [traceID(2)])
        #expect(harvest.problems.map(\.operation) == ["xray:BatchGetTraces"])
    }
}
