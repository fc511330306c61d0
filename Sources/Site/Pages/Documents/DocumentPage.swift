import Alerting
import Storage
import Telemetry

/// A runbook, pattern or deployment page: the text of its file with the values of this build, beside the state it is needed in.
struct DocumentPage {
    let picture: TenantPicture
    let document: DocumentSite
    let store: TenantStore

    private var here: PageLocation { PageLocation(document.path) }
    /// Alerts that use it, worst first.
    private var alerts: [AlertState] {
        let rules = Set(picture.site.rules.filter { $0.runbook == document.slug }.map(\.id)).union(document.alerts)
        return document.kind == .runbook ? picture.alerts.filter { rules.contains($0.key.rule) } : []
    }
    private var services: [ServicePicture] {
        picture.services.filter { document.kind == .pattern ? $0.site.pattern == document.slug : document.kind == .deploy ? $0.site.deploy == document.slug : false }
    }

    func page(_ tenant: TenantFrame) throws(TemplateError) -> SitePage {
        let alert = alerts.first { $0.mark == .critical || $0.mark == .warning }
        let service = alert.flatMap { picture.service($0.service) } ?? services.first
        let values = ResourceValues(picture, about: alert, service: service)
        var body = Markup(picture.language, reserving: 16_000)
        body.trusted(document.html(DocumentContext(values: values, block: DocumentBlocks(picture: picture, here: here, alert: alert, service: service, store: store).answer)))
        let tab = document.kind.heading, pattern = PatternPicture(document: document, services: services, page: here, end: picture.clock.time(picture.end), language: picture.language)
        return try tenant.frame(keptFor: DocumentSite.keptFor).page(
            document.path, template: "document", title: "\(document.kind.word): \(document.title)",
            say: Say(alert?.mark, document.kind == .pattern ? "Pattern: \(Words.midSentence(document.title))" : .verbatim(document.title), detail: detail(alert, service)),
            crumbs: tenant.crumbs(.init(tab, "\(document.kind.rawValue)/index.html"), .init(.verbatim(document.title))), tab: tab,
            blocks: ["parts": pattern.parts, "here": pattern.here, "now": now(values, alert), "contents": contents, "body": body, "about": about, "turn": turn],
            words: ["now_title": "Now, \(picture.clock.time(picture.now))", "kind": document.kind.word])
    }

    private func detail(_ alert: AlertState?, _ service: ServicePicture?) -> Markup {
        var out = Markup(picture.language)
        if alert != nil, let service { out.text("Active now on \(strong: Words.midSentence(service.site.title)). ") }
        if document.kind == .runbook {
            if let minutes = document.usualMinutes { out.text("Usually \(Words.span(Int64(minutes) * 60)). ") }
            if let needs = document.needs { out.text("You need: \(AlertList.sentence(needs))") }
            if out.isEmpty { out.text(document.summary) }
        } else {
            if !document.summary.isEmpty { out.text(AlertList.sentence(document.summary)) }
            if !services.isEmpty { out.text(" Used by \(Words.list(services.map { Words.midSentence($0.site.title) })).") }
        }
        return out
    }

    /// Live numbers beside the text while it is needed.
    private func now(_ values: ResourceValues, _ alert: AlertState?) -> Markup {
        var out = Markup(picture.language)
        guard alert != nil else { return out }
        let wanted: [(String, Phrase)] = [("queue.visible", "Visible"), ("queue.in_flight", "In flight"), ("queue.oldest_age", "Oldest"), ("queue.deleted", "Deleted, 5 min"), ("queue.deadline", "Deadline"),
                      ("queue.dlq_visible", "In the DLQ"), ("function.errors", "Errors, 5 min"), ("function.duration_p99", "p99"), ("function.timeout", "Timeout"), ("function.throttles", "Throttles, 5 min"), ("function.async_dropped_day", "Dropped, 24 h"), ("log.errors", "Error lines, 15 min"), ("log.errors_day", "Error lines, 24 h"),
                      ("api.errors_5xx", "5xx, 5 min"), ("table.throttles", "Throttled, 5 min"), ("alert.value", "Value"), ("alert.limit", "Limit")]
        // Only what the alert is about: the numbers of other resources would distract.
        let kind = alert.map { $0.key.resource.kind == .httpAPI ? "api" : $0.key.resource.kind.rawValue } ?? ""
        let facts = wanted.compactMap { name, label -> (Phrase, Markup)? in
            guard name.hasPrefix("alert.") || name.hasPrefix(kind + "."), let value = values[name] else { return nil }
            var text = Markup(picture.language)
            if value.isCritical, (value.number ?? 0) > 0 { text.raw("<span class=\"b x-crit\">"); text.text(value.words); text.raw("</span>") } else { text.text(value.words) }
            return (label, text)
        }
        out.facts(Array(facts.prefix(8)))
        out.note("From the page build at \(picture.clock.time(picture.now)). Numbers with this \("tint", as: .live) in the text come from the same build.")
        return out
    }

