import Foundation
import Signals
import Telemetry
import Testing
@testable import Alerting

/// SigNoz's alert scenarios: rule, data and whether it must alert. Minutes are steps; five of them are the window.
@Suite(.enabled(if: SharedAlerts.isThere, Comment(rawValue: SharedAlerts.reason)))
struct SigNozScenarioTests {
    private struct Rule: Decodable {
        struct Condition: Decodable { var thresholds: Thresholds; var compositeQuery: Query }
        struct Thresholds: Decodable { var spec: [Threshold] }
        struct Threshold: Decodable { var name: String; var target: Double; var targetUnit: String?; var matchType: String; var op: String }
        struct Query: Decodable { var queries: [Part] }
        struct Part: Decodable { var spec: Spec }
        struct Spec: Decodable { var aggregations: [Aggregation]?; var filter: Filter? }
        struct Aggregation: Decodable { var timeAggregation: String? }
        struct Filter: Decodable { var expression: String? }
        var condition: Condition
    }

    private struct Point: Decodable {
        var timestamp: String
        var value: Double?
        var labels: [String: String]?
        var body: String?
    }

    private struct Expectation: Decodable { var should_alert: Bool }

    /// One column a minute for each set of labels. A rate is made of counts where they are collected, not by a rule.
    private func columns(_ folder: String, _ rule: Rule) throws -> [[Double?]] {
        let points = try SharedAlerts.text("signoz-scenarios/\(folder)/alert_data.jsonl").split(separator: "\n").map { try JSONDecoder().decode(Point.self, from: Data($0.utf8)) }
        func minute(_ point: Point) throws -> Int { Int(try #require(Timestamp(rfc3339: point.timestamp.prefix(19) + "Z")).seconds / 60) }
        let minutes = try points.map(minute), first = minutes.min() ?? 0, count = (minutes.max() ?? 0) - first + 1
        let spec = rule.condition.compositeQuery.queries[0].spec
        if points.contains(where: { $0.body != nil }) {
            let wanted = (spec.filter?.expression ?? "").split(separator: "'").dropFirst().first.map(String.init) ?? ""
            var counts = [Double?](repeating: 0, count: count)
            for (point, minute) in zip(points, minutes) where point.body?.contains(wanted) == true { counts[minute - first] = (counts[minute - first] ?? 0) + 1 }
            return [counts]
        }
        let groups = Dictionary(grouping: zip(points, minutes)) { ($0.0.labels ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",") }
        return groups.sorted { $0.key < $1.key }.map { _, group in
            var column = [Double?](repeating: nil, count: count)
            for (point, minute) in group { column[minute - first] = point.value }
            guard spec.aggregations?.first?.timeAggregation == "rate" else { return column }
            return column.indices.map { row in row == 0 ? nil : column[row].flatMap { now in column[row - 1].map { (now - $0) / 60 } } }
        }
    }

    /// The nearest that the language has; a total is of a counter, all else of a level.
    private func draft(_ threshold: Rule.Threshold) throws -> (RuleDraft, signal: String) {
        let signs = ["above": ">", "below": "<", "equal": "=", "not_equal": "!="], sign = try #require(signs[threshold.op])
        let isSize = threshold.targetUnit == "MBy", limit = isSize ? "\(Int(threshold.target * 1_000_000))B" : "\(threshold.target)"
        let signal = isSize ? "message_size.p99" : threshold.matchType == "in_total" ? "sent" : "visible"
        let subject = switch threshold.matchType {
        case "on_average": "avg_over(\(signal), 5m)"
        case "in_total": "sum_over(\(signal), 5m)"
        default: signal
        }
        var draft = RuleDraft.mock("\(subject) \(sign) \(limit)")
        if threshold.matchType == "at_least_once" { draft.datapoints = Datapoints(breaching: 1, outOf: 5) }
        if threshold.matchType == "all_the_times" { draft.datapoints = Datapoints(breaching: 5, outOf: 5) }
        return (draft, signal)
    }

    @Test func `every scenario that has an expectation alerts as it says`() throws {
        let expectations = try SharedAlerts.decoded([String: Expectation].self, "signoz-scenarios/expectations.json")
        var right = 0
        for (folder, expected) in expectations.sorted(by: { $0.key < $1.key }) {
            let rule = try SharedAlerts.decoded(Rule.self, "signoz-scenarios/\(folder)/rule.json")
            let (draft, signal) = try draft(try #require(rule.condition.thresholds.spec.first))
            var fired = false
            for column in try columns(folder, rule) {
                var measurements = RecordedMeasurements(.queue, [signal: column])
                measurements.period = 60
                let replay = try Evaluator(rules: compiled(draft), grain: 60).replay(measurements, in: TimeWindow(from: measurements.start, to: measurements.end(column.count)))
                fired = fired || replay.transitions.contains { $0.kind == .fired }
            }
            #expect(fired == expected.should_alert, "\(folder)")
            if fired == expected.should_alert { right += 1 }
        }
        print("SigNoz: \(right) of \(expectations.count) scenarios with an expectation")
        #expect(expectations.count == 15)
    }

    @Test func `several thresholds become two severities`() throws {
        let rule = try SharedAlerts.decoded(Rule.self, "signoz-scenarios/multi_threshold_rule_test/rule.json")
        let column = try #require(try columns("multi_threshold_rule_test", rule).first)
        var draft = RuleDraft.mock("visible > 20", critical: "visible > 30")
        draft.datapoints = Datapoints(breaching: 1, outOf: 5)
        var measurements = RecordedMeasurements(.queue, ["visible": column])
        measurements.period = 60
        let replay = try Evaluator(rules: compiled(draft), grain: 60).replay(measurements, in: TimeWindow(from: measurements.start, to: measurements.end(column.count)))
        // 25 passes the warning and never the critical one; there is no third severity for its 10.
        #expect(replay.transitions.map { "\($0.kind.rawValue) \($0.state.severity.rawValue)" } == ["fired warning"])
    }
}
