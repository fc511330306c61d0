import JSON
import Telemetry

/// The operator's pages over all tenants, made from digests alone.
package struct FleetBuilder: Sendable {
    /// One run of the builder, newest first.
    package struct Run: Hashable, Sendable {
        package var startedAt: Timestamp
        package var seconds: Double?
        /// `OK`, `Partial`, `Failed`
        package var state: StateMark
        package var word: Phrase
        package var detail: Phrase?
        package var pages: Int
        package var requests: Int
        package init(startedAt: Timestamp, seconds: Double?, state: StateMark, word: Phrase, detail: Phrase? = nil, pages: Int, requests: Int) {
            self.startedAt = startedAt
            self.seconds = seconds
            self.state = state
            self.word = word
            self.detail = detail
            self.pages = pages
            self.requests = requests
        }
    }

    /// One receiver, as far as anybody knows whether it works.
    package struct Channel: Hashable, Sendable {
        package var name: String
        /// When it last took a message of any kind.
        package var lastAccepted: Timestamp?
        /// When it last took a test message.
        package var lastDrill: Timestamp?
        package var failingSince: Timestamp?
        /// It asked not to be written to again.
        package var disabled: String?
        package init(name: String, lastAccepted: Timestamp?, lastDrill: Timestamp?, failingSince: Timestamp?, disabled: String?) {
            self.name = name
            self.lastAccepted = lastAccepted
            self.lastDrill = lastDrill
            self.failingSince = failingSince
            self.disabled = disabled
        }
    }

    package var title: String
    package var theme: SiteTheme
    package var clock: TenantClock
    package var interval: Int64
    package var tenants: [TenantDigest]
    package var runs: [Run]
    package var channels: [Channel] = []
    package var operation: OperationPage?
    private static let okRows = 100

    package init(title: String, theme: SiteTheme, zone: String = "UTC", interval: Int64, tenants: [TenantDigest], runs: [Run], now: Timestamp) {
        self.title = title
        self.theme = theme
        clock = TenantClock(zone: zone, now: now, language: theme.language)
        self.interval = interval
        self.tenants = tenants
        self.runs = runs
    }

    private var now: Timestamp { clock.now }
    private var attention: [TenantDigest] {
        tenants.filter { ![.ok, .asleep, .declaredDenial, .resolved, .disabled].contains($0.state) }.sorted { a, b in
            if a.state != b.state { return a.state < b.state }
            // Nearest loss, then longest trouble, then name.
            let left = (a.deadline?.seconds ?? .max, a.since?.seconds ?? .max), right = (b.deadline?.seconds ?? .max, b.since?.seconds ?? .max)
            return left == right ? a.id < b.id : left < right
        }
    }
    private var fine: [TenantDigest] { tenants.filter { [.ok, .asleep, .declaredDenial, .resolved].contains($0.state) }.sorted { $0.id < $1.id } }

    /// Paths are relative to the `fleet` folder; tenants lie beside it.
    package func pages(_ emit: (SitePage) throws -> Void) throws {
        let dataTo = tenants.compactMap(\.dataTo).max()
        let frame = PageFrame(theme: theme, clock: clock, freshness: .init(dataTo: dataTo, built: now, nextDue: now + interval, staleAfter: now + 3 * interval), owner: title, tabs: [], footNote: "Read-only. For the operator; tenants never link here.")
        let fine = fine, count = max(1, (fine.count + Self.okRows - 1) / Self.okRows)
        for number in 1...count {
            let part = Array(fine.dropFirst((number - 1) * Self.okRows).prefix(Self.okRows))
            try emit(try page(frame, number: number, of: count, part))
        }
        if let operation { try emit(try operation.page(frame, channels: channelTable)) }
        for asset in theme.assets { try emit(asset) }
        try emit(SitePage("status.json", status.bytes(pretty: true)))
    }

    private static func path(_ number: Int) -> String { number == 1 ? "index.html" : "ok/\(number)/index.html" }

    private func page(_ frame: PageFrame, number: Int, of count: Int, _ part: [TenantDigest]) throws(TemplateError) -> SitePage {
        let path = Self.path(number), here = PageLocation(path), isFirst = number == 1
        let state = tenants.map(\.state).filter { $0 != .disabled }.min() ?? .ok
        let attention = attention
        var pager = Markup(theme.language)
        if count > 1 { pager.text("Page \(number) of \(count).") }
        if number > 1 { pager.raw(" "); pager.link("Previous", here.href(Self.path(number - 1))) }
        if number < count { pager.raw(" "); pager.link("Next", here.href(Self.path(number + 1))) }
        return try frame.page(
            path, template: "fleet", title: pageTitle(attention), say: Say(state, sentence(attention), detail: detail(attention)),
            crumbs: isFirst ? [.init("All tenants")] : [.init("All tenants", "index.html"), .init("OK, page \(number)")],
            blocks: ["counts": isFirst ? counts : Markup(theme.language), "attention": isFirst ? attentionTable(attention, here) : Markup(theme.language), "okay": okTable(part, here), "pager": pager,
                     "builder": isFirst ? builder : Markup(theme.language), "cost": isFirst ? cost : Markup(theme.language), "channels": isFirst ? channelTable : Markup(theme.language), "noise": isFirst ? noiseTable : Markup(theme.language), "disabled": isFirst ? disabled(here) : Markup(theme.language)],
            flags: ["is_first": isFirst])
    }

    private func pageTitle(_ attention: [TenantDigest]) -> Phrase {
        let counts: [Phrase] = [attention.count { $0.state == .critical }.nonZero.map { "\($0) critical" }, attention.count { $0.state == .warning }.nonZero.map { "\($0) warning" }].compactMap(\.self)
        return counts.isEmpty ? "All tenants OK" : counts.joined(separator: ", ")
    }

    private func sentence(_ attention: [TenantDigest]) -> Phrase {
        let enabled = tenants.count { $0.state != .disabled }
        guard enabled > 0 else { return "No tenant is configured" }
        let needing = attention.filter(\.state.needsAttention)
        guard let worst = needing.first?.state else { return enabled == 1 ? "The only tenant is OK" : "All \(enabled) tenants OK" }
        let hit = needing.filter { $0.state == worst }
        let whole = Words.plural(enabled, "tenant"), word = worst.word.said(worst.word.english.lowercased(), form: "mid")
        let verdict: Phrase = switch worst {
        case .critical: hit.count == 1 ? "1 of \(whole) is critical" : "\(hit.count) of \(whole) are critical"
        case .warning: hit.count == 1 ? "1 of \(whole) has a warning" : "\(hit.count) of \(whole) have a warning"
        default: hit.count == 1 ? "1 of \(whole) is \(word)" : "\(hit.count) of \(whole) are \(word)"
        }
        return hit.count <= 4 ? "\(verdict): \(Words.list(hit.map(\.id)))" : verdict
    }

    private func detail(_ attention: [TenantDigest]) -> Markup {
        var out = Markup(theme.language)
        let worst = attention.first?.state
        for tenant in attention.prefix(3) where tenant.state == worst { out.text("\(tenant.id): \(Words.midSentence(tenant.headline))\(AlertList.ends(tenant.headline) ? "" : ".") ") }
        let muted = tenants.filter { $0.alerts.muted > 0 }
        if !muted.isEmpty {
            let alerts = Words.plural(muted.reduce(0) { $0 + $1.alerts.muted }, "alert")
            out.text(muted.count <= 4 ? "Muted: \(alerts) of \(Words.list(muted.map(\.id))). " : "Muted: \(alerts) of \(muted.count) tenants. ")
        }
        return out
    }

    private var counts: Markup {
        var out = Markup(theme.language)
        out.raw("<ul class=\"count\" aria-label=\""); out.text("Tenants by state"); out.raw("\">")
        for state in StateMark.allCases {
            let count = tenants.count { $0.state == state }
            guard count > 0 else { continue }
            out.raw("<li><span class=\"st "); out.trusted(state.tone); out.raw("\">"); out.icon(state); out.raw("<b>"); out.number(count); out.raw("</b> "); out.text(state.word); out.raw("</span></li>")
        }
        out.raw("</ul>\n")
        return out
    }

    private static let columns: [Table.Column] = [.init("State", class: "cs"), .init("Tenant"), .init("Alerts", class: "n p3 ca"), .init("Oldest message", class: "n co"), .init("Backlog", class: "n p3 cn"),
                                                  .init("Errors, 24 h", class: "n p2 cn"), .init("30 days", class: "p3 cu"), .init("Data age", class: "n p3 cd")]

    private func attentionTable(_ attention: [TenantDigest], _ here: PageLocation) -> Markup {
        var out = Markup(theme.language, reserving: attention.count * 1_200)
        guard !attention.isEmpty else { out.note("No tenant needs a look."); return out }
        Table("t mid fl lst", caption: "\(attention.count) of \(Words.plural(tenants.count, "tenant")). Worst first: state, then data-loss deadline, then time since start.",
              columns: Self.columns, rows: attention.map { row($0, here, isShort: false) }, isFilterable: true).write(into: &out)
        return out
    }

    private func okTable(_ part: [TenantDigest], _ here: PageLocation) -> Markup {
        var out = Markup(theme.language, reserving: part.count * 900)
        guard !part.isEmpty else { out.note("No tenant is OK."); return out }
        Table("t mid tight fl", caption: "OK: \(Words.plural(fine.count, "tenant")), A to Z.", columns: Self.columns, rows: part.map { row($0, here, isShort: true) }, isFilterable: true).write(into: &out)
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
        guard tenant.alerts.firing > 0 else { return "–" }
        return tenant.alerts.muted > 0 ? "\(Words.count(tenant.alerts.firing)), \(tenant.alerts.muted) muted" : .verbatim(Words.count(tenant.alerts.firing))
    }

    private var builder: Markup {
        var out = Markup(theme.language)
        guard !runs.isEmpty else { out.note("This is the first run."); return out }
        let rows = runs.prefix(3).map { run -> [Cell] in
            var state = Markup(theme.language)
            state.state(run.state, word: run.word)
            if let detail = run.detail { state.raw("<span class=\"sub\">"); state.text(detail); state.raw("</span>") }
            return [Cell(verbatim: clock.moment(run.startedAt), isHeader: true), Cell(state), Cell(verbatim: run.seconds.map(Words.duration) ?? "–", class: "n"), Cell(verbatim: Words.count(run.pages), class: "n"), Cell(verbatim: Words.count(run.requests), class: "n p2")]
        }
        Table("t tight", caption: rows.count == 1 ? "The last run." : "The last \(rows.count) runs.", columns: [.init("Run"), .init("State"), .init("Took", class: "n"), .init("Pages", class: "n"), .init("Requests", class: "n p2")], rows: Array(rows)).write(into: &out)
        if operation != nil { out.raw("<p class=\"sm\">"); out.link("All runs, budgets and overrides", OperationPage.path); out.raw("</p>\n") }
        return out
    }

    private var cost: Markup {
        var out = Markup(theme.language)
        let paying = tenants.filter { $0.calls > 0 }.sorted { ($0.dollars, $1.id) > ($1.dollars, $0.id) }
        guard !paying.isEmpty else { out.note("Nothing was asked this month, so nothing was paid."); return out }
        func row(_ name: Phrase, _ group: some Collection<TenantDigest>) -> [Cell] {
            [Cell(name, isHeader: true), Cell(verbatim: Words.count(group.reduce(0) { $0 + $1.calls }), class: "n"), Cell(verbatim: Words.dollars(group.reduce(0) { $0 + $1.dollars }), class: "n")]
        }
        var rows = paying.prefix(5).map { row(.verbatim($0.id), [$0]) }
        if paying.count > 5 { rows.append(row("\(paying.count - 5) others", paying.dropFirst(5))) }
        Table("t tight", caption: "Estimate, this month so far, all tenants, at list prices.", columns: [.init("Tenant"), .init("Calls", class: "n"), .init("Cost", class: "n")], rows: rows, foot: row("Total", paying)).write(into: &out)
        return out
    }

    private var channelTable: Markup {
        var out = Markup(theme.language)
        guard !channels.isEmpty else { return out }
        let rows = channels.map { channel -> [Cell] in
            var state = Markup(theme.language), detail: Phrase = ""
            if let reason = channel.disabled {
                state.state(.critical, word: "Gone")
                detail = .known(reason)
            } else if let since = channel.failingSince {
                state.state(.warning, word: "Failing")
                detail = "since \(clock.moment(since))"
            } else if channel.lastAccepted != nil {
                state.state(.ok)
            } else {
                state.state(.noData, word: "Not tried yet")
            }
            if !detail.isEmpty { state.raw("<span class=\"sub\">"); state.text(detail); state.raw("</span>") }
            return [Cell(verbatim: channel.name, isHeader: true), Cell(state), Cell(verbatim: channel.lastAccepted.map(clock.moment) ?? "–"), Cell(verbatim: channel.lastDrill.map(clock.moment) ?? "–")]
        }
        Table("t tight", caption: "Whether messages arrive. A drill is a test message that is sent from time to time.",
              columns: [.init("Receiver"), .init("State"), .init("Last message taken"), .init("Last drill taken")], rows: rows).write(into: &out)
        return out
    }

    private func disabled(_ here: PageLocation) -> Markup {
        var out = Markup(theme.language)
        for tenant in tenants.filter({ $0.state == .disabled }).sorted(by: { $0.id < $1.id }) {
            out.raw("<p class=\"sm\">"); out.link(tenant.id, here.root + "../\(tenant.id)/index.html"); out.raw(" <span class=\"soft\">"); out.text(.verbatim(tenant.disabled ?? "")); out.raw("</span></p>\n")
        }
        return out
    }

    private var status: JSONValue {
        let channels = channels.map { channel -> JSONValue in
            ["name": .string(channel.name), "status": .string(channel.disabled != nil ? "gone" : channel.failingSince != nil ? "failing" : channel.lastAccepted != nil ? "ok" : "untried"),
             "last_accepted": JSONValue(channel.lastAccepted?.rfc3339), "last_drill": JSONValue(channel.lastDrill?.rfc3339)]
        }
        let attention = attention
        return ["schema": 1, "title": .string(title), "status": .string((tenants.map(\.state).filter { $0 != .disabled }.min() ?? .ok).key), "sentence": .string(sentence(attention).english),
                "generated_at": .string(now.rfc3339), "data_as_of": JSONValue(tenants.compactMap(\.dataTo).max()?.rfc3339), "next_due": .string((now + interval).rfc3339), "stale_after": .string((now + 3 * interval).rfc3339),
                "channels": .array(channels),
                "tenants": .array((attention + fine + tenants.filter { $0.state == .disabled }.sorted { $0.id < $1.id }).map { tenant in
                    ["id": .string(tenant.id), "title": .string(tenant.title), "status": .string(tenant.state.key), "sentence": .string(tenant.headline.english), "since": JSONValue(tenant.since?.rfc3339),
                     "data_as_of": JSONValue(tenant.dataTo?.rfc3339), "alerts": JSONValue(tenant.alerts.firing), "counts": tenant.alerts.json, "services": JSONValue(tenant.services)]
                })]
    }
}

private extension Int {
    var nonZero: Int? { self == 0 ? nil : self }
}
