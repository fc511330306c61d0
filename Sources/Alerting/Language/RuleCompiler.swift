import Signals
import Telemetry

/// Understands rules: all of them, with all their mistakes, in one go.
package enum RuleCompiler {
    package static func compile(_ drafts: [RuleDraft], vocabulary: SignalVocabulary) -> (rules: [CompiledRule], diagnostics: [RuleDiagnostic]) {
        var rules: [CompiledRule] = [], diagnostics: [RuleDiagnostic] = [], seen: [String: RuleOrigin] = [:]
        for draft in drafts {
            // One id may speak about two kinds: REST and HTTP gateways fail in the same way.
            let name = "\(draft.on.rawValue) \(draft.id)"
            if let first = seen[name] {
                diagnostics.append(RuleDiagnostic(draft.origin, "the rule '\(draft.id)' is written twice for \(draft.on.rawValue), first at \(first.file):\(first.line). Rename or remove one"))
                continue
            }
            seen[name] = draft.origin
            let (rule, mistakes) = compile(draft, vocabulary: vocabulary)
            diagnostics += mistakes
            if let rule { rules.append(rule) }
        }
        return (rules, diagnostics)
    }

    package static func compile(_ draft: RuleDraft, vocabulary: SignalVocabulary) -> (rule: CompiledRule?, diagnostics: [RuleDiagnostic]) {
        var diagnostics: [RuleDiagnostic] = [], types: [SignalType] = []
        func fail(_ message: String, at key: String? = nil) { diagnostics.append(RuleDiagnostic(key.flatMap { draft.origins[$0] } ?? draft.origin, message)) }
        func program(_ source: RuleDraft.Text?) -> Program? {
            guard let source else { return nil }
            let compiled = compile(source.text, on: draft.on, vocabulary: vocabulary)
            diagnostics += compiled.mistakes.map { RuleDiagnostic(source.origin.moved(by: $0.offset, in: source.text), $0.message) }
            types += compiled.types
            return compiled.program
        }

        let warning = program(draft.warning), critical = program(draft.critical)
        if draft.warning == nil, draft.critical == nil { fail("the rule '\(draft.id)' has no condition. Give it 'warning', 'critical' or both") }
        if draft.forSeconds < 0 || draft.recoverForSeconds < 0 || max(draft.forSeconds, draft.recoverForSeconds) > 7 * 86_400 {
            fail("'for' and 'recover_for' of '\(draft.id)' must lie between 0s and 7d")
        }
        if let datapoints = draft.datapoints, datapoints.breaching < 1 || datapoints.outOf < datapoints.breaching || datapoints.outOf > 64 {
            fail("'datapoints' of '\(draft.id)' must be like '2 of 3', of at most 64", at: "datapoints")
        }
        if let growth = draft.growth, !(growth.ratio > 0 || growth.amount > 0) { fail("'growth' of '\(draft.id)' must be above zero, like '10% or 10'", at: "growth") }
        let floor = floor(of: draft, vocabulary: vocabulary) { fail($0, at: "min_count") }

        var mistakes: [(offset: Int, message: String)] = []
        let summary = SummaryTemplate(draft.summary, on: draft.on, vocabulary: vocabulary, mistakes: &mistakes)
        for mistake in mistakes { fail(mistake.message, at: "summary") }
        guard diagnostics.isEmpty else { return (nil, diagnostics) }

        let signals = [warning, critical].compactMap(\.self).flatMap { $0.columns.map(\.signal) }
        return (CompiledRule(
            id: draft.id, title: draft.title, on: draft.on, warning: warning, critical: critical, warningText: draft.warning?.text,
            criticalText: draft.critical?.text, forSeconds: draft.forSeconds, recoverForSeconds: draft.recoverForSeconds,
            datapoints: draft.datapoints, missing: draft.missing ?? missingDefault(types), missingIsDefault: draft.missing == nil,
            minimumCount: draft.minimumCount, growth: draft.growth, runbook: draft.runbook, summary: summary,
            resources: draft.resources.map { Glob($0) }, services: draft.services, active: draft.active, origin: draft.origin, signals: Set(signals).sorted(), floor: floor
        ), [])
    }

    /// Percentiles and shares are absent where nothing ran, and nothing ran wrong. Levels and counters are always there,
    /// for a resource that is alive: without them nothing is known.
    private static func missingDefault(_ types: [SignalType]) -> MissingData {
        types.allSatisfy { $0.form == .distribution || $0.form == .ratio } ? .ok : .unknown
    }

    static func compile(_ text: String, on kind: ResourceKind, vocabulary: SignalVocabulary)
        -> (program: Program?, types: [SignalType], mistakes: [(offset: Int, message: String)]) {
        let lexer = Lexer(text)
        guard lexer.mistakes.isEmpty else { return (nil, [], lexer.mistakes) }
        var parser = Parser(lexer.tokens)
        do {
            let expression = try parser.parse()
            var compiler = ExpressionCompiler(on: kind, vocabulary: vocabulary)
            compiler.compile(expression)
            return (compiler.mistakes.isEmpty ? compiler.program : nil, compiler.forms, compiler.mistakes)
        } catch {
            return (nil, [], [(error.offset, error.message)])
        }
    }

    /// `min_count` as a condition: counters are added up over five minutes, or over the hold time where that is longer.
    private static func floor(of draft: RuleDraft, vocabulary: SignalVocabulary, fail: (String) -> Void) -> Program? {
        guard let minimum = draft.minimumCount else { return nil }
        guard let type = vocabulary.type(of: Signal(draft.on, minimum.signal)) else {
            let known = vocabulary.allNames(of: draft.on)
            let near = nearestWord(to: minimum.signal, among: known).map { "Did you mean '\($0)'?" } ?? "It has \(known.joined(separator: ", "))"
            fail("unknown signal '\(minimum.signal)' of \(draft.on.rawValue) in 'min_count'. \(near)")
            return nil
        }
        guard minimum.atLeast >= 0, minimum.atLeast <= 1e15, type.unit == .count else {
            fail("'min_count' of '\(draft.id)' needs a signal that counts, and a number that is not negative")
            return nil
        }
        let read = type.form == .counter ? "sum_over(\(minimum.signal), \(max(300, min(draft.forSeconds, 7 * 86_400)))s)" : minimum.signal
        var whole = compile("\(read) >= 1", on: draft.on, vocabulary: vocabulary).program
        for index in whole?.instructions.indices ?? 0..<0 {
            if case .constant = whole?.instructions[index] { whole?.instructions[index] = .constant(minimum.atLeast) }
        }
        return whole
    }
}
