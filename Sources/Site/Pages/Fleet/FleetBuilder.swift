import Telemetry

/// The operator's pages over all tenants, made from digests alone.
package struct FleetBuilder {
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
    package var tenants: FleetDigests
    package var runs: [Run]
    package var channels: [Channel] = []
    package var operation: OperationPage?
    private static let okRows = 100

    package init(title: String, theme: SiteTheme, zone: String = "UTC", interval: Int64, tenants: FleetDigests, runs: [Run], now: Timestamp) {
        self.title = title
        self.theme = theme
        clock = TenantClock(zone: zone, now: now, language: theme.language)
        self.interval = interval
        self.tenants = tenants
        self.runs = runs
    }

    var now: Timestamp { clock.now }

    var worst: StateMark { tenants.lines.lazy.map(\.state).filter { $0 != .disabled }.min() ?? .ok }

    /// All but the first page (`writeFirstPage`) and `status.json` (`writeStatus`). Paths are relative to the `fleet` folder; tenants lie beside it.
    package func pages(_ emit: (SitePage) throws -> Void) throws {
        let paper = try paper()
        for number in paper.numbers.dropFirst() { try emit(try page(paper, number: number)) }
        if let operation { try emit(try operation.page(paper.frame, channels: channelTable)) }
        for asset in theme.assets { try emit(asset) }
    }

    package static let firstPage = "index.html"

    /// Piece by piece, because its table names every tenant that needs a look.
    package func writeFirstPage(_ sink: ([UInt8]) throws -> Void) throws {
        let paper = try paper(), bytes = try page(paper, number: 1).bytes, mark = Self.tableMark.bytes
        guard !paper.order.attention.isEmpty, let place = bytes.firstRange(of: mark) else { return try sink(bytes) }
        try sink(Array(bytes[..<place.lowerBound]))
        try writeAttentionTable(paper.order.attention, PageLocation(Self.firstPage), to: sink)
        try sink(Array(bytes[place.upperBound...]))
    }

    /// Stands in the first page until its table is written: a character that no text of a page has.
    private static let tableMark = Markup("\0attention\0")

    /// What all of its pages share.
    private struct Paper {
        var order: FleetOrder
        var frame: PageFrame
        var title: Phrase
        var say: Say
        var numbers: ClosedRange<Int>
    }

    private func paper() throws -> Paper {
        let order = FleetOrder(tenants.lines)
        let frame = PageFrame(theme: theme, clock: clock, freshness: .init(dataTo: tenants.dataTo, built: now, nextDue: now + interval, staleAfter: now + 3 * interval), owner: title, tabs: [], footNote: "Read-only. For the operator; tenants never link here.")
        return Paper(order: order, frame: frame, title: pageTitle(order), say: Say(worst, sentence(order), detail: try detail(order)), numbers: 1...max(1, (order.fine.count + Self.okRows - 1) / Self.okRows))
    }

    private static func path(_ number: Int) -> String { number == 1 ? firstPage : "ok/\(number)/index.html" }

    private func page(_ paper: Paper, number: Int) throws -> SitePage {
        let path = Self.path(number), here = PageLocation(path), isFirst = number == 1, order = paper.order, count = paper.numbers.upperBound
        var pager = Markup(theme.language)
        if count > 1 { pager.text("Page \(number) of \(count).") }
        if number > 1 { pager.raw(" "); pager.link("Previous", here.href(Self.path(number - 1))) }
        if number < count { pager.raw(" "); pager.link("Next", here.href(Self.path(number + 1))) }
        let part = order.fine.dropFirst((number - 1) * Self.okRows).prefix(Self.okRows)
        var blocks = ["okay": try okTable(part, of: order.fine.count, here), "pager": pager]
        if isFirst {
            blocks["counts"] = counts
            blocks["attention"] = order.attention.isEmpty ? nobody : Self.tableMark
            blocks["builder"] = builder
            blocks["cost"] = cost
            blocks["channels"] = channelTable
            blocks["noise"] = noiseTable
            blocks["disabled"] = try disabled(order.disabled, here)
        } else {
            for name in ["counts", "attention", "builder", "cost", "channels", "noise", "disabled"] { blocks[name] = Markup(theme.language) }
        }
        return try paper.frame.page(
            path, template: "fleet", title: paper.title, say: paper.say,
            crumbs: isFirst ? [.init("All tenants")] : [.init("All tenants", Self.firstPage), .init("OK, page \(number)")],
            blocks: blocks, flags: ["is_first": isFirst])
    }

    private var nobody: Markup {
        var out = Markup(theme.language)
        out.note("No tenant needs a look.")
        return out
    }

    private func pageTitle(_ order: FleetOrder) -> Phrase {
        func count(_ state: StateMark) -> Int? { order.attention.count { tenants.lines[$0].state == state }.nonZero }
        let counts: [Phrase] = [count(.critical).map { "\($0) critical" }, count(.warning).map { "\($0) warning" }].compactMap(\.self)
        return counts.isEmpty ? "All tenants OK" : counts.joined(separator: ", ")
    }

    func sentence(_ order: FleetOrder) -> Phrase {
        let tenants = tenants.lines, enabled = tenants.count { $0.state != .disabled }
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

    private func detail(_ order: FleetOrder) throws -> Markup {
        var out = Markup(theme.language)
        let first = try order.attention.prefix(3).map(tenants.whole), worst = first.first?.state
        for tenant in first where tenant.state == worst { out.text("\(tenant.id): \(Words.midSentence(tenant.headline))\(AlertList.ends(tenant.headline) ? "" : ".") ") }
        let lines = tenants.lines, muted = lines.indices.filter { lines[$0].muted > 0 }
        if !muted.isEmpty {
            let alerts = Words.plural(muted.reduce(0) { $0 + lines[$1].muted }, "alert")
            out.text(muted.count <= 4 ? "Muted: \(alerts) of \(Words.list(muted.map { lines[$0].id })). " : "Muted: \(alerts) of \(muted.count) tenants. ")
        }
        return out
    }
}

private extension Int {
    var nonZero: Int? { self == 0 ? nil : self }
}
