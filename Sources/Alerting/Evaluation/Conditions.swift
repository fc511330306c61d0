import Signals
import Telemetry

/// The conditions of a rule bound to the columns of one resource: gives a reading for each step.
struct Conditions: ~Copyable {
    struct Evidence {
        var value: Double
        var limit: Double
        var unit: MetricUnit
    }

    /// What the rule says about steps and gaps. Small, since every step passes it on.
    struct Policy {
        var datapoints: Datapoints?
        var missing: MissingData
        var missingIsDefault: Bool
    }

    private let policy: Policy
    private var warning: Machine?
    private var critical: Machine?
    private var floor: Machine?
    /// The numbers behind the last reading; nothing while a value is absent.
    private(set) var evidence: Evidence?
    /// The share of the past that a function of the rule needs and has, while that is not all.
    private(set) var learned: Double?

    /// Nothing where neither condition concerns a resource with these settings.
    static func bound(_ plan: RulePlan, _ reader: MeasurementReader, grain: Int64) throws -> Conditions? {
        func machine(_ program: ProgramPlan?) throws -> Machine? {
            guard let program else { return nil }
            var machine = Machine(program, settings: reader.settings, columns: try program.places.map { try reader.column(at: $0) },
                                  start: reader.start, period: grain)
            if machine.concerns() { return machine }
            return nil
        }
        let warning = try machine(plan.warning), critical = try machine(plan.critical)
        guard warning != nil || critical != nil else { return nil }
        return Conditions(policy: plan.policy, warning: warning, critical: critical, floor: try machine(plan.floor))
    }

    private init(policy: Policy, warning: consuming Machine?, critical: consuming Machine?, floor: consuming Machine?) {
        self.policy = policy
        self.warning = warning
        self.critical = critical
        self.floor = floor
    }

    /// What the rule says outside of its hours: nothing, and on no number.
    mutating func rest() -> Reading {
        evidence = nil
        learned = nil
        return .fine
    }

    /// `isSettled`: no later read can bring a value that is absent now.
    mutating func reading(row: Int, isSettled: Bool, in reader: MeasurementReader) -> Reading {
        evidence = nil
        let floor = self.floor?.verdict(row: row)
        let critical = Self.considered(&self.critical, policy, row, isSettled, reader)
        if critical == .yes { evidence = Self.numbers(self.critical?.evidence) }
        let warning = Self.considered(&self.warning, policy, row, isSettled, reader)
        if critical != .yes { evidence = Self.numbers(self.warning?.evidence) ?? Self.numbers(self.critical?.evidence) }
        learned = self.warning?.learned ?? self.critical?.learned
        if let other = self.critical?.learned { learned = learned.map { min($0, other) } }

        switch floor {
        case .yes, nil: break
        case .undecided: return .held(unknown: false)
        case .no, .unknown: return .fine
        }
        switch (critical, warning) {
        case (.yes, _): return .breach(.critical)
        case (.no, .yes): return .breach(.warning)
        case (_, .yes): return .breachOfUnknownSeverity
        case (.no, .no): return .fine
        case (.unknown, _), (_, .unknown): return .held(unknown: policy.missing == .unknown || policy.missingIsDefault)
        case (.undecided, _), (_, .undecided): return .held(unknown: false)
        }
    }
}

private extension Conditions {
    static func numbers(_ found: (value: Double, limit: Double, unit: MetricUnit)?) -> Evidence? {
        guard let found, !found.value.isNaN else { return nil }
        return Evidence(value: found.value, limit: found.limit, unit: found.unit)
    }

    /// The verdict of the step, or of M of the last N, after the missing-data mode had its say.
    static func considered(_ machine: inout Machine?, _ policy: Policy, _ row: Int, _ isSettled: Bool, _ reader: MeasurementReader) -> Verdict {
        guard machine != nil else { return .no }
        guard let datapoints = policy.datapoints else { return verdict(&machine, policy, row, isSettled, reader, isNewest: true) }
        var breaching = 0, open = 0
        for earlier in stride(from: datapoints.outOf - 1, through: 1, by: -1) {
            switch verdict(&machine, policy, row - earlier, isSettled, reader, isNewest: false) {
            case .yes: breaching += 1
            case .no: break
            case .unknown, .undecided: open += 1
            }
        }
        // The newest last, so that the registers hold its numbers.
        let newest = verdict(&machine, policy, row, isSettled, reader, isNewest: true)
        if newest == .yes { breaching += 1 }
        if breaching >= datapoints.breaching { return .yes }
        if newest == .unknown || newest == .undecided { return breaching + open + 1 >= datapoints.breaching ? newest : .no }
        return .no
    }

    /// Of an older step nobody asks whether the resource said anything else: it counts as silent.
    static func verdict(_ machine: inout Machine?, _ policy: Policy, _ row: Int, _ isSettled: Bool, _ reader: MeasurementReader, isNewest: Bool) -> Verdict {
        let raw = machine?.verdict(row: row) ?? .no
        guard raw == .unknown else { return raw }
        // What is absent now may still come: a late point is no missing one.
        guard isSettled else { return .undecided }
        switch policy.missing {
        case .ok: return policy.missingIsDefault && (!isNewest || reader.isSilent(row: row)) ? .unknown : .no
        case .breach: return .yes
        case .ignore, .unknown: return .unknown
        }
    }
}
