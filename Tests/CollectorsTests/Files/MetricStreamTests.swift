import Collectors
import JSON
import Telemetry
import Testing

private let ten = Timestamp(year: 2026, month: 11, day: 20, hour: 10)

/// A line as Firehose writes it.
private func line(_ metric: String, _ dimensions: [String: String], minute: Int64, sum: Double, count: Double = 1, min: Double = 0, max: Double = 9, others: String = "",
                  namespace: String = "AWS/SQS", region: String = "eu-central-1") -> String {
    let set = dimensions.sorted { $0.key < $1.key }.map { #""\#($0.key)":"\#($0.value)""# }.joined(separator: ",")
    return #"{"metric_stream_name":"s","account_id":"1","region":"\#(region)","namespace":"\#(namespace)","metric_name":"\#(metric)","dimensions":{\#(set)},"# +
        #""timestamp":\#((ten.seconds + minute * 60) * 1_000),"value":{"max":\#(max),"min":\#(min),"sum":\#(sum),"count":\#(count)\#(others)},"unit":"Count"}"#
}

private func harvest(_ lines: [String], series: [String: String] = [:], _ resources: [ResourceOrder] = [ResourceOrder(.queue, "orders")], prefix: String? = nil,
                     change: (inout CollectionOrder) -> Void = { _ in }) async -> Harvest {
    var order = CollectionOrder.mock(resources, prefix: prefix)
    order.now = ten + 3_600
    change(&order)
    return await FilesCollector(folder: MadeUpFolder(files: ["s.jsonl": lines.joined(separator: "\n")]), entries: [.init(path: "s.jsonl", format: .metricStream, series: series)]).harvest(order)
}

private let orders = ["QueueName": "orders"]

@Suite struct `Metric streams in files` {
    @Test func `minutes become points of the grain by the signal's own statistic`() async {
        let found = await harvest([
            line("NumberOfMessagesSent", orders, minute: 0, sum: 3), line("NumberOfMessagesSent", orders, minute: 4, sum: 4), line("NumberOfMessagesSent", orders, minute: 5, sum: 5),
            line("ApproximateNumberOfMessagesVisible", orders, minute: 0, sum: 20, count: 2, max: 12), line("ApproximateNumberOfMessagesVisible", orders, minute: 1, sum: 9, max: 9),
            line("Other", orders, minute: 9, sum: 0),
        ])
        #expect(found.problems == [])
        #expect(found.samples(.queue, "orders", "sent") == [Sample(ten, 7), Sample(ten + 300, 5)])
        #expect(found.samples(.queue, "orders", "visible") == [Sample(ten, 12)] && found.series.allSatisfy { $0.period == 300 })
    }

    @Test func `a point of which minutes are still to come is partial, a young one is late`() async {
        let lines = (0..<7).map { line("NumberOfMessagesSent", orders, minute: $0, sum: 1) }
        let found = await harvest(lines) { $0.now = ten + 600 }
        #expect(found.samples(.queue, "orders", "sent") == [Sample(ten, 5, .late), Sample(ten + 300, 2, .partial)])
    }

    @Test func `a minute that is sent again is corrected, not added`() async {
        let found = await harvest([line("NumberOfMessagesSent", orders, minute: 0, sum: 3), line("NumberOfMessagesSent", orders, minute: 0, sum: 8), line("X", [:], minute: 9, sum: 0)])
        #expect(found.samples(.queue, "orders", "sent") == [Sample(ten, 8)])
    }

    @Test func `percentiles come from the stream or from values that are all the same, in base units`() async {
        let work = ["FunctionName": "work"], function = [ResourceOrder(.function, "work")]
        func duration(_ minute: Int64, _ min: Double, _ max: Double, _ others: String = "") -> String {
            line("Duration", work, minute: minute, sum: 10, count: 2, min: min, max: max, others: others, namespace: "AWS/Lambda")
        }
        let found = await harvest([duration(0, 1_000, 3_000, #","p99":2500,"TM(25%:75%)":1"#), duration(1, 500, 500), duration(5, 1_000, 4_000), duration(9, 7, 7)], function)
        #expect(found.samples(.function, "work", "duration.p99") == [Sample(ten, 2.5)])
        #expect(found.samples(.function, "work", "duration.max").map(\.value) == [3, 4] && found.problems == [])
    }

    @Test func `parts by operation are put together`() async {
        let lines = ["GetItem", "Query"].map {
            line("ThrottledRequests", ["TableName": "t", "Operation": $0], minute: 0, sum: 2, namespace: "AWS/DynamoDB")
        } + [line("X", [:], minute: 9, sum: 0)]
        let found = await harvest(lines, [ResourceOrder(.table, "t")])
        #expect(found.series.map { $0.samples.map(\.value) } == [[4]])
    }

    @Test func `resources are found by the prefix of a service, those of others are passed over`() async {
        let found = await harvest([line("NumberOfMessagesSent", ["QueueName": "shop-a"], minute: 0, sum: 1), line("NumberOfMessagesSent", ["QueueName": "other"], minute: 0, sum: 1),
                                   line("NumberOfMessagesSent", ["QueueName": "shop-a", "More": "x"], minute: 0, sum: 100)], [], prefix: "shop-")
        #expect(found.resources.map { "\($0.id.name) \($0.service) \($0.foundBy)" } == ["shop-a orders \(Set([Discovery.prefix]))"])
        #expect(found.series.map(\.series.name) == ["sent"] && found.problems == [])
    }

    @Test func `a metric that is named under series is that signal`() async {
        let found = await harvest([line("CPUUtilization", ["InstanceId": "i-1"], minute: 0, sum: 30, count: 2, max: 20, namespace: "AWS/EC2")],
                                  series: ["AWS/EC2/CPUUtilization/i-1": #"queue("orders").visible"#])
        #expect(found.samples(.queue, "orders", "visible").map(\.value) == [20])
    }

    @Test func `the same name in another region is not added`() async {
        let found = await harvest([line("NumberOfMessagesSent", orders, minute: 0, sum: 3), line("NumberOfMessagesSent", orders, minute: 0, sum: 100, region: "us-east-1"), line("X", [:], minute: 9, sum: 0)])
        #expect(found.samples(.queue, "orders", "sent").map(\.value) == [3])
        #expect(found.problems.map(\.message) == ["s.jsonl: 1 metrics have the name of another account's or region's and are left out. Give each account and region a source and files of its own (source 'prod')."])
    }

    @Test func `what is no record costs itself alone`() async {
        let good = line("NumberOfMessagesSent", orders, minute: 0, sum: 3)
        let bad = [#"{"CHANGE":-0.09,"PRICE":4.96}"#, good.replacing(#""sum":3.0"#, with: #""sum":NaN"#), good.replacing(#""max":9.0"#, with: #""max":"9""#), good.replacing(#""min":0.0"#, with: #""min":10"#),
                   good.replacing(#""dimensions":{"QueueName":"orders"}"#, with: #""dimensions":{"QueueName":7}"#), good.replacing(#""timestamp":"#, with: #""timestamp":-"#),
                   line("NumberOfMessagesSent", orders, minute: 100, sum: 3)]
        #expect(bad.allSatisfy { $0 != good })
        let found = await harvest(bad + ["{broken", good])
        #expect(found.samples(.queue, "orders", "sent").map(\.value) == [3])
        #expect(found.problems.map(\.message) == [
            "s.jsonl: 1 lines are no JSON. The others are kept (source 'prod').",
            "s.jsonl: 7 records are none of a metric stream: one needs namespace, metric_name, dimensions, a timestamp that is past, and sum, count, min and max of a value. The others are kept (source 'prod').",
        ])
    }

    @Test func `a stream of others' resources alone is told`() async {
        let found = await harvest([line("BytesOutToDestination", ["NatGatewayId": "nat-1"], minute: 0, sum: 1, namespace: "AWS/NATGateway")])
        #expect(found.series == [] && found.problems.map(\.message) == [
            "s.jsonl: none of its 1 records is of a resource that is watched here. Name the resources in their service, or single metrics under series, such as AWS/EC2/CPUUtilization/i-0123 (source 'prod').",
        ])
    }

    @Test func `more metrics than a source may have are counted and left out`() async {
        let found = await harvest((0..<9).map { line("NumberOfMessagesSent", ["QueueName": "q\($0)"], minute: 0, sum: 1) }, [], prefix: "q") { $0.budget.series = 3 }
        #expect(found.series.count == 3 && found.problems.map(\.kind) == [.limit])
    }
}
