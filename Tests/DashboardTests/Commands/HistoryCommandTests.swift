import Foundation
import JSON
import Testing

/// Verbs that look back, over a site whose queue is two hours behind at any time.
@Suite struct HistoryCommandTests {
    private func site(rules: String = "", mail: Bool = false) async throws -> FilesSite {
        let site = try FilesSite()
        if mail {
            try """
                title: Files
                interval: 5m
                receivers:
                  - {name: mail, email: {to: [a@example.com], from: b@example.com, server: "127.0.0.1:9", tls: none}}
                route: {receiver: mail, repeat_interval: 1h}

                """.write(toFile: site.directory + "/tidewatch.yaml", atomically: true, encoding: .utf8)
        }
        if !rules.isEmpty {
            let path = site.directory + "/tenants/files.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing("resources: [{kind: queue, name: orders}]", with: "resources: [{kind: queue, name: orders}], rules: \(rules)").write(toFile: path, atomically: true, encoding: .utf8)
        }
        for stage in ["collect", "evaluate"] { _ = try await TidewatchCommand.run("--site", site.directory, stage) }
        return site
    }

    private func json(_ ended: ChildProcess.Ended) throws -> JSONValue { try JSONValue(parsing: Array(ended.output.utf8)) }

    @Test func `a backtest says what would have fired and whom it would have told, and sends nothing`() async throws {
        let site = try await site(mail: true)
        let ended = try await TidewatchCommand.run("--site", site.directory, "backtest", "queue-age", "--since", "1d", "--json")
        #expect(ended.code == 0 && ended.messages == "")
        let tenant = try #require(try json(ended)["tenants"]?.array.first)
        let firing = try #require(tenant["firings"]?.array.first)
        #expect(tenant["firings"]?.array.count == 1 && firing["rule"]?.string == "queue-age" && firing["severity"]?.string == "critical" && firing["ended_at"]?.isNull == true)
        // Six hours of numbers, said again every hour.
        let kinds = tenant["messages"]?.array.compactMap { $0["kind"]?.string } ?? []
        #expect(kinds.first == "firing" && kinds.dropFirst().allSatisfy { $0 == "reminder" } && (4...6).contains(kinds.count), "\(kinds)")
        let text = try await TidewatchCommand.run("--site", site.directory, "backtest", "queue-age", "--since", "1d")
        #expect(text.output.hasPrefix("files: 1 day to ") && text.output.contains("1 alert would have fired, \(kinds.count) messages would have been sent."))
        #expect(text.output.contains("still firing"))
        let report = site.directory + "/backtest.html"
        _ = try await TidewatchCommand.run("--site", site.directory, "backtest", "--html", report)
        let html = try String(contentsOfFile: report, encoding: .utf8)
        #expect(html.hasPrefix("<!doctype html>") && html.contains("<style>") && html.contains("queue-age") && !html.contains("src=") && !html.contains("<link"))
    }

    @Test func `the alerts page says how often a rule would have fired`() async throws {
        let site = try await site()
        _ = try await TidewatchCommand.run("--site", site.directory, "backtest")
        _ = try await TidewatchCommand.run("--site", site.directory, "render")
        let page = try site.page("files/alerts/index.html")
        #expect(page.contains("Would have fired 1 time in the ") && page.contains("Would not have fired in the ") && page.contains(" on record") && !page.contains("in the last 30 days"))
    }

    @Test func `explain shows each key with the place that it was written, the nearest last`() async throws {
        let site = try await site(rules: "{queue-age: {warning: 20m, for: 10m}}")
        let ended = try await TidewatchCommand.run("--site", site.directory, "explain", "queue-age", "--json")
        #expect(ended.code == 0)
        let parts = try json(ended)["parts"]?.array ?? []
        #expect(parts.map { $0["title"]?.string } == ["queue-age on queue: Oldest message is too old", "nearer, for files/orders", "now, files"])
        func line(_ part: Int, _ key: String) -> JSONValue? { parts[part]["lines"]?.array.first { $0["key"]?.string == key } }
        #expect(line(0, "for")?["origin"]?.string?.hasPrefix("built-in rules:") == true && line(0, "recover_for")?["origin"]?.string == "default")
        #expect(line(1, "warning")?["value"]?.string?.contains("oldest_age > 20m") == true)
        #expect(line(1, "warning")?["origin"]?.string?.hasPrefix("tenants/files.yaml:") == true && line(1, "recover_for") == nil)
        #expect(line(2, "orders")?["value"]?.string?.hasPrefix("firing critical since ") == true)
    }

