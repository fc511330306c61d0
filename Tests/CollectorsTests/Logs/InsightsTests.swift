import Collectors
import JSON
import Telemetry
import Testing

private let nine45 = Timestamp(year: 2026, month: 11, day: 20, hour: 9, minute: 45)
private let work = ResourceOrder(.function, "work")
private let heavy = SeriesID(ResourceID(source: "prod", kind: .log, name: "work"), "heavy")

private func scripted(_ results: @escaping ScriptedAWS.Answer, start: @escaping ScriptedAWS.Answer = { _, _ in (200, #"{"queryId":"q-1"}"#) },
                      lines: @escaping ScriptedAWS.Answer = { _, _ in (200, #"{"events":[]}"#) }) -> ScriptedAWS {
    ScriptedAWS(["GetFunctionConfiguration": { _, _ in (200, #"{"Timeout":10}"#) }, "GetFunctionConcurrency": { _, _ in (200, "{}") },
                 "ListEventSourceMappings": { _, _ in (200, "{}") }, "GetFunctionEventInvokeConfig": { _, _ in (404, "") },
                 "DescribeLogGroups": { _, _ in (200, #"{"logGroups":[{"logGroupName":"/aws/lambda/work"}]}"#) },
                 "GetMetricData": { input, _ in metricAnswer(input, times: "", values: "") }, "StartQuery": start, "GetQueryResults": results,
                 "StopQuery": { _, _ in (200, #"{"success":true}"#) }, "FilterLogEvents": lines])
}

private func row(_ fields: [String: String]) -> JSONValue {
    .array(fields.sorted { $0.key < $1.key }.map { ["field": .string($0.key), "value": .string($0.value)] })
}

private func results(_ status: String, _ rows: [JSONValue] = [], bytes: Int = 0) -> (Int, String) {
    (200, JSONValue.object([.init("status", .string(status)), .init("results", .array(rows)), .init("statistics", ["bytesScanned": JSONValue(bytes)])]).text())
}

private func order(_ reading: LogReading, cursors: [SeriesID: Timestamp] = [:]) -> CollectionOrder {
    var order = CollectionOrder.mock([work], logs: .collect, cursors: cursors, backfill: 3_600)
    order.logReading = reading
    return order
}

@Suite struct `Logs Insights` {
    @Test func `a query is started, looked at until it is complete, and paid by what it scanned`() async {
        let counts = row(["step": "2026-11-20 09:45:00.000", "errors": "2", "warnings": "1", "timeouts": "0", "cold_starts": "3", "init_p50": "250.5", "init_p99": "400", "memory_used": "6.4E7"])
        let aws = scripted { _, call in
            switch call {
            case 1: results("Scheduled")
            case 2: results("Running", bytes: 4_000_000_000)
            case 3: results("Complete", [counts], bytes: 10_000_000_000)
            default: results("Complete", [row(["@timestamp": "2026-11-20 09:45:03.123", "@message": "ERROR payment of 12 EUR refused", "@ptr": "a"]),
                                          row(["@timestamp": "2026-11-20 09:46:03.123", "@message": "ERROR payment of 13 EUR refused", "@ptr": "b"])], bytes: 10_000_000_000)
            }
        }
        let harvest = await aws.harvest(order(.insights))
        #expect(harvest.problems == [])
        #expect(!aws.operations.contains("FilterLogEvents") && aws.inputs(of: "StartQuery").count == 2)
        #expect(aws.inputs(of: "StartQuery").first?["logGroupName"]?.string == "/aws/lambda/work")
        #expect(harvest.samples(.log, "work", "errors").first { $0.value > 0 } == Sample(nine45, 2, .late))
        #expect(harvest.samples(.log, "work", "errors").count == 12 && harvest.samples(.function, "work", "cold_starts").map(\.value).reduce(0, +) == 3)
        #expect(harvest.samples(.function, "work", "init_duration.p50").map(\.value) == [0.2505])
        // 64 MB as Lambda counts them; the service writes a million bytes for each.
        #expect(harvest.samples(.function, "work", "memory_used").map(\.value) == [67_108_864])
        #expect(harvest.fingerprints.map(\.text) == ["ERROR payment of <n> EUR refused"] && harvest.fingerprints.map(\.count) == [2])
        let paid = harvest.ledger.first { $0.operation == "logs:StartQuery" }
        #expect(paid?.calls == 2 && paid?.units == 20_000_000_000 && abs((paid?.dollars ?? 0) - 0.1) < 1e-9)
        #expect(harvest.ledger.first { $0.operation == "logs:GetQueryResults" }?.calls == 4)
    }

    @Test func `it is asked once an hour`() async {
        let cursor = [SeriesID(ResourceID(source: "prod", kind: .log, name: "work"), "errors"): nine45 + 900 - 3_300]
        let aws = scripted { _, _ in results("Complete") }
        _ = await aws.harvest(order(.insights, cursors: cursor))
        #expect(aws.inputs(of: "StartQuery").isEmpty)
        let later = scripted { _, _ in results("Complete") }
        _ = await later.harvest(order(.insights, cursors: cursor.mapValues { $0 - 300 }))
        #expect(later.inputs(of: "StartQuery").count == 1)
    }

    @Test(arguments: ["Failed", "Cancelled", "Timeout"]) func `a query that ends badly is one problem and no number`(_ status: String) async {
        let aws = scripted { _, call in call == 1 ? results("Running", bytes: 5) : results(status, bytes: 7) }
        let harvest = await aws.harvest(order(.insights))
        #expect(harvest.problems.map(\.kind) == [.badAnswer])
        #expect(harvest.problems.first?.message == "Logs Insights on '/aws/lambda/work' in eu-central-1: the query ended as \(status). The next hour's run asks again; set log_reading: filter to read lines instead.")
        #expect(harvest.samples(.log, "work", "errors").isEmpty && harvest.absence(.log, "work", "errors") == .sourceError)
        #expect(harvest.ledger.first { $0.operation == "logs:StartQuery" }?.units == 7)
    }

    @Test func `a query that does not end is stopped, and what it scanned is paid`() async {
        let aws = scripted { _, _ in results("Running", bytes: 9) }
        let harvest = await aws.harvest(order(.insights))
        #expect(harvest.problems.map(\.kind) == [.timedOut] && aws.inputs(of: "StopQuery").map { $0["queryId"]?.string } == ["q-1"])
        #expect(aws.inputs(of: "GetQueryResults").count == 9 && harvest.ledger.first { $0.operation == "logs:StartQuery" }?.units == 9)
    }

    @Test func `no query is started beyond the day's bytes`() async {
        var order = order(.insights)
        order.budget.insightsBytes = 0
        let aws = scripted { _, _ in results("Complete") }
        let harvest = await aws.harvest(order)
        #expect(aws.inputs(of: "StartQuery").isEmpty && harvest.problems.map(\.kind) == [.budget])
    }

    @Test func `left to itself a group that is too long for a run is counted by queries for a day`() async {
        var first = order(.auto)
        first.budget.logPagesPerGroup = 1
        let aws = scripted({ _, _ in results("Complete") }, lines: { _, call in (200, #"{"events":[],"nextToken":"t\#(call)"}"#) })
        let harvest = await aws.harvest(first)
        #expect(harvest.cursors[heavy] == first.now && aws.inputs(of: "StartQuery").isEmpty)
        #expect(harvest.problems.first?.message.hasSuffix("The next runs let Logs Insights count them.") == true)
        for (age, queries) in [(Int64(300), 1), (86_400, 0)] {
            let aws = scripted { _, _ in results("Complete") }
            _ = await aws.harvest(order(.auto, cursors: [heavy: ScriptedAWS.now - age]))
            #expect(aws.inputs(of: "StartQuery").count == queries && aws.inputs(of: "FilterLogEvents").isEmpty == (queries == 1))
        }
    }

    @Test func `where queries are refused the lines are read after all`() async {
        let aws = scripted({ _, _ in results("Complete") }, start: { _, _ in (400, #"{"__type":"AccessDeniedException","message":"not authorized to perform: logs:StartQuery"}"#) })
        let harvest = await aws.harvest(order(.auto, cursors: [heavy: ScriptedAWS.now - 300]))
        #expect(aws.inputs(of: "FilterLogEvents").count >= 1 && !harvest.samples(.log, "work", "errors").isEmpty)
        let alone = scripted({ _, _ in results("Complete") }, start: { _, _ in (400, #"{"__type":"AccessDeniedException","message":"not authorized to perform: logs:StartQuery"}"#) })
        let refused = await alone.harvest(order(.insights))
        #expect(refused.absence(.log, "work", "errors") == .denied && refused.problems.map(\.kind) == [.denied] && alone.inputs(of: "FilterLogEvents").isEmpty)
    }

    @Test(arguments: [#"{"status":"Complete","results":7}"#, #"{"status":"Complete","results":[[{"field":"errors"}],[],{"a":1}],"statistics":{"bytesScanned":"x"}}"#,
                      #"{"status":"Complete","results":[[{"field":"step","value":"yesterday"},{"field":"errors","value":"NaN"}]],"statistics":{"bytesScanned":-5}}"#])
    func `odd answers cost themselves alone`(body: String) async {
        let harvest = await scripted { _, _ in (200, body) }.harvest(order(.insights))
        #expect(harvest.problems == [] && harvest.samples(.log, "work", "errors").allSatisfy { $0.value == 0 && $0.quality == .zeroFilled })
    }

    @Test func `a query names what is looked for, whatever is in it`() {
        let query = InsightsQuery.counts(LogPatterns(errors: ["ERROR", #""level":"error""#], warnings: []), period: 300)
        #expect(query.hasPrefix(#"fields greatest(strcontains(@message, "ERROR"), strcontains(@message, "\"level\":\"error\"")) as is_error, 0 as is_warning"#) && query.hasSuffix("by bin(5m) as step"))
    }

    @Test func `what Insights may cost is planned, and its rights are in the policy where it is used`() {
        func operations(_ order: CollectionOrder) -> Set<String> { Set(CollectionPlan(order, interval: 300).lines.map(\.operation)) }
        let plan = CollectionPlan(order(.insights), interval: 300)
        #expect(operations(order(.insights)).isSuperset(of: ["logs:StartQuery", "logs:GetQueryResults"]) && !operations(order(.insights)).contains("logs:FilterLogEvents"))
        #expect(plan.lines.first { $0.operation == "logs:StartQuery" }?.calls == 720 && plan.assumptions.contains { $0.contains("bytes") })
        let past = [LedgerEntry(source: "prod", operation: "logs:StartQuery", calls: 24, units: 1_000_000_000, bytes: 0, dollars: 0.005)]
        #expect(abs((CollectionPlan(order(.insights), interval: 300, past: past).lines.first { $0.operation == "logs:StartQuery" }?.dollars ?? 0) - 0.15) < 1e-9)
        #expect(!operations(order(.filter)).contains("logs:StartQuery") && !operations(order(.auto)).contains("logs:StartQuery"))
        func policy(_ reading: LogReading) -> String { AccessPolicy(order(reading), region: "eu-central-1", account: nil).document.text() }
        #expect(!policy(.filter).contains("StartQuery") && policy(.auto).contains("logs:StartQuery") && policy(.insights).contains("logs:GetQueryResults"))
    }
}
