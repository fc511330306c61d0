@testable import Collectors
import JSON
import Telemetry
import Testing

/// The window of the scripted clock ends at 10:00 (three minutes before 10:05, floored) and begins at 9:30.
private let nine45 = Timestamp(year: 2026, month: 11, day: 20, hour: 9, minute: 45)
private let orders = ResourceOrder(.queue, "orders")

@Suite struct `CloudWatch collection` {
    @Test func `points are ordered, unique, in base units and marked late while they are young`() async {
        let aws = ScriptedAWS(queueAnswers { input, _ in
            metricAnswer(input, times: "\(nine45.seconds + 300),\(nine45.seconds - 900),\(nine45.seconds - 900)", values: "3,1,2")
        })
        let harvest = await aws.harvest(.mock([orders]))
        #expect(harvest.problems == [])
        #expect(harvest.samples(.queue, "orders", "visible") == [Sample(nine45 - 900, 2, .final), Sample(nine45 + 300, 3, .late)])
    }

    @Test func `counters of a living resource are zero where nothing came, gauges are not`() async {
        let harvest = await ScriptedAWS(queueAnswers { input, _ in metricAnswer(input, times: "\(nine45.seconds)", values: "5") }).harvest(.mock([orders]))
        let sent = harvest.samples(.queue, "orders", "sent")
        #expect(sent.count == 6 && sent.count { $0.quality == .zeroFilled } == 5)
        #expect(harvest.samples(.queue, "orders", "visible").count == 1)
    }

    @Test func `nothing is filled for a resource that nobody proved alive`() async {
        let aws = ScriptedAWS(["GetMetricData": { input, _ in metricAnswer(input, times: "", values: "") }])
        let harvest = await aws.harvest(.mock([ResourceOrder(.topic, "orders")]))
        #expect(harvest.series == [])
        #expect(harvest.absence(.topic, "orders", "published") == .neverSeen)
    }

