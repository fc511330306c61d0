import Collectors
import JSON
import Telemetry
import Testing

private let nine45 = Timestamp(year: 2026, month: 11, day: 20, hour: 9, minute: 45)

/// One point of 7 for each question, unless one of them is refused.
private func refusing(_ status: Int, _ words: String, where isRefused: @escaping @Sendable (_ question: JSONValue) -> Bool) -> ScriptedAWS.Answer {
    { input, _ in
        let questions = (input["MetricDataQueries"]?.array ?? []).map { $0["MetricStat"] ?? .null }
        return questions.contains(where: isRefused) ? (status, words) : metricAnswer(input, times: "\(nine45.seconds)", values: "7")
    }
}

private func isNamed(_ name: String) -> @Sendable (JSONValue) -> Bool { { $0["Metric"]?["Dimensions"]?.array.first?["Value"]?.string == name } }

@Suite struct `A refused portion of metrics` {
    private static let validation = #"{"__type":"com.amazon.coral.service#ValidationException","message":"The value bad for parameter Dimensions is invalid."}"#
    private static let topics = (0..<60).map { ResourceOrder(.topic, "topic-\($0)") }

    @Test func `one wrong resource costs itself alone, in few calls`() async {
        let aws = ScriptedAWS(["GetMetricData": refusing(400, Self.validation, where: isNamed("topic-17"))])
        let harvest = await aws.harvest(.mock(Self.topics))
        for index in 0..<60 {
            #expect(harvest.samples(.topic, "topic-\(index)", "published").isEmpty == (index == 17), "\(index)")
        }
        #expect(harvest.absence(.topic, "topic-17", "published") == .sourceError)
        let detail = harvest.absences[SeriesID(ResourceID(source: "prod", kind: .topic, name: "topic-17"), "published")]?.detail
        #expect(detail == "CloudWatch says: The value bad for parameter Dimensions is invalid")
        #expect(!harvest.cursors.keys.contains { $0.resource.name == "topic-17" })
        #expect(aws.operations.count { $0 == "GetMetricData" } < 50)
        let problems = harvest.problems.filter { $0.operation == "cloudwatch:GetMetricData" }
        #expect(!problems.isEmpty && problems.allSatisfy { $0.kind == .badAnswer && $0.message.contains("'topic-17'") && $0.message.contains("the others are answered") })
    }

    @Test func `a server that cannot compute percentiles gives everything else`() async {
        let isPercentile: @Sendable (JSONValue) -> Bool = { $0["Stat"]?.string?.hasPrefix("p") == true }
        let aws = ScriptedAWS(queueAnswers(metrics: refusing(500, "<html>KeyError: 'p99'</html>", where: isPercentile)))
        let harvest = await aws.harvest(.mock([ResourceOrder(.queue, "orders"), ResourceOrder(.api, "shop")]))
        #expect(harvest.samples(.queue, "orders", "visible").map(\.value) == [7] && harvest.samples(.api, "shop", "requests").map(\.value).contains(7))
        #expect(harvest.absence(.api, "shop", "latency.p99") == .sourceError && harvest.samples(.api, "shop", "latency.p99") == [])
        // The first try is repeated, the parts are not.
        #expect(aws.operations.count { $0 == "GetMetricData" } <= 16)
    }

    @Test(arguments: [(503, #"{"__type":"ServiceUnavailable","message":"busy"}"#), (403, #"{"__type":"AccessDeniedException","message":"no"}"#),
                      (400, #"{"__type":"ThrottlingException","message":"Rate exceeded"}"#)])
    func `what fails for load or rights is not divided`(status: Int, body: String) async {
        let aws = ScriptedAWS(["GetMetricData": { _, _ in (status, body) }])
        _ = await aws.harvest(.mock(Array(Self.topics.prefix(10))))
        let sizes = Set(aws.inputs(of: "GetMetricData").map { $0["MetricDataQueries"]?.array.count ?? 0 })
        #expect(sizes.count == 1)
    }

    @Test func `a server that fails at everything is asked a few times and no more`() async {
        let aws = ScriptedAWS(["GetMetricData": { _, _ in (500, "") }])
        let harvest = await aws.harvest(.mock(Array(Self.topics.prefix(10))))
        #expect(aws.operations.count { $0 == "GetMetricData" } <= 6)
        #expect(harvest.problems.count { $0.operation == "cloudwatch:GetMetricData" } == 1 && harvest.series == [])
    }

    @Test func `many wrong ones end at the limit, and the budget of calls ends it before`() async {
        let isBad: @Sendable (JSONValue) -> Bool = { ($0["Metric"]?["Dimensions"]?.array.first?["Value"]?.string ?? "").hasSuffix("1") }
        let aws = ScriptedAWS(["GetMetricData": refusing(400, Self.validation, where: isBad)])
        _ = await aws.harvest(.mock(Self.topics))
        #expect(aws.operations.count { $0 == "GetMetricData" } <= 2 * 46)
        let frugal = ScriptedAWS(["GetMetricData": refusing(400, Self.validation, where: isBad)])
        var order = CollectionOrder.mock(Self.topics)
        order.budget.calls = 5
        let harvest = await frugal.harvest(order)
        #expect(frugal.operations.count <= 8 && harvest.problems.map(\.kind).contains(.budget))
    }
}
