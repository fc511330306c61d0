import Signals
import Telemetry
import Testing
@testable import Alerting

@Suite struct ExpressionTests {
    private func verdict(_ expression: String, on kind: ResourceKind = .queue, _ columns: [String: [Double?]] = [:],
                         settings: [Setting: SettingValue] = [:]) throws -> AlertPhase? {
        let steps = columns.values.map(\.count).max() ?? 1
        let measurements = RecordedMeasurements(kind, columns, settings: settings)
        let evaluation = try Evaluator(rules: compiled(.mock(expression, on: kind)), grain: 300)
            .evaluate(states: [], measurements: measurements, from: measurements.start, to: measurements.end(steps), now: measurements.end(steps))
        return evaluation.states.first?.phase
    }

    @Test(arguments: [
        ("visible > 10", true), ("visible > 12", false), ("visible >= 12 and in_flight < 3", true), ("visible < 1 or in_flight = 2", true),
        ("visible < 1 or in_flight == 2 and oldest_age > 1h", false), ("(visible < 1 or in_flight == 2) and oldest_age > 15m", true),
        ("not visible > 20", true), ("not visible > 10", false), ("visible + in_flight = 14", true), ("visible - in_flight * 2 = 8", true),
        ("(visible - in_flight) * 2 = 20", true), ("visible / in_flight = 6", true), ("in_flight / visible < 17%", true), ("visible != 12", false),
        ("oldest_age > 0.25h", true), ("oldest_age > 16m - 30s", true), ("15m < oldest_age", true), ("-visible < -11", true),
        ("visible / sent > 0", false), ("queue.visible > 10", true), ("queue(\"thing\").visible > 10", true), ("visible > 10 and fifo", true),
        ("visible > 10 and setting(\"fifo\")", true), ("oldest_age > 50% * setting(\"retention\")", true), ("visible > setting(\"max_receive_count\", 5)", true),
        ("visible > 10 and setting(\"event_source\") = \"api\"", true), ("visible > 10\nand in_flight > 1", true),
    ]) func `a condition means what it says`(_ expression: String, _ fires: Bool) throws {
        let phase = try verdict(expression, ["visible": [12], "in_flight": [2], "oldest_age": [16 * 60], "sent": [0]],
                                settings: [.fifo: .flag(true), .retention: .number(1_800), .eventSource: .text("queue, api")])
        #expect((phase == .firing) == fires)
    }

    @Test(arguments: [
        ("visible > 1 or sent > 1", true), ("visible > 20 or sent > 1", false), ("visible > 20 and sent > 1", false), ("not sent > 1", false),
        ("sent + visible > 1", false), ("sent = sent", false),
    ]) func `what is absent is neither true nor false`(_ expression: String, _ fires: Bool) throws {
        #expect(try (verdict(expression, ["visible": [12]]) == .firing) == fires)
    }

