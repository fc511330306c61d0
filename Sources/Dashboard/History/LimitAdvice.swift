import Alerting
import JSON
import Signals
import Storage
import Telemetry

/// Limits that a tenant's own history suggests, each with what it would have done: numbers to decide by, not a decision.
package struct LimitAdvice: Sendable {
    package struct Candidate: Sendable {
        /// `p99`, `p99.9`, `most`
        package var name: String
        package var limit: Double
        package var fired: Int
    }

    package struct Line: Sendable {
        package var tenant: String
        package var rule: String
        /// `warning` or `critical`
        package var key: String
        package var signal: Signal
        package var unit: MetricUnit
        package var services: [String]
        package var resources: Int
        package var points: Int
        /// The limit that holds now, and what it would have done.
        package var current: Candidate
        package var median: Double
        package var candidates: [Candidate]
        /// Of data, of the resource that has the most.
        package var days: Int

        /// Calm enough: at most one alert a week.
        var bearable: Int { max(1, days / 7) }

        /// The lowest limit that stays calm; nothing where the present one does already, or none would.
        package var advised: Candidate? { current.fired <= bearable ? nil : candidates.first { $0.fired <= bearable && $0.limit > current.limit } }
    }

    package let lines: [Line]
    /// That were asked for.
    package let days: Int
    package let notes: HistoryNotes

    /// - Throws: `ConfigurationError`, `RunLock.Held` or `StoreError`.
    package init(directory: String, world: World, rule: String?, tenants wanted: Set<String>, since: Int64, now: Timestamp?) throws {
        let history = try SiteHistory(directory: directory, world: world, tenants: wanted, now: now, owner: "advise")
        if let rule, !history.loaded.configuration.rules.contains(where: { $0.id == rule }) { throw SiteHistory.unknown(rule, history.loaded.configuration.rules.map(\.id)) }
        var lines: [Line] = []
        let days = Int(clamping: (since + 86_399) / 86_400)
        notes = try history.forEachStore { tenant, store in
            let drafts = RuleTailor(drafts: history.loaded.configuration.rules).drafts(for: tenant, diagnostics: Diagnostics()) ?? history.loaded.configuration.rules
            let bench = Bench(tenant: tenant.id, store: store, resources: try store.resources(), window: history.window(since, grain: store.grain))
            for draft in drafts where rule == nil || draft.id == rule { lines += try bench.lines(draft) }
        }
        self.lines = lines
        self.days = days
    }

    package var text: String {
        guard !lines.isEmpty else { return "No rule compares a plain signal with a number on anything that has data." }
        return lines.map { line in
            func words(_ value: Double) -> String { Quantity.text(value, line.unit) }
            let place = line.services.isEmpty ? line.tenant : "\(line.tenant)/\(line.services.joined(separator: ","))"
            var out = ["\(place)  \(line.rule) \(line.key): \(line.signal), limit \(words(line.current.limit)), would have fired \(count(line.current.fired, "time")) in \(count(line.days, "day")) of data"]
            out.append("  \(count(line.resources, "resource")), \(line.points) points, median \(words(line.median))")
            out += line.candidates.map { "  \($0.name): \(words($0.limit)) would have fired \(count($0.fired, "time"))" }
            out.append(line.advised.map { "  advice: \(line.rule): {\(line.key): \(LimitText.text($0.limit, line.unit))} is the lowest of these that stays below one alert a week" }
                ?? (line.current.fired <= line.bearable ? "  advice: keep it" : "  advice: a higher limit alone does not calm this; look at 'for' and at what happens"))
            return out.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    package var json: JSONValue {
        func candidate(_ value: Candidate) -> JSONValue { ["name": .string(value.name), "limit": .number(value.limit), "fired": JSONValue(value.fired)] }
        return ["schema": 1, "days": JSONValue(days), "limits": .array(lines.map { line in
            ["tenant": .string(line.tenant), "rule": .string(line.rule), "key": .string(line.key), "signal": .string(line.signal.description), "unit": .string(line.unit.rawValue),
             "services": .array(line.services.map(JSONValue.string)), "resources": JSONValue(line.resources), "points": JSONValue(line.points), "days": JSONValue(line.days), "median": .number(line.median),
             "current": candidate(line.current), "candidates": .array(line.candidates.map(candidate)), "advised": line.advised.map(candidate) ?? .null]
        })]
    }
}

/// One tenant's history, for trying limits on.
private struct Bench {
    let tenant: String
    let store: TenantStore
    let resources: [Resource]
    let window: TimeWindow

    /// One for each severity whose first comparison is a signal that rises above a number.
    func lines(_ draft: RuleDraft) throws -> [LimitAdvice.Line] {
        guard let rule = compiled(draft) else { return [] }
        let watched = resources.filter(rule.matches)
        return try [("warning", draft.warning, rule.warning), ("critical", draft.critical, rule.critical)].compactMap { key, text, program in
            guard let text, let limit = program?.plainLimits.first, let place = RuleTailor.firstLimit(in: text.text),
                  text.text[..<place.lowerBound].last(where: { $0 != " " && $0 != "=" }) == ">",
                  text.text[..<place.lowerBound].contains(limit.signal),
                  let type = SignalCatalogue.vocabulary.type(of: Signal(draft.on, limit.signal)) else { return nil }
            let values = try watched.map { try self.values(limit.signal, of: $0) }.filter { !$0.isEmpty }
            let all = values.flatMap { $0 }.sorted()
            guard all.count >= 12, let most = all.last else { return nil }
            var candidates: [LimitAdvice.Candidate] = []
            for (name, value) in [("p99", Self.quantile(all, 0.99)), ("p99.9", Self.quantile(all, 0.999)), ("most", most)] {
                let tried = LimitText.roundedUp(value, type.unit)
                guard tried > 0, tried != limit.value, !candidates.contains(where: { $0.limit == tried }) else { continue }
                var other = draft
                let changed = RuleDraft.Text(text.text.replacingCharacters(in: place, with: LimitText.text(tried, type.unit)), text.origin)
                if key == "warning" { other.warning = changed } else { other.critical = changed }
                candidates.append(.init(name: name, limit: tried, fired: try fired(other, key)))
            }
            return LimitAdvice.Line(tenant: tenant, rule: draft.id, key: key, signal: Signal(draft.on, limit.signal), unit: type.unit, services: draft.services, resources: values.count,
                                    points: all.count, current: .init(name: "now", limit: limit.value, fired: try fired(draft, key)), median: Self.quantile(all, 0.5), candidates: candidates,
                                    days: days(of: values.map(\.count).max() ?? 0))
        }
    }

    private func compiled(_ draft: RuleDraft) -> CompiledRule? { RuleCompiler.compile(draft, vocabulary: SignalCatalogue.vocabulary).rule }

    private func days(of points: Int) -> Int { Int(clamping: (Int64(clamping: points) * store.grain + 86_399) / 86_400) }

    /// How often one severity's condition alone would have fired: the other one's alerts say nothing about its limit.
    private func fired(_ draft: RuleDraft, _ key: String) throws -> Int {
        var draft = draft
        if key == "warning" { draft.critical = nil } else { draft.warning = nil }
        guard let rule = compiled(draft) else { return 0 }
        return try Evaluator(rules: [rule], grain: store.grain).replay(store, in: window).transitions.count { $0.kind == .fired }
    }

    private func values(_ signal: String, of resource: Resource) throws -> [Double] {
        let dead = try DerivedSignal.deadLetterQueue(of: resource, among: resources).map { try store.grid(of: $0.id, in: window, resolution: .raw) }
        var reader = SignalReader(resource, grid: try store.grid(of: resource.id, in: window, resolution: .raw), deadLetters: dead)
        return reader.column(signal)?.values.filter(\.isFinite) ?? []
    }

    /// Of sorted values: the smallest that at least the share lies at or below.
    private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        guard !sorted.isEmpty, let rank = Int(exactly: (share * Double(sorted.count)).rounded(.up)) else { return .nan }
        return sorted[max(0, min(sorted.count - 1, rank - 1))]
    }
}

/// Numbers as rules write them.
enum LimitText {
    /// Up to the next number that a person would write: two digits, whole minutes beyond ten of them, whole percents.
    static func roundedUp(_ value: Double, _ unit: MetricUnit) -> Double {
        guard value.isFinite, value > 0 else { return 0 }
        if unit == .seconds, value > 600 { return (value / 60).rounded(.up) * 60 }
        if unit == .ratio { return min(1, (value * 100).rounded(.up) / 100) }
        var step = 1.0
        while value / step >= 100 { step *= 10 }
        while value / step < 10, step > 1e-3 { step /= 10 }
        return (value / step).rounded(.up) * step
    }

    static func text(_ value: Double, _ unit: MetricUnit) -> String {
        func number(_ value: Double) -> String {
            if let whole = Int64(exactly: value.rounded()), abs(value - value.rounded()) < 1e-9 { return String(whole) }
            guard let thousandths = Int64(exactly: (value * 1_000).rounded()) else { return "\(value)" }
            var fraction = String(thousandths % 1_000)
            fraction = String(repeating: "0", count: 3 - fraction.count) + fraction
            while fraction.hasSuffix("0") { fraction.removeLast() }
            return "\(thousandths / 1_000)" + (fraction.isEmpty ? "" : "." + fraction)
        }
        switch unit {
        case .seconds: return value >= 60 && value.truncatingRemainder(dividingBy: 60) == 0 ? number(value / 60) + "m" : number(value) + "s"
        case .bytes: return number(value) + "B"
        case .ratio: return number(value * 100) + "%"
        case .count, .perSecond: return number(value)
        }
    }
}
