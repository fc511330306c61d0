import Collectors
import JSON
import Telemetry
import Testing

private let nine45 = Timestamp(year: 2026, month: 11, day: 20, hour: 9, minute: 45)
private let work = ResourceOrder(.function, "work")
private let id = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

private func scripted(_ logs: @escaping ScriptedAWS.Answer) -> ScriptedAWS {
    ScriptedAWS(["GetFunctionConfiguration": { _, _ in (200, #"{"Timeout":10}"#) }, "GetFunctionConcurrency": { _, _ in (200, "{}") },
                 "ListEventSourceMappings": { _, _ in (200, "{}") }, "GetFunctionEventInvokeConfig": { _, _ in (404, "") },
                 "GetMetricData": { input, _ in metricAnswer(input, times: "", values: "") }, "FilterLogEvents": logs])
}

private func events(_ lines: [(Int64, String)], token: String? = nil) -> (Int, String) {
    let events = lines.enumerated().map { index, line in
        JSONValue.object([.init("eventId", .string("\(line.0)-\(index)-\(line.1.utf8.count)")), .init("timestamp", JSONValue((nine45.seconds + line.0) * 1_000 + 7)),
                          .init("message", .string(line.1))])
    }
    return (200, JSONValue.object([.init("events", .array(events))] + (token.map { [.init("nextToken", .string($0))] } ?? [])).text())
}

@Suite struct `Log collection` {
    @Test func `lines are counted by level, shaped, and REPORT lines become executions`() async {
        let harvest = await scripted { _, _ in events([
            (0, "START RequestId: \(id) Version: $LATEST"), (1, "2026-11-20T09:45:01Z\t\(id)\tERROR\tpayment of 12 EUR for jane@example.com refused"),
            (2, "ERROR payment of 13 EUR for joe@example.com refused"), (3, "2026 WARN slow"), (4, "an error in lower case"),
            (5, "REPORT RequestId: \(id)\tDuration: 100.00 ms\tBilled Duration: 101 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\tInit Duration: 250.00 ms\t"),
            (300, "START RequestId: \(id) Version: $LATEST"), (301, "\(id) Task timed out after 3.00 seconds"),
        ]) }.harvest(.mock([work], logs: .collect))
        #expect(harvest.problems == [])
        #expect(harvest.samples(.log, "work", "errors").filter { $0.value > 0 }.map(\.value) == [2, 1])
        #expect(harvest.samples(.log, "work", "warnings").map(\.value).reduce(0, +) == 1)
        #expect(harvest.samples(.log, "work", "errors").count == 6)
        #expect(harvest.executions.map(\.initDuration) == [0.25])
        #expect(harvest.samples(.function, "work", "cold_starts").map(\.value).reduce(0, +) == 1)
        #expect(harvest.samples(.function, "work", "init_duration.p99").map(\.value) == [0.25])
        #expect(harvest.samples(.function, "work", "memory_used").map(\.value) == [67_108_864])
        #expect(harvest.samples(.function, "work", "retries").map(\.value).reduce(0, +) == 1)
        #expect(harvest.samples(.function, "work", "timeouts").map(\.value).reduce(0, +) == 1)
        #expect(harvest.fingerprints.contains { $0.text.contains("payment of <n> EUR for <email> refused") })
        #expect(!"\(harvest)".contains("jane@"))
    }

    @Test func `the service filters and we look again`() async {
        let aws = scripted { _, _ in events([(0, "nothing of interest"), (1, "Error")]) }
        let harvest = await aws.harvest(.mock([work], logs: .collect))
        #expect(aws.inputs(of: "FilterLogEvents").first?["filterPattern"]?.string?.contains(#"?"ERROR" ?"[ERROR]" ?"\"level\":\"error\"""#) == true)
        #expect(harvest.samples(.log, "work", "errors").allSatisfy { $0.value == 0 && $0.quality == .zeroFilled })
    }

    @Test func `refused logs are denied, a missing group was never seen`() async {
        let denied = await scripted { _, _ in (400, #"{"__type":"AccessDeniedException","message":"not authorized to perform: logs:FilterLogEvents"}"#) }.harvest(.mock([work], logs: .collect))
        #expect(denied.absence(.log, "work", "errors") == .denied && denied.absence(.function, "work", "cold_starts") == .denied)
        #expect(denied.problems.map(\.kind) == [.denied])
        let missing = await scripted { _, _ in (400, #"{"__type":"ResourceNotFoundException","message":"The specified log group does not exist."}"#) }.harvest(.mock([work], logs: .collect))
        #expect(missing.absence(.log, "work", "errors") == .neverSeen && missing.problems == [])
    }

    @Test func `logs that are denied on purpose are not asked and are no problem`() async {
        let aws = scripted { _, _ in events([]) }
        let harvest = await aws.harvest(.mock([work], logs: .denied))
        #expect(!aws.operations.contains("FilterLogEvents"))
        #expect(harvest.absence(.log, "work", "errors") == .denied && harvest.absence(.log, "work", "events") == .denied && harvest.problems == [])
    }

    @Test func `empty pages with a token are followed`() async {
        let harvest = await scripted { _, call in call < 4 ? events([], token: "t\(call)") : events([(0, "ERROR late")]) }.harvest(.mock([work], logs: .collect))
        #expect(harvest.samples(.log, "work", "errors").map(\.value).reduce(0, +) == 1)
    }

    @Test func `more lines than a run may read are read on by the next`() async {
        var order = CollectionOrder.mock([work], logs: .collect)
        order.budget.logPagesPerGroup = 2
        let harvest = await scripted { _, call in events([(Int64(call) * 200, "ERROR x")], token: "t\(call)") }.harvest(order)
        #expect(harvest.problems.map(\.kind) == [.limit])
        // The second page ended within the point that begins at 9:50; up to there everything is known.
        #expect(harvest.cursors[SeriesID(ResourceID(source: "prod", kind: .log, name: "work"), "errors")] == nine45 + 300)
        #expect(harvest.samples(.log, "work", "errors").last == Sample(nine45, 1, .late))
    }

    @Test func `at first sight errors are read for an hour and reports for a day`() async {
        let report = "REPORT RequestId: \(id)\tDuration: 100.00 ms\tBilled Duration: 101 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\tInit Duration: 250.00 ms\t"
        let aws = scripted { input, _ in
            let isHistory = input["filterPattern"]?.string?.contains("ERROR") == false
            return isHistory ? events([(-50_000, report), (-50_001, "ERROR of yesterday")]) : events([(0, "ERROR of now")])
        }
        let harvest = await aws.harvest(.mock([work], logs: .collect, backfill: 172_800))
        let asked = aws.inputs(of: "FilterLogEvents")
        let reach = asked.compactMap { $0["startTime"]?.integer }.map { ScriptedAWS.now.seconds - Int64($0) / 1_000 }
        #expect(reach == [3_900, 25_500, 47_100, 68_700, 86_400])
        #expect(asked.dropFirst().allSatisfy { $0["filterPattern"]?.string?.contains("START") == false })
        #expect(harvest.samples(.log, "work", "errors").count == 12 && harvest.samples(.log, "work", "errors").map(\.value).reduce(0, +) == 1)
        #expect(harvest.executions.map(\.initDuration) == [0.25] && harvest.samples(.function, "work", "cold_starts").map(\.value).reduce(0, +) == 1)
        #expect(harvest.samples(.function, "work", "cold_starts").count == 287 && harvest.samples(.function, "work", "retries").count == 12)
        let log = ResourceID(source: "prod", kind: .log, name: "work")
        #expect(harvest.cursors[SeriesID(log, "history")] == ScriptedAWS.now - 86_400)
        #expect(harvest.cursors[SeriesID(log, "errors")] == nine45 + 900)
    }

    @Test func `a history that did not fit is read on by the next run, and no further than a day`() async {
        let log = ResourceID(source: "prod", kind: .log, name: "work")
        var order = CollectionOrder.mock([work], logs: .collect, backfill: 86_400)
        order.budget.logHistoryPagesPerGroup = 2
        let first = await scripted { _, _ in events([]) }.harvest(order)
        #expect(first.cursors[SeriesID(log, "history")] == nine45 + 900 - 3_600 - 43_200)
        order.cursors = first.cursors
        order.now = ScriptedAWS.now + 300
        let aws = scripted { _, _ in events([]) }
        let second = await aws.harvest(order)
        #expect(aws.inputs(of: "FilterLogEvents").count == 3)
        #expect(second.cursors[SeriesID(log, "history")] == order.now - 86_400)
        order.cursors = second.cursors
        let third = scripted { _, _ in events([]) }
        #expect(await third.harvest(order).problems == [] && third.inputs(of: "FilterLogEvents").count == 1)
    }

    @Test func `a long gap is read in stretches, and what was read before a failure stays`() async {
        let log = ResourceID(source: "prod", kind: .log, name: "work")
        let end = nine45 + 900
        let harvest = await scripted { input, call in
            call < 3 ? events([]) : (400, #"{"__type":"InvalidParameterException","message":"too much"}"#)
        }.harvest(.mock([work], logs: .collect, cursors: [SeriesID(log, "errors"): end - 86_400]))
        #expect(harvest.cursors[SeriesID(log, "errors")] == end - 86_400 - 900 + 43_200)
        #expect(harvest.samples(.log, "work", "errors").count == 144 && harvest.absence(.log, "work", "errors") == nil)
        #expect(harvest.problems.map(\.kind) == [.badAnswer])
    }

    @Test func `a group that does not exist is not searched, one that does tells how long it keeps its lines`() async {
        func groups(_ list: String) -> ScriptedAWS {
            ScriptedAWS(["GetFunctionConfiguration": { _, _ in (200, "{}") }, "GetMetricData": { input, _ in metricAnswer(input, times: "", values: "") },
                         "DescribeLogGroups": { _, _ in (200, #"{"logGroups":[\#(list)]}"#) }, "FilterLogEvents": { _, _ in events([]) }])
        }
        let none = groups(#"{"logGroupName":"/aws/lambda/work-2"}"#)
        let silent = await none.harvest(.mock([work], logs: .collect))
        #expect(!none.operations.contains("FilterLogEvents") && silent.absence(.log, "work", "errors") == .neverSeen && silent.absence(.log, "work", "events") == .neverSeen)
        let found = await groups(#"{"logGroupName":"/aws/lambda/work","retentionInDays":30,"creationTime":1700000000000}"#).harvest(.mock([work], logs: .collect))
        #expect(found.resource(.log, "work")?.settings[.logRetention] == .number(2_592_000) && found.resource(.log, "work")?.presence == .alive)
    }

    @Test func `a run that was killed ran out of memory, told once although two lines tell it`() async {
        let killed = "RequestId: \(id) Error: Runtime exited with error: signal: killed\nRuntime.ExitError"
        let harvest = await scripted { _, _ in events([
            (0, "START RequestId: \(id) Version: $LATEST"), (2, "REPORT RequestId: \(id)\tDuration: 3003.28 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: error\tError Type: Runtime.OutOfMemory"),
            (3, killed), (4, "Runtime exited without a reason"),
        ]) }.harvest(.mock([work], logs: .collect))
        #expect(harvest.executions.map(\.failure) == ["out_of_memory"])
        #expect(harvest.samples(.function, "work", "out_of_memory").map(\.value).reduce(0, +) == 1 && harvest.samples(.function, "work", "timeouts").allSatisfy { $0.value == 0 })
        let alone = await scripted { _, _ in events([(3, killed)]) }.harvest(.mock([work], logs: .collect))
        #expect(alone.samples(.function, "work", "out_of_memory").map(\.value).reduce(0, +) == 1)
    }

    @Test func `answers of a dependency are counted, an error that the runtime repeats is one answer`() async {
        let other = "4f2504e0-4f89-41d3-9a0c-0305e82c3302"
        let harvest = await scripted { _, _ in events([
            (0, "2026\t\(id)\tINFO\tbackend answered with status code 200"), (1, "2026\t\(id)\tERROR\tRequest failed with status code 504"),
            (2, "2026\t\(id)\tERROR\tInvoke Error \t{\"errorMessage\":\"Request failed with status code 504\"}"),
            (3, "2026\t\(other)\tERROR\tInvoke Error \t{\"errorMessage\":\"Request failed with status code 503\"}"),
        ]) }.harvest(.mock([work], logs: .collect))
        #expect(harvest.answers.map(\.status) == [200, 503, 504] && harvest.answers.allSatisfy { $0.count == 1 && $0.party == .dependency && $0.time == nine45 })
    }

    @Test func `events without time or message cost themselves alone`() async {
        let harvest = await scripted { _, _ in
            (200, #"{"events":[{"message":"ERROR a"},{"timestamp":"x","message":"ERROR"},{"timestamp":1e30,"message":"ERROR"},7,{"timestamp":\#(nine45.seconds * 1_000),"message":"ERROR b"}]}"#)
        }.harvest(.mock([work], logs: .collect))
        #expect(harvest.samples(.log, "work", "errors").map(\.value).reduce(0, +) == 1)
    }

    @Test func `fingerprints are counted by five minutes, so that reading a stretch again says the same again`() async {
        let lines: [(Int64, String)] = [(-400, "ERROR old"), (-60, "ERROR old"), (60, "ERROR old"), (61, "ERROR old")]
        let harvest = await scripted { _, _ in events(lines) }.harvest(.mock([work], logs: .collect))
        #expect(harvest.fingerprints.map(\.count) == [1, 1, 2])
        let cursor = [SeriesID(ResourceID(source: "prod", kind: .log, name: "work"), "errors"): nine45]
        let again = await scripted { _, _ in events(lines) }.harvest(.mock([work], logs: .collect, cursors: cursor))
        #expect(again.fingerprints.suffix(2) == harvest.fingerprints.suffix(2))
    }
}