    @Test(arguments: [
        ("oldest_age > 15", "7:25", "a duration is compared with 15, which has no unit. Write 15s or 15m"),
        ("oldest_agee > 15m", "7:14", "unknown signal 'oldest_agee' of queue. Did you mean 'oldest_age'?"),
        ("oldest_age + visible > 1", "7:25", "a duration and a count cannot be added"),
        ("visible > 5%", "7:22", "a count cannot be compared with a share"),
        ("oldest_age > 15min", "7:27", "unknown unit 'min'. Write s, m, h or d for time, KiB, MiB or GiB for size, % for shares"),
        ("visible >", "7:23", "the expression ends where a value was expected"),
        ("visible > 1 and", "7:29", "the expression ends where a value was expected"),
        ("(visible > 1", "7:14", "the parenthesis that opens here is not closed (before 'the end')"),
        ("visible > 1 2", "7:26", "unexpected '2' after the end of the condition. Join conditions with `and` or `or`"),
        ("1 < visible < 5", "7:26", "comparisons cannot be chained. Write `a < b and b < c`"),
        ("visible", "7:14", "a count stands where a condition is expected. Compare it with a limit, such as `visible > 0`"),
        ("visible > 1 and oldest_age", "7:30", "a duration stands where a condition is expected. Compare it with a limit, such as `oldest_age > 15m`"),
        ("1 > 0", "7:14", "the condition reads no signal, so it never changes"),
        ("", "7:14", "the expression is empty. Write a condition such as `oldest_age > 15m`"),
        ("visible > 1 $ 2", "7:26", "unexpected character '$'"),
        ("visible > 1 \u{202E}", "7:26", "unexpected character U+202E"),
        ("queue(\"x).visible > 1", "7:20", "the text that begins here has no closing quote"),
        ("queue(\"x\").visibl > 1", "7:25", "unknown signal 'visibl' of queue. Did you mean 'visible'?"),
        ("queue(\"x\") > 1", "7:25", "queue(…) names a resource. Say which signal of it: `queue(\"name\").signal`"),
        ("setting(\"retentoin\") > 1d and visible > 0", "7:22", "unknown setting 'retentoin'. Did you mean 'retention'?"),
        ("delta(oldest_age) > 0s", "7:14", "delta() takes 2 arguments and got 1: `delta(signal, window)`"),
        ("delta(oldest_age, 10) > 0s", "7:32", "`delta(signal, window)` expects a duration between 1s and 35d here, such as 15m"),
        ("delta(oldest_age + 1s, 10m) > 0s", "7:20", "delta() reads one signal over time: `delta(signal, window)`"),
        ("rate(visible, 10m) > 1", "7:14", "rate() adds up events, and 'visible' is a level, not a count of events. Use avg_over() or max_over()"),
        ("missed_schedule(1h)", "7:14", "missed_schedule() belongs to rules on function, this one is on queue"),
        ("log().events > 5", "7:14", "a queue writes no log. Name whose log is meant: log(\"name\").events"),
        ("visible < 50% * baseline(visible, 1d)", "7:48", "baseline() needs a window of 7d or more: in a shorter one there is nothing to compare with"),
        ("deltaa(oldest_age, 10m) > 0s", "7:14", "unknown function 'deltaa'. Did you mean 'delta'? There are rate, delta, sum_over, avg_over, max_over, min_over, quantile_over, predict, baseline, novel, burn_rate, silent, missed_schedule, setting"),
        ("burn_rate(slo, 1h) > 14", "7:24", "`burn_rate(slo, window)` expects an objective in quotes here, such as \"checkout/availability\"; slo alone is for rules on slo"),
    ]) func `a mistake is told with its place and a way out`(_ expression: String, _ place: String, _ message: String) {
        let result = RuleCompiler.compile(.mock(expression), vocabulary: SignalCatalogue.vocabulary)
        #expect(result.diagnostics.map(\.description) == ["rules.yaml:\(place): \(message)"])
        #expect(result.rule == nil)
    }

