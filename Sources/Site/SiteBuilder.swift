import Storage
import Telemetry

/// All pages of one tenant, from its file to bytes. Pages are handed out one at a time, so that no tenant is ever held in memory whole.
package struct SiteBuilder: Sendable {
    package var theme: SiteTheme
    package var now: Timestamp

    package init(theme: SiteTheme, now: Timestamp) {
        self.theme = theme
        self.now = now
    }

    /// Makes the pages and gives back what the fleet needs. Paths are relative to the tenant's folder. `isDue` lets a run leave out
    /// long ranges and documents that may stay as they were published, `stays` those of services in which nothing happens.
    @discardableResult
    package func build(_ site: TenantSite, store: TenantStore, isDue: (String) throws -> Bool = { _ in true }, stays: ((QuietPage) throws -> Bool)? = nil, emit: (SitePage) throws -> Void) throws -> TenantDigest {
        let picture = try TenantPicture.read(site, from: store, now: now, language: theme.language)
        var paths: [String] = []
        // Pages that stay as they were published belong to the site like those that are made.
        try pages(picture, store: store, isDue: { path in
            guard try !isDue(path) else { return true }
            paths.append(path)
            return false
        }, stays: stays.map { stays in { page in
            guard try stays(page) else { return false }
            paths += page.paths
            return true
        } }, emit: { page in
            paths.append(page.path)
            try emit(page)
        })
        for file in CrawlerFiles(site: site, paths: paths).pages { try emit(file) }
        return TenantDigest(picture)
    }

    /// What `build` would make now, without making more than it must: the present of a tenant, but no long range and no document.
    package func paths(of site: TenantSite, store: TenantStore) throws -> [String] {
        var paths: [String] = []
        try build(site, store: store, isDue: { path in
            paths.append(path)
            return false
        }, emit: { paths.append($0.path) })
        return paths
    }

    private func pages(_ picture: TenantPicture, store: TenantStore, isDue: (String) throws -> Bool, stays: ((QuietPage) throws -> Bool)?, emit: (SitePage) throws -> Void) throws {
        let site = picture.site
        let groups = site.services.filter { !$0.traceGroups.isEmpty }
        let tenant = TenantFrame(picture, theme: theme, hasTraces: !groups.isEmpty)
        try emit(try OverviewPage(picture: picture).page(tenant))
        try resources(picture, tenant, store: store, isDue: isDue, emit: emit)
        for service in picture.services {
            for range in ServiceRange.allCases where try isDue(range.path(of: service.site.id)) || isDue(range.csvPath(of: service.site.id)) {
                if let stays, let quiet = QuietPage(service, range, in: picture), try stays(quiet) { continue }
                for page in try ServicePage(picture, service, range: range, store: store).pages(tenant) { try emit(page) }
            }
            try emit(SitePage("badges/\(PathName.safe(service.site.id)).svg", Badge(label: service.site.title, state: service.state, word: service.badgeWords(in: picture.language)).bytes))
        }
        try emit(try AlertsPage(picture, store: store).page(tenant))
        for incident in picture.incidents { try emit(try IncidentPage(picture, incident, store: store).page(tenant)) }
        if MapPage.isThere(site) { for page in try MapPage(picture, store: store).pages(tenant) { try emit(page) } }
        try traces(picture, tenant, store: store, emit: emit)
        try emit(try ChecksPage(picture: picture).page(tenant))
        for kind in DocumentSite.Kind.allCases where site.documents.contains(where: { $0.kind == kind }) {
            try emit(try DocumentsPage(picture: picture, kind: kind).page(tenant))
        }
        for document in site.documents where try isDue(document.path) { try emit(try DocumentPage(picture: picture, document: document, store: store).page(tenant)) }
        try reports(picture, tenant, store: store, isDue: isDue, emit: emit)
        for page in StatusDocuments(picture: picture).pages { try emit(page) }
        try emit(IncidentFeed(picture: picture).page)
        try emit(SearchIndex(picture: picture).page)
        try emit(try notFound(tenant))
        for asset in theme.assets { try emit(asset) }
    }

    private func reports(_ picture: TenantPicture, _ tenant: TenantFrame, store: TenantStore, isDue: (String) throws -> Bool, emit: (SitePage) throws -> Void) throws {
        let site = picture.site
        guard !site.reports.isEmpty else { return }
        try emit(try ReportsPage(months: site.reports).page(tenant))
        for month in site.reports where try isDue(month.path) || isDue(month.csvPath) {
            let report = try MonthlyReport(month, of: site, store: store, now: now)
            try emit(try MonthlyReportPage(report, site: site, clock: picture.clock).page(tenant))
            try emit(SitePage(month.csvPath, MonthlyReportCSV(report, tenant: site.id).bytes))
        }
    }

    /// Pages of single resources, where a service's own would drown in them.
    private func resources(_ picture: TenantPicture, _ tenant: TenantFrame, store: TenantStore, isDue: (String) throws -> Bool, emit: (SitePage) throws -> Void) throws {
        let crowded = picture.services.filter(ResourcePage.isCrowded)
        guard !crowded.isEmpty else { return }
        let neighbours = Neighbours(picture)
        for service in crowded {
            for page in try ResourceListPage(picture: picture, service: service).pages(tenant) where try isDue(page.path) { try emit(page) }
            for resource in service.resources where ResourcePage.has(resource, in: service) {
                guard try isDue(ResourcePage.path(resource.id, of: service)) else { continue }
                try emit(try ResourcePage(picture, service, resource, neighbours: neighbours, store: store).page(tenant))
            }
        }
    }

    private func traces(_ picture: TenantPicture, _ tenant: TenantFrame, store: TenantStore, emit: (SitePage) throws -> Void) throws {
        var groups: [TraceGroupPicture] = [], sample: [Trace] = []
        for service in picture.services {
            for group in service.site.traceGroups {
                let traceGroup = try TraceGroupPicture(picture, service, group, store: store)
                groups.append(traceGroup)
                try emit(try TraceGroupPage(picture, traceGroup, store: store).page(tenant))
                for (index, id) in traceGroup.kept.enumerated() {
                    guard let trace = try store.trace(id) else { continue }
                    for page in try TracePage(picture, group: group, trace: trace, store: store).pages(tenant) { try emit(page) }
                    // A few examples say who takes part; all of them would have to be held at once.
                    if index < 8 { sample.append(trace) }
                }
            }
        }
        guard !groups.isEmpty else { return }
        try emit(try TracesPage(picture, groups: groups, traces: sample).page(tenant))
    }

    private func notFound(_ tenant: TenantFrame) throws(TemplateError) -> SitePage {
        var detail = Markup(theme.language)
        detail.text("The link may be older than the history that is kept, or the service was renamed. Nothing is wrong with the systems because of this.")
        return try tenant.frame.page("404.html", template: "note", title: "Not found", say: Say(.noData, "This page is not here", detail: detail), crumbs: tenant.crumbs(.init("Not found")),
                                     words: ["note": "The overview of the tenant is behind the mark at the top left."])
    }
}
