import Alerting
import Signals
import Site
import Storage
import Telemetry

/// Runs the checks over what the inventory read, with the measured facts that they ask for.
struct ConfigurationInspector {
    let tenant: TenantConfiguration
    let context: RunContext

    init(_ tenant: TenantConfiguration, context: RunContext) {
        self.tenant = tenant
        self.context = context
    }

    func inspect(_ store: TenantStore) throws {
        var ledger = try FindingLedger(store)
        ledger.note(Check.findings(in: try inspection(of: store)), at: context.now)
        try ledger.save(in: store)
    }

    func inspection(of store: TenantStore) throws -> Inspection {
        let resources = try store.resources()
        var inspection = Inspection(resources.addingDeclaredFeeds(of: tenant.services), now: context.now)
        let day = TimeWindow(from: context.now - 86_400, to: context.now)
        for resource in resources where resource.id.kind == .function || resource.settings[.fifo]?.flag == true {
            let grid = try store.grid(of: resource.id, in: day, resolution: .raw)
            if (grid.columns["async_received"]?.values ?? []).contains(where: { $0 > 0 }) { inspection.asynchronous.insert(resource.id) }
            let groups = (grid.columns["groups_in_flight"]?.values ?? []).filter { !$0.isNaN }
            // Nearly the whole day must be known before "never" may be said.
            if groups.count * 10 >= grid.count * 9, let most = groups.max() { inspection.mostGroups[resource.id] = most }
        }
        let rules = context.rules(for: tenant).filter { "\($0.warningText ?? "") \($0.criticalText ?? "")".contains("missed_schedule(") }
        inspection.watchedSchedules = Set(resources.filter { resource in rules.contains { $0.on == .function && $0.matches(resource) } }.map(\.id))
        inspection.withoutLogs = Set(tenant.services.filter { $0.logs != .collect }.map(\.id))
        return inspection
    }
}

extension FindingSite {
    /// Findings as pages show them: accepted ones apart, and many of one kind in one line.
    static func all(_ ledger: FindingLedger, tenant: TenantConfiguration, documents: [DocumentSite], now: Timestamp) -> [FindingSite] {
        var lines: [String: [(FindingLedger.Entry, AcceptedRisk?)]] = [:]
        for entry in ledger.standing {
            let risk = tenant.acceptance(of: entry.finding, at: now)
            lines["\(entry.finding.service)/\(entry.finding.check)/\(risk == nil ? "" : "accepted")", default: []].append((entry, risk))
        }
        return lines.sorted { $0.key < $1.key }.flatMap { _, group in
            guard group.count > 3, let (first, risk) = group.first else { return group.map { FindingSite($0.0, $0.1, tenant: tenant, documents: documents) } }
            var line = FindingSite(first, risk, tenant: tenant, documents: documents)
            line.title = "\(Phrase.known(first.finding.title)): \(group.count) × \(Phrase.known(first.finding.resource.kind.rawValue.replacing("_", with: " ")))"
            line.detail = "\(group.map(\.0.finding.resource.name).joined(separator: ", ")). \(line.detail ?? "")"
            line.since = group.map(\.0.firstSeen).min()
            return [line]
        }
    }

    private init(_ entry: FindingLedger.Entry, _ risk: AcceptedRisk?, tenant: TenantConfiguration, documents: [DocumentSite]) {
        let finding = entry.finding
        let state: StateMark = risk != nil ? .silenced : finding.grade == .critical ? .critical : .warning
        let signed: Phrase = risk.map { "Accepted by \($0.owner) until \($0.lastDay): \($0.reason). " } ?? ""
        self.init(state: state, word: risk == nil ? nil : "Accepted", service: finding.service, title: "\(finding.resource.name): \(Words.inSentence(.known(finding.title)))",
                  detail: signed + .told(finding.detail, as: "finding"), link: Self.link(finding, tenant: tenant, documents: documents), since: entry.firstSeen)
    }

    /// The paragraph that explains the check; where this tenant has no such page, the settings of the service's own pattern.
    private static func link(_ finding: Finding, tenant: TenantConfiguration, documents: [DocumentSite]) -> String? {
        let pattern = tenant.services.first { $0.id == finding.service }?.pattern
        for place in [Check.named(finding.check)?.explanation, pattern.map { "content/patterns/\($0).md#settings" }] {
            let parts = (place ?? "").split(separator: "#"), path = (parts.first ?? "").split(separator: "/")
            guard parts.count == 2, path.count == 3, path[2].hasSuffix(".md") else { continue }
            let page = "\(path[1])/\(path[2].dropLast(3))/index.html"
            if documents.contains(where: { $0.path == page }) { return "\(page)#\(parts[1])" }
        }
        return nil
    }
}

extension TenantConfiguration {
    /// The risk that somebody signed for, unless its time is over: the resource's own before the service's.
    func acceptance(of finding: Finding, at now: Timestamp) -> AcceptedRisk? {
        let service = services.first { $0.id == finding.service }
        let own = service?.resources.first { $0.kind == finding.resource.kind && $0.name == finding.resource.name }?.accepted ?? []
        return (own + (service?.accepted ?? [])).first { $0.check == finding.check && now < $0.end }
    }
}