    @Test func `explain knows signals and keys`() async throws {
        let site = try await site()
        let signal = try await TidewatchCommand.run("--site", site.directory, "explain", "queue.oldest_age")
        #expect(signal.code == 0 && signal.output.contains("ApproximateAgeOfOldestMessage") && signal.output.contains("2\u{A0}h") && signal.output.contains("source disk"))
        let written = try await TidewatchCommand.run("--site", site.directory, "explain", "interval")
        #expect(written.output.contains("5m") && written.output.contains("tidewatch.yaml:2:11"))
        let unwritten = try await TidewatchCommand.run("--site", site.directory, "explain", "retention.raw")
        #expect(unwritten.output.contains("not written") && unwritten.output.contains("Default 15d."))
        #expect(try await TidewatchCommand.run("--site", site.directory, "explain", "files.id").output.contains("tenants/files.yaml:1:5"))
        let unknown = try await TidewatchCommand.run("--site", site.directory, "explain", "queue-agee")
        #expect(unknown.code == 4 && unknown.messages == "explain: nothing is called 'queue-agee'. Did you mean 'queue-age'?\n")
    }

    @Test func `explain never shows a secret`() async throws {
        let site = try await site()
        try """
            title: Files
            receivers:
              - {name: hook, webhook: {url: "https://chat.example.com/hook/token-123", secret: "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=", format: slack}}
            heartbeat: {url: "https://hc.example.com/ping/uuid-456"}

            """.write(toFile: site.directory + "/tidewatch.yaml", atomically: true, encoding: .utf8)
        for key in ["receivers[0].webhook.url", "receivers[0].webhook.secret", "heartbeat.url", "heartbeat", "receivers"] {
            let ended = try await TidewatchCommand.run("--site", site.directory, "explain", key)
            #expect(ended.code == 0, "\(ended.messages)")
            for secret in ["token-123", "whsec_", "uuid-456"] { #expect(!ended.output.contains(secret), "\(key): \(ended.output)") }
        }
    }

    @Test func `advice is a limit with what it would have done`() async throws {
        let site = try await site()
        let ended = try await TidewatchCommand.run("--site", site.directory, "advise", "queue-age", "--since", "1d", "--json")
        #expect(ended.code == 0)
        let line = try #require(try json(ended)["limits"]?.array.first { $0["key"]?.string == "warning" })
        #expect(line["current"]?["limit"]?.integer == 900 && line["current"]?["fired"]?.integer == 1 && line["median"]?.integer == 7_200)
        #expect(line["candidates"]?.array.first?["limit"]?.integer == 7_200)
        #expect(try await TidewatchCommand.run("--site", site.directory, "advise", "nothing").code == 4)
    }

    @Test func `a severity's limit is judged by its own alerts, over the days that have data`() async throws {
        let site = try await site(rules: "{queue-age: {warning: 20m, critical: oldest_age > 3h}}")
        let ended = try await TidewatchCommand.run("--site", site.directory, "advise", "queue-age", "--since", "30d", "--json"), lines = try json(ended)["limits"]?.array ?? []
        // Two hours behind, for six hours: a warning, and nothing critical.
        #expect(lines.first { $0["key"]?.string == "warning" }?["current"]?["fired"]?.integer == 1)
        #expect(lines.first { $0["key"]?.string == "critical" }?["current"]?["fired"]?.integer == 0)
        #expect(!lines.isEmpty && lines.allSatisfy { $0["days"]?.integer == 1 })
        #expect(try await TidewatchCommand.run("--site", site.directory, "advise", "queue-age", "--since", "30d").output.contains("would have fired 1 time in 1 day of data"))
    }

    @Test func `the noise report counts what really fired and names what never did`() async throws {
        let site = try await site()
        _ = try await TidewatchCommand.run("--site", site.directory, "run")
        let ended = try await TidewatchCommand.run("--site", site.directory, "report", "noise", "--json")
        #expect(ended.code == 0)
        let tenant = try #require(try json(ended)["tenants"]?.array.first)
        let rule = tenant["rules"]?.array.first
        #expect(rule?["rule"]?.string == "queue-age" && rule?["fired"]?.integer == 1 && rule?["firing"]?.integer == 1 && rule?["flaps"]?.integer == 0)
        #expect(tenant["never_fired"]?.array.contains("dlq-nonempty") == true && tenant["never_fired"]?.array.contains("queue-age") == false)
        let text = try await TidewatchCommand.run("--site", site.directory, "report", "noise")
        #expect(text.output.hasPrefix("files: 1 alert fired in 90 days, 0 messages sent.\n"))
    }

    @Test(arguments: [
        (["backtest", "queue-agee"], Int32(4), "rules/: no rule is called 'queue-agee'. Did you mean 'queue-age'?"),
        (["backtest", "--tenant", "nobody"], 4, "tenants/: no tenant is called 'nobody' (--tenant)"),
        (["backtest", "--since", "soon"], 2, "--since: expected a duration from 1h to 400d, such as 30d, found 'soon'"),
        (["report", "noise", "--now", "x"], 2, "--now: expected a time such as 2026-11-20T10:05:00Z, found 'x'"),
        (["backtest"], 0, "files: nothing is stored yet. Let 'tidewatch run' read it first."),
    ])
    func `what cannot be answered is said in words`(_ arguments: [String], _ code: Int32, _ message: String) async throws {
        let site = try FilesSite()
        let ended = try await TidewatchCommand.child(["--site", site.directory] + arguments).run()
        #expect(ended.code == code)
        #expect(ended.messages.contains(message), "\(ended.messages)")
    }
}
