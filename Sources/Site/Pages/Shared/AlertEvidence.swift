import Alerting
import Signals

/// The value and the limit of an alert in words, where the two say why it fires.
struct AlertEvidence {
    /// `47 min`; `no end` of a queue that never drains.
    let value: String?
    let limit: String?
    /// `visible > 0` beside other conditions only asks whether there is anything at all: then the pair would tell another story than the alert.
    let conditions: Int?

    init(_ alert: AlertState, _ rule: RuleSite?) {
        let unit = alert.unit(rule), parts = rule.map { Self.conditions(of: alert, $0) } ?? 1
        conditions = alert.limit == 0 && parts > 1 ? parts : nil
        // The evaluator keeps what has no end as no value, for databases and JSON know none; the unit is there all the same.
        let number = alert.value ?? (alert.memory.unit == nil ? nil : .infinity)
        value = conditions == nil ? number.map { Words.value($0, unit) } : nil
        limit = conditions == nil ? alert.limit.map { Words.value($0, unit) } : nil
    }

    /// `47 min, limit 15 min`
    var words: String {
        if let conditions { return conditions == 2 ? "both of its conditions hold" : "all \(conditions) of its conditions hold" }
        guard let value else { return "no value" }
        return limit.map { "\(value), limit \($0)" } ?? value
    }

    /// Of the longest way in which the rule may be true and that begins with a zero: comparisons and functions of signals, not what settings say of the resource.
    private static func conditions(of alert: AlertState, _ rule: RuleSite) -> Int {
        let text = alert.severity == .critical ? rule.critical ?? rule.warning : rule.warning ?? rule.critical
        return (text ?? "").split(separator: " or ").map { way in
            let parts = way.split(separator: " and ").filter { part in !part.contains("setting(") && part.contains { "<>=(".contains($0) } }
            // Ways that begin with another limit are not the one that the alert remembers.
            let limit = parts.first?.split(separator: " ").last?.prefix { $0.isNumber || $0 == "." }
            return limit.flatMap { Double($0) } == 0 ? parts.count : 1
        }.max() ?? 1
    }
}
