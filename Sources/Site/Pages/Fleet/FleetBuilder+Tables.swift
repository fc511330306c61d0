import Telemetry

/// The tables of tenants.
extension FleetBuilder {
    var counts: Markup {
        var out = Markup(theme.language)
        out.raw("<ul class=\"count\" aria-label=\""); out.text("Tenants by state"); out.raw("\">")
        for state in StateMark.allCases {
            let count = tenants.lines.count { $0.state == state }
            guard count > 0 else { continue }
            out.raw("<li><span class=\"st "); out.trusted(state.tone); out.raw("\">"); out.icon(state); out.raw("<b>"); out.number(count); out.raw("</b> "); out.text(state.word); out.raw("</span></li>")
        }
        out.raw("</ul>\n")
        return out
    }

    private static let columns: [Table.Column] = [.init("State", class: "cs"), .init("Tenant"), .init("Alerts", class: "n p3 ca"), .init("Oldest message", class: "n co"), .init("Backlog", class: "n p3 cn"),
                                                  .init("Errors, 24 h", class: "n p2 cn"), .init("30 days", class: "p3 cu"), .init("Data age", class: "n p3 cd")]

    /// Piece by piece: it is one table whatever its length.
    func writeAttentionTable(_ attention: [Int], _ here: PageLocation, to sink: ([UInt8]) throws -> Void) throws {
        let table = Table("t mid fl lst", caption: "\(Words.count(attention.count)) of \(Words.plural(tenants.lines.count, "tenant")). Worst first: state, then data-loss deadline, then time since start.",
                          columns: Self.columns, rows: [], isFilterable: true)
        var out = Markup(theme.language)
        table.begin(into: &out)
        for index in attention {
            table.write(row(try tenants.whole(index), here, isShort: false), into: &out)
            if out.bytes.count >= Self.piece { try sink(out.bytes); out = Markup(theme.language) }
        }
        table.end(into: &out)
        try sink(out.bytes)
    }

    /// Bytes that are gathered before they are handed on.
    private static let piece = 65_536

    func okTable(_ part: ArraySlice<Int>, of count: Int, _ here: PageLocation) throws -> Markup {
        var out = Markup(theme.language, reserving: part.count * 900)
        guard !part.isEmpty else { out.note("No tenant is OK."); return out }
        Table("t mid tight fl", caption: "OK: \(Words.plural(count, "tenant")), A to Z.", columns: Self.columns, rows: try part.map { row(try tenants.whole($0), here, isShort: true) }, isFilterable: true).write(into: &out)
        return out
    }

    private func row(_ tenant: TenantDigest, _ here: PageLocation, isShort: Bool) -> [Cell] {
        var name = Markup(theme.language)
        name.link(tenant.id, here.root + "../\(tenant.id)/index.html")
        let below = [isShort ? nil : tenant.headline, tenant.notice].compactMap { (part: Phrase?) in part }
        if !below.isEmpty { name.raw("<span class=\"sub\">"); name.text(below.joined(separator: "; ")); name.raw("</span>") }
        var oldest = Markup(theme.language)
        let tone: Sparkline.Tone = tenant.oldestState == .critical ? .critical : tenant.oldestState == .warning ? .warning : .plain
        oldest.raw("<div class=\"vs\"><span class=\"p2\">")
        Sparkline(isShort ? Sparkline.thinned(tenant.oldestDay, to: 16) : tenant.oldestDay, tone: tone, width: 64, height: 18).write(into: &oldest)
        oldest.raw("</span><span"); if tone == .critical { oldest.raw(" class=\"b crit\"") }
        oldest.raw(">"); oldest.text(tenant.oldest.map(Words.duration) ?? "–"); oldest.raw("</span></div>")
        var strip = Markup(theme.language)
        if tenant.days.isEmpty { strip.raw("<span class=\"soft\">–</span>") } else { DayStrip(tenant.days).write(into: &strip) }
        let age = tenant.dataTo.map { now - $0 }
        var data = Markup(theme.language)
        data.trusted((age ?? 0) > 3 * interval ? "<span class=\"b warn\">" : "<span class=\"soft\">"); data.text(age.map { Words.span(max(0, $0)) } ?? "–"); data.raw("</span>")
        return [.state(tenant.state), Cell(name, isHeader: true), Cell(alerts(tenant), class: "n p3"), Cell(oldest, class: "n"),
                Cell(verbatim: tenant.backlog.map(Words.count) ?? "–", class: "n p3"), Cell(verbatim: tenant.errors.map(Words.count) ?? "–", class: "n p2"), Cell(strip, class: "p3"), Cell(data, class: "n p3")]
    }

    private func alerts(_ tenant: TenantDigest) -> Phrase {
        guard let alerts = tenant.alerts, alerts.firing > 0 else { return "–" }
        return alerts.muted > 0 ? "\(Words.count(alerts.firing)), \(alerts.muted) muted" : .verbatim(Words.count(alerts.firing))
    }
}
