import AWS
@testable import Collectors
import JSON
import Telemetry
import Testing

@Suite struct GraphCollectionTests {
    private static let ten = Timestamp(year: 2026, month: 11, day: 20, hour: 10)

    @Test(arguments: [
        ("at first as far as the history goes", nil, 300, 7_200, [8, 9, 10]),
        ("the present hour in every run", 1_800, 2_100, 86_400, [10]),
        ("and the one before, until its late traces are in", 600, 900, 86_400, [9, 10]),
        ("a clock that was set back", 7_200, 3_000, 86_400, [10]),
        ("after a long silence a day at most", -400_000, 60, 86_400, Array(-14...10)),
    ] as [(String, Int64?, Int64, Int64, [Int64])])
    func `hours are read until they are complete`(_ name: String, _ cursor: Int64?, _ now: Int64, _ backfill: Int64, _ hours: [Int64]) {
        let found = GraphCollection.hours(cursor: cursor.map { Self.ten + $0 }, now: Self.ten + now, backfill: backfill)
        #expect(found == hours.map { Self.ten + ($0 - 10) * 3_600 }, "\(name)")
    }

    @Test func `garbage in a graph costs itself alone`() throws {
        var answer = ServiceGraphAnswer()
        answer.add(try JSONValue(parsing: #"{"Services":[7,{"ReferenceId":0},{"ReferenceId":1,"Name":"a","Type":"AWS::Lambda","Edges":[{},{"ReferenceId":99},{"ReferenceId":2,"EdgeType":"LINK","SummaryStatistics":{"OkCount":-5,"FaultStatistics":{"TotalCount":4503599627370496}},"ResponseTimeHistogram":[{"Value":1e308,"Count":1e30},{"Value":"x"}]}]},{"ReferenceId":2,"Name":"arn:aws:sns:us-east-1:1:topic","Type":"AWS::SNS"}]}"#))
        let calls = answer.calls(source: "s", hour: Self.ten)
        #expect(calls.map { "\($0.from.name) > \($0.to.name) \($0.kind) \($0.figures.ok) \($0.figures.faults)" } == ["a > topic link 0 4503599627370496"])
        #expect(answer.refused == 3 && calls.first?.figures.count == 4_503_599_627_370_496)
    }

    @Test func `pages that were not read and elements that are none are told`() async {
        let aws = ScriptedAWS(["GetTraceSummaries": { _, _ in (200, "{}") }, "https://xray.eu-central-1.amazonaws.com/ServiceGraph": { _, _ in
            (200, #"{"Services":[7,{"ReferenceId":1,"Name":"a","Edges":[{"ReferenceId":2}]},{"ReferenceId":2,"Name":"b"}],"NextToken":"again"}"#)
        }])
        let harvest = await aws.harvest(.mock(traceGroups: [TraceGroupOrder(id: "orders", group: "orders")]))
        let told = Set(harvest.problems.filter { $0.operation == "xray:GetServiceGraph" }.map(\.kind))
        #expect(told == [.limit, .badAnswer], "\(harvest.problems)")
        #expect(harvest.calls.contains { $0.from.name == "a" && $0.to.name == "b" })
    }
}
