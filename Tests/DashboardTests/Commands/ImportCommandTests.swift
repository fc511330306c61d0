import Alerting
import Foundation
import Signals
import Testing
@testable import Dashboard

struct ImportCommandTests {
    private func found(_ text: String) throws -> PrometheusRuleImport { try PrometheusRuleImport(files: ["alerts.yaml"]) { _ in Array(text.utf8) } }

    @Test func `alerts become a rule pack with for, severity, runbook and summary, and the pack compiles`() throws {
        let found = try found("""
            groups:
            - name: aws
              rules:
              - alert: AwsSqsMessageAgeTooOld
                expr: 'aws_sqs_approximate_age_of_oldest_message_maximum{queue_name="orders"} > 3600'
                for: 10m
                labels: {severity: page}
                annotations:
                  summary: "{{ $labels.queue_name }} isn't read: {{ $value }}"
                  runbook_url: https://wiki.example.com/sqs
            """)
        #expect(found.refused.isEmpty)
        #expect(found.yaml == """
            rules:
              # alerts.yaml:4 AwsSqsMessageAgeTooOld: aws_sqs_approximate_age_of_oldest_message_maximum{queue_name="orders"} > 3600
              # Its own runbook: https://wiki.example.com/sqs
              - id: aws-sqs-message-age-too-old
                title: 'AwsSqsMessageAgeTooOld'
                on: queue
                critical: 'oldest_age > 1h'
                for: 600s
                resources: 'orders'
                runbook: queue-backlog
                summary: '{{resource}} isn''t read: {{value}}'

            """)
        let diagnostics = Diagnostics()
        #expect(RuleFile.drafts(in: Array(found.yaml.utf8), file: "rules/imported.yaml", diagnostics: diagnostics).map(\.forSeconds) == [600])
        #expect(diagnostics.all.isEmpty)
    }

    @Test(arguments: [("queue", "visible > 5", "queue-backlog"), ("function", "duration.max > 10s", "near-timeout"), ("function", "errors > 3", "function-errors"), ("queue", "groups_in_flight <= 1", "fifo-group-blocked"), ("queue", "oldest_age > 5m", "queue-backlog")]) func `the runbook is that of the rule whose limit is on the signal`(_ kind: String, _ condition: String, _ runbook: String) throws {
        let found = try found("groups: []"), draft = try #require(RuleFile.drafts(in: Array("rules: [{id: x, title: x, on: \(kind), warning: '\(condition)', runbook: x, summary: x}]".utf8), file: "x", diagnostics: Diagnostics()).first)
        let rule = try #require(RuleCompiler.compile(draft, vocabulary: SignalCatalogue.vocabulary).rule)
        #expect(found.runbook(for: rule) == runbook)
    }

    @Test func `an alert without a name is refused`() throws {
        #expect(try found("groups: [{name: a, rules: [{alert: ' ', expr: up == 0}]}]").refused.map(\.message) == ["an alert: its name is empty"])
    }

    @Test func `what does not translate is named with line, column and reason`() throws {
        let found = try found("""
            spec:
              groups:
              - rules:
                - record: job:up:sum
                  expr: sum(up)
                - alert: Load
                  expr: up == 0 and node_load1 > 3
                - alert: Block
                  expr: |
                    up == 0
                      and rate(up[5m]) > 0
                - alert: Odd
                  expr: "up == 0"
                  for: soon
            """)
        #expect(found.translated.isEmpty)
        #expect(found.refused.map(\.description) == [
            "alerts.yaml:4:7: job:up:sum: a recording rule: it alerts nobody",
            "alerts.yaml:7:25: Load: 'node_load1' is no signal of a resource that is watched here",
            "alerts.yaml:11:15: Block: rate() is for counters that only grow; CloudWatch's numbers are counts of a period: sum_over_time()",
            "alerts.yaml:12:7: Odd: 'for: soon' is no duration",
        ])
    }

    @Test(arguments: ["", "groups: 3", "[1, 2]", "groups: [{rules: [{alert: 'x'}, 7, {}]}]", "a: [", "groups:\n- rules:\n  - {alert: \"\u{202E}\\u0007\", expr: 'up == 0'}"])
    func `no file brings it down`(_ text: String) {
        do {
            let found = try found(text)
            #expect(!found.yaml.unicodeScalars.contains("\u{202E}"))
        } catch {
            #expect(error is ConfigurationError)
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: ImportCommandTests.shared), "needs ../shared/data/alerts, which is not part of the package"))
    func `of the public rule files what translates is counted, and nothing is left unsaid`() throws {
        let files = (FileManager.default.enumerator(atPath: Self.shared)?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
        var translated = 0, alerts = 0, recordings = 0, reasons: [String: Int] = [:], read = 0
        for file in files {
            guard let bytes = FileManager.default.contents(atPath: Self.shared + "/" + file), let found = try? PrometheusRuleImport(files: [file], read: { _ in Array(bytes) }) else { continue }
            read += 1
            translated += found.translated.count
            alerts += found.translated.count
            for refusal in found.refused {
                if refusal.message.hasSuffix("it alerts nobody") { recordings += 1 } else { alerts += 1 }
                let reason = refusal.message.contains("is no signal of") ? "no such signal" : refusal.message.split(separator: ": ").dropFirst().joined(separator: ": ")
                reasons[String(reason.prefix(40)), default: 0] += 1
                #expect(refusal.line > 0 && refusal.column > 0)
            }
            let diagnostics = Diagnostics()
            if !found.yaml.isEmpty { #expect(RuleFile.drafts(in: Array(found.yaml.utf8), file: "rules/imported.yaml", diagnostics: diagnostics).count == found.translated.count) }
            #expect(diagnostics.all.isEmpty, "\(file): \(diagnostics.all)")
        }
        print("import of Prometheus rules: \(translated) of \(alerts) alerts in \(read) files translate, \(recordings) recording rules are named: \(reasons.sorted { $0.value > $1.value }.prefix(12).map { "\($0.value) × \($0.key)" })")
        #expect(translated >= 10 && alerts > 1_000)
    }

    static let shared = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/data/alerts").standardizedFileURL.path
}
