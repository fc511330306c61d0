@testable import Dashboard
import Foundation
import JSON
import Storage
import Telemetry
import Testing

/// A tenant that has too much of something gets its share, and its page says so.
@Suite struct TenantLimitTests {
    private static func site(_ files: [String: String], limits: String) throws -> TrialSite {
        try TrialSite(["tidewatch.yaml": "title: Limits\ninterval: 5m\nlimits: {series: 50000}\n", "tenants/one.yaml": """
            id: one
            limits: {\(limits)}
            sources: {disk: {files: {path: numbers, files: [{path: many.csv, format: csv}, {path: traces.json, format: batch_get_traces, trace_group: all}]}}}
            services: [{id: orders, resources: [{kind: queue, name: q1}], trace_groups: [{id: all, title: All, filter: ''}]}]

            """, "numbers/traces.json": #"{"Traces": []}"#].merging(files) { $1 })
    }

    private static let end = TrialSite.firstRun.seconds / 300 * 300 - 300

    @Test func `series beyond the limit are left out, always the same ones`() async throws {
        let lines = (0..<40).map { #"\#(Self.end),"queue(""q\#($0 + 10)"").visible",1"# }.joined(separator: "\n")
        let site = try Self.site(["numbers/many.csv": "time,series,value\n" + lines + "\n"], limits: "series: 10")
        let outcome = try await site.run()
        #expect(outcome.exit == .partial && outcome.problems.contains { $0.tenant == "one" && $0.message == "The limit is reached of 10 series in one run (limits.series), which leaves out 30 others." }, "\(outcome.problems)")
        #expect(try site.text("one/checks/index.html").contains("The limit is reached of 10 series"))
        let store = try TenantStore(path: site.statePath("one"))
        #expect(try store.latest(of: ResourceID(source: "disk", kind: .queue, name: "q10"), notAfter: site.clock.now)["visible"] != nil)
        #expect(try store.latest(of: ResourceID(source: "disk", kind: .queue, name: "q45"), notAfter: site.clock.now)["visible"] == nil)
    }

    @Test func `calls end at the limit`() async throws {
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "tenants/one.yaml": TrialSite.tenant("one", account: TrialSite.one, more: "limits: {calls: 3}"), "tenants/two.yaml": TrialSite.tenant("two", account: TrialSite.two)])
        let outcome = try await site.run()
        let one = try #require(outcome.tenants.first), two = try #require(outcome.tenants.last)
        #expect(one.calls <= 6 && one.limits.contains { $0.contains("3 calls in one run (limits.calls)") }, "\(one)")
        #expect(two.exit == .done && two.calls > 6)
    }

    @Test func `more traces than pages: some have none, and no link leads nowhere`() async throws {
        let traces: [JSONValue] = (0..<80).map { number in
            let id = "1-\(String(Self.end - Int64(number) * 10, radix: 16))-" + String(("0000000000000000000000" + String(number)).suffix(24)).padding(toLength: 24, withPad: "a", startingAt: 0)
            let document: JSONValue = ["id": "70de5b6f19ff9a0a", "trace_id": .string(id), "name": "work", "start_time": .number(Double(Self.end - Int64(number) * 10)), "end_time": .number(Double(Self.end - Int64(number) * 10) + 1)]
            return ["Id": .string(id), "Segments": .array([["Id": "70de5b6f19ff9a0a", "Document": .string(document.text())]])]
        }
        let site = try Self.site(["numbers/many.csv": "time,series,value\n", "numbers/traces.json": JSONValue.object([.init("Traces", .array(traces))]).text()], limits: "pages: 160")
        try await site.run()
        let files = site.files("one"), pages = files.keys.filter { $0.hasPrefix("traces/all/1-") && $0.hasSuffix(".html") }
        #expect(pages.count > 0 && pages.count < 80 && files.count <= 160, "\(pages.count) of \(files.count)")
        #expect(try site.text("one/checks/index.html").contains("The limit is reached of 160 files (limits.pages): "))
        let group = try site.text("one/traces/all/index.html")
        for match in group.split(separator: "traces/all/1-").dropFirst() where match.prefix(60).contains("/index.html\"") {
            let path = "traces/all/1-" + match.prefix { $0 != "\"" }
            #expect(files[path] != nil, "\(path)")
        }
    }

    @Test func `pages that are too large leave the old ones`() async throws {
        let site = try Self.site(["numbers/many.csv": "time,series,value\n"], limits: "bytes: 1GiB")
        try await site.run()
        let before = site.files("one")
        try site.write(try String(contentsOfFile: site.directory + "/tenants/one.yaml", encoding: .utf8).replacing("1GiB", with: "64KiB"), to: "tenants/one.yaml")
        site.clock.advance(.seconds(300))
        let outcome = try await site.run()
        #expect(outcome.exit == .partial && outcome.problems.contains { $0.message.contains("(limits.bytes): the pages of the last run stay.") }, "\(outcome.problems)")
        #expect(site.files("one") == before && !before.isEmpty)
        let doctor = try await Doctor(directory: site.directory, world: site.world(), tenants: [], offline: true)
        #expect(doctor.sections.first { $0.name == "limits" }?.findings == [DoctorFinding(.warning, "one", "The limit is reached of 64\u{A0}KiB (limits.bytes): the pages of an earlier run stay. Watch less, or raise it in tenants/one.yaml.")])
        // Of pages that were not made nobody knows what they would have told.
        let metrics = try site.text("fleet/metrics.prom"), known = try #require(try site.json("fleet/status.json")["tenants"]?.array.first)
        for name in ["files", "files_written", "series", "alerts_firing"] { #expect(!metrics.contains("\ntidewatch_tenant_\(name){"), "\(name)") }
        for name in ["database_bytes", "messages_waiting", "calls"] { #expect(metrics.contains("\ntidewatch_tenant_\(name){tenant=\"one\"} "), "\(name)") }
        for name in ["alerts", "counts", "services"] { #expect(known[name] == .null, "\(name)") }
        #expect(try site.json("fleet/build.json")["tenants"]?.array.first?["files"] == .null)
        let row = try #require(try site.text("fleet/operation/index.html").split(separator: "<tr").first { $0.contains("../../one/index.html") })
        #expect(row.matches(of: /<td class="n">–</).count == 1, "\(row)")
    }

    @Test func `messages of a day end at the limit, and the rest is counted in one`() async throws {
        let site = try MessageSite(services: 6, more: "limits: {messages: 2}")
        try await site.run(at: 0, hours: 1) { _ in 0 }
        let outcome = try await site.run(at: 25, hours: 1) { $0 >= 5 ? 1_200 : 0 }
        #expect(outcome.tenants.first?.limits.contains { $0.contains("2 messages in 24 hours (limits.messages)") } == true, "\(outcome)")
        #expect(site.hooks.calls.count == 3, "two and a digest: \(site.hooks.calls.map(\.body))")
    }
}
