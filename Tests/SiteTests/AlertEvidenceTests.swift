import Alerting
import Signals
@testable import Site
import Telemetry
import Testing

struct AlertEvidenceTests {
    private func evidence(value: Double?, limit: Double?, unit: MetricUnit = .count, conditionsBesideZero: [Severity: Int] = [:]) -> AlertEvidence {
        let queue = ResourceID(source: "prod", kind: .queue, name: "orders.fifo"), now = SyntheticTenant.now
        var alert = AlertState(key: AlertKey(rule: "r", resource: queue), service: "s", phase: .firing, severity: .critical, since: now, activeAt: now, evaluatedTo: now)
        alert.value = value
        alert.limit = limit
        alert.memory.unit = unit
        return AlertEvidence(alert, RuleSite(id: "r", title: "R", on: .queue, unit: unit, runbook: "r", conditionsBesideZero: conditionsBesideZero, resources: [queue]))
    }

    @Test func `a zero among other conditions is not said to be why a rule fires`() {
        #expect(evidence(value: 200, limit: 0, conditionsBesideZero: [.critical: 3]).words == "all 3 of its conditions hold")
        #expect(evidence(value: 4, limit: 0, conditionsBesideZero: [.critical: 2]).words == "both of its conditions hold")
        #expect(evidence(value: 3, limit: 0, conditionsBesideZero: [.warning: 2]).words == "3, limit 0")
        #expect(evidence(value: 200, limit: 100, conditionsBesideZero: [.critical: 2]).words == "200, limit 100")
    }

    @Test func `a queue that never drains has a drain time without an end`() {
        #expect(evidence(value: nil, limit: 600, unit: .seconds).words == "no\u{A0}end, limit 10\u{A0}min")
    }
}
