import Alerting
import Foundation
import Site
import Storage
import Telemetry

/// What `report incident` does: one incident as a file that stands alone.
package struct IncidentExport: Sendable {
    private let context: RunContext
    private let theme: SiteTheme
    private let themes: [String: SiteTheme]
    private let tenants: [TenantConfiguration]

    /// - Throws: `ConfigurationError` with every mistake of the site.
    package init(directory: String, world: World, now: Timestamp? = nil) throws(ConfigurationError) {
        let loaded = try LoadedSite(directory: directory, world: world)
        var options = RunOptions()
        options.now = now
        context = RunContext(loaded, world: world, options: options)
        theme = loaded.theme
        themes = loaded.themes
        tenants = loaded.configuration.tenants
    }

    package enum Found: Sendable {
        case report([UInt8])
        /// No such incident; the newest ids there are.
        case unknown(newest: [String])
    }

    /// - Parameter tenant: looks there only.
    /// - Throws: `RunLock.Held`, or what the database says.
    package func report(_ id: String, tenant only: String?) throws -> Found {
        let lock = try RunLock(stateDirectory: context.configuration.directory + "/state", owner: "report incident", countsSkip: false)
        defer { withExtendedLifetime(lock) {} }
        var known: [Incident] = []
        for tenant in tenants where only == nil || only == tenant.id {
            guard FileManager.default.fileExists(atPath: context.statePath(tenant.id)) else { continue }
            let store = try context.store(at: context.statePath(tenant.id))
            if let incident = try store.incident(id) {
                let site = TenantSite(tenant, context: context, resources: try store.resources(), grain: store.grain)
                return .report(try IncidentReport(theme: themes[tenant.id] ?? theme, now: context.now).bytes(of: incident, site: site, store: store))
            }
            known += try store.incidents(in: TimeWindow(from: context.now - 30 * 86_400, to: context.now + 1))
        }
        return .unknown(newest: known.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }.prefix(5).map(\.id))
    }
}
