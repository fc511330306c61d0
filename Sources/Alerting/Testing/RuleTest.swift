import Signals
import Telemetry

/// A unit test of rules, written beside them: what is measured, and which alerts there must be when.
package struct RuleTest: Sendable {
    /// Something that is watched, with all that is known of it.
    package struct Subject: Sendable {
        package var resource: Resource
        /// One value a step from the test's start on; nothing where there is no point.
        package var series: [String: [Double?]]
        package var absences: [String: AbsenceReason]
        package init(_ resource: Resource, series: [String: [Double?]], absences: [String: AbsenceReason] = [:]) {
            self.resource = resource
            self.series = series
            self.absences = absences
        }
    }

    /// What must be so at one moment.
    package struct Check: Sendable {
        /// Seconds from the start.
        package var at: Int64
        /// Only this rule is looked at; nothing: all.
        package var rule: String?
        /// Exactly the alerts that fire. Pending ones may be named and need not be.
        package var expected: [Expected]
        package var origin: RuleOrigin
        package init(at: Int64, rule: String?, expected: [Expected], origin: RuleOrigin) {
            self.at = at
            self.rule = rule
            self.expected = expected
            self.origin = origin
        }
    }

    package struct Expected: Hashable, Sendable {
        package var rule: String
        package var resource: String
        package var severity: Severity
        package var phase: AlertPhase
        /// Compared only where they are written.
        package var value: Double?
        /// How the value is written for people.
        package var unit = MetricUnit.count
        package var summary: String?
        /// Whether another alert explains it.
        package var isEffect: Bool?
        package init(rule: String, resource: String, severity: Severity, phase: AlertPhase = .firing, value: Double? = nil, summary: String? = nil, isEffect: Bool? = nil) {
            self.rule = rule
            self.resource = resource
            self.severity = severity
            self.phase = phase
            self.value = value
            self.summary = summary
            self.isEffect = isEffect
        }
    }

    package var name: String
    package var origin: RuleOrigin
    /// Seconds a step.
    package var interval: Int64
    package var start: Timestamp
    package var subjects: [Subject]
    package var checks: [Check]

    /// 2026-11-20T00:00:00Z, a Friday.
    package static let usualStart = Timestamp(seconds: 1_795_132_800)

    package init(name: String, origin: RuleOrigin, interval: Int64 = 300, start: Timestamp = usualStart, subjects: [Subject], checks: [Check]) {
        self.name = name
        self.origin = origin
        self.interval = interval
        self.start = start
        self.subjects = subjects
        self.checks = checks
    }

    /// Where the alerts were not as the test says.
    package struct Failure: Hashable, Sendable {
        package var at: Int64
        package var origin: RuleOrigin
        /// Expected and not found.
        package var missing: [String]
        /// Found and not expected.
        package var surplus: [String]
    }

    /// Runs the evaluator that a run uses over the test's series, whose values count as final.
    package func failures(of rules: [CompiledRule]) -> [Failure] {
        let series = TestMeasurements(start: start, period: interval, subjects: subjects)
        return checks.compactMap { check in
            var evaluator = Evaluator(rules: rules, grain: interval)
            evaluator.longestReplay = max(86_400, check.at)
            let end = (start + check.at).floored(to: interval)
            // In-memory measurements never fail to read.
            let found = (try? evaluator.evaluate(states: [], measurements: series, from: start, to: end, now: end + evaluator.correctionWindow))?.states ?? []
            return check.failure(found)
        }
    }
}

private extension RuleTest.Check {
    func failure(_ states: [AlertState]) -> RuleTest.Failure? {
        var rest = states.filter { ($0.phase == .firing || $0.phase == .pending) && (rule == nil || $0.key.rule == rule) }
        var missing: [String] = [], near: [AlertState] = []
        for wanted in expected {
            if let index = rest.firstIndex(where: wanted.isMet) { rest.remove(at: index); continue }
            missing.append(wanted.words)
            near += rest.filter { $0.key.rule == wanted.rule && $0.key.resource.name == wanted.resource }
        }
        let surplus = rest.filter { $0.phase == .firing || near.contains($0) }
        guard !missing.isEmpty || !surplus.isEmpty else { return nil }
        return RuleTest.Failure(at: at, origin: origin, missing: missing, surplus: surplus.map { RuleTest.Expected(found: $0).words + "  (\($0.summary))" })
    }
}

private extension RuleTest.Expected {
    init(found state: AlertState) {
        self.init(rule: state.key.rule, resource: state.key.resource.name, severity: state.severity, phase: state.phase, value: state.value,
                  isEffect: state.suppressedBy == nil ? nil : true)
        unit = state.memory.unit ?? .count
    }

    func isMet(by state: AlertState) -> Bool {
        guard state.key.rule == rule, state.key.resource.name == resource, state.severity == severity, state.phase == phase else { return false }
        if let value, abs((state.value ?? .infinity) - value) > 1e-9 * max(1, abs(value)) { return false }
        // Nobody types a no-break space.
        if let summary, summary != String(state.summary.map { $0 == "\u{A0}" ? " " : $0 }) { return false }
        return isEffect == nil || isEffect == (state.suppressedBy != nil)
    }

    var words: String {
        var words = "\(phase.rawValue) \(severity.rawValue)  \(rule) on \(resource)"
        if let value { words += "  value \(Quantity.text(value, unit))" }
        if let isEffect { words += isEffect ? "  explained by another" : "  explained by none" }
        if let summary { words += "  \"\(summary)\"" }
        return words
    }
}
