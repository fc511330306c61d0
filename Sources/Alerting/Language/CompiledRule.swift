import Signals
import Telemetry

/// A rule that was understood: what the evaluator runs and pages explain.
package struct CompiledRule: Sendable {
    package var id: String
    package var title: String
    package var on: ResourceKind
    package var warning: Program?
    package var critical: Program?
    /// As written, for pages and `explain`.
    package var warningText: String?
    package var criticalText: String?
    package var forSeconds: Int64
    package var recoverForSeconds: Int64
    package var datapoints: Datapoints?
    package var missing: MissingData
    /// Nobody chose `missing`: it follows from the signals, and a step in which the resource said nothing at all is unknown.
    package var missingIsDefault: Bool
    package var minimumCount: MinimumCount?
    package var growth: (ratio: Double, amount: Double)?
    package var runbook: String
    package var summary: SummaryTemplate
    package var resources: Glob?
    package var services: [String]
    /// Nothing: always.
    package var active: ActiveHours?
    package var origin: RuleOrigin
    /// Signals that it names, without the kind, sorted: own ones and those of others.
    package var signals: [String]
    var floor: Program?

    /// Signals that its summary tells.
    package var toldSignals: [String] { summary.pieces.compactMap { if case .signal(let name, _) = $0 { name } else { nil } } }

    /// Resources that its conditions name: `queue("orders")`.
    package var namedResources: [(kind: ResourceKind, name: String)] {
        [warning, critical].compactMap(\.self).flatMap(\.columns).compactMap { if case .named(let kind, let name) = $0.owner { (kind, name) } else { nil } }
    }

    /// The unit of value and limit of that severity.
    package func unit(of severity: Severity) -> MetricUnit? {
        switch severity {
        case .warning: warning?.unit ?? critical?.unit
        case .critical: critical?.unit ?? warning?.unit
        }
    }

    /// How many conditions make an alert of that severity, where its limit is a zero that does not say why; see `Program.conditionsBesideZero`.
    package func conditionsBesideZero(of severity: Severity) -> Int? { program(of: severity)?.conditionsBesideZero }

    /// What makes an alert of that severity, or of the other where the rule has one alone.
    package func program(of severity: Severity) -> Program? {
        switch severity {
        case .warning: warning ?? critical
        case .critical: critical ?? warning
        }
    }

    /// Whether it is about this resource, settings aside.
    package func matches(_ resource: Resource) -> Bool { scope.matches(resource) }

    var scope: RuleScope { RuleScope(on: on, resources: resources, services: services) }
}

/// Which resources a rule is about, settings aside.
struct RuleScope: Sendable {
    let on: ResourceKind
    let resources: Glob?
    let services: [String]

    func matches(_ resource: Resource) -> Bool {
        resource.id.kind == on && (services.isEmpty || services.contains(resource.service)) && resources?.matches(resource.id.name) != false
    }
}

/// A name with `*` for any run of characters and `?` for one. Time grows with pattern × name at worst, never faster.
package struct Glob: Hashable, Sendable {
    private var pattern: [Unicode.Scalar]

    package init(_ text: String) { pattern = Array(text.unicodeScalars.prefix(512)) }

    /// Whether it stands for more than the one name that it spells.
    static func isPattern(_ text: String) -> Bool { text.contains { $0 == "*" || $0 == "?" } }

    package func matches(_ text: String) -> Bool {
        let name = Array(text.unicodeScalars)
        var p = 0, n = 0, star = -1, resume = 0
        while n < name.count {
            if p < pattern.count, pattern[p] == "*" {
                star = p
                resume = n
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == name[n] {
                p += 1
                n += 1
            } else if star >= 0 {
                p = star + 1
                resume += 1
                n = resume
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
