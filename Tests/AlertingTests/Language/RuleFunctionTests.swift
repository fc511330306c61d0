import Signals
import Telemetry
import Testing
@testable import Alerting

@Suite struct RuleFunctionTests {
    @Test(arguments: RuleFunction.all.map(\.name)) func `every example does what it says`(_ name: String) throws {
        let function = try #require(RuleFunction.named(name))
        #expect(function.examples.contains(where: \.fires) && function.examples.contains { !$0.fires })
        #expect(function.signature.hasPrefix(name + "(") && function.sentence.hasSuffix("."))
        for example in function.examples {
            #expect(example.expression.contains(name + "("))
            let steps = example.series.values.map(\.count).max() ?? 0
            var measurements = RecordedMeasurements(example.on, example.series, settings: example.settings)
            measurements.start = example.ends - Int64(steps) * 300
            let evaluation = try Evaluator(rules: compiled(.mock(example.expression, on: example.on, missing: .ok)), grain: 300)
                .evaluate(states: [], measurements: measurements, from: example.ends - 300, to: example.ends, now: example.ends + 3_600)
            #expect((evaluation.states.first?.phase == .firing) == example.fires, "\(example.expression) \(example.series): \(example.because)")
        }
    }

    @Test(arguments: [
        ("cron(0 6 * * ? *)", "2026-11-20T10:00:00Z", "2026-11-20T06:00:00Z"), ("cron(0 6 * * ? *)", "2026-11-20T05:59:59Z", "2026-11-19T06:00:00Z"),
        ("cron(0/15 * * * ? *)", "2026-11-20T10:29:00Z", "2026-11-20T10:15:00Z"), ("cron(30 8,20 ? * MON-FRI *)", "2026-11-22T10:00:00Z", "2026-11-20T20:30:00Z"),
        ("cron(0 0 1 * ? *)", "2026-11-20T10:00:00Z", "2026-11-01T00:00:00Z"), ("rate(1 day)", "2026-11-20T10:00:00Z", "2026-11-19T10:00:00Z"),
        ("cron(0 12 ? * 1 *)", "2026-11-20T10:00:00Z", "2026-11-15T12:00:00Z"),
    ]) func `a schedule knows when it last expected a run`(_ schedule: String, _ at: String, _ expected: String) throws {
        #expect(try Schedule(schedule)?.lastExpected(before: #require(Timestamp(rfc3339: at)))?.rfc3339 == expected)
    }

    @Test(arguments: ["", "rate()", "rate(0 days)", "rate(-1 day)", "rate(99999999999999999999 days)", "cron(0 6 * * ?)", "cron(60 6 * * ? *)", "cron(0 6 L * ? *)",
                      "cron(0/0 6 * * ? *)", "cron(5-1 6 * * ? *)", "cron(a b c d e f)", "at(2026-11-20T10:00:00)", ")", "(", "cron(,, * * * ? *)"])
    func `a schedule that is not understood is none`(_ text: String) { #expect(Schedule(text) == nil) }

    @Test(arguments: [("a*c", "abc", true), ("a*c", "ac", true), ("a*c", "acd", false), ("*", "", true), ("?", "", false), ("prod-*-dlq", "prod-x-y-dlq", true),
                      ("", "a", false), (String(repeating: "*a", count: 200), String(repeating: "a", count: 400) + "b", false)])
    func `a glob matches whole names`(_ glob: String, _ name: String, _ matches: Bool) { #expect(Glob(glob).matches(name) == matches) }
}
