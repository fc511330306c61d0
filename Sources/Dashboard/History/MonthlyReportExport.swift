import Alerting
import Foundation
import Site
import Storage
import Telemetry

/// What `report monthly` does: a month of each tenant as a file that stands alone, and its numbers.
package struct MonthlyReportExport: Sendable {
    package struct File: Sendable {
        package var tenant: String
        package var html: [UInt8]
        package var csv: [UInt8]
    }

    /// `2026-10`
    package let month: String
    package let files: [File]
    package let notes: HistoryNotes

    package struct Failed: Error, CustomStringConvertible, Sendable {
        package var description: String
    }

    /// - Parameter month: `2026-10`; nothing is the last one that is over.
    /// - Throws: `ConfigurationError`, `RunLock.Held`, `StoreError`, or `Failed` where the text is no month.
    package init(directory: String, world: World, tenants wanted: Set<String>, month text: String?, now: Timestamp?) throws {
        let history = try SiteHistory(directory: directory, world: world, tenants: wanted, now: now, owner: "report monthly")
        let context = history.context, month: ReportMonth
        if let text {
            guard let given = ReportMonth(text) else { throw Failed(description: "--month: expected a month such as 2026-10, found '\(printable(text))'") }
            guard given.window(TenantClock(zone: "UTC", now: context.now)).start <= context.now + 86_400 else { throw Failed(description: "--month: \(given.name) has not begun") }
            month = given
        } else {
            month = ReportMonth(of: context.now, TenantClock(zone: "UTC", now: context.now)).previous
        }
        var files: [File] = []
        notes = try history.forEachStore { tenant, store in
            let site = TenantSite(tenant, context: context, resources: try store.resources(), grain: store.grain)
            let made = try MonthlyReportPage.files(of: month, site: site, store: store, theme: history.loaded.themes[tenant.id] ?? history.loaded.theme, now: context.now)
            files.append(File(tenant: tenant.id, html: made.html, csv: made.csv))
        }
        self.month = month.name
        self.files = files
    }
}
