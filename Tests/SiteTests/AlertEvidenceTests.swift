import Alerting
import Signals
@testable import Site
import Telemetry
import Testing

struct AlertEvidenceTests {
    private func evidence(_ condition: String, value: Double?, limit: Double?, unit: MetricUnit = .count) -> AlertEvidence {
        let queue = ResourceID(source: "prod", kind: .queue, name: "orders.fifo"), now = SyntheticTenant.now
        var alert = AlertState(key: AlertKey(rule: "r", resource: queue), service: "s", phase: .firing, severity: .critical, since: now, activeAt: now, evaluatedTo: now)
        alert.value = value
        alert.limit = limit
        alert.memory.unit = unit
        return AlertEvidence(alert, RuleSite(id: "r", title: "R", on: .queue, unit: unit, critical: condition, runbook: "r", resources: [queue]))
    }

    @Test(arguments: [
        ("fifo and visible > 0 and groups_in_flight <= 1 and max_over(deleted, 10m) = 0", 200, 0, "all 3 of its conditions hold"),
        ("sum_over(invocations, 15m) > 0 and silent(log().events, 15m)", 4, 0, "both of its conditions hold"),
        ("setting(\"dead_letter_sources\") and visible > 0", 3, 0, "3, limit 0"),
        ("visible > 100 and sum_over(sent, 5m) >= 20", 200, 100, "200, limit 100"),
        ("errors > 0 and not setting(\"invoked_by\") = \"api\" or error_rate > 1% and sum_over(invocations, 5m) >= 20", 3, 0, "3, limit 0"),
        ("throttle_rate > 2% or throttles > 0", 3, 0, "3, limit 0"),
    ])
    func `the first of several conditions is not said to be why a rule fires`(_ condition: String, _ value: Double, _ limit: Double, _ words: String) {
        #expect(evidence(condition, value: value, limit: limit).words == words)
    }

    @Test func `a queue that never drains has a drain time without an end`() {
        #expect(evidence("drain_time > 10m", value: nil, limit: 600, unit: .seconds).words == "no\u{A0}end, limit 10\u{A0}min")
    }
}
