import Signals
import Telemetry

/// Does everything add up? What went in equals what came out, what waits, what was given up, and what nobody can explain.
struct BalanceBlock {
    let markup: Markup

    init(_ service: ServicePicture, _ picture: TenantPicture) {
        var out = Markup(picture.language)
        let window: Int64 = 21_600
        let resources = Dictionary(picture.services.flatMap { $0.resources.map { ($0.id, $0) } }) { first, _ in first }
        for balance in service.site.balances {
            let sums = { (terms: [BalanceSite.Term]) in terms.map { term in (term, resources[term.resource]?.balanceSum(term.signal, over: window, among: resources).map { $0 * term.factor }) } }
            let inputs = sums(balance.inputs), outputs = sums(balance.outputs)
            guard let first = inputs.first, inputs.allSatisfy({ $0.1 != nil }) else {
                out.note("The balance cannot be drawn: no count of what went in over the last 6 hours.")
                continue
            }
            let total = inputs.reduce(0) { $0 + ($1.1 ?? 0) }, accounted = outputs.reduce(0) { $0 + ($1.1 ?? 0) }
            let unexplained = total - accounted
            let isKnown = outputs.allSatisfy { $0.1 != nil }
            let isBalanced = abs(unexplained) <= max(balance.slack, balance.tolerance * abs(total))
            out.raw("<div class=\"eq\" role=\"group\" aria-label=\""); out.text("Conservation check"); out.raw("\">")
            let owner = { (term: BalanceSite.Term) in resources[term.resource]?.site.title ?? term.resource.name }
            term(.verbatim(Words.count(total)), inputs.count == 1 ? "in: \(Phrase.told(first.0.label, as: "term"))" : "in", of: inputs.count == 1 ? owner(first.0) : nil, into: &out)
            for (index, output) in outputs.enumerated() {
                term(after: index == 0 ? "=" : "+", output.1.map { .verbatim(Words.count($0)) } ?? "no data", .told(output.0.label, as: "term"), of: owner(output.0), into: &out)
            }
            term(after: "+", isKnown ? .verbatim(Words.count(unexplained)) : "not known", "unexplained", isBad: isKnown && !isBalanced, into: &out)
            out.raw("</div>\n<p class=\"sm soft\">")
            out.state(!isKnown ? .noData : isBalanced ? .ok : .warning, word: !isKnown ? "Not known" : isBalanced ? "Balanced" : "Does not add up")
            let verdict: Phrase = !isKnown ? "A count of what came out is missing." : isBalanced ? Self.lost(outputs, isExact: abs(unexplained) < 0.5) : "\(Words.count(abs(unexplained))) cannot be explained."
            out.text(" over 6 hours, tolerance \(Words.percent(balance.tolerance)). \(verdict)")
            if !balance.unmeasured.isEmpty { out.text(" Not measurable: \(balance.unmeasured.map { Phrase.known($0) }.joined(separator: "; ")).") }
            out.raw("</p>\n")
        }
        markup = out
    }

    /// What came out as lost or given up is accounted for, but it did not arrive.
    private static func lost(_ outputs: [(BalanceSite.Term, Double?)], isExact: Bool) -> Phrase {
        func sum(_ signals: String...) -> Double { outputs.reduce(0) { signals.contains($1.0.signal) ? $0 + max(0, $1.1 ?? 0) : $0 } }
        let dropped = sum("async_dropped", "failed"), dead = sum("dead_letters")
        if dropped <= 0, dead <= 0 { return "Nothing is lost so far." }
        let lost: Phrase? = dropped <= 0 ? nil : dropped == 1 ? "1 is lost" : "\(Words.count(dropped)) are lost"
        let kept: Phrase? = dead <= 0 ? nil : dead == 1 ? "1 was given up and is kept as a dead letter" : "\(Words.count(dead)) were given up and are kept as dead letters"
        let parts = [lost, kept].compactMap(\.self).joined(separator: ", ")
        let whole: Phrase = isExact ? "All is accounted for: \(parts)." : "All is accounted for within the tolerance: \(parts)."
        return dropped > 0 ? whole : "\(whole) Nothing else is lost so far."
    }
}

/// The sign stands before the number that it adds, so that a line that wraps begins with it.
private func term(after sign: StaticString? = nil, _ number: Phrase, _ label: Phrase, of owner: String? = nil, isBad: Bool = false, into out: inout Markup) {
    out.trusted(isBad ? "<div><b class=\"x-crit\">" : "<div><b>")
    if let sign { out.raw("<i>"); out.raw(sign); out.raw("</i>\u{A0}") }
    out.text(number); out.raw("</b><span>"); out.text(label); out.raw("</span>")
    if let owner { out.raw("<span>"); out.text(owner); out.raw("</span>") }
    out.raw("</div>")
}

extension ResourcePicture {
    /// As it is called; a balance, after what it compares.
    var title: Phrase { id.kind == .balance ? .told(site.title, as: "balance") : .verbatim(site.title) }
}

private extension ResourcePicture {
    /// Counters are added up; a change of a level is its last value minus its first.
    func balanceSum(_ signal: String, over seconds: Int64, among all: [ResourceID: ResourcePicture]) -> Double? {
        if signal == "backlog_change" {
            let changes = ["visible", "in_flight", "delayed"].compactMap { name -> Double? in
                let known = values(name, over: seconds).filter { !$0.isNaN }
                guard let first = known.first, let last = known.last else { return nil }
                return last - first
            }
            return changes.isEmpty ? nil : changes.reduce(0, +)
        }
        if let stored = sum(signal, over: seconds) { return stored }
        guard let resource else { return nil }
        let deadLetters = DerivedSignal.deadLetterQueue(of: resource, among: all.values.compactMap(\.resource).sorted { $0.id < $1.id }).flatMap { all[$0.id] }
        var reader = SignalReader(resource, grid: day, deadLetters: deadLetters?.day)
        let known = (reader.column(signal)?.values.suffix(Int(clamping: max(1, seconds / day.period))) ?? []).filter { !$0.isNaN }
        return known.isEmpty ? nil : known.reduce(0, +)
    }
}
