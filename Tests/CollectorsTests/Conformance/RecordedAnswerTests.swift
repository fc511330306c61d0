import Collectors
import Foundation
import JSON
import Telemetry
import Testing

/// Answers that AWS gave (recorded by LocalStack) and those of the AWS CLI's reference. They lie beside the repository and are not part of it.
private enum Recorded {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../../shared/data/aws-api").standardizedFileURL
    static func json(_ path: String) -> JSONValue? {
        (try? Data(contentsOf: folder.appendingPathComponent(path))).flatMap { try? JSONValue(parsing: Array($0)) }
    }
    static let isThere = json("localstack/test_sqs.snapshot.json") != nil

    /// Every recorded answer of a file that has this member.
    static func answers(_ file: String, with member: String) -> [JSONValue] {
        var found: [JSONValue] = []
        func walk(_ value: JSONValue) {
            switch value {
            case .object(let members):
                if value[member] != nil { found.append(value) }
                for item in members { walk(item.value) }
            case .array(let items): for item in items { walk(item) }
            case .null, .bool, .number, .string: break
            }
        }
        if let recorded = json("localstack/\(file).snapshot.json") { walk(recorded) }
        return found
    }
}

@Suite(.enabled(if: Recorded.isThere, "needs ../shared/data/aws-api/localstack"))
struct `Recorded answers of AWS` {
    @Test func `metric data keeps ids, labels, states and every value`() {
        let answers = Recorded.answers("test_cloudwatch", with: "MetricDataResults") + Recorded.answers("test_cloudwatch_metrics", with: "MetricDataResults")
        var values = 0
        for answer in answers {
            let results = answer["MetricDataResults"]?.array ?? []
            // The recordings hold a word for each list of times.
            let filled = results.map { result -> JSONValue in
                let count = result["Values"]?.array.count ?? 0
                return .object(result.members.map { $0.key == "Timestamps" ? .init("Timestamps", .array((0..<count).map { JSONValue(1_700_000_000 + $0 * 60) })) : $0 })
            }
            let read = MetricDataAnswer(reading: JSONValue.object([.init("MetricDataResults", .array(filled)), .init("Messages", answer["Messages"] ?? .array([]))]).bytes())
            #expect(read.damage == nil && read.rejected == 0 && read.results.count == results.count)
            for (mine, theirs) in zip(read.results, results) {
                #expect(mine.id == theirs["Id"]?.string && mine.label == theirs["Label"]?.string)
                #expect(mine.status == .complete && theirs["StatusCode"]?.string == "Complete")
                #expect(mine.points.map(\.value) == (theirs["Values"]?.array ?? []).compactMap(\.double))
                values += mine.points.count
            }
        }
        #expect(answers.count >= 40 && values > 30)
    }

    @Test func `queues over recorded pages are found, each once`() async throws {
        let lists = Recorded.answers("test_sqs", with: "QueueUrls")
        let whole = try #require(lists.first { $0["QueueUrls"]?.array.count == 10 }), first = try #require(lists.first { $0["NextToken"] != nil })
        let rest = try #require(lists.first { $0["QueueUrls"]?.array.count == 8 })
        var answers = queueAnswers { input, _ in metricAnswer(input, times: "", values: "") }
        answers["ListQueues"] = { input, _ in (200, (input["NextToken"] == nil ? first : rest).text()) }
        let harvest = await ScriptedAWS(answers).harvest(.mock(prefix: "7f7df0f5-"))
        let names = (whole["QueueUrls"]?.array ?? []).compactMap { $0.string?.split(separator: "/").last.map(String.init) }
        #expect(names.count == 10 && harvest.resources.filter { $0.id.kind == .queue }.map(\.id.name) == names.sorted())
    }

