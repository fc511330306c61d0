import Signals
import Telemetry
import Testing
@testable import Alerting

/// The alerting part of promtool's own unit test (`unittest.yml`): `up == 0 for: 5m`. `AlwaysFiring` has no signal, which a rule here must have.
@Suite(.enabled(if: SharedAlerts.isThere, Comment(rawValue: SharedAlerts.reason)))
struct PrometheusUnitTests {
    @Test(arguments: [(0, AlertPhase.pending), (4, .pending), (5, .firing), (1_440, .firing)]) func `InstanceDown is pending and fires when promtool says so`(_ minute: Int, _ phase: AlertPhase) throws {
        let tests = try SharedAlerts.text("prometheus/promtool/unittest.yml"), rules = try SharedAlerts.text("prometheus/promtool/rules.yml")
        // What is tested here is what stands there.
        for words in ["values: \"0+0x1440\"", "eval_time: 4m", "alertname=\"InstanceDown\",alertstate=\"pending\"", "eval_time: 1d"] { #expect(tests.contains(words)) }
        #expect(rules.contains("expr: up == 0") && rules.contains("for: 5m"))
        // An evaluation at minute n sees n + 1 points; a step ends when its point is known.
        var measurements = RecordedMeasurements(.probe, ["up": Array(repeating: 0, count: 1_441)], name: "localhost:9090")
        measurements.period = 60
        var evaluator = try Evaluator(rules: compiled(.mock("up = 0", on: .probe, hold: 300)), grain: 60)
        evaluator.longestReplay = 2 * 86_400
        let end = measurements.end(minute + 1)
        let state = try evaluator.evaluate(states: [], measurements: measurements, from: measurements.start, to: end, now: end + 3_600).states.first
        #expect(state?.phase == phase)
        if minute == 1_440 { print("promtool's unit test: 3 of 6 expectations about alerts (InstanceDown); AlwaysFiring and recording rules do not translate") }
    }
}
