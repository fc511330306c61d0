import Alerting

/// Fits the rules to one tenant: built-in pack < site < tenant < service < resource, the nearest wins.
struct RuleTailor {
    let drafts: [RuleDraft]

    /// The tenant's own drafts, or nothing where it overrides none and the shared ones serve.
    func drafts(for tenant: TenantConfiguration, diagnostics: Diagnostics) -> [RuleDraft]? {
        let hasOverrides = tenant.services.contains { service in !service.rules.isEmpty || service.resources.contains { !$0.rules.isEmpty } }
        guard hasOverrides else { return nil }
        var result = drafts
        let known = drafts.map(\.id)
        for service in tenant.services {
            for override in service.rules {
                guard check(override, known: known, diagnostics: diagnostics) else { continue }
                result = result.flatMap { draft in
                    guard draft.id == override.rule, draft.resources == nil, draft.services.isEmpty || draft.services.contains(service.id) else { return [draft] }
                    return split(draft, at: service.id, among: tenant.services.map(\.id), override)
                }
            }
            for resource in service.resources {
                for override in resource.rules {
                    guard check(override, known: known, diagnostics: diagnostics) else { continue }
                    let base = result.first { $0.id == override.rule && $0.on == resource.kind && ($0.services.isEmpty || $0.services.contains(service.id)) }
                    guard let base else { continue }
                    var own = base
                    own.services = [service.id]
                    own.resources = resource.name
                    // The first draft that matches a resource is the one that counts.
                    if let changed = apply(override, to: own) { result.insert(changed, at: 0) }
                }
            }
        }
        return result
    }

    private func check(_ override: RuleOverride, known: [String], diagnostics: Diagnostics) -> Bool {
        guard !known.contains(override.rule) else { return true }
        let reader = ConfigurationReader(file: override.file, diagnostics: diagnostics, secrets: SecretResolver(environment: [:], readFile: { _ in nil }))
        diagnostics.report(Diagnostic(file: override.file, line: override.line, column: override.column,
                                      message: "no rule is called '\(printable(override.rule))'. " + reader.suggestion(override.rule, known)))
        return false
    }

    /// The draft for all other services, and the changed one for this.
    private func split(_ draft: RuleDraft, at service: String, among all: [String], _ override: RuleOverride) -> [RuleDraft] {
        var rest = draft, own = draft
        rest.services = (draft.services.isEmpty ? all : draft.services).filter { $0 != service }
        own.services = [service]
        return (rest.services.isEmpty ? [] : [rest]) + (apply(override, to: own).map { [$0] } ?? [])
    }

    private func apply(_ override: RuleOverride, to draft: RuleDraft) -> RuleDraft? {
        guard override.isEnabled != false else { return nil }
        var draft = draft
        let place = RuleOrigin(file: override.file, line: override.line, column: override.column)
        if override.forSeconds != nil { draft.origins["for"] = place }
        if override.recoverForSeconds != nil { draft.origins["recover_for"] = place }
        draft.forSeconds = override.forSeconds ?? draft.forSeconds
        draft.recoverForSeconds = override.recoverForSeconds ?? draft.recoverForSeconds
        if let active = override.active {
            draft.origins["active"] = place
            draft.active = active
        }
        if let text = override.warning { draft.origins["warning"] = RuleOrigin(file: override.file, line: text.line, column: text.column) }
        if let text = override.critical { draft.origins["critical"] = RuleOrigin(file: override.file, line: text.line, column: text.column) }
        if let text = override.warning { draft.warning = expression(text, base: draft.warning, file: override.file) }
        if let text = override.critical { draft.critical = expression(text, base: draft.critical, file: override.file) }
        return draft
    }

    /// A lone quantity takes the place of the limit of the rule's first comparison; anything else is a whole expression.
    private func expression(_ override: RuleOverride.Text, base: RuleDraft.Text?, file: String) -> RuleDraft.Text {
        let origin = RuleOrigin(file: file, line: override.line, column: override.column)
        guard Self.isQuantity(override.text[...]), let base, let limit = Self.firstLimit(in: base.text) else { return .init(override.text, origin) }
        return .init(base.text.replacingCharacters(in: limit, with: override.text), origin)
    }

    static func isQuantity(_ text: Substring) -> Bool {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count)
        return !digits.isEmpty && unit.count <= 3 && unit.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "%") }
    }

    /// Where the quantity stands that the first `<`, `<=`, `>` or `>=` compares with.
    static func firstLimit(in text: String) -> Range<String.Index>? {
        guard let sign = text.firstIndex(where: { $0 == ">" || $0 == "<" }) else { return nil }
        var start = text.index(after: sign)
        while start < text.endIndex, text[start] == "=" || text[start] == " " { start = text.index(after: start) }
        var end = start
        while end < text.endIndex, text[end] != " ", text[end] != ")" { end = text.index(after: end) }
        return isQuantity(text[start..<end]) ? start..<end : nil
    }
}
