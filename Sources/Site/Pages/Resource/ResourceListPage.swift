import Telemetry

/// All resources of a service that has too many for its page: the worst first, a hundred a page.
struct ResourceListPage {
    private static let rowsAPage = 100

    let picture: TenantPicture
    let service: ServicePicture

    /// `services/x/resources/index.html`, `services/x/resources/2/index.html`.
    static func path(of service: ServicePicture, _ number: Int) -> String {
        "services/\(PathName.safe(service.site.id))/resources/\(number > 1 ? "\(number)/" : "")index.html"
    }

    func pages(_ tenant: TenantFrame) throws(TemplateError) -> [SitePage] {
        let all = service.resources.filter { ![.log, .trace, .balance, .slo].contains($0.id.kind) }.enumerated()
            .sorted { ($0.element.state, $0.offset) < ($1.element.state, $1.offset) }.map(\.element)
        let count = max(1, (all.count + Self.rowsAPage - 1) / Self.rowsAPage)
        var pages: [SitePage] = []
        for number in 1...count {
            let path = Self.path(of: service, number), rows = all.dropFirst((number - 1) * Self.rowsAPage).prefix(Self.rowsAPage)
            pages.append(try tenant.frame(keptFor: ResourcePage.range.keptFor).page(
                path, template: "resources", title: "Resources of \(service.site.title)", say: Say(service.state, sentence(all)),
                crumbs: tenant.crumbs(.init(.verbatim(service.site.title), ServiceRange.sixHours.path(of: service.site.id)), .init("Resources")), tab: .verbatim(service.site.title),
                blocks: ["table": table(Array(rows), PageLocation(path)), "pager": pager(number, of: count, PageLocation(path))]))
        }
        return pages
    }

    private func sentence(_ all: [ResourcePicture]) -> Phrase {
        let attention = all.count { $0.state.needsAttention }
        let title = service.site.title, whole = Words.plural(all.count, "resource")
        return attention == 0 ? "\(title): none of \(whole) needs attention" : attention == 1 ? "\(title): 1 of \(whole) needs attention" : "\(title): \(attention) of \(whole) need attention"
    }

    private func table(_ resources: [ResourcePicture], _ here: PageLocation) -> Markup {
        var out = Markup(picture.language)
        let rows = resources.map { resource -> [Cell] in
            var name = Markup(picture.language)
            if ResourcePage.has(resource, in: service) { name.link(resource.site.title, ResourcePage.href(resource, in: service, from: here)) } else { name.text(resource.site.title) }
            name.raw("<span class=\"sub\">"); name.text(ResourceFacts.kind(of: resource)); name.raw("</span>")
            return [.state(resource.state, word: resource.word), Cell(name, isHeader: true), Cell(ResourceFacts.words(of: resource))]
        }
        Table("t tight", caption: "Worst first, then in the order of the file.", columns: [.init("State"), .init("Resource"), .init("Last 5 minutes")], rows: rows).write(into: &out)
        return out
    }

    private func pager(_ current: Int, of count: Int, _ here: PageLocation) -> Markup {
        var out = Markup(picture.language)
        guard count > 1 else { return out }
        out.raw("<nav class=\"rng\" aria-label=\""); out.text("Pages"); out.raw("\">")
        for number in 1...count {
            if number == current { out.raw("<b aria-current=\"page\">"); out.number(number); out.raw("</b>") } else { out.link(String(number), here.href(Self.path(of: service, number))) }
        }
        out.raw("</nav>")
        return out
    }
}