    /// The documents before and after it in the list of its kind.
    private var turn: Markup {
        var out = Markup(picture.language)
        let all = picture.site.documents.filter { $0.kind == document.kind }.sorted { $0.title < $1.title }
        guard all.count > 1, let at = all.firstIndex(where: { $0.slug == document.slug }) else { return out }
        out.raw("<nav class=\"acts sm\" aria-label=\""); out.text("Previous and next"); out.raw("\">")
        if at > 0 { out.raw("<span>"); out.text("Previous: "); out.link(all[at - 1].title, here.href(all[at - 1].path)); out.raw("</span>") }
        if at + 1 < all.count { out.raw("<span>"); out.text("Next: "); out.link(all[at + 1].title, here.href(all[at + 1].path)); out.raw("</span>") }
        out.raw("</nav>\n")
        return out
    }

    private var contents: Markup {
        var out = Markup(picture.language)
        guard document.kind != .runbook, document.headings.count > 1 else { return out }
        out.raw("<ol class=\"sm d\">")
        for heading in document.headings { out.raw("<li>"); out.link(heading.title, "#\(heading.id)"); out.raw("</li>") }
        out.raw("</ol>\n")
        return out
    }

    private var about: Markup {
        var out = Markup(picture.language)
        if document.kind == .runbook {
            let rules = picture.site.rules.filter { $0.runbook == document.slug || document.alerts.contains($0.id) }
            out.raw("<h2>"); out.text("Alerts that use this runbook"); out.raw("</h2><ul class=\"sm\">")
            for rule in rules {
                // Two kinds of resource may have a rule each under one title.
                let kind: Phrase = rules.contains { $0.title == rule.title && $0.id != rule.id } ? " (\(rule.on.word))" : ""
                out.raw("<li>"); out.state(alerts.first { $0.key.rule == rule.id }?.mark ?? .ok); out.raw(" "); out.text(.known(rule.title) + kind); out.raw("</li>")
            }
            if rules.isEmpty { out.raw("<li class=\"soft\">"); out.text("No rule of this tenant names it."); out.raw("</li>") }
            out.raw("</ul>\n")
        }
        if document.kind == .pattern {
            let ids = Set(services.map(\.site.id)), rows = picture.site.findings.filter { $0.service.map(ids.contains) == true }.sorted { ($0.state, $0.title) < ($1.state, $1.title) }
            if !rows.isEmpty {
                Table("t tight", caption: rows.count > 12 ? "Settings here: worst 12 of \(rows.count) findings." : "Settings here, as the checks find them.",
                      columns: [.init("State"), .init("Finding")], rows: rows.prefix(12).map { FindingRow.cells($0, here, picture.clock) }).write(into: &out)
            }
        }
        var links = Markup(picture.language)
        let related = document.kind == .runbook ? Set(alerts.map(\.service)).sorted().compactMap { picture.service($0) } : services
        for service in related { links.raw("<li>"); links.link(service.site.title, here.href(ServiceRange.sixHours.path(of: service.site.id))); links.raw("</li>") }
        for other in picture.site.documents where other.slug != document.slug || other.kind != document.kind {
            let belongs = switch document.kind {
            case .pattern: other.kind == .deploy && other.pattern == document.slug
            case .deploy: other.kind == .pattern && other.slug == document.pattern
            case .runbook: other.kind == .pattern && other.slug == document.pattern
            case .manual: other.kind == .manual
            }
            if belongs { links.raw("<li>"); links.link("\(other.kind.word): \(Words.midSentence(other.title))", here.href(other.path)); links.raw("</li>") }
        }
        if !links.isEmpty { out.raw("<h2>"); out.text("See also"); out.raw("</h2><ul class=\"sm\">"); out.append(links); out.raw("</ul>\n") }
        if document.owner != nil || document.reviewed != nil {
            out.raw("<h2>"); out.text("Kept by"); out.raw("</h2><p class=\"sm soft\">")
            out.text([document.owner.map { .verbatim(AlertList.sentence($0)) }, document.reviewed.map { "Reviewed \($0)." }].compactMap { (part: Phrase?) in part }.joined(separator: " "))
            out.raw("</p>\n")
            if let day = document.reviewOverdueSince { out.raw("<p class=\"sm\">"); out.state(.warning, word: "Review overdue"); out.text(" since \(day)."); out.raw("</p>\n") }
        }
        return out
    }
}

