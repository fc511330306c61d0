import Telemetry

/// The rules of one kind of resource with what no resource changes worked out once: evaluations share it by reference, because a rule is a large
/// thing to copy for each resource.
final class KindPlan: Sendable {
    let rules: [RulePlan]
    /// Every signal that the conditions read, each once.
    let references: [ColumnReference]

    init(_ rules: [CompiledRule]) {
        var references: [ColumnReference] = []
        self.rules = rules.map { RulePlan($0, &references) }
        self.references = references
    }
}

/// What the steps of one rule ask for.
final class RulePlan: Sendable {
    let id: String
    let scope: RuleScope
    let warning: ProgramPlan?
    let critical: ProgramPlan?
    let floor: ProgramPlan?
    let policy: Conditions.Policy
    let machine: StateMachine
    let active: ActiveHours?
    let summary: SummaryTemplate
    /// Whether how far it reads back depends on the resource.
    private let hasCalls: Bool

    fileprivate init(_ rule: CompiledRule, _ references: inout [ColumnReference]) {
        id = rule.id
        scope = rule.scope
        warning = rule.warning.map { ProgramPlan($0, &references) }
        critical = rule.critical.map { ProgramPlan($0, &references) }
        floor = rule.floor.map { ProgramPlan($0, &references) }
        policy = Conditions.Policy(datapoints: rule.datapoints, missing: rule.missing, missingIsDefault: rule.missingIsDefault)
        machine = StateMachine(forSeconds: rule.forSeconds, recoverForSeconds: rule.recoverForSeconds, growth: rule.growth)
        active = rule.active
        summary = rule.summary
        hasCalls = [rule.warning, rule.critical, rule.floor].contains { $0?.calls.isEmpty == false }
    }

    /// Seconds before a step that must be read.
    func lookback(_ resource: Resource, grain: Int64) -> Int64 {
        let window = Int64(policy.datapoints?.outOf ?? 0) * grain
        guard hasCalls else { return window }
        return window + ([warning, critical, floor].compactMap { $0?.program.lookback(resource.settings) }.max() ?? 0)
    }
}

final class ProgramPlan: Sendable {
    let program: Program
    /// Where each of its columns stands among the references of its kind.
    let places: [Int]

    fileprivate init(_ program: Program, _ references: inout [ColumnReference]) {
        self.program = program
        var places: [Int] = []
        for column in program.columns {
            if let known = references.firstIndex(of: column) {
                places.append(known)
            } else {
                places.append(references.count)
                references.append(column)
            }
        }
        self.places = places
    }
}
