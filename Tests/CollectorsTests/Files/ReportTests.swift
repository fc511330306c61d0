import Collectors
import Foundation
import Telemetry
import Testing

@Suite struct ReportTests {
    private func harvest(_ text: String, _ format: FilesCollector.Format, since: Timestamp? = nil, modified: Timestamp? = nil) async -> Harvest {
        var order = CollectionOrder.mock([ResourceOrder(.queue, "orders")])
        order.since = since
        let folder = MadeUpFolder(files: ["r": text], times: modified.map { ["r": $0] } ?? [:])
        return await FilesCollector(folder: folder, entries: [.init(path: "r", format: format, service: "orders")]).harvest(order)
    }

    private static let jUnit = """
        <?xml version="1.0"?><testsuites name="post-deploy" time="12.5">
        <testsuite name="api" timestamp="2026-11-20T09:58:00" tests="99" failures="0"><properties><property name="version" value="v41"/></properties>
        <testcase classname="orders" name="accepts &quot;one&quot;" time="0.2"/><testcase name="pays"><failure message="expected 200, got 503 for jane@shop.example"/></testcase>
        <testcase name="later"><skipped/></testcase><testsuite name="inner"><testcase name="breaks"><error type="Timeout">long text</error></testcase></testsuite></testsuite></testsuites>
        """

    @Test func `cases are counted, not the totals that a report claims`() async {
        let harvest = await harvest(Self.jUnit, .jUnit)
        #expect(harvest.problems == [])
        #expect(harvest.smokeTests == [SmokeTest(
            service: "orders", time: Timestamp(year: 2026, month: 11, day: 20, hour: 9, minute: 58), suite: "post-deploy", version: "v41", passed: 1, failed: 2, skipped: 1, seconds: 12.5,
            failures: [.init(name: "pays", message: "expected 200, got 503 for <email>"), .init(name: "breaks", message: "Timeout")])])
    }

    @Test func `a report without a time is of the time of its file`() async {
        let harvest = await harvest(#"<testsuite><testcase name="a"/></testsuite>"#, .jUnit, modified: ScriptedAWS.now - 60)
        #expect(harvest.smokeTests.map(\.time) == [ScriptedAWS.now - 60] && harvest.smokeTests.map(\.suite) == ["r"])
    }

    @Test func `JSON in our form and in CTRF`() async {
        let own = await harvest(#"{"suite":"checkout","time":"2026-11-20T10:00:00Z","version":"v41","seconds":3,"tests":[{"name":"a","status":"passed"},{"name":"b","status":"failed","message":"no"},{"name":"c","status":"weird"}]}"#, .smokeTest)
        #expect(own.smokeTests.map { [$0.passed, $0.failed, $0.skipped] } == [[1, 2, 0]] && own.smokeTests.first?.failures.last?.name == "1 tests without a known status")
        let ctrf = await harvest(#"{"results":{"tool":{"name":"playwright"},"summary":{"tests":2,"passed":1,"start":1795168800000,"stop":1795168804500},"tests":[{"name":"a","status":"passed"},{"name":"b","status":"pending"}]}}"#, .smokeTest)
        #expect(ctrf.smokeTests == [SmokeTest(service: "orders", time: Timestamp(seconds: 1_795_168_800), suite: "playwright", passed: 1, failed: 0, skipped: 1, seconds: 4.5)])
    }

    @Test func `deployments are markers, and a mistaken one costs itself alone`() async {
        let lines = [#"{"time":"2026-11-20T09:57:00Z","label":"v41","detail":"9f31c2e"}"#, #"{"time":"2030-01-01T00:00:00Z","label":"v42"}"#, #"{"label":"v43"}"#, #"{"time":"2026-11-20T09:57:00Z","label":"x","service":"nobody"}"#]
        let harvest = await harvest(lines.joined(separator: "\n"), .deployments)
        #expect(harvest.deployments == [Deployment(service: "orders", time: Timestamp(year: 2026, month: 11, day: 20, hour: 9, minute: 57), label: "v41", detail: "9f31c2e")])
        #expect(harvest.problems.map(\.message) == ["r: 3 entries are no deployment: one needs time, label and the id of a service, and lies in the past. The others are kept (source 'prod')."])
    }

    @Test func `an import takes what is not older than it was told`() async {
        #expect(await harvest(Self.jUnit, .jUnit, since: Timestamp(year: 2026, month: 11, day: 20, hour: 9, minute: 59), modified: ScriptedAWS.now).smokeTests == [])
        #expect(await harvest(Self.jUnit, .jUnit, since: Timestamp(year: 2026, month: 11, day: 20, hour: 9, minute: 57), modified: ScriptedAWS.now).smokeTests.count == 1)
        #expect(await harvest(Self.jUnit, .jUnit, since: ScriptedAWS.now - 60, modified: ScriptedAWS.now - 3_600).smokeTests == [])
    }

    @Test func `a report with a DTD is refused, bomb or not`() async {
        for head in ["<!DOCTYPE testsuite>", #"<!DOCTYPE a [<!ENTITY b "boom"><!ENTITY c "&b;&b;&b;">]>"#, #"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>"#] {
            let harvest = await harvest(head + Self.jUnit.dropFirst(21), .jUnit)
            #expect(harvest.smokeTests == [] && harvest.problems.map(\.message) == ["r: is no XML, or holds a DTD, which no report needs. Expected a report of a test run (source 'prod')."])
        }
    }
}

private enum HostileXML {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/data/hostile/xml").path
    static let files = (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []).filter { $0.contains(".") || $0.hasSuffix("dtd13") }.sorted()
}

@Suite(.enabled(if: !HostileXML.files.isEmpty, "needs ../shared/data/hostile, which is not part of the package"))
struct `Hostile XML` {
    @Test(arguments: HostileXML.files) func `no file is a report, grows, leads outside or traps`(file: String) async {
        let harvest = await FilesCollector(folder: DiskFolder(HostileXML.root), entries: [.init(path: file, format: .jUnit, service: "orders")]).harvest(.mock([ResourceOrder(.queue, "orders")]))
        #expect(harvest.smokeTests == [] && harvest.problems.map(\.kind) == [.badAnswer])
        #expect(!"\(harvest)".contains("root:"))
    }
}
