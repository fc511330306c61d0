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

    var now: Timestamp { clock.now }

    /// Paths are relative to the `fleet` folder; tenants lie beside it. `status.json` is not among them (`writeStatus`).
    package func pages(_ emit: (SitePage) throws -> Void) throws {
        let dataTo = tenants.lazy.compactMap(\.dataTo).max(), order = FleetOrder(tenants)
        let frame = PageFrame(theme: theme, clock: clock, freshness: .init(dataTo: dataTo, built: now, nextDue: now + interval, staleAfter: now + 3 * interval), owner: title, tabs: [], footNote: "Read-only. For the operator; tenants never link here.")
        let state = tenants.lazy.map(\.state).filter { $0 != .disabled }.min() ?? .ok
        let head = Head(title: pageTitle(order), say: Say(state, sentence(order), detail: detail(order)))
        let count = max(1, (order.fine.count + Self.okRows - 1) / Self.okRows)
        for number in 1...count { try emit(try page(frame, head, order, number: number, of: count)) }
        if let operation { try emit(try operation.page(frame, channels: channelTable)) }
        for asset in theme.assets { try emit(asset) }
    }

    /// What stands above every page.
    private struct Head {
        var title: Phrase
        var say: Say
    }

    private static func path(_ number: Int) -> String { number == 1 ? "index.html" : "ok/\(number)/index.html" }

    private func page(_ frame: PageFrame, _ head: Head, _ order: FleetOrder, number: Int, of count: Int) throws(TemplateError) -> SitePage {
        let path = Self.path(number), here = PageLocation(path), isFirst = number == 1
        var pager = Markup(theme.language)
        if count > 1 { pager.text("Page \(number) of \(count).") }
        if number > 1 { pager.raw(" "); pager.link("Previous", here.href(Self.path(number - 1))) }
        if number < count { pager.raw(" "); pager.link("Next", here.href(Self.path(number + 1))) }
        let part = order.fine.dropFirst((number - 1) * Self.okRows).prefix(Self.okRows)
        var blocks = ["okay": okTable(part, of: order.fine.count, here), "pager": pager]
        if isFirst {
            blocks["counts"] = counts
            blocks["attention"] = attentionTable(order.attention, here)
            blocks["builder"] = builder
            blocks["cost"] = cost
            blocks["channels"] = channelTable
            blocks["noise"] = noiseTable
            blocks["disabled"] = disabled(order.disabled, here)
        } else {
            for name in ["counts", "attention", "builder", "cost", "channels", "noise", "disabled"] { blocks[name] = Markup(theme.language) }
        }
        return try frame.page(
            path, template: "fleet", title: head.title, say: head.say,
            crumbs: isFirst ? [.init("All tenants")] : [.init("All tenants", "index.html"), .init("OK, page \(number)")],
            blocks: blocks, flags: ["is_first": isFirst])
    }

    private func pageTitle(_ order: FleetOrder) -> Phrase {
        func count(_ state: StateMark) -> Int? { order.attention.count { tenants[$0].state == state }.nonZero }
        let counts: [Phrase] = [count(.critical).map { "\($0) critical" }, count(.warning).map { "\($0) warning" }].compactMap(\.self)
        return counts.isEmpty ? "All tenants OK" : counts.joined(separator: ", ")
    }

    func sentence(_ order: FleetOrder) -> Phrase {
        let enabled = tenants.count { $0.state != .disabled }
        guard enabled > 0 else { return "No tenant is configured" }
        let needing = order.attention.filter { tenants[$0].state.needsAttention }
        guard let worst = needing.first.map({ tenants[$0].state }) else { return enabled == 1 ? "The only tenant is OK" : "All \(enabled) tenants OK" }
        let hit = needing.filter { tenants[$0].state == worst }
        let whole = Words.plural(enabled, "tenant"), word = worst.word.said(worst.word.english.lowercased(), form: "mid")
        let verdict: Phrase = switch worst {
        case .critical: hit.count == 1 ? "1 of \(whole) is critical" : "\(hit.count) of \(whole) are critical"
        case .warning: hit.count == 1 ? "1 of \(whole) has a warning" : "\(hit.count) of \(whole) have a warning"
        default: hit.count == 1 ? "1 of \(whole) is \(word)" : "\(hit.count) of \(whole) are \(word)"
        }
        return hit.count <= 4 ? "\(verdict): \(Words.list(hit.map { tenants[$0].id }))" : verdict
    }

    private func detail(_ order: FleetOrder) -> Markup {
        var out = Markup(theme.language)
        let first = order.attention.prefix(3).map { tenants[$0] }, worst = first.first?.state
        for tenant in first where tenant.state == worst { out.text("\(tenant.id): \(Words.midSentence(tenant.headline))\(AlertList.ends(tenant.headline) ? "" : ".") ") }
        let muted = tenants.indices.filter { tenants[$0].alerts.muted > 0 }
        if !muted.isEmpty {
            let alerts = Words.plural(muted.reduce(0) { $0 + tenants[$1].alerts.muted }, "alert")
            out.text(muted.count <= 4 ? "Muted: \(alerts) of \(Words.list(muted.map { tenants[$0].id })). " : "Muted: \(alerts) of \(muted.count) tenants. ")
        }
        return out
    }
}

private extension Int {
    var nonZero: Int? { self == 0 ? nil : self }
}
