import JSON
import Telemetry

/// What a tenant's pages say when it was left out of a run: made from what is published, without its database, its texts or its numbers,
/// because one of those is what its worker ended over.
package struct StandingNotice: Sendable {
    private static let opening = Array("<main id=\"main\" tabindex=\"-1\">\n".utf8)
    private static let mark = Array("<p class=\"banner crit\" id=\"standing\"".utf8), end = Array("</p>\n".utf8)

    private let theme: SiteTheme
    private let tenant: String
    private let reason: String
    private let now: Timestamp

    /// - Parameter reason: why, as a clause: `its worker crashed (SIGILL)`.
    package init(theme: SiteTheme, tenant: String, reason: String, now: Timestamp) {
        self.theme = theme
        self.tenant = tenant
        self.reason = reason
        self.now = now
    }

    private var sentence: String { "These pages stand still: this tenant was left out of the run of \(now.rfc3339), \(reason)." }

    /// The files that change; all others stay as they are. `published` gives what is there now.
    package func pages(_ published: (String) -> [UInt8]?) throws -> [SitePage] {
        let status = SitePage("status.json", status(published("status.json")).bytes(pretty: true))
        if let page = published("index.html").flatMap(marked) { return [SitePage("index.html", page), status] }
        let frame = PageFrame(theme: theme, clock: TenantClock(zone: "UTC", now: now), freshness: nil, owner: tenant, tabs: [], footNote: "Read-only.")
        return try [frame.page("index.html", template: "note", title: tenant, say: Say(.stale, "Nothing can be shown yet"), crumbs: [.init(tenant)], words: ["note": sentence])] + theme.assets + [status]
    }

    /// The overview with a banner at its top; nothing where a template of the site's own has no place for one.
    private func marked(_ page: [UInt8]) -> [UInt8]? {
        guard let start = page.firstRange(of: Self.opening)?.upperBound else { return nil }
        var rest = page[start...]
        // The one of the last run.
        if rest.starts(with: Self.mark), let end = rest.firstRange(of: Self.end) { rest = rest[end.upperBound...] }
        var banner = Markup()
        banner.trusted("<p class=\"banner crit\" id=\"standing\" role=\"status\"><b>")
        banner.text("Do not trust these numbers.")
        banner.raw("</b> ")
        banner.text(sentence + " Whoever operates this site has been told, and the next run tries again.")
        banner.raw("</p>\n")
        return page[..<start] + banner.bytes + rest
    }

    private func status(_ published: [UInt8]?) -> JSONValue {
        var document = published.flatMap { try? JSONValue(parsing: $0).members } ?? [
            .init("schema", 1), .init("tenant", .string(tenant)), .init("title", .string(tenant)), .init("status", "stale"), .init("sentence", ""), .init("generated_at", .null),
            .init("data_as_of", .null), .init("services", .array([])), .init("alerts", .array([])),
        ]
        for index in document.indices {
            if document[index].key == "status" { document[index].value = .string(StateMark.stale.key) }
            if document[index].key == "sentence" { document[index].value = .string(sentence) }
        }
        return .object(document)
    }
}
