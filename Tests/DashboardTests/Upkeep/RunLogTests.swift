import Foundation
import JSON
import Testing

/// What a run says on standard error.
@Suite struct RunLogTests {
    private func run(_ site: FilesSite, _ arguments: String...) async throws -> ChildProcess.Ended { try await TidewatchCommand.child(["--site", site.directory, "run"] + arguments).run() }

    @Test func `in cron a run that goes well says nothing, in any form`() async throws {
        let site = try FilesSite()
        for form in ["text", "logfmt", "json"] {
            let ended = try await run(site, "--log-format", form)
            #expect(ended.code == 0 && ended.messages == "" && ended.output == "", "\(ended)")
        }
    }

    @Test func `with -v each stage of each tenant is a line of fields`() async throws {
        let site = try FilesSite()
        let lines = try await run(site, "--log-format", "json", "-v").messages.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
        #expect(lines.compactMap { $0["stage"]?.string } == ["collect", "evaluate", "notify", "render"])
        #expect(lines.allSatisfy { $0["run_id"]?.string?.hasSuffix("z") == true && $0["ts"]?.string?.hasSuffix("Z") == true && $0["level"]?.string == "info" && $0["dur_ms"]?.integer != nil })
        #expect(lines.last?["exit"]?.integer == 0 && lines.last?["msg"]?.string?.hasPrefix("1 tenants") == true)
        let text = try await run(site, "--log-format", "logfmt", "-v").messages
        #expect(text.contains(" tenant=files stage=collect dur_ms="))
    }

    @Test func `a problem is one line whatever it says`() async throws {
        let site = try FilesSite()
        try "id: broken\nsources: {\"a\\nlevel=info\": 1}\n".write(toFile: site.directory + "/tenants/broken.yaml", atomically: true, encoding: .utf8)
        let ended = try await run(site, "--log-format", "logfmt")
        #expect(ended.code == 3)
        let lines = ended.messages.split(separator: "\n")
        #expect(!lines.isEmpty && lines.allSatisfy { $0.hasPrefix("ts=") && ($0.contains(" level=warning ") || $0.contains(" level=error ")) }, "\(ended.messages)")
        #expect(lines.contains { $0.contains(" tenant=broken ") && $0.contains(" err=\"tenants/broken.yaml:") })
    }
}