/// All documents of one kind, those that are needed now first.
struct DocumentsPage {
    let picture: TenantPicture
    let kind: DocumentSite.Kind

    func page(_ tenant: TenantFrame) throws(TemplateError) -> SitePage {
        let path = "\(kind.rawValue)/index.html", here = PageLocation(path)
        let documents = picture.site.documents.filter { $0.kind == kind }.sorted { $0.title < $1.title }
        let title = kind.heading
        let rows = documents.map { document -> (StateMark, [Cell]) in
            let rules = Set(picture.site.rules.filter { $0.runbook == document.slug }.map(\.id)).union(document.alerts)
            let mark = kind == .runbook ? picture.alerts.first { rules.contains($0.key.rule) }?.mark : nil
            var name = Markup(picture.language)
            name.link(document.title, here.href(document.path))
            if !document.summary.isEmpty { name.raw("<span class=\"sub\">"); name.text(document.summary); name.raw("</span>") }
            let used = picture.services.filter { kind == .pattern ? $0.site.pattern == document.slug : kind == .deploy ? $0.site.deploy == document.slug : false }.map(\.site.title)
            let note: Phrase = kind == .runbook ? Words.list(rules.sorted()) : used.isEmpty ? "–" : Words.list(used)
            return (mark ?? .ok, [mark.map { .state($0) } ?? Cell("–", class: "soft"), Cell(name, class: "w", isHeader: true), Cell(note, class: "p2"), Cell(verbatim: document.reviewed ?? "–", class: "p2 nw")])
        }
        let sorted = rows.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
        var table = Markup(picture.language)
        Table("t", caption: kind == .runbook ? "Active ones first, then by name." : "By name.",
              columns: [.init("State"), .init(kind.word), .init(kind == .runbook ? "Rules" : "Used by", class: "p2"), .init("Reviewed", class: "p2")], rows: sorted).write(into: &table)
        let active = rows.count { $0.0 == .critical || $0.0 == .warning }
        var detail = Markup(picture.language)
        switch kind {
        case .runbook: detail.text(active == 0 ? "None is needed now." : active == 1 ? "1 runbook is needed now." : "\(Words.plural(active, "runbook")) are needed now.")
        case .pattern, .deploy: detail.text("How systems like these are built, fail and are deployed.")
        case .manual: detail.text("What this build measures, when it worries and what it checks, written by the code that does it.")
        }
        return try tenant.frame.page(path, template: "documents", title: title, say: Say(nil, Words.plural(documents.count, kind.listed), detail: detail),
                                     crumbs: tenant.crumbs(.init(title)), tab: title, tone: rows.map(\.0).min().flatMap { $0 == .critical || $0 == .warning ? $0 : nil },
                                     blocks: ["table": table], words: ["heading": title])
    }
}
