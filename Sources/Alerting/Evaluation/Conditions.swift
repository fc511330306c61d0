import Signals
import Telemetry

/// The conditions of a rule bound to the columns of one resource: gives a reading for each step.
struct Conditions {
    struct Evidence {
        var value: Double
        var limit: Double
        var unit: MetricUnit
    }

    private let rule: CompiledRule
    private var warning: Machine?
    private var critical: Machine?
    private var floor: Machine?
    /// The numbers behind the last reading; nothing while a value is absent.
    private(set) var evidence: Evidence?

    /// Nothing where neither condition concerns a resource with these settings.
    init?<Source>(_ rule: CompiledRule, _ reader: inout MeasurementReader<Source>, grain: Int64) throws {
        func machine(_ program: Program?) throws -> Machine? {
            guard let program else { return nil }
            var machine = Machine(program, settings: reader.settings, columns: try program.columns.map { try reader.column($0) },
                                  start: reader.start, period: grain)
            return machine.concerns() ? machine : nil
        }
        self.rule = rule
        warning = try machine(rule.warning)
        critical = try machine(rule.critical)
        floor = try machine(rule.floor)
        if warning == nil, critical == nil { return nil }
    }

    /// `isSettled`: no later read can bring a value that is absent now.
    mutating func reading(row: Int, isSettled: Bool, isSilent: () -> Bool) -> Reading {
        evidence = nil
        let floor = self.floor?.verdict(row: row)
        let critical = considered(&self.critical, row, isSettled, isSilent)
        if critical == .yes { evidence = Self.numbers(self.critical) }
        let warning = considered(&self.warning, row, isSettled, isSilent)
        if critical != .yes { evidence = Self.numbers(self.warning) ?? Self.numbers(self.critical) }

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
        case (.unknown, _), (_, .unknown): return .held(unknown: rule.missing == .unknown || rule.missingIsDefault)
        case (.undecided, _), (_, .undecided): return .held(unknown: false)
        }
    }
}

private extension Conditions {
    static func numbers(_ machine: Machine?) -> Evidence? {
        guard let found = machine?.evidence, !found.value.isNaN else { return nil }
        return Evidence(value: found.value, limit: found.limit, unit: found.unit)
    }

    /// The verdict of the step, or of M of the last N, after the missing-data mode had its say.
    func considered(_ machine: inout Machine?, _ row: Int, _ isSettled: Bool, _ isSilent: () -> Bool) -> Verdict {
        guard machine != nil else { return .no }
        guard let datapoints = rule.datapoints else { return verdict(&machine, row, isSettled, isSilent) }
        var breaching = 0, open = 0
        for earlier in stride(from: datapoints.outOf - 1, through: 1, by: -1) {
            switch verdict(&machine, row - earlier, isSettled, { true }) {
            case .yes: breaching += 1
            case .no: break
            case .unknown, .undecided: open += 1
            }
        }
        // The newest last, so that the registers hold its numbers.
        let newest = verdict(&machine, row, isSettled, isSilent)
        if newest == .yes { breaching += 1 }
        if breaching >= datapoints.breaching { return .yes }
        if newest == .unknown || newest == .undecided { return breaching + open + 1 >= datapoints.breaching ? newest : .no }
        return .no
    }

    func verdict(_ machine: inout Machine?, _ row: Int, _ isSettled: Bool, _ isSilent: () -> Bool) -> Verdict {
        let raw = machine?.verdict(row: row) ?? .no
        guard raw == .unknown else { return raw }
        // What is absent now may still come: a late point is no missing one.
        guard isSettled else { return .undecided }
        switch rule.missing {
        case .ok: return rule.missingIsDefault && isSilent() ? .unknown : .no
        case .breach: return .yes
        case .ignore, .unknown: return .unknown
        }
    }
}