    @Test func `a silent queue that exists is asleep, and its counters are zero`() async {
        let aws = ScriptedAWS(queueAnswers(attributes: #","ApproximateNumberOfMessages":"0""#) { input, _ in metricAnswer(input, times: "", values: "") })
        let harvest = await aws.harvest(.mock([orders]))
        #expect(harvest.absence(.queue, "orders", "visible") == .asleep && harvest.samples(.queue, "orders", "visible") == [])
        #expect(harvest.samples(.queue, "orders", "sent").allSatisfy { $0.value == 0 && $0.quality == .zeroFilled })
    }

    @Test func `counts of the queue itself stand in where CloudWatch has none`() async {
        let aws = ScriptedAWS(queueAnswers(attributes: #","ApproximateNumberOfMessages":"12","ApproximateNumberOfMessagesNotVisible":"1""#) { input, _ in
            metricAnswer(input, times: "", values: "")
        })
        let harvest = await aws.harvest(.mock([orders]))
        #expect(harvest.samples(.queue, "orders", "visible") == [Sample(nine45 + 600, 12, .late)])
        #expect(harvest.absence(.queue, "orders", "visible") == nil)
    }

    @Test func `a deleted queue is said to be deleted and not asked for`() async {
        let aws = ScriptedAWS(["GetQueueUrl": { _, _ in (400, #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}"#) }])
        let harvest = await aws.harvest(.mock([orders]))
        #expect(harvest.resource(.queue, "orders")?.presence == .missing)
        #expect(harvest.absence(.queue, "orders", "visible") == .deleted)
        #expect(!aws.operations.contains("GetMetricData"))
    }

    @Test func `PartialData is kept as partial, is not filled and is asked again`() async {
        let aws = ScriptedAWS(queueAnswers { input, _ in metricAnswer(input, times: "\(nine45.seconds)", values: "5", status: "PartialData") })
        let harvest = await aws.harvest(.mock([orders]))
        #expect(harvest.samples(.queue, "orders", "sent") == [Sample(nine45, 5, .partial)])
        #expect(harvest.cursors.isEmpty)
    }

    @Test func `InternalError and Forbidden of single results are reasons of those series`() async {
        for (word, reason) in [("InternalError", AbsenceReason.sourceError), ("Forbidden", .denied)] {
            let aws = ScriptedAWS(queueAnswers { input, _ in metricAnswer(input, times: "", values: "", status: word) })
            let harvest = await aws.harvest(.mock([orders]))
            #expect(harvest.absence(.queue, "orders", "visible") == reason && harvest.absence(.queue, "orders", "sent") == reason)
            #expect(harvest.series == [])
        }
    }

    @Test func `pages are followed, empty ones too, and the last status counts`() async {
        let aws = ScriptedAWS(queueAnswers { input, call in
            switch call {
            case 1: metricAnswer(input, times: "\(nine45.seconds)", values: "1", status: "PartialData", token: "a")
            case 2: (200, #"{"MetricDataResults":[],"NextToken":"b"}"#)
            default: metricAnswer(input, times: "\(nine45.seconds + 300)", values: "2")
            }
        })
        let harvest = await aws.harvest(.mock([orders]))
        #expect(aws.inputs(of: "GetMetricData").map { $0["NextToken"]?.string } == [nil, "a", "b"])
        #expect(harvest.samples(.queue, "orders", "visible").map(\.value) == [1, 2])
        #expect(harvest.samples(.queue, "orders", "visible").allSatisfy { $0.quality == .late })
    }

    @Test func `a token that comes again ends the round, and what came is partial`() async {
        let aws = ScriptedAWS(queueAnswers { input, _ in metricAnswer(input, times: "\(nine45.seconds)", values: "1", token: "again") })
        let harvest = await aws.harvest(.mock([orders]))
        #expect(aws.operations.count { $0 == "GetMetricData" } == 2)
        #expect(harvest.samples(.queue, "orders", "visible") == [Sample(nine45, 1, .partial)])
        #expect(harvest.problems.map(\.kind) == [.limit] && harvest.cursors.isEmpty)
    }

    @Test func `points outside the window and from the future are counted, not kept`() async {
        let aws = ScriptedAWS(queueAnswers { input, _ in
            metricAnswer(input, times: "\(nine45.seconds),\(nine45.seconds + 86_400),1,NaN", values: "1,2,3,4")
        })
        let harvest = await aws.harvest(.mock([orders]))
        #expect(harvest.samples(.queue, "orders", "visible") == [Sample(nine45, 1, .late)])
        #expect(harvest.problems.map(\.message).contains { $0.contains("points were no numbers, had no time or lay outside the window") })
    }

    @Test(arguments: [(403, #"{"__type":"AccessDeniedException","message":"User is not authorized"}"#, Problem.Kind.denied, AbsenceReason.denied),
                      (400, #"{"__type":"ThrottlingException","message":"Rate exceeded"}"#, .throttled, .sourceError),
                      (500, "", .unreachable, .sourceError), (200, "<html>gateway</html>", .badAnswer, .sourceError)])
    func `a refused or broken answer is a reason, and the inventory stays`(status: Int, body: String, kind: Problem.Kind, reason: AbsenceReason) async {
        let aws = ScriptedAWS(queueAnswers { _, _ in (status, body) })
        let harvest = await aws.harvest(.mock([orders]))
        #expect(harvest.problems.map(\.kind) == [kind])
        #expect(harvest.absence(.queue, "orders", "sent") == reason && harvest.series == [])
        #expect(harvest.resource(.queue, "orders")?.settings[.retention] == .number(345_600))
        #expect(harvest.problems.allSatisfy { $0.message.contains("eu-central-1") && !$0.message.contains("canary-secret") })
    }

    @Test func `refused credentials cost two calls at most and are one problem`() async {
        let aws = ScriptedAWS([:].merging(["GetQueueUrl": { @Sendable _, _ in (403, #"{"__type":"InvalidClientTokenId","message":"The security token included in the request is invalid."}"#) }]) { $1 })
        let harvest = await aws.harvest(.mock((0..<50).map { ResourceOrder(.queue, "q\($0)") }, traceGroups: [TraceGroupOrder(id: "all")]))
        #expect(aws.operations.count <= 2)
        #expect(harvest.problems.map(\.kind) == [.credentials])
    }

    @Test func `credentials that are not to be had are told with the profile that was looked at`() async {
        let harvest = await ScriptedAWS([:]).harvest(.mock([orders]), profile: "shop-read")
        #expect(harvest.problems.count == 1 && harvest.problems.allSatisfy { $0.message.contains("in eu-central-1: profile 'shop-read' (tenant 'acme'): there is no such profile in the shared config and credentials files. ") }, "\(harvest.problems.map(\.message))")
    }

    @Test func `hostile names reach CloudWatch as they are and break nothing`() async {
        let name = "a\"},{\"Id\":\"x\\\u{1}\n<script>"
        let aws = ScriptedAWS(["GetMetricData": { input, _ in metricAnswer(input, times: "\(nine45.seconds)", values: "1") }])
        let harvest = await aws.harvest(.mock([ResourceOrder(.topic, name)]))
        let asked = aws.inputs(of: "GetMetricData").flatMap { $0["MetricDataQueries"]?.array ?? [] }
        #expect(asked.allSatisfy { $0["MetricStat"]?["Metric"]?["Dimensions"]?.array.first?["Value"]?.string == name })
        #expect(harvest.samples(.topic, name, "failed").map(\.value).contains(1))
    }

    @Test func `questions go in portions of 500`() async {
        let aws = ScriptedAWS(["GetMetricData": { input, _ in metricAnswer(input, times: "", values: "") }])
        _ = await aws.harvest(.mock((0..<100).map { ResourceOrder(.topic, "t\($0)") }))
        let sizes = aws.inputs(of: "GetMetricData").map { $0["MetricDataQueries"]?.array.count ?? 0 }
        #expect(sizes.reduce(0, +) == 700 && sizes.allSatisfy { $0 <= 500 })
    }

    @Test func `a missed run leaves no gap, and young points are read again`() async {
        let visible = SeriesID(ResourceID(source: "prod", kind: .queue, name: "orders"), "visible")
        let aws = ScriptedAWS(queueAnswers { input, _ in metricAnswer(input, times: "", values: "") })
        _ = await aws.harvest(.mock([orders], cursors: [visible: nine45 - 7_200]))
        let starts = aws.inputs(of: "GetMetricData").compactMap { $0["StartTime"]?.integer }.map { Int64($0) }
        #expect(starts.contains(nine45.seconds - 7_200 - 900))
    }

    @Test func `a silent slow series is not asked again before its time, and then for all that it missed`() async {
        func asked(_ cursors: [SeriesID: Timestamp], after seconds: Int64) async -> (starts: [Int64], cursors: [SeriesID: Timestamp]) {
            let aws = ScriptedAWS(queueAnswers { input, _ in metricAnswer(input, times: "", values: "") })
            var order = CollectionOrder.mock([orders], cursors: cursors)
            order.now = ScriptedAWS.now + seconds
            let harvest = await aws.harvest(order)
            let bodies = aws.inputs(of: "GetMetricData").filter {
                $0["MetricDataQueries"]?.array.contains { $0["MetricStat"]?["Metric"]?["MetricName"]?.string == "NumberOfEmptyReceives" } == true
            }
            return (bodies.compactMap { $0["StartTime"]?.integer }.map { Int64($0) - ScriptedAWS.now.seconds }, cursors.merging(harvest.cursors) { $1 })
        }
        let first = await asked([:], after: 0)
        #expect(first.starts == [-2_100])
        let soon = await asked(first.cursors, after: 300), later = await asked(soon.cursors, after: 900)
        #expect(soon.starts == [] && later.starts == [-1_200])
        // A day without runs: from fifteen minutes before the last answer, without a gap.
        #expect(await asked(later.cursors, after: 86_400).starts == [-300])
    }

    @Test func `a small budget leaves out slow signals first and says so`() async {
        let aws = ScriptedAWS(queueAnswers { input, _ in metricAnswer(input, times: "\(nine45.seconds)", values: "1") })
        var order = CollectionOrder.mock([orders])
        order.budget.metrics = 3
        let harvest = await aws.harvest(order)
        #expect(harvest.ledger.first { $0.operation == "cloudwatch:GetMetricData" }?.units == 3)
        #expect(harvest.series.allSatisfy { !["delayed", "empty_receives", "message_size.p99"].contains($0.series.name) })
        #expect(harvest.problems.map(\.kind) == [.budget])
    }

    @Test func `the end of the time stops asking and keeps what is there`() async {
        var order = CollectionOrder.mock([orders])
        order.isOutOfTime = { true }
        let aws = ScriptedAWS([:])
        let harvest = await aws.harvest(order)
        #expect(aws.operations == [] && harvest.problems.map(\.kind) == [.budget])
        #expect(harvest.problems.first?.message.contains("the time of this run is used up") == true)
    }

    @Test func `the ledger prices what was asked`() async throws {
        let harvest = await ScriptedAWS(queueAnswers { input, _ in metricAnswer(input, times: "", values: "") }).harvest(.mock([orders]))
        let entry = try #require(harvest.ledger.first { $0.operation == "cloudwatch:GetMetricData" })
        #expect(entry.calls == 1 && abs(entry.dollars - Double(entry.units) * 0.00001) < 1e-12)
        #expect(harvest.ledger.map(\.operation).contains("sqs:GetQueueAttributes"))
    }

    @Test func `a run asks for no more series than its budget, and counts what it left out`() async {
        var order = CollectionOrder.mock()
        for number in 0..<3_000 {
            let id = ResourceID(source: "prod", kind: .function, name: "work-\(number)")
            order.known[id] = KnownResource(Resource(id: id, service: "orders", foundBy: [.prefix], presence: .alive), checkedAt: ScriptedAWS.now)
        }
        order.budget.series = 2_000
        #expect(CollectionBudget().series == 100_000)
        let aws = ScriptedAWS(["GetMetricData": { input, _ in metricAnswer(input, times: "", values: "") }])
        let harvest = await aws.harvest(order)
        let asked = aws.inputs(of: "GetMetricData").reduce(0) { $0 + ($1["MetricDataQueries"]?.array.count ?? 0) }
        #expect(asked >= 2_000 && asked < 2_100 && aws.operations.count { $0 == "GetMetricData" } <= 6)
        let left = harvest.problems.first { $0.kind == .budget && $0.message.contains("series of source 'prod' were not asked for") }?.message.split(separator: " ").first.flatMap { Int($0) } ?? 0
        // Twelve metrics each; two more are asked only where failures have a place to go.
        #expect(left + asked == 3_000 * 12, "\(left) and \(asked)")
    }
}

@Suite struct `Very many series` {
    @Test func `of a million as many are asked for as the budget lets, the fast ones first, and the rest is told`() async {
        let perQueue = MetricPlan([Resource(id: ResourceID(source: "prod", kind: .queue, name: "q"), service: "orders", presence: .alive)], order: .mock()).questions.values.reduce(0) { $0 + $1.count }
        let queues = (0..<(1_000_000 / perQueue + 1)).map { Resource(id: ResourceID(source: "prod", kind: .queue, name: "q\($0)"), service: "orders", presence: .alive) }
        let plan = MetricPlan(queues, order: .mock())
        #expect(queues.count * perQueue >= 1_000_000)
        #expect(plan.questions.values.reduce(0) { $0 + $1.count } == 100_000 && plan.skipped == queues.count * perQueue - 100_000)
        #expect(plan.portions.allSatisfy { $0.questions.count <= 500 })
    }

    @Test func `what the budget leaves out is told with its number`() async {
        let aws = ScriptedAWS(queueAnswers(metrics: { input, _ in metricAnswer(input, times: "", values: "") }))
        var order = CollectionOrder.mock([ResourceOrder(.queue, "orders")])
        let all = await aws.harvest(order)
        order.budget.series = 2
        let cut = await aws.harvest(order)
        #expect(all.problems == [] && cut.problems.map(\.kind) == [.budget])
        #expect(cut.problems.first?.message.contains(" series of source 'prod' were not asked for: the budget of metrics or series is used up.") == true)
    }
}
