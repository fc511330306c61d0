import Telemetry

/// The status sentence at the top of every page: who closes the page after it knows enough to act.
package struct Say: Sendable {
    package struct Action: Sendable {
        package var title: Phrase
        package var href: String
        package init(_ title: Phrase, _ href: String) { self.title = title; self.href = href }
    }
    package var state: StateMark?
    package var sentence: Phrase
    /// Finished markup of the second line.
    package var detail: Markup
    /// The first is the primary button.
    package var actions: [Action]

    package init(_ state: StateMark?, _ sentence: Phrase, detail: Markup = Markup(), actions: [Action] = []) {
        self.state = state
        self.sentence = sentence
        self.detail = detail
        self.actions = actions
    }

    func markup(in language: Language?) -> Markup {
        var out = Markup(language)
        out.raw("<div class=\"say"); if let state { out.raw(" "); out.trusted(state.tone) }; out.raw("\">")
        if let state { out.icon(state) } else {
            out.raw("<svg class=\"i\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\" d=\"M1 8h3.5M11.5 8H15M4.5 4.5h7v7h-7zM7 4.5v7M9.2 4.5v7\"/></svg>")
        }
        out.raw("<h1>")
        if let state { out.raw("<span class=\"vh\">"); out.text(state.word); out.raw(": </span>") }
        out.text(sentence); out.raw("</h1>")
        if !detail.isEmpty { out.raw("<p>"); out.append(detail); out.raw("</p>") }
        if !actions.isEmpty {
            out.raw("<div class=\"acts\">")
            for (index, action) in actions.enumerated() {
                out.trusted(index == 0 ? "<a class=\"btn on\" href=\"" : "<a class=\"btn\" href=\""); out.text(action.href); out.raw("\">")
                out.text(action.title); out.raw("</a>")
            }
            out.raw("</div>")
        }
        out.raw("</div>\n")
        return out
    }
}

