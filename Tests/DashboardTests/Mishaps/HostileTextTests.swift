@testable import Dashboard
import Foundation
import JSON
import Testing

/// Text of strangers, from every door at once: titles in files, log lines, span names, annotations. It is shown, and it does nothing.
@Suite struct HostileTextTests {
    /// Markup, a way out of an attribute, a script address, text that turns direction, a bell, a terminal escape, a formula, a template.
    static let hostile = #"<script>alert(1)</script>"'><img src=x onerror=alert(2)>"# + "\u{202E}olleh\u{7}\u{1B}[31m" + #"=HYPERLINK("http://evil.example")&amp;{{tenant.id}}]]>--></title>"#

    private func site() throws -> TrialSite {
        let title = Self.hostile.replacing("'", with: "''").filter { !$0.unicodeScalars.contains { $0.value < 0x20 } }
        let json = JSONValue.string(Self.hostile).text()
        let now = TrialSite.firstRun.seconds, end = now / 300 * 300 - 300
        let line = JSONValue.string("ERROR " + Self.hostile).text()
        let traceID = "1-\(String(end - 60, radix: 16))-aaaaaaaaaaaaaaaaaaaaaaaa"
        let request: JSONValue = ["method": "GET", "url": .string("javascript:alert(3)//" + Self.hostile)]
        let annotations = JSONValue.object([.init(Self.hostile, .string(Self.hostile))])
        let document: JSONValue = [
            "id": "70de5b6f19ff9a0a", "trace_id": .string(traceID), "name": .string(Self.hostile), "start_time": .number(Double(end - 60)),
            "end_time": .number(Double(end - 59)), "annotations": annotations, "http": ["request": request],
        ]
        var ages = "timestamp,value\n"
        for step in 0..<40 { ages += "\(end - Int64(39 - step) * 300),9000\n" }
        let segment: JSONValue = ["Id": "70de5b6f19ff9a0a", "Document": .string(document.text())]
        let traces: JSONValue = ["Traces": .array([["Id": document["trace_id"] ?? .null, "Segments": .array([segment])]])]
        return try TrialSite([
            "tidewatch.yaml": "title: '\(title)'\ninterval: 5m\n",
            "tenants/evil.yaml": """
                id: evil
                title: '\(title)'
                sources:
                  disk:
                    files:
                      path: numbers
                      files:
                        - {path: age.csv, format: csv, series: {value: 'queue("q<b>x").oldest_age'}}
                        - {path: logs.json, format: filter_log_events, log_group: work}
                        - {path: traces.json, format: batch_get_traces, trace_group: all}
                services:
                  - id: orders
                    title: '\(title)'
                    resources:
                      - {kind: queue, name: 'q<b>x', title: '\(title)'}
                      - {kind: function, name: work, title: '\(title)'}
                    trace_groups: [{id: all, title: '\(title)', filter: ''}]

                """,
            "numbers/age.csv": ages,
            "numbers/logs.json": #"{"events": [{"eventId": "1", "timestamp": \#((end - 30) * 1_000), "message": \#(line), "logStreamName": \#(json)}]}"#,
            "numbers/traces.json": traces.text(),
        ])
    }

    @Test func `nothing of it becomes markup, script, address or formula`() async throws {
        let site = try site()
        let outcome = try await site.run()
        #expect(outcome.exit == .done, "\(outcome.problems)")
        let files = site.files()
        #expect(files.keys.contains { $0.hasPrefix("evil/traces/all/1-") } && files.keys.contains { $0.hasPrefix("evil/alerts/2") })
        var shown = 0
        for (path, bytes) in files {
            let text = String(decoding: bytes, as: UTF8.self)
            if path.hasSuffix(".html") || path.hasSuffix(".svg") || path.hasSuffix(".xml") {
                // Once decoded it is there; as written it is no tag and no attribute.
                if text.contains("&lt;script&gt;") { shown += 1 }
                for bad in ["<script>alert", "<img src=x", "onerror=alert(2)>", "<b>x", "href=\"javascript:", "-->]]", "</title>\""] where text.contains(bad) { Issue.record("\(bad) in \(path)") }
                #expect(!text.unicodeScalars.contains { $0.value < 0x20 && !"\n\t\r".unicodeScalars.contains($0) }, "a control character in \(path)")
            } else if path.hasSuffix(".json") {
                #expect(throws: Never.self, "\(path)") { try JSONValue(parsing: bytes) }
            } else if path.hasSuffix(".csv") {
                #expect(!text.split(whereSeparator: { $0 == "\n" || $0 == "," }).contains { $0.hasPrefix("=") }, "\(path)")
            }
        }
        #expect(shown > 5)
        // Nothing was written outside the tree.
        #expect(files.keys.allSatisfy { $0.hasPrefix("evil/") || $0.hasPrefix("fleet/") })
    }

    @Test func `messages for the operator bear no control characters`() async throws {
        let site = try FilesSite()
        defer { withExtendedLifetime(site) {} }
        try "title: \"\\u001B[31mred\\u0007\"\n\"\\u001B]0;owned\\u0007\": 1\n".write(toFile: site.directory + "/tidewatch.yaml", atomically: true, encoding: .utf8)
        let ended = try await TidewatchCommand.run("--site", site.directory, "validate")
        #expect(ended.code == 4)
        #expect(!ended.messages.isEmpty && !ended.messages.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }, "\(ended.messages.debugDescription)")
    }
}
