import JSON
import Telemetry

/// What a tenant's pages say when it was left out of a run: made from what is published, without its database, its texts or its numbers,
/// because one of those is what its worker ended over.
package struct StandingNotice: Sendable {
    private static let mark = Array("<p class=\"banner crit\" id=\"standing\"".utf8), end = Array("</p>\n".utf8)

    private let theme: SiteTheme
    private let tenant: String
    private let reason: String
    private let now: Timestamp

    /// - Parameter reason: why, as a clause: `because its worker crashed (SIGILL)`.
    package init(theme: SiteTheme, tenant: String, reason: String, now: Timestamp) {
        self.theme = theme
        self.tenant = tenant
        self.reason = reason
        self.now = now
    }

    /// The files that change, one at a time; all others stay as they are.
    /// - Parameters:
    ///   - paths: what is published.
    ///   - published: gives what is there now.
    package func pages(of paths: [String], _ published: (String) -> [UInt8]?, emit: (SitePage) throws -> Void) throws {
        let before = published("status.json").flatMap { try? JSONValue(parsing: $0) }, built = before?["generated_at"]?.string.flatMap { Timestamp(rfc3339: $0) }
        let run = now.rfc3339
        let sentence: Phrase = built.map { "These pages stand still since \($0.rfc3339): this tenant was left out of the run of \(run), \(reason)." } ?? "These pages stand still: this tenant was left out of the run of \(run), \(reason)."
        for path in paths where path.hasSuffix(".html") && path != "index.html" {
            if let page = published(path).flatMap({ marked($0, sentence) }) { try emit(SitePage(path, page)) }
        }
        if let page = published("index.html").flatMap({ marked($0, sentence) }) {
            try emit(SitePage("index.html", page))
        } else {
            let frame = PageFrame(theme: theme, clock: TenantClock(zone: "UTC", now: now, language: theme.language), freshness: nil, owner: tenant, tabs: [], footNote: "Read-only.")
            try emit(try frame.page("index.html", template: "note", title: .verbatim(tenant), say: Say(.stale, "Nothing can be shown yet"), crumbs: [.init(.verbatim(tenant))], words: ["note": sentence]))
            for asset in theme.assets { try emit(asset) }
        }
        let titles = Dictionary((before?["services"]?.array ?? []).compactMap { service in service["id"]?.string.map { (Self.badge($0), service["title"]?.string ?? $0) } }) { first, _ in first }
        let word = StateMark.stale.word.text(in: theme.language).lowercased()
        for path in paths where path.hasPrefix("badges/") && path.hasSuffix(".svg") {
            try emit(SitePage(path, Badge(label: titles[path] ?? String(path.dropFirst(7).dropLast(4)), state: .stale, word: word).bytes))
        }
        try emit(SitePage("status.json", status(before, sentence.english).bytes(pretty: true)))
    }

    private static func badge(_ service: String) -> String { "badges/\(PathName.safe(service)).svg" }

    /// Behind the first of these elements' opening tags, whatever attributes a template of the site's own gives it.
    private static let places = ["<main", "<body"].map { Array($0.utf8) }

    private static func top(of page: [UInt8]) -> Int? {
        for place in places {
            guard var at = page.firstRange(of: place)?.upperBound else { continue }
            var quote: UInt8?
            while at < page.count, quote != nil || page[at] != UInt8(ascii: ">") {
                let byte = page[at]
                if quote == byte { quote = nil } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { quote = byte }
                at += 1
            }
            guard at < page.count else { continue }
            return at + 1 < page.count && page[at + 1] == UInt8(ascii: "\n") ? at + 2 : at + 1
        }
        return nil
    }

    /// A page with a banner at its top; nothing where it has no place for one.
    private func marked(_ page: [UInt8], _ sentence: Phrase) -> [UInt8]? {
        guard let start = Self.top(of: page) else { return nil }
        var rest = page[start...]
        // The one of the run before.
        if rest.starts(with: Self.mark), let end = rest.firstRange(of: Self.end) { rest = rest[end.upperBound...] }
        var banner = Markup(theme.language)
        banner.raw("<p class=\"banner crit\" id=\"standing\" role=\"status\"><b>"); banner.text("Do not trust these numbers."); banner.raw("</b> ")
        banner.text("\(sentence) Whoever operates this site has been told, and the next run tries again.")
        banner.raw("</p>\n")
        return page[..<start] + banner.bytes + rest
    }

    private func status(_ published: JSONValue?, _ sentence: String) -> JSONValue {
        let fallback: JSONValue = [
            "schema": 1, "tenant": .string(tenant), "title": .string(tenant), "status": "", "sentence": "", "generated_at": .null, "data_as_of": .null, "services": .array([]), "alerts": .array([]),
        ]
        return .object((published?.members.isEmpty == false ? published : fallback)?.members.map { member in
            switch member.key {
            case "status": .init("status", .string(StateMark.stale.key))
            case "sentence": .init("sentence", .string(sentence))
            default: member
            }
        } ?? [])
    }
}
