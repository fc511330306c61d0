@testable import Dashboard
import Foundation
import Telemetry
import Testing

/// `fleet/metrics.prom`: what a textfile collector is given.
@Suite struct FleetMetricsTests {
    /// One sample: its name, its labels as written and its value.
    private struct Sample {
        var name: String
        var labels: String
        var value: Double
    }

    /// The text format of Prometheus, read strictly: each family has its HELP and TYPE first, every sample belongs to the family before it.
    private static func samples(_ text: String) throws -> [Sample] {
        var family = "", samples: [Sample] = []
        #expect(text.hasSuffix("\n"))
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") { family = String(line.split(separator: " ")[2]); continue }
            if line.hasPrefix("# TYPE ") { #expect(line == "# TYPE \(family) gauge"); continue }
            let match = try #require(try #/^([a-z_:][a-z0-9_:]*)(\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\n"])*",?)+\})? (\S+)$/#.wholeMatch(in: line), "\(line)")
            #expect(match.1 == family, "\(line)")
            samples.append(Sample(name: String(match.1), labels: String(match.2 ?? ""), value: try #require(Double(match.3))))
        }
        return samples
    }

    @Test func `a run says how it went, for each tenant and for all`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        let samples = try Self.samples(try site.text("fleet/metrics.prom"))
        func value(_ name: String, _ labels: String = "") -> Double? { samples.first { $0.name == name && $0.labels == labels }?.value }
        #expect(value("tidewatch_run_timestamp_seconds") == Double(TrialSite.firstRun.seconds))
        #expect(value("tidewatch_run_exit_code") == 0 && value("tidewatch_tenant_up", #"{tenant="one"}"#) == 1)
        #expect(value("tidewatch_build_info", "{version=\"\(ProductVersion.text)\"}") == 1)
        for name in ["calls", "metrics_requested", "points_added", "series", "database_bytes", "files", "files_written"] {
            #expect((value("tidewatch_tenant_\(name)", #"{tenant="two"}"#) ?? 0) > 0, "\(name)")
        }
        #expect(samples.map(\.name) == samples.map(\.name).sorted())
        // The clock of the trial stands still; work takes its time all the same.
        let stages = samples.filter { $0.name == "tidewatch_stage_duration_seconds" }, entry = try site.json("fleet/build.json")["tenants"]?.array.first
        #expect(stages.map(\.labels) == ["collect", "evaluate", "notify", "render"].map { "{stage=\"\($0)\"}" } && value("tidewatch_stage_duration_seconds", #"{stage="render"}"#) ?? 0 > 0)
        #expect(entry?["stages"]?.array.compactMap { $0["stage"]?.string } == ["collect", "evaluate", "notify", "render"])
        #expect(try site.text("fleet/operation/index.html").contains(/render \d/))
    }

    @Test func `of a tenant whose database cannot be opened nothing is told but that it is down`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        try DoctorTests.setSchema(99, of: site.statePath("one"))
        try await site.run()
        let own = try Self.samples(try site.text("fleet/metrics.prom")).filter { $0.labels.contains("tenant=\"one\"") }
        #expect(own.map(\.name) == ["tidewatch_tenant_up"] && own.map(\.value) == [0], "\(own)")
        let status = try #require(try site.json("fleet/status.json")["tenants"]?.array.first { $0["id"]?.string == "one" })
        #expect(status["status"]?.string == "stale" && status["alerts"] == .null && status["counts"] == .null && status["services"] == .null, "\(status)")
        let build = try #require(try site.json("fleet/build.json")["tenants"]?.array.first)
        for key in ["new_points", "messages_sent", "messages_waiting", "files", "files_written", "calls", "metrics", "bytes", "cost_usd"] { #expect(build[key] == .null, "\(key)") }
    }

    @Test func `a tenant whose file has a mistake is down, and among the others`() async throws {
        let site = try TrialSite.pair()
        try site.write("id: one\nservices: 7\n", to: "tenants/one.yaml")
        try await site.run()
        let up = try Self.samples(try site.text("fleet/metrics.prom")).filter { $0.name == "tidewatch_tenant_up" }
        #expect(up.map(\.labels) == [#"{tenant="one"}"#, #"{tenant="two"}"#] && up.map(\.value) == [0, 1], "\(up)")
        let tenants = try site.json("fleet/build.json")["tenants"]?.array ?? []
        #expect(tenants.map { $0["tenant"]?.string } == ["one", "two"] && tenants.map { $0["exit"]?.integer } == [3, 0] && tenants.first?["calls"] == .null)
    }

    @Test func `names of strangers end no label and no line`() throws {
        var family = MetricFamily("tidewatch_x", .gauge, help: "back\\slash\nand line")
        family.add(1, [("receiver", "a\"b\\c\nd"), ("empty", "")])
        family.add(.nan, [("receiver", "never")])
        let text = String(decoding: family.prometheus, as: UTF8.self)
        #expect(text == "# HELP tidewatch_x back\\\\slash\\nand line\n# TYPE tidewatch_x gauge\ntidewatch_x{receiver=\"a\\\"b\\\\c\\nd\"} 1\n")
    }

    @Test func `promtool takes it, where there is one`() async throws {
        guard let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first(where: FileManager.default.isExecutableFile) else {
            print("SKIPPED: promtool is not installed (apt-get install prometheus); the parser above checks the form alone")
            return
        }
        let site = try TrialSite.pair()
        try await site.run()
        let ended = try await ChildProcess("/bin/sh", ["-c", "\(promtool) check metrics < '\(site.directory)/public/fleet/metrics.prom'"]).run()
        #expect(ended.code == 0, "\(ended)")
    }
}
