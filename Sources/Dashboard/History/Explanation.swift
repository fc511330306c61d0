import Alerting
import Foundation
import JSON
import Signals
import Storage
import Telemetry

/// Where a value, a limit or a state comes from: one line each, with the place that it was written.
/// Cascade: built-in kind < site < tenant < service < resource; the nearest wins.
package struct Explanation: Sendable {
    package struct Line: Sendable {
        /// `warning`, or what the line is about.
        package var key: String
        package var value: String
        /// `built-in rules:80:5`, `tenants/acme.yaml:31:18`, `default`, `state/acme.sqlite`.
        package var origin: String
    }

    package struct Part: Sendable {
        package var title: String
        package var lines: [Line]
    }

    package var parts: [Part]
    /// What stands in the way of a better answer.
    package var notes: [String] = []

    /// - Throws: `ConfigurationError` where the site is wrong or nobody knows the word.
    package init(of word: String, directory: String, world: World, tenants wanted: Set<String>, now: Timestamp?) throws {
        var notes: [String] = []
        let loaded = try LoadedSite(directory: directory, world: world)
        let context = RunContext(loaded, world: world, options: { var options = RunOptions(); options.now = now; return options }())
        var history: SiteHistory?
        do { history = try SiteHistory(directory: directory, world: world, tenants: wanted, now: now, owner: "explain") } catch let held as RunLock.Held {
            notes.append("What is stored is left out: \(held.description)")
        }
        let tenants = loaded.configuration.tenants.filter { wanted.isEmpty || wanted.contains($0.id) }
        if loaded.configuration.rules.contains(where: { $0.id == word }) {
            parts = RuleExplanation(loaded: loaded, context: context, history: history, tenants: tenants).parts(word)
        } else if let signal = Signal(word), SignalCatalogue.vocabulary.type(of: signal) != nil {
            parts = try SignalExplanation(loaded: loaded, context: context, history: history, tenants: tenants).parts(signal)
        } else if let part = KeyExplanation(directory: directory, world: world, tenants: tenants).part(word) {
            parts = [part]
        } else {
            let kinds = Signal(word).map { SignalCatalogue.vocabulary.allNames(of: $0.kind).map { "\(word.prefix { $0 != "." }).\($0)" } } ?? []
            let known = Set(loaded.configuration.rules.map(\.id)).sorted() + kinds + SiteConfiguration.schema.fields.map(\.name)
            let near = nearestWord(to: word, among: known).map { " Did you mean '\($0)'?" } ?? " Ask for a rule (queue-age), a signal (queue.oldest_age) or a key (retention.raw, acme.timezone)."
            throw ConfigurationError([Diagnostic(file: "explain", message: "nothing is called '\(printable(word))'.\(near)")])
        }
        self.notes = notes
    }

    package var text: String {
        parts.map { part in
            let key = part.lines.map(\.key.count).max() ?? 0, value = min(72, part.lines.map(\.value.count).max() ?? 0)
            return ([part.title] + part.lines.map { line in
                func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
                return "  \(padded(line.key, key))  \(padded(line.value, value))  \(line.origin)"
            }).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    package var json: JSONValue {
        ["schema": 1, "parts": .array(parts.map { part in
            ["title": .string(part.title), "lines": .array(part.lines.map { ["key": .string($0.key), "value": .string($0.value), "origin": .string($0.origin)] })]
        })]
    }
}

/// A rule: each key with its origin, what tenants make of it, and how its alerts stand.
private struct RuleExplanation {
    let loaded: LoadedSite
    let context: RunContext
    let history: SiteHistory?
    let tenants: [TenantConfiguration]

    func parts(_ id: String) -> [Explanation.Part] {
        let drafts = loaded.configuration.rules
        let base = drafts.filter { $0.id == id }
        var parts = base.map { draft in Explanation.Part(title: "\(id) on \(draft.on.rawValue): \(draft.title)", lines: lines(draft)) }
        for tenant in tenants {
            for draft in RuleTailor(drafts: drafts).drafts(for: tenant, diagnostics: Diagnostics()) ?? [] where draft.id == id {
                let own = draft.origins.filter { $0.value.file == tenant.file }
                guard !own.isEmpty else { continue }
                let place = [tenant.id] + draft.services + [draft.resources].compactMap { $0 }
                parts.append(.init(title: "nearer, for \(place.joined(separator: "/"))", lines: lines(draft).filter { own[$0.key] != nil }))
            }
            // Switched off leaves no draft: the override itself says so.
            for service in tenant.services {
                let off = service.rules.map { ("\(tenant.id)/\(service.id)", $0) } + service.resources.flatMap { resource in resource.rules.map { ("\(tenant.id)/\(service.id)/\(resource.name)", $0) } }
                for (place, override) in off where override.rule == id && override.isEnabled == false {
                    parts.append(.init(title: "nearer, for \(place)", lines: [.init(key: "enabled", value: "false", origin: "\(override.file):\(override.line):\(override.column)")]))
                }
            }
            if let part = standing(id, tenant) { parts.append(part) }
        }
        return parts
    }

    private func lines(_ draft: RuleDraft) -> [Explanation.Line] {
        let rule = RuleCompiler.compile(draft, vocabulary: SignalCatalogue.vocabulary).rule
        func line(_ key: String, _ value: String?) -> Explanation.Line? {
            value.map { .init(key: key, value: $0, origin: draft.origins[key].map { "\($0.file):\($0.line):\($0.column)" } ?? "default") }
        }
        func seconds(_ value: Int64) -> String { value == 0 ? "0 s" : Quantity.text(Double(value), .seconds) }
        let missing = rule.map { "\($0.missing.rawValue)" + ($0.missingIsDefault ? " (follows from the signals)" : "") }
        return [
            line("title", draft.title), line("on", draft.on.rawValue), line("warning", draft.warning?.text), line("critical", draft.critical?.text), line("for", seconds(draft.forSeconds)), line("recover_for", seconds(draft.recoverForSeconds)),
            line("datapoints", draft.datapoints.map { "\($0.breaching) of \($0.outOf)" } ?? "every step"), line("missing", missing),
            line("min_count", draft.minimumCount.map { "\($0.signal) at least \(Quantity.text($0.atLeast, .count))" } ?? "none"), line("growth", draft.growth.map { growth in
                [growth.ratio.isFinite ? Quantity.text(growth.ratio, .ratio) : nil, growth.amount.isFinite ? Quantity.text(growth.amount, .count) : nil].compactMap { $0 }.joined(separator: " or ")
            } ?? "not said again"),
            line("active", draft.active?.words ?? "always"), line("resources", draft.resources ?? "all"),
            line("services", draft.services.isEmpty ? "all" : draft.services.joined(separator: ", ")), line("runbook", draft.runbook), line("summary", draft.summary),
        ].compactMap { $0 }
    }

    private func standing(_ id: String, _ tenant: TenantConfiguration) -> Explanation.Part? {
        guard let store = try? history?.store(of: tenant), let states = try? store.alertStates().filter({ $0.key.rule == id }), !states.isEmpty else { return nil }
        let origin = "state/\(tenant.id).sqlite"
        let watched = states.filter { $0.phase == .inactive }.count
        var lines = states.filter { $0.phase != .inactive }.map { state -> Explanation.Line in
            let unit = state.memory.unit ?? .count
            var words = "\(state.phase.rawValue) \(state.severity.rawValue) since \(state.since.rfc3339)"
            if let value = state.value { words += ", value \(Quantity.text(value, unit))" + (state.limit.map { ", limit \(Quantity.text($0, unit))" } ?? "") }
            if let unknown = state.unknownSince { words += ", nothing known since \(unknown.rfc3339)" }
            if let cause = state.suppressedBy { words += ", not sent: \(cause)" }
            return .init(key: printable(state.key.resource.name), value: words, origin: "\(origin), evaluated to \(state.evaluatedTo.rfc3339)")
        }
        if watched > 0 { lines.append(.init(key: count(watched, "resource"), value: "inactive", origin: origin)) }
        return .init(title: "now, \(tenant.id)", lines: lines)
    }
}

/// A signal: what it means, which rules read it, and its newest values.
private struct SignalExplanation {
    let loaded: LoadedSite
    let context: RunContext
    let history: SiteHistory?
    let tenants: [TenantConfiguration]

    func parts(_ signal: Signal) throws -> [Explanation.Part] {
        var lines: [Explanation.Line] = []
        func add(_ key: String, _ value: String, _ origin: String = "catalogue") { lines.append(.init(key: key, value: value, origin: origin)) }
        if let definition = SignalCatalogue.definition(of: signal) {
            add("what", definition.title)
            add("unit", "\(definition.unit.rawValue), \(definition.form.rawValue)")
            add("from", definition.origin.words)
            add("no point means", definition.silence)
            if let note = definition.note { add("note", note) }
        } else if let derived = DerivedSignal.named(signal) {
            add("what", derived.meaning)
            add("unit", "\(derived.type.unit.rawValue), \(derived.type.form.rawValue)")
            add("from", "computed where it is read")
        }
        for draft in loaded.configuration.rules where draft.on == signal.kind {
            guard let rule = RuleCompiler.compile(draft, vocabulary: SignalCatalogue.vocabulary).rule, rule.signals.contains(signal.name) else { continue }
            add("rule", rule.id, "\(draft.origin.file):\(draft.origin.line):\(draft.origin.column)")
        }
        var parts = [Explanation.Part(title: signal.description, lines: lines)]
        for tenant in tenants {
            guard let store = try history?.store(of: tenant) else { continue }
            let values = try store.resources().filter { $0.id.kind == signal.kind }.map { try value(of: signal, $0, store) }
            if !values.isEmpty { parts.append(.init(title: "now, \(tenant.id)", lines: values)) }
        }
        return parts
    }

    private func value(of signal: Signal, _ resource: Resource, _ store: TenantStore) throws -> Explanation.Line {
        let unit = SignalCatalogue.vocabulary.type(of: signal)?.unit ?? .count
        if let newest = try store.latest(of: resource.id, notAfter: context.now)[signal.name] {
            return .init(key: printable(resource.id.name), value: Quantity.text(newest.sample.value, unit),
                         origin: "source \(resource.id.source), \(newest.sample.time.rfc3339), every \(newest.period) s, \(newest.sample.quality.word)")
        }
        let hour = TimeWindow(from: context.now - 4 * 3_600, to: context.now)
        var reader = SignalReader(resource, grid: try store.grid(of: resource.id, in: hour, resolution: .raw))
        if let column = reader.column(signal.name), let row = column.values.lastIndex(where: { !$0.isNaN }) {
            return .init(key: printable(resource.id.name), value: Quantity.text(column.values[row], unit), origin: "computed for \(reader.grid.time(row).rfc3339)")
        }
        let absence = try store.absence(of: SeriesID(resource.id, signal.name))
        return .init(key: printable(resource.id.name), value: "no value: \(absence?.reason.rawValue ?? "never_seen")" + (absence?.detail.map { " (\(printable($0)))" } ?? ""),
                     origin: absence.map { "since \($0.since.rfc3339)" } ?? "source \(resource.id.source)")
    }
}
