import Telemetry
import Testing
@testable import Simulator

/// The numbers by which people recognise each system's trouble, at the anchor.
@Suite struct FaultNumberTests {
    private let world = SimulatedWorld.mock()

    @Test func `initech: the dead-letter queue holds 212, 38 of them from the last hour, and no function fails`() throws {
        let initech = world.system(account: Initech.account)
        let queue = ["QueueName": Initech.deadLetterQueue]
        func visible(_ end: Timestamp) -> Double? { initech.point("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, minutes: 1, endingAt: end)?.maximum }
        #expect(visible(dayZero) == 212)
        #expect(visible(dayZero - 3_600) == 174)
        #expect(visible(dayZero - 330 * 60) == nil, "asleep before the first failure")
        #expect(initech.point("AWS/SQS", "ApproximateAgeOfOldestMessage", queue, minutes: 1)?.maximum == 19_740, "5 h 29 min")
        #expect(initech.sum("AWS/SQS", "NumberOfMessagesSent", queue, minutes: 330) == 0, "redriving is not sending")
        for function in initech.functions {
            #expect(initech.sum("AWS/Lambda", "Errors", ["FunctionName": function.name], minutes: 1_440) == 0)
        }
        #expect(initech.point("AWS/SQS", "ApproximateNumberOfMessagesVisible", ["QueueName": Initech.orphan], minutes: 1_440) == nil)
        #expect(initech.functions.count == 15)
    }

    @Test func `initech: what the rule matched came into the queue`() {
        let initech = world.system(account: Initech.account)
        let matched = initech.sum("AWS/Events", "MatchedEvents", ["RuleName": "Users-OrderCompletedRule-prod", "EventBusName": Initech.bus], minutes: 360)
        #expect(matched == initech.sum("AWS/SQS", "NumberOfMessagesSent", ["QueueName": Initech.queue], minutes: 360))
    }

    @Test func `globex: four in ten runs fail and about 6.4 % of events are dropped`() {
        let globex = world.system(account: Globex.account)
        let http = ["FunctionName": Globex.http], week: Int64 = 7 * 1_440
        let failing = globex.sum("AWS/Lambda", "Errors", http, minutes: week) / globex.sum("AWS/Lambda", "Invocations", http, minutes: week)
        let lost = globex.sum("AWS/Lambda", "AsyncEventsDropped", http, minutes: week) / globex.sum("AWS/Lambda", "AsyncEventsReceived", http, minutes: week)
        #expect((0.37...0.43).contains(failing), "\(failing) of the runs fail")
        #expect((0.048...0.08).contains(lost), "\(lost) of the events are lost")
    }

    @Test func `globex: received is done, dropped or being retried`() {
        let globex = world.system(account: Globex.account)
        let http = ["FunctionName": Globex.http], day: Int64 = 1_440
        func sum(_ metric: String) -> Double { globex.sum("AWS/Lambda", metric, http, minutes: day) }
        let unaccounted = sum("AsyncEventsReceived") - (sum("Invocations") - sum("Errors")) - sum("AsyncEventsDropped")
        #expect(abs(unaccounted) <= 2, "at most what is in retry at the edges of the day")
    }

    @Test func `globex: the sender sends nine in ten messages twice`() {
        let globex = world.system(account: Globex.account)
        let ratio = globex.sum("AWS/SQS", "NumberOfMessagesSent", ["QueueName": Globex.queue], minutes: 1_440)
            / globex.sum("AWS/Lambda", "Invocations", ["FunctionName": Globex.sender], minutes: 1_440)
        #expect((1.88...1.92).contains(ratio))
    }

    @Test func `globex: traces hold retries, an open subsegment and a link`() {
        let traces = (dayZero.minute - 1_440..<dayZero.minute).flatMap(world.system(account: Globex.account).traces)
        let spans = traces.flatMap(\.segments).flatMap(\.all)
        #expect(spans.contains { $0.name == "Attempt #3" })
        #expect(spans.contains { $0.name == "sqs.sendMessage" && $0.end == nil })
        let links = traces.flatMap(\.segments).flatMap { $0.detail("links")?.array ?? [] }
        let ids = Set(traces.map(\.id)), spanIDs = Set(spans.map(\.id))
        #expect(links.count > 200)
        #expect(links.dropFirst(3).allSatisfy { ids.contains($0["trace_id"]?.string ?? "") && spanIDs.contains($0["id"]?.string ?? "") })
    }

    @Test func `umbrella: cold runs are a few in a hundred and slower in every language`() throws {
        let umbrella = world.system(account: Umbrella.account)
        for function in umbrella.functions {
            let runs = (dayZero.minute - 720..<dayZero.minute).flatMap(function.runs)
            let cold = runs.filter { $0.initDuration != nil }.map(\.duration).sorted(), warm = runs.filter { $0.initDuration == nil }.map(\.duration).sorted()
            #expect((0.015...0.055).contains(Double(cold.count) / Double(runs.count)), "\(function.name)")
            #expect(cold[cold.count / 2] > 3 * warm[warm.count / 2], "\(function.name)")
            #expect(umbrella.sum("AWS/Lambda", "Errors", ["FunctionName": function.name], minutes: 720) == 0)
        }
        let go = try #require(umbrella.logGroups.first { $0.name.hasSuffix("-go") })
        let swallowed = (dayZero.minute - 720..<dayZero.minute).flatMap(go.lines).count { $0.message.contains("Got error calling PutItem") }
        #expect((10...70).contains(swallowed))
        let writes = umbrella.sum("AWS/DynamoDB", "ConsumedWriteCapacityUnits", ["TableName": Umbrella.table], minutes: 720)
        let events = umbrella.sum("AWS/SNS", "NumberOfMessagesPublished", ["TopicName": Umbrella.topic], minutes: 720)
        #expect(writes == events * 3 - Double(swallowed))
    }

    @Test func `hooli: callers see errors, functions report none, and the daily run is missing`() {
        let hooli = world.system(account: Hooli.account)
        let api = ["ApiName": Hooli.stack]
        #expect(hooli.sum("AWS/ApiGateway", "5XXError", api, minutes: 15) > 1)
        #expect(hooli.sum("AWS/ApiGateway", "4XXError", api, minutes: 15) / hooli.sum("AWS/ApiGateway", "Count", api, minutes: 15) > 0.05)
        for function in hooli.functions where !function.name.hasSuffix("-Worker") {
            #expect(hooli.sum("AWS/Lambda", "Errors", ["FunctionName": function.name], minutes: 1_440) == 0)
        }
        let daily = ["FunctionName": "gofaas-WorkerPeriodic"]
        #expect(hooli.sum("AWS/Lambda", "Invocations", daily, minutes: 25 * 60) == 0)
        #expect(hooli.sum("AWS/Lambda", "Invocations", daily, minutes: 8 * 1_440) == 7)
        #expect(hooli.sum("AWS/DynamoDB", "WriteThrottleEvents", ["TableName": Hooli.table], minutes: 15) > 2)
        #expect(hooli.sum("AWS/Lambda", "AsyncEventsDropped", ["FunctionName": "gofaas-Worker"], minutes: 1_440) > 5)
        #expect(hooli.topics.flatMap(\.subscriptions).allSatisfy { !$0.isConfirmed })
    }

    @Test func `hooli: encrypting and storing a user overlap`() throws {
        let traces = (dayZero.minute - 60..<dayZero.minute).flatMap(world.system(account: Hooli.account).traces)
        let spans = try #require(traces.map { $0.segments.flatMap(\.all) }.first { $0.contains { $0.name == "KMS" } })
        let encrypt = try #require(spans.first { $0.name == "KMS" && !$0.isInferred }), put = try #require(spans.first { $0.name == "DynamoDB" })
        let end = try #require(encrypt.end)
        #expect(put.start < end && encrypt.start < put.start)
    }

    @Test(arguments: SimulatedWorld.mock().accounts) func `a healthy world drops nothing, fails nothing and throttles nothing`(_ account: String) {
        let system = SimulatedWorld.mock(isHealthy: true).system(account: account)
        for (key, series) in system.metrics.series {
            guard ["Errors", "AsyncEventsDropped", "5XXError", "5xx", "WriteThrottleEvents", "NumberOfNotificationsFailed"].contains(key.name) else { continue }
            #expect((series.point(from: dayZero.minute - 360, to: dayZero.minute, now: dayZero + 7_200)?.sum ?? 0) == 0, "\(key)")
        }
    }
}
