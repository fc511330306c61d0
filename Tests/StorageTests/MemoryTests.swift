import Storage
import Telemetry
import Testing

/// What is remembered besides points: resources, settings, absences, readings, logs, executions, traces, money.
@Suite struct MemoryTests {
    private func harvest(_ change: (inout Harvest) -> Void) -> Harvest {
        var harvest = Harvest(window: window(0, 3_600))
        change(&harvest)
        return harvest
    }

    private func queue(_ settings: [Setting: SettingValue], _ presence: Presence = .alive, feeds: [ResourceID] = []) -> Resource {
        Resource(id: orders, service: "orders", arn: "arn:aws:sqs:eu-west-1:1:orders", foundBy: [.tag, .declared], presence: presence,
                 settings: settings, feeds: feeds)
    }

    @Test func `a resource comes back as it was described`() throws {
        let store = try TenantStore.inMemory()
        let resource = queue([.retention: .number(345_600), .url: .text("https://sqs"), .fifo: .flag(true), .maxReceiveCount: .number(0)], feeds: [checkout])
        try store.record(harvest { $0.resources = [resource] }, at: ten)
        #expect(try store.resources() == [resource])
    }

    @Test func `settings that change leave a history, a first sight and a refused look do not`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest { $0.resources = [queue([.retention: .number(60), .delay: .number(5)])] }, at: ten)
        try store.record(harvest { $0.resources = [queue([:], .denied)] }, at: ten + 300)
        #expect(try store.settingChanges(in: window(0, 3_600)).isEmpty)
        #expect(try store.resources().first?.settings.count == 2)
        try store.record(harvest { $0.resources = [queue([.retention: .number(120), .fifo: .flag(false)])] }, at: ten + 600)
        try store.record(harvest { $0.resources = [queue([.retention: .number(120), .fifo: .flag(false)])] }, at: ten + 900)
        #expect(try store.settingChanges(in: window(0, 3_600)) == [
            SettingChange(resource: orders, setting: .delay, old: .number(5), new: nil, at: ten + 600),
            SettingChange(resource: orders, setting: .fifo, old: nil, new: .flag(false), at: ten + 600),
            SettingChange(resource: orders, setting: .retention, old: .number(60), new: .number(120), at: ten + 600),
        ])
    }

    @Test func `a resource that left the inventory is left out, one whose source is silent stays`() throws {
        let store = try TenantStore.inMemory()
        let other = Resource(id: ResourceID(source: "aws", kind: .queue, name: "other"), service: "orders")
        let foreign = Resource(id: ResourceID(source: "second", kind: .queue, name: "orders"), service: "orders")
        try store.record(harvest { $0.resources = [queue([:]), other, foreign] }, at: ten)
        #expect(try store.resources().map(\.id) == [orders, foreign.id, other.id])
        try store.record(harvest { $0.resources = [other] }, at: ten + 7_200)
        #expect(try store.resources().map(\.id) == [foreign.id, other.id])
    }

    @Test func `an absence keeps its first sight while the reason stays and ends with fresh data`() throws {
        let store = try TenantStore.inMemory()
        let series = SeriesID(orders, "sent")
        func record(_ reason: AbsenceReason, _ seconds: Int64, _ detail: String) throws {
            try store.record(harvest { $0.absences = [series: Absence(reason, since: ten + seconds, detail: detail)] }, at: ten + seconds)
        }
        try record(.asleep, 0, "a")
        try record(.asleep, 300, "b")
        #expect(try store.absences(of: orders) == ["sent": Absence(.asleep, since: ten, detail: "b")])
        try record(.denied, 600, "c")
        #expect(try store.absence(of: series) == Absence(.denied, since: ten + 600, detail: "c"))
        try store.record(harvest { $0.series = [batch([(600, 1)])] }, at: ten + 900)
        #expect(try store.absences(of: orders).isEmpty)
        try record(.asleep, 1_200, "d")
        try store.record(harvest { $0.series = [batch([(600, 1)])] }, at: ten + 1_500)
        #expect(try store.absence(of: series) == Absence(.asleep, since: ten + 1_200, detail: "d"), "a point read again is not fresh")
    }

    @Test func `a failed read does not make older data unread`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest { $0.readings = [SourceReading(source: "aws", what: "Metrics", state: .ok, dataTo: ten)] }, at: ten)
        try store.record(harvest { $0.readings = [SourceReading(source: "aws", what: "Metrics", state: .failed, detail: "HTTP 503")] }, at: ten + 300)
        #expect(try store.readings() == [SourceReading(source: "aws", what: "Metrics", state: .failed, dataTo: ten, detail: "HTTP 503")])
    }

    @Test func `log lines that are read again are counted once`() throws {
        let store = try TenantStore.inMemory()
        func lines(_ count: Int, _ first: Int64, _ last: Int64) -> LogFingerprint {
            LogFingerprint(resource: checkout, level: .error, text: "Timeout after <n> ms", count: count, first: ten + first, last: ten + last)
        }
        try store.record(harvest { $0.fingerprints = [lines(4, 0, 200), lines(3, 310, 400)] }, at: ten + 600)
        try store.record(harvest { $0.fingerprints = [lines(2, 100, 200), lines(5, 310, 500), lines(1, 600, 600)] }, at: ten + 900)
        func stored(_ count: Int, _ first: Int64, _ last: Int64) -> LogFingerprint {
            var line = lines(count, first, last)
            line.firstEver = ten
            return line
        }
        #expect(try store.fingerprints(of: [checkout, orders], in: window(0, 3_600)) == [stored(10, 0, 600)])
        #expect(try store.fingerprints(of: [checkout], in: window(300, 600)) == [stored(5, 310, 500)])
    }

    @Test(arguments: [(1, Int64(0), Int64(0)), (7, 0, 1_000), (2, 0, 3_000), (100, -500, 2_000)])
    func `lines over several buckets keep their number`(_ count: Int, _ first: Int64, _ last: Int64) throws {
        let store = try TenantStore.inMemory()
        let lines = LogFingerprint(resource: checkout, level: .warning, text: "slow", count: count, first: ten + first, last: ten + last)
        for _ in 0..<2 { try store.record(harvest { $0.fingerprints = [lines] }, at: ten + 3_600) }
        let stored = try #require(try store.fingerprints(of: [checkout], in: window(-3_600, 7_200)).first)
        #expect(stored.count == count && stored.first == lines.first && stored.last == lines.last)
    }

    @Test func `errors come before warnings and frequent before rare`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest {
            $0.fingerprints = [("a", LogFingerprint.Level.warning, 9), ("b", .error, 1), ("c", .error, 5)].map {
                LogFingerprint(resource: checkout, level: $0.1, text: $0.0, count: $0.2, first: ten, last: ten)
            }
        }, at: ten + 300)
        #expect(try store.fingerprints(of: [checkout], in: window(0, 300)).map(\.text) == ["c", "b", "a"])
    }

    @Test func `an execution is counted once, a retry under the same id again`() throws {
        let store = try TenantStore.inMemory()
        func run(_ id: String, _ time: Int64, _ duration: Double, cold: Double? = nil, failure: String? = nil) -> Execution {
            Execution(resource: checkout, requestID: id, time: ten + time, duration: duration, billed: duration, initDuration: cold, memorySize: 512,
                      memoryUsed: 100 + duration, failure: failure)
        }
        let first = try store.record(harvest { $0.executions = [run("a", 10, 0.2), run("b", 20, 3, cold: 0.9, failure: "timeout")] }, at: ten + 300)
        let again = try store.record(harvest { $0.executions = [run("b", 20, 3, cold: 0.9, failure: "timeout"), run("b", 80, 1), run("c", 3_700, 0.2)] }, at: ten + 3_800)
        #expect(first.executions == 2 && again.executions == 2 && again.repeatedExecutions == 1)
        let sum = try store.executions(of: checkout, in: window(0, 7_200))
        #expect(sum.count == 4 && sum.coldCount == 1 && sum.failures == ["timeout": 1] && sum.memoryUsed == 103 && sum.memorySize == 512)
        var warm = LogHistogram()
        for seconds in [0.2, 0.2, 1] { warm.add(seconds) }
        #expect(sum.warm == warm && sum.initialisation.counts == [LogHistogram.bin(of: 0.9): 1])
        #expect(try store.executionHours(of: checkout, in: window(0, 7_200)).map { $0.0 - ten } == [0, 3_600])
    }

    @Test func `executions older than the memory of ids are not counted again`() throws {
        let store = try TenantStore.inMemory()
        let old = Execution(resource: checkout, requestID: "a", time: ten, duration: 1)
        try store.record(harvest { $0.executions = [old] }, at: ten + 300)
        try store.record(harvest { $0.series = [batch([(2 * 86_400, 1)])] }, at: ten + 2 * 86_400)
        try store.prune(at: ten + 2 * 86_400)
        #expect(try store.record(harvest { $0.executions = [old] }, at: ten + 2 * 86_400).executions == 0)
        #expect(try store.executions(of: checkout, in: window(0, 3_600)).count == 1)
    }

    @Test func `a trace comes back whole and an unfinished one does not replace it`() throws {
        let store = try TenantStore.inMemory()
        let span = TraceSpan(id: "53995c3f42cd8ad8", parentID: "70de5b6f19ff9a0a", name: "GET /", kind: .client, origin: "remote", resource: "api",
                             start: 1_795_168_800.123456, end: 1_795_168_801.5, status: .throttle, isInferred: true, cause: "Throttled: <n>",
                             httpStatus: -429, annotations: ["tenant": "é", "a": ""])
        let open = TraceSpan(id: "70de5b6f19ff9a0a", name: "root", start: 1_795_168_800, isInProgress: true)
        let whole = Trace(id: "1-581cf771-a006649127e371903a2de979", group: "checkout", spans: [span, open],
                          links: [SpanLink(spanID: span.id, linkedTraceID: "x", linkedSpanID: nil)])
        let part = Trace(id: whole.id, group: "checkout", spans: [span], isComplete: false)
        let summary = TraceSummary(id: whole.id, group: "checkout", start: 1_795_168_800.25, duration: 1.5, responseTime: 1, hasFault: true,
                                   entryPoint: "api", httpMethod: "GET", httpPath: "/", httpStatus: 500, services: ["a", "b"], annotations: ["k": "v"])
        var unfinished = summary
        unfinished.isPartial = true
        for (summaries, trace) in [(unfinished, part), (summary, whole), (unfinished, part)] {
            try store.record(harvest { $0.traces = [trace]; $0.summaries = [summaries] }, at: ten)
        }
        #expect(try store.trace(whole.id) == whole)
        #expect(try store.trace("other") == nil)
        #expect(try store.traceSummaries(group: "checkout", in: window(0, 300), limit: 10) == [summary])
        #expect(try store.traceSummaries(group: "checkout", in: window(1, 300), limit: 10).isEmpty)
        #expect(try store.keptTraces(group: "checkout", in: window(0, 300)) == [whole.id])
        #expect(try store.traceGroups() == ["checkout"])
    }

    @Test func `parts of a trace that come apart are put together`() throws {
        let store = try TenantStore.inMemory()
        func span(_ id: Int, _ end: Double?) -> TraceSpan { TraceSpan(id: "000000000000000\(id)", name: "s", start: 1_795_168_800 + Double(id), end: end, isInProgress: end == nil) }
        let first = Trace(id: "x", group: "g", spans: [span(1, 1_795_168_809), span(2, nil)]), late = Trace(id: "x", group: "g", spans: [span(2, 1_795_168_805), span(3, 1_795_168_806)], isComplete: false)
        for trace in [first, late, first] { try store.record(harvest { $0.traces = [trace] }, at: ten) }
        let stored = try #require(try store.trace("x"))
        let ends: [Double?] = [1_795_168_809, 1_795_168_805, 1_795_168_806]
        #expect(stored.spans.map(\.end) == ends)
        #expect(stored.isComplete)
    }

    @Test func `what a source marks is all that it marks, and nobody else's`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest { $0.marks = ["otel": ["a": "1", "b/ü": "2"], "ote": ["a": "9"]] }, at: ten)
        #expect(try store.marks(of: "otel") == ["a": "1", "b/ü": "2"])
        try store.record(harvest { $0.marks = ["otel": ["b/ü": "3"]] }, at: ten)
        #expect(try store.marks(of: "otel") == ["b/ü": "3"])
        #expect(try store.marks(of: "ote") == ["a": "9"])
        #expect(try store.marks(of: "x").isEmpty)
    }

    @Test func `a smoke test comes back with its failures, the last word counts`() throws {
        let store = try TenantStore.inMemory()
        let test = SmokeTest(service: "orders", time: ten, suite: "post-deploy", version: "v41", passed: 3, failed: 2, skipped: 1, seconds: 1.5, failures: [.init(name: "b", message: "no"), .init(name: "a")])
        var better = test
        better.failed = 0
        better.failures = []
        for said in [better, test] { try store.record(harvest { $0.smokeTests = [said] }, at: ten) }
        #expect(try store.smokeTests(in: window(0, 300)) == [test])
        #expect(try store.smokeTests(in: window(1, 300)).isEmpty)
    }

    @Test func `money adds up over runs, and a run recorded twice is paid once`() throws {
        let store = try TenantStore.inMemory()
        let entry = LedgerEntry(source: "aws", operation: "cloudwatch:GetMetricData", calls: 2, units: 500, bytes: 10_000, dollars: 0.005)
        for seconds: Int64 in [0, 0, 300] { try store.record(harvest { $0.ledger = [entry, entry] }, at: ten + seconds) }
        let sum = try #require(try store.ledger(in: window(0, 3_600)).first)
        #expect(sum.calls == 8 && sum.units == 2_000 && abs(sum.dollars - 0.02) < 1e-12)
        #expect(try store.ledger(in: window(300, 3_600)).first?.calls == 4)
    }

    @Test func `problems are those of the last run`() throws {
        let store = try TenantStore.inMemory()
        let problem = Problem(.denied, source: "aws", operation: "sqs:ListQueues", place: "eu-west-1", message: "no", requestID: "r", resource: orders)
        try store.record(harvest { $0.problems = [problem] }, at: ten)
        #expect(try store.problems() == [problem])
        try store.record(harvest { _ in }, at: ten + 300)
        #expect(try store.problems().isEmpty)
    }

    @Test func `deployments, notes and runs come back`() throws {
        let store = try TenantStore.inMemory()
        let deployment = Deployment(service: "orders", time: ten, label: "v41", detail: "d")
        for _ in 0..<2 { try store.record(harvest { $0.deployments = [deployment] }, at: ten) }
        #expect(try store.deployments(in: window(0, 1)) == [deployment])
        try store.setNote("map", "1,2")
        #expect(try store.note("map") == "1,2")
        try store.setNote("map", nil)
        #expect(try store.note("map") == nil)
        var run = RunRecord(id: "r1", startedAt: ten)
        try store.recordRun(run)
        run.finishedAt = ten + 7
        run.exit = 3
        run.counts = ["points.new": 12]
        run.stages = ["collect": 1.25]
        try store.recordRun(run)
        try store.recordRun(RunRecord(id: "r2", startedAt: ten + 300))
        #expect(try store.runs(limit: 10) == [RunRecord(id: "r2", startedAt: ten + 300), run])
    }
}
