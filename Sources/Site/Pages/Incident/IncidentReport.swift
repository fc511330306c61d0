import Alerting
import Storage
import Telemetry

/// An incident's page as one file that can be mailed and kept: style inside, no script, links to the site where it has an address.
package struct IncidentReport: Sendable {
    private let theme: SiteTheme
    private let now: Timestamp

    package init(theme: SiteTheme, now: Timestamp) {
        self.theme = theme
        self.now = now
    }

    package func bytes(of incident: Incident, site: TenantSite, store: TenantStore) throws -> [UInt8] {
        let picture = try TenantPicture.read(site, from: store, now: now, language: theme.language)
        let tenant = TenantFrame(picture, theme: theme, hasTraces: site.services.contains { !$0.traceGroups.isEmpty })
        let page = try IncidentPage(picture, incident, store: store).page(tenant)
        return StandalonePage(theme: theme).bytes(of: page, base: site.baseURL.map { $0 + site.id + "/" })
    }
}