    @Test func `all mistakes are told at once`() {
        var draft = RuleDraft.mock("oldest_agee > 15m and visibel > 1", critical: "oldest_age > 15", summary: "{{resource}} {{vale}}")
        draft.datapoints = Datapoints(breaching: 3, outOf: 2)
        draft.minimumCount = MinimumCount(signal: "sentt", atLeast: 20)
        let messages = RuleCompiler.compile([draft, .mock("visible > 1")], vocabulary: SignalCatalogue.vocabulary).diagnostics.map(\.description)
        #expect(messages == [
            "rules.yaml:7:14: unknown signal 'oldest_agee' of queue. Did you mean 'oldest_age'?",
            "rules.yaml:7:36: unknown signal 'visibel' of queue. Did you mean 'visible'?",
            "rules.yaml:8:26: a duration is compared with 15, which has no unit. Write 15s or 15m",
            "rules.yaml:3:5: 'datapoints' of 'rule' must be like '2 of 3', of at most 64",
            "rules.yaml:3:5: unknown signal 'sentt' of queue in 'min_count'. Did you mean 'sent'?",
            "rules.yaml:3:5: unknown name 'vale' in the summary. Did you mean 'value'?",
            "rules.yaml:3:5: the rule 'rule' is written twice for queue, first at rules.yaml:3. Rename or remove one",
        ])
    }

    @Test func `a place in the second line of a text is told by its own line`() {
        let diagnostics = RuleCompiler.compile(.mock("visible > 1\n and visibel > 2"), vocabulary: SignalCatalogue.vocabulary).diagnostics
        #expect(diagnostics.first?.origin == RuleOrigin(file: "rules.yaml", line: 8, column: 6))
    }

    @Test(arguments: [
        String(repeating: "(", count: 1_900), String(repeating: "not ", count: 400) + "visible > 1", String(repeating: "-", count: 1_900) + "1 > visible",
        Array(repeating: "visible > 1", count: 100).joined(separator: " and "), Array(repeating: "visible", count: 200).joined(separator: "+") + " > 1",
        String(repeating: "queue(", count: 300), String(repeating: "delta(", count: 300), String(repeating: "a", count: 100_000), "9e99 > visible",
        String(repeating: "9", count: 400) + " > visible", "visible > 99999999999999999999d", "\"", "queue().", "queue(\"\").visible > 1", ".", "..", "1..2", "1.",
        "visible > 1 \u{0}", "visible > 1 \u{1F600}", "delta(visible, 99999999d) > 1", "quantile_over(visible, 1h, 101%) > 1", "setting() > 1", "setting(1) > 1",
        "setting(\"timeout\", 1, 2) > 1", "predict(visible, 1s, 35d) > 1 and", "visible > 1 or or", "))))", ",,,", "= = =", "visible / 0 > 1 and (",
    ]) func `hostile expressions are refused and never trap`(_ expression: String) throws {
        let result = RuleCompiler.compile(.mock(expression), vocabulary: SignalCatalogue.vocabulary)
        if expression == "queue(\"\").visible > 1" { #expect(result.rule != nil) } else { #expect(!result.diagnostics.isEmpty) }
    }

    @Test(arguments: [
        ("fifo and visible > 0 and groups_in_flight <= 1 and max_over(deleted, 10m) = 0", 3), ("visible > 0 and oldest_age > 15m", 2), ("silent(sent, 15m) and visible > 0", 2),
        ("setting(\"dead_letter_sources\") and visible > 0", nil), ("visible > 0", nil), ("visible > 100 and sum_over(sent, 5m) >= 20", nil),
        ("visible > 0 and not fifo or oldest_age > 15m and sum_over(sent, 5m) >= 20", nil), ("oldest_age > 15m and sent > 0 or visible > 0 and sent = 0", 2),
    ] as [(String, Int?)]) func `a zero that only asks whether there is anything is told from a limit`(_ expression: String, _ conditions: Int?) throws {
        let rule = try #require(RuleCompiler.compile(.mock(expression), vocabulary: SignalCatalogue.vocabulary).rule)
        #expect(rule.conditionsBesideZero(of: .warning) == conditions)
    }

    @Test func `random pieces never trap, compiled or run`() throws {
        var random = Seeded(7)
        let pieces = ["visible", "oldest_age", "sent", "(", ")", "and", "or", "not", ">", "<", "=", "+", "-", "*", "/", "1", "0", "15m", "5%", "512KiB", ",",
                      "delta(visible, 10m)", "rate(sent, 1h)", "queue(\"x\").visible", "setting(\"fifo\")", "setting(\"retention\")", "max_over(", "\"", "fifo", "visible > 1", "oldest_age > 15m", "not sent = 0"]
        var understood = 0
        for _ in 0..<4_000 {
            let text = (0..<random.next(in: 1...7)).map { _ in pieces[random.next(in: 0...pieces.count - 1)] }.joined(separator: " ")
            let result = RuleCompiler.compile(.mock(text), vocabulary: SignalCatalogue.vocabulary)
            #expect((result.rule == nil) == !result.diagnostics.isEmpty)
            guard let rule = result.rule else { continue }
            understood += 1
            let measurements = RecordedMeasurements(.queue, ["visible": [1, nil, 3], "sent": [nil, 0, 4]])
            _ = try Evaluator(rules: [rule], grain: 300).evaluate(states: [], measurements: measurements, from: measurements.start,
                                                                   to: measurements.end(3), now: measurements.end(3))
        }
        #expect(understood > 20)
    }
}

/// SplitMix64: the same numbers on every machine.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func next(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}
