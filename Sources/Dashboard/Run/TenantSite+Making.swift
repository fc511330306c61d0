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
        let services = tenant.services.map { ServiceSite($0, found: resources, declared: tenant.services) }
        self.init(id: tenant.id, title: tenant.title, timezone: tenant.timezone, interval: site.interval, grain: grain, baseURL: site.baseURL, services: services,
                  rules: rules.map { RuleSite($0, resources: resources) }, documents: context.library.documents.filter { $0.isFor(tenant) }.map { DocumentSite($0, context.library, now: context.now) },
                  disabled: tenant.disabled)
    }
}

private extension ContentDocument {
    /// Only what the tenant uses: its patterns, their deployment pages, and every runbook that is not some other service's.
    func isFor(_ tenant: TenantConfiguration) -> Bool {
        switch kind {
        case .runbook: front.services.isEmpty || tenant.services.contains { front.services.contains($0.id) }
        case .pattern: tenant.services.contains { $0.pattern == slug }
        case .deploy: tenant.services.contains { $0.deploy == slug || ($0.pattern != nil && $0.pattern == front.pattern) }
        }
    }
}

private extension ServiceSite {
    init(_ service: ServiceConfiguration, found: [Resource], declared services: [ServiceConfiguration]) {
        var resources = service.resources.map { declared in
            ResourceSite(ResourceID(source: service.source, kind: declared.kind, name: declared.name), title: declared.title)
        }
        let declared = Set(resources.map(\.id))
        // Discovered ones follow the declared ones, by name.
        resources += found.filter { $0.service == service.id && !declared.contains($0.id) && $0.id.kind != .log && $0.id.kind != .trace && $0.id.kind != .balance }
            .sorted { $0.id < $1.id }.map { ResourceSite($0.id) }
        self.init(id: service.id, title: service.title, pattern: service.pattern, deploy: service.deploy, resources: resources,
                  balances: service.balances(among: found, of: services).map(BalanceSite.init),
                  traceGroups: service.traceGroups.map { TraceGroupSite(id: $0.id, title: $0.title) }, logsDeclared: service.logs.declaration)
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
                let sign = term.factor == -1 ? "less " : term.factor == 1 ? "" : "\(Words.count(term.factor)) × "
                return Term(term.resource, term.signal, label: "\(sign)\(term.signal.replacing("_", with: " "))", factor: term.factor)
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
                  forSeconds: rule.forSeconds, runbook: rule.runbook, limits: limits.values.sorted { $0.signal < $1.signal },
                  resources: resources.filter(rule.matches).map(\.id))
    }
}

private extension DocumentSite {
    init(_ document: ContentDocument, _ library: ContentLibrary, now: Timestamp) {
        let headings = (try? document.body.contents()) ?? []
        self.init(kind: document.kind, slug: document.slug, title: document.front.title, summary: document.front.summary, alerts: document.front.alerts, owner: document.front.owner,
                  reviewed: document.front.reviewed, needs: document.front.needs, usualMinutes: document.front.usualMinutes, pattern: document.front.pattern,
                  headings: headings.filter { $0.level == 2 }.map { .init(id: $0.id, title: $0.text) }) { page in
            // Every text was rendered once when the site was loaded; what fails here is said instead of shown.
            do throws(MarkdownError) {
                return try library.rendered(document, live: page.values, block: page.block).html
            } catch {
                return "<p>This page cannot be shown: its text is beyond the limits.</p>"
            }
        }
        reviewOverdueSince = document.front.reviewOverdue(at: now)
    }
}
