import Alerting
import Signals

/// The value and the limit of an alert in words, where the two say why it fires.
struct AlertEvidence {
    /// `47 min`; `no end` of a queue that never drains.
    let value: Phrase?
    let limit: Phrase?
    /// `visible > 0` beside other conditions only asks whether there is anything at all: then the pair would tell another story than the alert.
    let conditions: Int?

    init(_ alert: AlertState, _ rule: RuleSite?) {
        let unit = alert.unit(rule)
        conditions = alert.limit == 0 ? rule?.conditionsBesideZero[alert.severity] : nil
        // The evaluator keeps what has no end as no value, for databases and JSON know none; the unit is there all the same.
        let number = alert.value ?? (alert.memory.unit == nil ? nil : .infinity)
        value = conditions == nil ? number.map { .known(Words.value($0, unit)) } : nil
        limit = conditions == nil ? alert.limit.map { .known(Words.value($0, unit)) } : nil
    }

    /// `47 min, limit 15 min`
    var words: Phrase {
        if let conditions { return conditions == 2 ? "both of its conditions hold" : "all \(conditions) of its conditions hold" }
        guard let value else { return "no value" }
        return limit.map { "\(value), limit \($0)" } ?? value
    }
}
