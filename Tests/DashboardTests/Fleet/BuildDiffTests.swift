@testable import Dashboard
import Foundation
import JSON
import Testing

/// What changed between two builds, and a build of the past.
@Suite struct BuildDiffTests {
    /// A queue whose oldest message is this old over the last hours.
    private static func numbers(_ ages: (Int) -> Int, until end: Int64) -> String {
        "timestamp,value\n" + (0..<40).map { "\(end - Int64(39 - $0) * 300),\(ages($0))" }.joined(separator: "\n") + "\n"
    }

    private static func tenant(_ more: String = "", resources: String = "{kind: queue, name: q}") -> String {
        """
        id: one
        sources: {disk: {files: {path: numbers, files: [{path: age.csv, format: csv, series: {value: 'queue("q").oldest_age'}}]}}}
        services: [{id: orders, title: Orders, resources: [\(resources)]\(more)}]

        """
    }

    @Test func `alerts, limits, resources, topology and pages that changed are named, in Markdown and in JSON`() async throws {
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "tenants/one.yaml": Self.tenant(), "numbers/age.csv": Self.numbers({ _ in 1 }, until: TrialSite.firstRun.seconds / 300 * 300 - 300)])
        try await site.run()
        let copy = site.directory + "/before"
        try FileManager.default.copyItem(atPath: site.directory + "/public", toPath: copy)
        #expect(try BuildDiff(from: copy, to: site.directory + "/public").markdown == "Nothing changed.\n")

        try site.write(Self.tenant(", rules: {queue-age: {warning: 5m}}", resources: "{kind: queue, name: q, feeds: worker}, {kind: function, name: worker}"), to: "tenants/one.yaml")
        site.clock.advance(.seconds(1_800))
        try site.write(Self.numbers({ _ in 9_000 }, until: site.clock.now.seconds / 300 * 300 - 300), to: "numbers/age.csv")
        try await site.run()

        let ended = try await TidewatchCommand.run("diff", copy + "/one", site.directory + "/public/one")
        #expect(ended.code == 0, "\(ended)")
        for line in ["## Alerts", "## Limits", "## Resources", "- added: `function worker`", "- `queue q`: `ok` → `critical`", "## Topology", "- added: `queue q → function worker`", "## Pages", "- changed: `index.html`"] {
            #expect(ended.output.split(separator: "\n").contains { $0 == line }, "\(line) in \(ended.output)")
        }
        #expect(ended.output.contains("oldest_age > 15m") && ended.output.contains("oldest_age > 5m"), "\(ended.output)")
        let json = try JSONValue(parsing: Array((try await TidewatchCommand.run("diff", copy, site.directory + "/public", "--json")).output.utf8))
        let tree = try #require(json["trees"]?.array.first { $0["tree"]?.string == "one" })
        #expect(tree["alerts"]?["added"]?.array.contains { $0.string?.hasPrefix("queue-age/") == true } == true && tree["resources"]?["added"]?.array == ["function worker"])
        #expect(tree["pages"]?["added"]?.array.contains { $0.string?.hasPrefix("alerts/2026") == true } == true)
    }

    @Test(arguments: [["all", "all/one"], ["all/one", "all"]]) func `a folder of trees and a single tree are not compared`(_ order: [String]) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/tidewatch-diff-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/all/one", withIntermediateDirectories: true)
        try Data("{\"files\": {\"index.html\": \"0\"}}".utf8).write(to: URL(fileURLWithPath: folder + "/all/one/build.json"))
        let ended = try await TidewatchCommand.child(["diff"] + order.map { folder + "/" + $0 }).run()
        #expect(ended.code == 1 && ended.output == "", "\(ended)")
        #expect(ended.messages == "\(folder)/all is a folder of trees and \(folder)/all/one is a single tree, so there is nothing to compare. Name two trees, or two folders of trees.\n")
    }

    @Test func `what holds no build is refused`() async throws {
        let ended = try await TidewatchCommand.run("diff", "/nonexistent", "/tmp")
        #expect(ended.code == 1 && ended.messages.contains("/nonexistent holds no build: expected build.json there"), "\(ended)")
    }

    @Test func `pages of an earlier time show what was so then, and the present ones stay`() async throws {
        let first = TrialSite.firstRun
        // The built-in rule also asks for signals that a file of ages does not have, and stays where it is while they are unknown.
        let rule = "rules: [{id: queue-age, title: Oldest message is too old, on: queue, critical: oldest_age > 1h, for: 5m, runbook: queue-backlog, summary: Too old}]\n"
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "content/rules/default.yaml": rule, "tenants/one.yaml": Self.tenant(), "numbers/age.csv": Self.numbers({ _ in 9_000 }, until: first.seconds / 300 * 300 - 300)])
        try await site.run()
        #expect(try site.json("one/status.json")["status"]?.string == "critical")
        // Two hours later all is well, since an hour.
        site.clock.advance(.seconds(7_200))
        try site.write(Self.numbers({ $0 < 20 ? 9_000 : 1 }, until: site.clock.now.seconds / 300 * 300 - 300), to: "numbers/age.csv")
        try await site.run()
        let now = site.files()
        #expect(try site.json("one/status.json")["status"]?.string == "ok")

        let then = site.directory + "/then"
        let ended = try await TidewatchCommand.run("--site", site.directory, "render", "--at", first.rfc3339, "--out", then)
        #expect(ended.code == 0, "\(ended)")
        let status = try JSONValue(parsing: Array(try #require(FileManager.default.contents(atPath: then + "/one/status.json"))))
        #expect(status["status"]?.string == "critical" && status["generated_at"]?.string == first.rfc3339, "\(status["sentence"]?.string ?? "")")
        #expect(status["alerts"]?.array.contains { $0["rule"]?.string == "queue-age" && $0["state"]?.string == "firing" } == true)
        #expect(site.files() == now)
        #expect(try await TidewatchCommand.run("--site", site.directory, "render", "--at", first.rfc3339).code == 2)
        let future = try await TidewatchCommand.run("--site", site.directory, "render", "--at", "2999-01-01T00:00:00Z", "--out", then)
        #expect(future.code == 2 && future.messages.contains("2999-01-01T00:00:00Z is still to come"), "\(future)")
        for place in ["/public", "/public/one", "/state"] {
            let refused = try await TidewatchCommand.run("--site", site.directory, "render", "--at", first.rfc3339, "--out", site.directory + place)
            #expect(refused.code == 2 && refused.messages.contains("belongs to the site itself"), "\(refused)")
        }
        let itself = try await TidewatchCommand.run("--site", site.directory, "render", "--at", first.rfc3339, "--out", site.directory)
        #expect(itself.code == 2 && itself.messages.contains("is the site's own directory"), "\(itself)")
        #expect(site.files() == now)
        // A folder that somebody else filled is left alone.
        try site.write("dear", to: "mine/one/precious.txt")
        for _ in 0..<2 {
            let refused = try await TidewatchCommand.run("--site", site.directory, "render", "--at", first.rfc3339, "--out", site.directory + "/mine")
            #expect(refused.code == 3 && refused.messages.contains("it holds files, and no build.json says that they are pages of ours"), "\(refused)")
        }
        #expect(FileManager.default.contents(atPath: site.directory + "/mine/one/precious.txt") == Data("dear".utf8))
    }
}