/// What surrounds a page: head, mark, breadcrumb, freshness, tabs, staleness banner, foot.
package struct PageFrame: Sendable {
    package struct Link: Hashable, Sendable {
        package var title: Phrase
        /// From the folder's root; nothing for the page itself.
        package var path: String?
        package init(_ title: Phrase, _ path: String? = nil) { self.title = title; self.path = path }
    }
    /// When the numbers end, when the page was built and until when it may be trusted.
    package struct Freshness: Hashable, Sendable {
        package var dataTo: Timestamp?
        /// What keeps `dataTo` behind, in words; nothing where all sources are equally fresh.
        package var laggard: String?
        package var built: Timestamp
        /// When it is to be made again.
        package var nextDue: Timestamp
        package var staleAfter: Timestamp

        package init(dataTo: Timestamp?, laggard: String? = nil, built: Timestamp, nextDue: Timestamp, staleAfter: Timestamp) {
            self.dataTo = dataTo
            self.laggard = laggard
            self.built = built
            self.nextDue = nextDue
            self.staleAfter = staleAfter
        }
    }

    package var theme: SiteTheme
    package var clock: TenantClock
    package var freshness: Freshness?
    /// The name that titles end with.
    package var owner: String
    package var tabs: [Link]
    package var footNote: Phrase

    package init(theme: SiteTheme, clock: TenantClock, freshness: Freshness?, owner: String, tabs: [Link], footNote: Phrase) {
        self.theme = theme
        self.clock = clock
        self.freshness = freshness
        self.owner = owner
        self.tabs = tabs
        self.footNote = footNote
    }

    /// One page: the template filled with `blocks` (finished markup) and `flags`, inside the frame.
    package func page(_ path: String, template: String, title: Phrase, say: Say, crumbs: [Link], tab: Phrase? = nil, tone: StateMark? = nil,
                      blocks: [String: Markup] = [:], words: [String: Phrase] = [:], flags: [String: Bool] = [:]) throws(TemplateError) -> SitePage {
        let here = PageLocation(path), state = tone ?? say.state
        var fields = [String: PageField](minimumCapacity: 2 * blocks.count + words.count + flags.count + 24)
        for (name, block) in blocks {
            fields[name] = .markup(block)
            fields["has_\(name)"] = .flag(!block.isEmpty)
        }
        for (name, text) in words { fields[name] = .text(text.text(in: language)) }
        for (name, flag) in flags { fields[name] = .flag(flag) }
        let sayMarkup = say.markup(in: language)
        fields["lang"] = .text(language?.tag ?? "en")
        fields["title"] = .text(title.english == owner ? owner : "\(title.text(in: language)) – \(owner)" as String)
        fields["body_class"] = .text(state.map { $0.tone == "mut" ? "" : $0.tone } ?? "")
        fields["favicon"] = .text(here.href(asset(state == .critical ? "favicon-critical.svg" : state == .warning ? "favicon-warning.svg" : "favicon.svg")))
        fields["css"] = .text(here.href(asset("tidewatch.css")))
        fields["js"] = .text(here.href(asset("tidewatch.js")))
        fields["custom_css"] = theme.assetPaths["custom.css"].map { .text(here.href($0)) } ?? .flag(false)
        fields["sprite"] = .markup(Markup.sprite(for: [sayMarkup] + blocks.values))
        fields["home"] = .text(here.href("index.html"))
        fields["crumbs"] = .markup(crumbMarkup(crumbs, here))
        fields["fresh"] = .markup(freshMarkup)
        fields["tabs"] = .markup(tabMarkup(tab, here))
        fields["banner"] = .markup(bannerMarkup)
        fields["say"] = .markup(sayMarkup)
        fields["zone"] = .text(clock.zoneWords.text(in: language))
        fields["today"] = .text(clock.fullDay(clock.now))
        fields["foot_note"] = .text(footNote.text(in: language))
        return SitePage(path, try theme.render(template, fields, page: path))
    }

    private var language: Language? { theme.language }
    private func asset(_ name: String) -> String { theme.assetPaths[name] ?? "assets/\(name)" }

    private func crumbMarkup(_ crumbs: [Link], _ here: PageLocation) -> Markup {
        var out = Markup(language)
        for crumb in crumbs {
            if let path = crumb.path {
                out.raw("<li><a href=\""); out.text(here.href(path)); out.raw("\">"); out.text(crumb.title); out.raw("</a></li>")
            } else {
                out.raw("<li aria-current=\"page\">"); out.text(crumb.title); out.raw("</li>")
            }
        }
        return out
    }

    private func tabMarkup(_ current: Phrase?, _ here: PageLocation) -> Markup {
        var out = Markup(language)
        guard !tabs.isEmpty else { return out }
        out.raw("<nav class=\"tabs\" aria-label=\""); out.text(owner); out.raw("\"><ul>")
        for tab in tabs {
            guard let path = tab.path else { continue }
            out.raw("<li><a href=\""); out.text(here.href(path)); out.raw("\"")
            if tab.title == current { out.raw(" aria-current=\"page\"") }
            out.raw(">"); out.text(tab.title); out.raw("</a></li>")
        }
        out.raw("</ul></nav>")
        return out
    }

    private var freshMarkup: Markup {
        var out = Markup(language)
        guard let freshness else { return out }
        out.raw("<p class=\"fresh\">")
        if let dataTo = freshness.dataTo {
            out.text("Data to "); out.time(dataTo, "\(clock.moment(dataTo)) \(clock.zoneWords(at: dataTo))")
            if let laggard = freshness.laggard { out.text(" (\(laggard) lags)") }
        } else {
            out.text("No data yet")
        }
        out.raw(" · "); out.text("built "); out.time(freshness.built, clock.time(freshness.built))
        out.raw(" · "); out.text("next due "); out.time(freshness.nextDue, clock.time(freshness.nextDue))
        out.raw(" · "); out.text("stale after "); out.time(freshness.staleAfter, clock.time(freshness.staleAfter)); out.raw("</p>")
        return out
    }

    private var bannerMarkup: Markup {
        var out = Markup(language)
        guard let freshness else { return out }
        out.raw("<p class=\"banner\" id=\"stale\" role=\"status\" data-built=\""); out.trusted(freshness.built.rfc3339)
        out.raw("\" data-until=\""); out.trusted(freshness.staleAfter.rfc3339)
        out.raw("\" hidden><b></b> "); out.text("Do not trust its numbers. Check the builder first."); out.raw("</p>\n")
        return out
    }
}

extension Markup {
    package mutating func time(_ time: Timestamp, _ words: Phrase) {
        raw("<time datetime=\""); trusted(time.rfc3339); raw("\">"); text(words); raw("</time>")
    }

    @_disfavoredOverload package mutating func time(_ time: Timestamp, _ words: String) { self.time(time, .verbatim(words)) }

    @_disfavoredOverload package mutating func link(_ title: String, _ href: String, class name: String? = nil) { link(.verbatim(title), href, class: name) }

    package mutating func link(_ title: Phrase, _ href: String, class name: String? = nil) {
        raw("<a"); if let name { raw(" class=\""); text(name); raw("\"") }
        raw(" href=\""); text(href); raw("\">"); text(title); raw("</a>")
    }
}
