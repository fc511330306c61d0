@testable import Dashboard
import Foundation
import JSON
import Telemetry

/// Tenants whose every text is a word that nobody else has: names, titles, log lines, annotations, ids of traces, errors, documents. Each has
/// a mailbox and a hook of its own.
enum CanaryFleet {
    static func id(_ number: Int) -> String { "t" + String("00\(number)".suffix(3)) }

    /// A word of one tenant, for one field. Of a log line only what has no digit is kept as it is.
    static func canary(_ tenant: String, _ field: String) -> String {
        guard field == "log" else { return "\(tenant)canary-\(field)" }
        return String(tenant.map { $0.wholeNumberValue.map { Character(UnicodeScalar(UInt8(ascii: "a") + UInt8($0))) } ?? $0 }) + "canary-log"
    }

    /// The part of a trace's id that is its own.
    static func traceTail(_ tenant: String) -> String { "f" + String(tenant.dropFirst()) + "0123456789abcdef" + "0" + String(tenant.dropFirst()) }

    /// Every door by which a source's or an owner's words come in.
    static let fields = ["title", "service", "queue", "label", "group", "log", "key", "note", "span", "error", "deploy", "detail", "suite", "test", "reason", "document", "missing"]
    /// Read, and never shown to anybody.
    static let unshown = ["url"]

    static func words(_ tenant: String) -> Set<[UInt8]> { Set(((fields + unshown).map { canary(tenant, $0) } + [traceTail(tenant)]).map { Array($0.utf8) }) }

    static func site(tenants numbers: [Int]) throws -> TrialSite {
        let ids = numbers.map(id)
        var files: [String: String] = [
            "tidewatch.yaml": """
                title: Canaries
                base_url: https://ops.example/
                interval: 5m
                receivers:
                \(ids.map { "  - {name: mail-\($0), email: {to: [\($0)@example.com], from: ops@example.com, server: \"smtp.example.com:587\"}}\n  - {name: hook-\($0), webhook: {url: \"https://hooks.example/\($0)\"}}" }.joined(separator: "\n"))
                route:
                  receiver: mail-\(ids[0])
                  routes:
                \(ids.map { "    - {match: {tenant: \($0)}, receiver: hook-\($0)}\n    - {match: {tenant: \($0)}, receiver: mail-\($0)}" }.joined(separator: "\n"))

                """,
        ]
        // A pack of two rules in place of the whole: fewer documents to write, and every field is still on some page.
        files["content/rules/default.yaml"] = """
            rules:
              - {id: queue-age, title: Oldest message is too old, on: queue, critical: oldest_age > 1h, runbook: queue-backlog, summary: "{{resource}}: oldest message {{value}} (limit {{limit}})"}
              - {id: queue-drain, title: Queue takes too long to drain, on: queue, warning: drain_time > 10m, runbook: queue-backlog, summary: "{{resource}}: drain time {{value}} (limit {{limit}})"}

            """
        for id in ids { files.merge(tenant(id)) { $1 } }
        return try TrialSite(files)
    }

    private static func tenant(_ id: String) -> [String: String] {
        func word(_ field: String) -> String { canary(id, field) }
        let end = TrialSite.firstRun.seconds / 300 * 300 - 300, time = Timestamp(seconds: end - 600).rfc3339
        let trace = "1-\(String(end - 60, radix: 16))-\(traceTail(id))"
        let cause: JSONValue = ["exceptions": .array([["id": "a1", "type": "Broken", "message": .string(word("error"))]])]
        let document: JSONValue = [
            "id": "70de5b6f19ff9a0a", "trace_id": .string(trace), "name": .string(word("span")), "start_time": .number(Double(end - 60)), "end_time": .number(Double(end - 59)),
            "fault": true, "cause": cause, "annotations": .object([.init(word("key"), .string(word("note")))]),
            "http": ["request": ["method": "GET", "url": .string("https://\(word("url")).example/")], "response": ["status": 500]],
        ]
        let segment: JSONValue = ["Id": "70de5b6f19ff9a0a", "Document": .string(document.text())]
        let traces: JSONValue = ["Traces": .array([["Id": .string(trace), "Segments": .array([segment])]])]
        let ages = (0..<40).map { "\(end - Int64(39 - $0) * 300),9000" }.joined(separator: "\n")
        return [
            "tenants/\(id).yaml": """
                id: \(id)
                title: '\(word("title"))'
                sources:
                  disk:
                    files:
                      path: numbers/\(id)
                      files:
                        - {path: age.csv, format: csv, series: {value: 'queue("\(word("queue"))").oldest_age'}}
                        - {path: logs.json, format: filter_log_events, log_group: work}
                        - {path: traces.json, format: batch_get_traces, trace_group: all}
                        - {path: deployments.jsonl, format: deployments, service: orders-\(id)}
                        - {path: smoke.json, format: smoke_test, service: orders-\(id)}
                        - {path: \(word("missing")).csv, format: csv}
                services:
                  - id: orders-\(id)
                    title: '\(word("service"))'
                    resources:
                      - {kind: queue, name: '\(word("queue"))', title: '\(word("label"))'}
                      - {kind: function, name: work}
                    trace_groups: [{id: all, title: '\(word("group"))', filter: ''}]

                """,
            "numbers/\(id)/age.csv": "timestamp,value\n\(ages)\n",
            "numbers/\(id)/logs.json": #"{"events": [{"eventId": "1", "timestamp": \#((end - 30) * 1_000), "message": "ERROR \#(word("log")) failed", "logStreamName": "x"}]}"#,
            "numbers/\(id)/traces.json": traces.text(),
            "numbers/\(id)/deployments.jsonl": #"{"time": "\#(time)", "label": "\#(word("deploy"))", "detail": "\#(word("detail"))"}"# + "\n",
            "numbers/\(id)/smoke.json": #"{"suite": "\#(word("suite"))", "time": "\#(time)", "tests": [{"name": "\#(word("test"))", "status": "failed", "message": "\#(word("error"))"}]}"#,
            "content/runbooks/own-\(id).md": "---\ntitle: \(word("document"))\nsummary: Its own.\nservices: [orders-\(id)]\n---\n\nThe \(word("document")) is for one tenant.\n",
            "silences/quiet-\(id).yaml": "match: {tenant: \(id), rule: queue-drain}\nauthor: anna\nreason: \(word("reason"))\nuntil: 2026-11-21T10:05:00Z\n",
        ]
    }
}
