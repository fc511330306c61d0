import Alerting
import Markdown
import Signals
import Site
import Storage
import Telemetry

extension TenantSite {
    /// What the pages of a tenant need of its configuration and of what was discovered.
    init(_ tenant: TenantConfiguration, context: RunContext, resources: [Resource], grain: Int64) {
        let site = context.configuration.site
        let rules = context.rules(for: tenant)
        let linked = resources.addingDeclaredFeeds(of: tenant.services)
        let services = tenant.services.map { ServiceSite($0, found: resources, linked: linked, context.library) }
        let documents = context.library.documents.filter { $0.isFor(tenant) }, paths = Set(documents.map(\.path))
        self.init(id: tenant.id, title: tenant.title, timezone: tenant.timezone, interval: site.interval, grain: grain, baseURL: site.baseURL, services: services,
                  rules: rules.map { RuleSite($0, resources: resources) }, documents: documents.map { DocumentSite($0, among: paths, context.library, now: context.now) },
                  silences: context.configuration.silences.filter { $0.concerns(tenant.id) }.compactMap { SilenceSite($0, tenant: tenant.id, now: context.now) },
                  disabled: tenant.disabled)
        map = tenant.services.map(\.map)
        feeds = Dictionary(linked.map { ($0.id, $0.feeds) }) { first, _ in first }
    }
}

private extension SilenceSite {
    /// How far ahead a planned one is shown.
    private static let ahead: Int64 = 7 * 86_400

    /// Nothing of one that is over or far away.
    init?(_ file: SilenceFile, tenant: String, now: Timestamp) {
        let silence = file.silence(around: now), next = silence.next(after: now)
        guard silence.isActive(at: now) || next.map({ $0.start - now <= Self.ahead }) ?? false else { return nil }
        // On the tenant's own page its name says nothing, and a pattern over names of others is none of its business.
        var match = silence.match
        match["tenant"] = nil
        let words = match.sorted { $0.key < $1.key }.map { "\($0.key)=\(printable($0.value))" }.joined(separator: ", ")
        self.init(id: silence.id, state: silence.kind == .maintenance ? .maintenance : .silenced, match: words.isEmpty ? "all alerts" : words,
                  isActive: silence.isActive(at: now), start: next?.start, until: silence.until(at: silence.isActive(at: now) ? now : next?.start ?? now),
                  weekly: file.weekly.isEmpty ? nil : file.weekly.map(\.words).joined(separator: "; "), by: silence.author, reason: silence.reason)
    }
}

private extension ContentDocument {
    /// Only what the tenant uses: its patterns, their deployment pages, and every runbook that is not some other service's.
    func isFor(_ tenant: TenantConfiguration) -> Bool {
        switch kind {
        case .runbook: front.services.isEmpty || tenant.services.contains { front.services.contains($0.id) }
        case .pattern: tenant.services.contains { $0.pattern == slug }
        case .manual: true
        case .deploy: tenant.services.contains { $0.deploy == slug || ($0.pattern != nil && $0.pattern == front.pattern) }
        }
    }
}

private extension ServiceSite {
    init(_ service: ServiceConfiguration, found: [Resource], linked: [Resource], _ library: ContentLibrary) {
        var resources = service.resources.map { declared in
            ResourceSite(ResourceID(source: service.source, kind: declared.kind, name: declared.name), title: declared.title)
        }
        let declared = Set(resources.map(\.id))
        // Discovered ones follow the declared ones, by name.
        resources += found.filter { $0.service == service.id && !declared.contains($0.id) && ![.log, .trace, .balance, .slo].contains($0.id.kind) }
            .sorted { $0.id < $1.id }.map { ResourceSite($0.id) }
        let levels = service.serviceLevels(among: found)
        resources += levels.map { ResourceSite($0.id, title: $0.title) }
        self.init(id: service.id, title: service.title, pattern: service.pattern, deploy: service.deploy, stack: service.discovery.stack, resources: resources,
                  balances: service.balances(among: linked).map(BalanceSite.init),
                  objectives: levels.map { ObjectiveSite($0.id, title: $0.title, objective: $0.objective, window: $0.window) },
                  traceGroups: service.traceGroups.map { TraceGroupSite(id: $0.id, title: $0.title) }, logsDeclared: service.logs.declaration,
                  suggestions: service.pattern == nil ? library.suggestions(for: linked.filter { $0.service == service.id }) : [])
    }
}

