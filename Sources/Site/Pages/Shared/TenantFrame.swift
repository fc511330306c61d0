import Telemetry

/// The frame of all pages of one tenant. Navigation lists only what exists; nothing in it knows of another tenant or of the fleet.
struct TenantFrame {
    let picture: TenantPicture
    let frame: PageFrame
    /// More would push the other tabs into a second line.
    private static let mostServices = 4

    init(_ picture: TenantPicture, theme: SiteTheme, hasTraces: Bool) {
        self.picture = picture
        let site = picture.site
        var tabs = [PageFrame.Link("Overview", "index.html")]
        // In the order of the file: a tab that moved with the state could not be found again.
        if site.services.count <= Self.mostServices { tabs += site.services.map { .init(.verbatim($0.title), ServiceRange.sixHours.path(of: $0.id)) } }
        if MapPage.isThere(site) { tabs.append(.init("Map", MapPage.path)) }
        if hasTraces { tabs.append(.init("Traces", "traces/index.html")) }
        tabs.append(.init("Alerts", "alerts/index.html"))
        tabs.append(.init("Checks", "checks/index.html"))
        // The manual is led to from the checks: a tab more would cost every page a line on a phone.
        for kind in [DocumentSite.Kind.runbook, .pattern, .deploy] where site.documents.contains(where: { $0.kind == kind }) {
            tabs.append(.init(kind.heading, "\(kind.rawValue)/index.html"))
        }
        if !site.reports.isEmpty { tabs.append(.init("Reports", ReportsPage.path)) }
        frame = PageFrame(theme: theme, clock: picture.clock,
                          freshness: .init(dataTo: picture.dataTo, laggard: picture.laggard.map { "\($0.source): \($0.what)" }, built: picture.now, nextDue: picture.now + site.interval, staleAfter: picture.staleAfter), owner: site.id, tabs: tabs,
                          footNote: "Read-only. Collected without reading any message body.")
    }

    /// The frame of a page that stays published for so long: it must not call itself out of date before its next making is due.
    /// One that may turn out to be quiet stays for one run more.
    func frame(keptFor seconds: Int64, mayBeQuiet: Bool = false) -> PageFrame {
        var frame = frame
        frame.freshness?.nextDue = picture.now + max(seconds, picture.site.interval) + (mayBeQuiet ? picture.site.interval : 0)
        frame.freshness?.staleAfter = picture.staleAfter + seconds
        return frame
    }

    /// The frame of a page about what is over: nothing in it goes out of date.
    var timeless: PageFrame {
        var frame = frame
        frame.freshness = nil
        return frame
    }

    func crumbs(_ links: PageFrame.Link...) -> [PageFrame.Link] { [.init(.verbatim(picture.site.title), "index.html")] + links }
}
