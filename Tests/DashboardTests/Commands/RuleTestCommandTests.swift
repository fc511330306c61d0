import Foundation
import JSON
import Testing

@Suite struct RuleTestCommandTests {
    private static let rule = """
        rules:
          - {id: own, title: Own, on: queue, warning: oldest_age > 15m, for: 5m, runbook: queue-backlog, summary: "{{resource}}: {{value}}"}

        """

    private func site(_ tests: String) throws -> FilesSite {
        let site = try FilesSite()
        try FileManager.default.createDirectory(atPath: site.directory + "/rules", withIntermediateDirectories: true)
        try (Self.rule + tests).write(toFile: site.directory + "/rules/own.yaml", atomically: true, encoding: .utf8)
        return site
    }

    private static func test(_ series: String, _ expect: String) -> String {
        "tests:\n  - name: old messages\n    resources: [{kind: queue, name: orders, series: {oldest_age: \(series)}}]\n    alerts: [{at: 10m, rule: own, expect: [\(expect)]}]\n"
    }

    @Test func `the built-in pack's own tests hold, and every rule of it has one`() async throws {
        let ended = try await TidewatchCommand.run("test", "--built-in", "-v")
        #expect(ended.code == 0 && ended.output == "", "\(ended.output)")
        #expect(ended.messages.hasSuffix(": all as expected.\n"))
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let pack = try String(contentsOf: root.appendingPathComponent("content/rules/default.yaml"), encoding: .utf8)
        let tests = try String(contentsOf: root.appendingPathComponent("content/rules/default-tests.yaml"), encoding: .utf8)
        for line in pack.split(separator: "\n") where line.hasPrefix("  - id: ") { #expect(tests.contains("rule: " + line.dropFirst(8)), "\(line)") }
    }

    @Test func `tests that hold are silent`() async throws {
        let site = try site(Self.test("16mx2", "{severity: warning, value: 16m}"))
        let ended = try await TidewatchCommand.run("--site", site.directory, "test")
        #expect(ended.code == 0 && ended.output == "" && ended.messages == "")
        let told = try await TidewatchCommand.run("--site", site.directory, "test", "--json", "rules/own.yaml")
        let json = try JSONValue(parsing: Array(told.output.utf8))
        #expect(json["tests"]?.integer == 1 && json["failed"]?.integer == 0 && json["results"]?.array.first?["name"]?.string == "old messages")
    }

    @Test func `a test that fails shows what was expected and what was found`() async throws {
        let site = try site(Self.test("16mx2", "{severity: critical}"))
        let ended = try await TidewatchCommand.run("--site", site.directory, "test")
        #expect(ended.code == 1 && ended.messages == "1 test, 1 check: 1 failed.\n")
        #expect(ended.output == """
            rules/own.yaml:4:5: old messages
              after 10\u{A0}min (rules/own.yaml:6:14):
                - firing critical  own on orders
                + firing warning  own on orders  value 16\u{A0}min  explained by another  (orders: 16\u{A0}min)

            """)
    }

    @Test(arguments: [
        (test("16x2", "{severity: warning}"), "rules/own.yaml:5:66: tests[0].resources[0].series.oldest_age: at '16x2': '16' is no value of this signal: write it like 90s or 16m"),
        (test("16mx2", "{severity: bad}"), "'bad' is not one of warning, critical"),
        (test("16mx2", "{severity: warning, resource: oders}"), "no resource of this test is called 'oders'. Did you mean 'orders'?"),
        (test("16mx2", "{severity: warning}").replacing("rule: own", with: "rule: owm"), "no rule is called 'owm'. Did you mean 'own'?"),
        (test("16mx2", "{severity: warning}").replacing("oldest_age", with: "oldest_agge"), "unknown signal 'oldest_agge' of queue. Did you mean 'oldest_age'?"),
        ("test: []\n", "unknown key 'test'. Did you mean 'tests'?"),
    ])
    func `a test that cannot be understood is a mistake with a place`(_ tests: String, _ message: String) async throws {
        let site = try site(tests)
        for verb in ["test", "validate"] {
            let ended = try await TidewatchCommand.run("--site", site.directory, verb)
            #expect(ended.code == 4)
            #expect(ended.messages.contains(message), "\(verb): \(ended.messages)")
        }
        // Tests are the author's matter: they never stop a run.
        if tests.hasPrefix("tests") { #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 0) }
    }

    @Test func `a file that is none of the site's is named`() async throws {
        let site = try site("")
        let ended = try await TidewatchCommand.run("--site", site.directory, "test", "rules/owm.yaml")
        #expect(ended.code == 4 && ended.messages == "rules/owm.yaml: is no rule file of this site. Did you mean 'rules/own.yaml'?\n")
    }
}
