import Curl
@testable import Dashboard
import Foundation
import JSON
import Telemetry
import Testing

/// The mails of one small incident, whole: what fires with its suspected cause, the end of it, and the summary of the day.
/// `TIDEWATCH_UPDATE_GOLDEN=1 swift test --filter GoldenMailTests` writes the files anew; read the diff before committing it.
struct GoldenMailTests {
    private static let start = Timestamp(year: 2026, month: 11, day: 20, hour: 6, minute: 0)
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden/Mails")

    private static let reader = """
        import sys, email, email.policy, json
        m = email.message_from_bytes(open(sys.argv[1], "rb").read(), policy=email.policy.default)
        parts = {p.get_content_type(): p.get_content().replace("\\r\\n", "\\n") for p in m.walk() if not p.is_multipart()}
        print(json.dumps({"subject": m["subject"], "defects": len(m.defects) + sum(len(p.defects) for p in m.walk()), "parts": parts}))
        """

    /// An API in front of a function that begins to fail after `from` and stops after `to`, in minutes from the start.
    private func run(_ site: TrialSite, at minute: Int64, failing range: ClosedRange<Int64>) async throws {
        let now = Self.start + minute * 60, last = now.floored(to: 300) - 300
        var lines = ["time,series,value"]
        for step in stride(from: last.seconds - 26 * 3_600, through: last.seconds, by: 300) {
            let failed = range.contains((step - Self.start.seconds) / 60) ? 9 : 0
            lines += [("requests", 60), ("e5", failed), ("runs", 60), ("errors", failed)].map { "\(step),\($0.0),\($0.1)" } + ["\(step),took,0.12", "\(step),latency,0.15"]
        }
        try site.write(lines.joined(separator: "\n") + "\n", to: "numbers/all.csv")
        site.clock.set(now + 180)
        try await site.run { $0.stages = [.collect, .evaluate, .notify] }
    }

    @Test func `the mails of an incident and of a day are the golden ones, and read back with Python`() async throws {
        let site = try TrialSite([
            "tidewatch.yaml": """
                title: Golden
                base_url: https://ops.example/
                receivers:
                  - {name: oncall, email: {to: [oncall@example.com], from: tidewatch@example.com, server: "smtp.example.com:587"}}
                route: {receiver: oncall}
                digests: [{receiver: oncall, every: day, at: "08:00"}]
                """,
            "tenants/acme.yaml": """
                id: acme
                title: Acme Retail
                timezone: Europe/Berlin
                sources:
                  disk:
                    files:
                      path: numbers
                      files:
                        - path: all.csv
                          format: csv
                          series:
                            requests: 'api("shop").requests'
                            e5: 'api("shop").errors_5xx'
                            latency: 'api("shop").latency.p50'
                            runs: 'function("checkout").invocations'
                            errors: 'function("checkout").errors'
                            took: 'function("checkout").duration.p50'
                services:
                  - id: orders
                    title: Orders
                    resources: [{kind: api, name: shop, stage: prod, feeds: checkout}, {kind: function, name: checkout}]
                """,
        ], now: Self.start)
        for minute in [0, 15, 20, 30, 60, 90] as [Int64] { try await run(site, at: minute, failing: 5...45) }
        try await run(site, at: 26 * 60, failing: 5...45)
        var mails: [(subject: String, text: String, html: String)] = []
        for mail in site.mailbox.mails {
            let file = site.directory + "/mail.eml"
            try Data(mail.message).write(to: URL(filePath: file))
            let ended = try await ChildProcess("/usr/bin/env", ["python3", "-c", Self.reader, file]).run(), read = try JSONValue(parsing: ended.output)
            #expect(ended.code == 0 && read["defects"]?.integer == 0)
            mails.append((read["subject"]?.string ?? "", read["parts"]?["text/plain"]?.string ?? "", read["parts"]?["text/html"]?.string ?? ""))
        }
        let subjects = mails.map(\.subject)
        try #require(mails.count >= 3, "\(subjects)")
        try expect(mails[0].text, "firing.txt"); try expect(mails[0].html, "firing.html")
        let over = try #require(mails.first { $0.text.contains("Resolved: ") }, "\(subjects)"), day = try #require(mails.last { $0.subject.hasPrefix("[DIGEST]") }, "\(subjects)")
        try expect(over.text, "resolved.txt"); try expect(over.html, "resolved.html")
        try expect(day.text, "day.txt"); try expect(day.html, "day.html")
        // Both parts say the same: whoever reads only one misses nothing.
        for (mail, words) in [(mails[0], "Suspected cause"), (over, "all clear after 55"), (day, "1 incident, 0 firing now")] { #expect(mail.text.contains(words) && mail.html.contains(words)) }
    }

    private func expect(_ text: String, _ name: String) throws {
        let file = Self.folder.appending(path: name)
        if ProcessInfo.processInfo.environment["TIDEWATCH_UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        let first = zip(golden.split(separator: "\n", omittingEmptySubsequences: false), text.split(separator: "\n", omittingEmptySubsequences: false)).first { $0 != $1 }
        #expect(golden == text, "\(name) differs: \(first.map { "'\($0.0)' became '\($0.1)'" } ?? "in length")")
    }
}
