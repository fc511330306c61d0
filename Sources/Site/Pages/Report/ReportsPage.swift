/// The list of monthly reports, newest first.
struct ReportsPage {
    static let path = "reports/index.html"
    let months: [ReportMonth]

    func page(_ tenant: TenantFrame) throws(TemplateError) -> SitePage {
        let here = PageLocation(Self.path)
        let rows = months.map { month -> [Cell] in
            var name = Markup(tenant.picture.language), table = Markup(tenant.picture.language)
            name.link(month.title, here.href(month.path))
            table.link("CSV", here.href(month.csvPath))
            return [Cell(name, class: "w", isHeader: true), Cell(table)]
        }
        var list = Markup(tenant.picture.language), detail = Markup(tenant.picture.language)
        Table("t tight", caption: "Availability, objectives, incidents, noise and cost. A month is added six hours after its end.", columns: [.init("Month"), .init("Numbers")], rows: rows).write(into: &list)
        detail.text("Each prints on paper.")
        return try tenant.frame.page(Self.path, template: "reports", title: "Reports", say: Say(nil, "Reports: \(Words.plural(months.count, "month"))", detail: detail),
                                     crumbs: tenant.crumbs(.init("Reports")), tab: "Reports", blocks: ["list": list])
    }
}