    @Test func `an event source mapping brings its settings`() async throws {
        let recorded = Recorded.answers("test_lambda_integration_sqs", with: "EventSourceMappingArn")
        #expect(recorded.count > 10)
        for mapping in recorded {
            let page = JSONValue.object([.init("EventSourceMappings", .array([mapping]))]).text()
            let aws = ScriptedAWS(["GetFunctionConfiguration": { _, _ in (200, #"{"Timeout":10}"#) }, "ListEventSourceMappings": { _, _ in (200, page) },
                                   "GetMetricData": { input, _ in metricAnswer(input, times: "", values: "") }])
            let settings = try #require(await aws.harvest(.mock([ResourceOrder(.function, "work")])).resource(.function, "work")?.settings)
            #expect(settings[.batchSize] == mapping["BatchSize"]?.double.map { SettingValue.number($0) })
            #expect(settings[.mappingState]?.text == mapping["State"]?.string && settings[.mappingID]?.text == mapping["UUID"]?.string)
            #expect(settings[.maximumConcurrency] == mapping["ScalingConfig"]?["MaximumConcurrency"]?.double.map { SettingValue.number($0) })
            #expect(settings[.partialBatchResponse] == .flag(mapping["FunctionResponseTypes"]?.array.contains("ReportBatchItemFailures") == true))
        }
    }

    @Test func `an empty token ends the list of tagged resources, and what is no ARN is no resource`() async throws {
        let page = try #require(Recorded.answers("test_rgsa", with: "ResourceTagMappingList").first)
        let aws = ScriptedAWS(["GetResources": { _, _ in (200, page.text()) }])
        var order = CollectionOrder.mock()
        order.services[0].tags = ["test": "test"]
        let harvest = await aws.harvest(order)
        #expect(aws.operations.count { $0 == "GetResources" } == 1 && harvest.resources == [] && harvest.problems == [])
    }
}

@Suite(.enabled(if: Recorded.json("aws-cli/cloudwatch/blocks/get-metric-data.02.json") != nil, "needs ../shared/data/aws-api/aws-cli"))
struct `Answers in the reference of the AWS CLI` {
    @Test(arguments: ["get-metric-data.02", "get-metric-data.03"]) func `metric data in its written form is read whole`(_ name: String) throws {
        let document = try #require(Recorded.json("aws-cli/cloudwatch/blocks/\(name).json"))
        let read = MetricDataAnswer(reading: document.bytes()), results = document["MetricDataResults"]?.array ?? []
        #expect(!results.isEmpty && read.results.count == results.count && read.rejected == 0 && read.damage == nil)
        for (mine, theirs) in zip(read.results, results) {
            #expect(mine.points.map(\.value) == (theirs["Values"]?.array ?? []).compactMap(\.double))
            let times = (theirs["Timestamps"]?.array ?? []).compactMap { $0.string.flatMap { Timestamp(rfc3339: $0)?.seconds } }
            #expect(mine.points.map(\.time) == times && !times.isEmpty)
        }
    }

    @Test func `a queue's attributes become its settings`() async throws {
        let document = try #require(["01", "02"].compactMap { Recorded.json("aws-cli/sqs/blocks/get-queue-attributes.\($0).json") }.first { $0["Attributes"]?["VisibilityTimeout"] != nil })
        var answers = queueAnswers { input, _ in metricAnswer(input, times: "", values: "") }
        answers["GetQueueAttributes"] = { _, _ in (200, document.text()) }
        let queue = try #require(await ScriptedAWS(answers).harvest(.mock([ResourceOrder(.queue, "orders")])).resource(.queue, "orders"))
        func number(_ key: String) -> SettingValue? { document["Attributes"]?[key]?.double.map { .number($0) } }
        #expect(queue.presence == .alive && queue.arn == document["Attributes"]?["QueueArn"]?.string)
        #expect(queue.settings[.retention] == number("MessageRetentionPeriod") && queue.settings[.visibilityTimeout] == number("VisibilityTimeout"))
        #expect(queue.settings[.delay] == number("DelaySeconds"))
    }

    @Test func `queues that feed a dead-letter queue are named`() async throws {
        let document = try #require(Recorded.json("aws-cli/sqs/blocks/list-dead-letter-source-queues.01.json"))
        var answers = queueAnswers { input, _ in metricAnswer(input, times: "", values: "") }
        answers["ListDeadLetterSourceQueues"] = { _, _ in (200, document.text()) }
        let harvest = await ScriptedAWS(answers).harvest(.mock([ResourceOrder(.queue, "orders")]))
        let names = (document["queueUrls"]?.array ?? []).compactMap { $0.string?.split(separator: "/").last.map(String.init) }
        #expect(!names.isEmpty && harvest.resource(.queue, "orders")?.settings[.deadLetterSources]?.text == names.sorted().joined(separator: ","))
    }
}
