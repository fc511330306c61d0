import Collectors
import Telemetry
import Testing

private func harvest(_ files: [String: String], _ entries: FilesCollector.Entry...) async -> Harvest {
    await FilesCollector(folder: MadeUpFolder(files: files), entries: entries).harvest(.mock([ResourceOrder(.queue, "orders")]))
}

private let ten = Timestamp(year: 2026, month: 11, day: 20, hour: 10)

@Suite struct `Files source` {
    @Test func `a table of one series is read, the last of equal times counts`() async {
        let harvest = await harvest(["a.csv": "timestamp,value\n2026-11-20 10:00:00,1\n2026-11-20 09:55:00,2\n2026-11-20 10:00:00,3\r\n"],
                                    .init(path: "*.csv", format: .csv, series: ["value": #"queue("orders").oldest_age"#]))
        #expect(harvest.problems == [])
        #expect(harvest.samples(.queue, "orders", "oldest_age") == [Sample(ten - 300, 2), Sample(ten, 3)])
        #expect(harvest.series.first?.period == 300)
    }

    @Test func `a table of several series names them itself or in the list`() async {
        let harvest = await harvest(["a.csv": "time,series,value\n1795168800,\"queue(\"\"orders\"\").sent\",4\n1795168800,depth,5\n1795168800,other,6\n"],
                                    .init(path: "a.csv", format: .csv, series: ["depth": #"queue("orders").visible"#]))
        #expect(harvest.samples(.queue, "orders", "sent").map(\.value) == [4] && harvest.samples(.queue, "orders", "visible").map(\.value) == [5])
        #expect(harvest.problems.map(\.message) == ["a.csv: nothing says which series 'other' is. Add it under series, such as queue(\"orders\").oldest_age (source 'prod')."])
    }

    @Test func `more series than a source may have are left out, and told once`() async {
        var order = CollectionOrder.mock([])
        order.budget.series = 3
        let lines = (1...9).map { "1795168800,\"queue(\"\"q\($0)\"\").sent\",\($0)\n1795168800,name \($0),1\n" }.joined()
        let harvest = await FilesCollector(folder: MadeUpFolder(files: ["a.csv": "time,series,value\n" + lines]), entries: [.init(path: "a.csv", format: .csv)]).harvest(order)
        #expect(harvest.series.map(\.series.resource.name) == ["q1", "q2", "q3"] && harvest.resources.count == 3)
        #expect(harvest.problems.map(\.message).filter { !$0.contains("nothing says") } == [
            "a.csv: the same holds for 6 more series (source 'prod').",
            "all files: 6 points belong to more than the 3 series that a source may have. The others are kept; give each folder a source of its own (source 'prod').",
        ])
    }

    @Test func `lines that are no point are counted by number, the rest is kept`() async {
        let harvest = await harvest(["a.csv": "timestamp,value\n2026-11-20 10:00:00,NaN\nyesterday,1\n2026-11-20 10:00:00\n\n2026-11-20 10:00:00,7\n2099-01-01 00:00:00,8\n"],
                                    .init(path: "a.csv", format: .csv, series: ["value": #"queue("orders").visible"#]))
        #expect(harvest.samples(.queue, "orders", "visible") == [Sample(ten, 7)])
        #expect(harvest.problems.map(\.message) == [
            "a.csv: 3 lines are no point (line 2, 3, 4). The others are kept (source 'prod').",
            "all files: 1 points are of a time that is still to come. The others are kept; check the clock of the machine that made them (source 'prod').",
        ])
    }

    @Test func `a recorded answer is brought to base units`() async {
        let harvest = await harvest(["m.json": #"{"MetricDataResults":[{"Id":"m1","Label":"Duration p99","Timestamps":[1795168800],"Values":[1500]}]}"#],
                                    .init(path: "m.json", format: .getMetricData, series: ["Duration p99": #"function("work").duration.p99"#]))
        #expect(harvest.samples(.function, "work", "duration.p99").map(\.value) == [1.5])
    }

    @Test func `answers, single documents and lines of documents are traces with their signals`() async {
        let open = #"{"trace_id":"1-5f29ab21-d4ebf299219a65bd5c31d6da","id":"88ad1df59cd7a7be","name":"a","start_time":1596566305,"end_time":1596566307,"fault":true}"#
        let child = #"{"trace_id":"1-5f29ab21-d4ebf299219a65bd5c31d6da","id":"99ad1df59cd7a7be","parent_id":"88ad1df59cd7a7be","type":"subsegment","name":"b","start_time":1596566306,"end_time":1596566307}"#
        let harvest = await harvest(["t/a.txt": open + "\n" + child, "t/b.txt": #"{"name":"none"}"#], .init(path: "t/*", format: .batchGetTraces, traceGroup: "webhook"))
        #expect(harvest.traces.map { $0.spans.map(\.name) } == [["a", "b"]])
        #expect(harvest.summaries.first?.duration == 2 && harvest.summaries.first?.hasFault == true)
        #expect(harvest.samples(.trace, "webhook", "fault_rate").map(\.value) == [1])
        #expect(harvest.problems.count == 1)
    }

    @Test func `recorded log lines are counted`() async {
        let harvest = await harvest(["l.json": #"{"events":[{"timestamp":1795168800000,"message":"ERROR a"},{"timestamp":1795168800000,"message":"REPORT RequestId: x\tDuration: 5 ms\tInit Duration: 9 ms"}]}"#],
                                    .init(path: "l.json", format: .filterLogEvents, logGroup: "work"))
        #expect(harvest.samples(.log, "work", "errors").map(\.value) == [1] && harvest.executions.count == 1)
    }

    private static func event(_ time: Timestamp, _ message: String) -> String { #"{"timestamp":\#(time.seconds)000,"message":"\#(message)"}"# }
    private static func log(_ events: String...) -> String { #"{"events":[\#(events.joined(separator: ","))]}"# }

    @Test func `what lies between two recordings was read by nobody and is no zero`() async {
        let week = ten - 7 * 86_400
        let harvest = await harvest(["1.json": Self.log(Self.event(week, "ERROR a"), Self.event(week + 600, "fine"), Self.event(week + 600, "REPORT RequestId: x\\tDuration: 5 ms\\tInit Duration: 9 ms")),
                                     "2.json": Self.log(Self.event(ten, "ERROR b"), Self.event(ten + 299, "3f2504e0-4f89-41d3-9a0c-0305e82c3301 Task timed out after 3.00 seconds"))], .init(path: "*.json", format: .filterLogEvents, logGroup: "work"))
        let errors = harvest.samples(.log, "work", "errors")
        #expect(errors.map(\.time) == [week, week + 300, week + 600, ten] && errors.map(\.value) == [1, 0, 0, 2] && errors.map { $0.quality == .zeroFilled } == [false, true, true, false])
        // Reports are in the first recording only: of the second no one knows how many starts were cold.
        #expect(harvest.samples(.function, "work", "cold_starts").map(\.time) == [week, week + 300, week + 600])
        #expect(harvest.samples(.function, "work", "timeouts").map(\.value) == [0, 0, 0, 1])
        #expect(harvest.samples(.function, "work", "retries") == [])
    }

    @Test func `lines of the future and of long ago are counted and said`() async {
        let harvest = await harvest(["1.json": Self.log(Self.event(ten, "ERROR a"), Self.event(ten + 86_400, "ERROR b"), Self.event(ten + 86_400, "ERROR c"), Self.event(ten - 500 * 86_400, "ERROR d"))],
                                    .init(path: "1.json", format: .filterLogEvents, logGroup: "work"))
        #expect(harvest.samples(.log, "work", "errors").map(\.value) == [1])
        #expect(harvest.problems.map(\.message) == [
            "1.json: 2 lines are of a time that is still to come. The others are kept; check the clock of the machine that made them (source 'prod').",
            "1.json: 1 lines are older than the 455 days that are kept. The others are kept (source 'prod').",
        ])
    }

    @Test(arguments: ["../secret.csv", "/etc/passwd", "a/../../b", "missing.csv", ""])
    func `a path that leaves the folder names nothing`(path: String) async {
        let harvest = await harvest(["a.csv": "timestamp,value\n"], .init(path: path, format: .csv))
        #expect(harvest.problems.map(\.kind) == [.missing])
    }

    @Test func `garbage of each format is a problem and no trap`() async {
        for format in FilesCollector.Format.allCases {
            for text in ["\u{0}<html>{]", "", "[]", "7", #"{"results":7,"tests":{},"data":[7],"resourceSpans":"x"}"#, "<testsuite"] {
                let harvest = await harvest(["x": text], .init(path: "?", format: format, logGroup: "work", service: "orders"))
                #expect(harvest.series == [] && harvest.smokeTests == [] && harvest.deployments == [] && harvest.problems.count <= 1)
                if text.hasPrefix("\u{0}") { #expect(harvest.problems.count == 1, "\(format)") }
            }
        }
    }
}