extension ContentLibrary {
    /// The patterns of the library that an inventory looks like.
    func suggestions(for resources: [Resource]) -> [PatternSuggestion] {
        PatternSignature.matches(patternSignatures, in: resources).map { match in
            PatternSuggestion(pattern: match.pattern, title: document(.pattern, match.pattern)?.front.title ?? match.pattern, evidence: match.evidence.map { $0.map(\.name) },
                              deployments: documents.filter { $0.kind == .deploy && $0.front.pattern == match.pattern }.map(\.slug).sorted())
        }
    }
}

private extension ServiceConfiguration.LogPolicy {
    var declaration: String? {
        switch self {
        case .collect: nil
        case .denied: "Declared in the configuration."
        case .off: "Not collected, on purpose."
        }
    }
}

private extension BalanceSite {
    init(_ balance: Balance) {
        func terms(_ terms: [Balance.Term]) -> [Term] {
            terms.map { term in
                let what = term.signal.replacing("_", with: " ")
                return Term(term.resource, term.signal, label: term.factor == -1 ? "less \(what)" : term.factor == 1 ? what : "\(Words.count(term.factor)) × \(what)", factor: term.factor)
            }
        }
        self.init(inputs: terms(balance.inputs), outputs: terms(balance.outputs), tolerance: balance.tolerance, slack: balance.slack, unmeasured: balance.unmeasured)
    }
}

private extension RuleSite {
    init(_ rule: CompiledRule, resources: [Resource]) {
        var limits: [String: Limit] = [:]
        for limit in rule.warning?.plainLimits ?? [] { limits[limit.signal, default: Limit(signal: limit.signal)].warning = limit.value }
        for limit in rule.critical?.plainLimits ?? [] { limits[limit.signal, default: Limit(signal: limit.signal)].critical = limit.value }
        self.init(id: rule.id, title: rule.title, on: rule.on, unit: rule.unit(of: .critical) ?? .count, warning: rule.warningText, critical: rule.criticalText,
                  forSeconds: rule.forSeconds, manners: rule.manners, runbook: rule.runbook, limits: limits.values.sorted { $0.signal < $1.signal },
                  conditionsBesideZero: [.warning: rule.conditionsBesideZero(of: .warning), .critical: rule.conditionsBesideZero(of: .critical)].compactMapValues(\.self),
                  resources: resources.filter(rule.matches).map(\.id))
        neededSetting = rule.neededSetting
    }
}

private extension CompiledRule {
    /// What all its conditions begin with.
    var neededSetting: Setting? {
        let texts = [warningText, criticalText].compactMap(\.self), names = texts.map { text -> String? in
            let parts = text.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
            return parts.count == 3 && parts[0] == "setting(" && parts[2].hasPrefix(") and ") && !text.contains(" or ") ? String(parts[1]) : nil
        }
        guard let first = names.first, let first, names.allSatisfy({ $0 == first }) else { return nil }
        return Setting(rawValue: first)
    }
}

private extension DocumentSite {
    init(_ document: ContentDocument, among paths: Set<String>, _ library: ContentLibrary, now: Timestamp) {
        self.init(kind: document.kind, slug: document.slug, title: document.front.title, summary: document.front.summary, alerts: document.front.alerts, owner: document.front.owner,
                  reviewed: document.front.reviewed, needs: document.front.needs, usualMinutes: document.front.usualMinutes, pattern: document.front.pattern,
                  headings: document.contents.filter { $0.level == 2 }.map { .init(id: $0.id, title: $0.text) }) { page in
            // Every text was rendered once when the site was loaded; what fails here is said instead of shown.
            do throws(MarkdownError) {
                return try library.rendered(document, among: paths, live: page.values, block: page.block).html
            } catch {
                return "<p>This page cannot be shown: its text is beyond the limits.</p>"
            }
        }
        reviewOverdueSince = document.front.reviewOverdue(at: now)
        parts = document.parts
        steps = Self.steps(document.contents)
    }

    private static func steps(_ contents: [ContentsEntry]) -> [(section: String, titles: [String])] {
        var steps: [(section: String, titles: [String])] = [], section = ""
        for entry in contents {
            if entry.level <= 2 { section = entry.text; continue }
            guard entry.level == 3, MarkdownDocument.stepNumber(of: entry.text) != nil else { continue }
            if steps.last?.section != section { steps.append((section, [])) }
            steps[steps.count - 1].titles.append(entry.text)
        }
        return steps
    }
}
