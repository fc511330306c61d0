import Telemetry

/// What is watched and how well: findings of the configuration checks, freshness of sources, coverage of resources, problems of the last run.
struct ChecksPage {
    let picture: TenantPicture

    func page(_ tenant: TenantFrame) throws(TemplateError) -> SitePage {
        let open = picture.site.findings.filter { $0.state == .critical || $0.state == .warning }
        let state: StateMark = picture.isStale ? .stale : picture.dataTo == nil ? .noData : open.map(\.state).min() ?? .ok
        var detail = Markup(picture.language)
        let resources = picture.services.flatMap(\.resources)
        detail.text("\(Words.plural(resources.count, "resource")) watched, \(resources.count(where: \.hasValues)) with values in the last 24 h. \(Words.plural(picture.problems.count, "problem")) in the last run.")
        return try tenant.frame.page(
            "checks/index.html", template: "checks", title: "Checks",
            say: Say(state, open.isEmpty ? "Checks: nothing to mend" : "Checks: \(Words.plural(open.count, "finding")) to mend", detail: detail), crumbs: tenant.crumbs(.init("Checks")), tab: "Checks",
            blocks: ["findings": findings, "sources": sources, "coverage": coverage, "blind": BlindSpots(picture: picture).markup, "rules": rules, "manual": manual, "problems": problems])
    }

    private var findings: Markup {
        var out = Markup(picture.language)
        guard !picture.site.findings.isEmpty else { out.note("No finding is recorded for this tenant."); return out }
        Table("t tight", caption: "Checks of this build against the settings that were read.", columns: [.init("State"), .init("Finding")],
              rows: picture.site.findings.sorted { ($0.state, $0.title) < ($1.state, $1.title) }.map { FindingRow.cells($0, PageLocation("checks/index.html"), picture.clock) }).write(into: &out)
        return out
    }

    private var sources: Markup {
        var out = Markup(picture.language)
        guard !picture.readings.isEmpty else { out.note("No source has been read yet."); return out }
        Table("t tight", caption: "Last good read per source. A late source is shown as a gap, never as zero.",
              columns: [.init("Source"), .init("State"), .init("Data to", class: "n"), .init("Lag", class: "n p2")], rows: picture.readings.map { SourceRow.cells($0, picture) }).write(into: &out)
        out.append(CorrectionTable(picture: picture).markup)
        return out
    }

    private var coverage: Markup {
        var out = Markup(picture.language)
        let rows = picture.services.flatMap { service in
            service.resources.map { resource -> [Cell] in
                let found: Phrase = resource.resource.map { $0.foundBy.sorted().map { Phrase.known($0.rawValue) }.joined(separator: ", ") } ?? "declared, never seen"
                let reasons = Set(resource.absences.values.map(\.reason.words)).sorted { $0.english < $1.english }
                let signals = resource.day.columns.values.count { $0.values.contains { !$0.isNaN } }
                var name = Markup(picture.language)
                name.text(resource.title)
                name.raw("<span class=\"sub\">"); name.text("\(service.site.title), \(ResourceFacts.kind(of: resource))"); name.raw("</span>")
                return [.state(resource.state, word: resource.word, class: "w"), Cell(name, class: "w", isHeader: true), Cell(found, label: "Found by"), Cell(verbatim: Words.count(signals), class: "n", label: "Signals"),
                        Cell(reasons.isEmpty ? "–" : reasons.joined(separator: ", "), label: "Absent because")]
            }
        }
        guard !rows.isEmpty else { out.note("No resource is configured or found."); return out }
        Table("t stack", caption: rows.count > 150 ? "First 150 of \(rows.count) resources." : "Every resource, how it became known, and what cannot be read.",
              columns: [.init("State"), .init("Resource"), .init("Found by"), .init("Signals", class: "n"), .init("Absent because")], rows: Array(rows.prefix(150))).write(into: &out)
        return out
    }

    /// Each rule with the page that helps, and how much it watches.
    private var rules: Markup {
        var out = Markup(picture.language)
        guard !picture.site.rules.isEmpty else { out.note("No rule is loaded: nothing will ever alert."); return out }
        let here = PageLocation("checks/index.html"), runbooks = Set(picture.site.documents.filter { $0.kind == .runbook }.map(\.slug))
        let rows = picture.site.rules.sorted { ($0.id, $0.on) < ($1.id, $1.on) }.map { rule -> [Cell] in
            var page = Markup(picture.language)
            if runbooks.contains(rule.runbook) { page.link(rule.runbook, here.href("runbooks/\(rule.runbook)/index.html")) } else { page.state(.warning, word: "No runbook") }
            return [Cell("\(Phrase.known(rule.title)) (\(Phrase.known(rule.on.rawValue.replacing("_", with: " "))))", class: "w", isHeader: true), Cell(verbatim: Words.count(rule.resources.count), class: "n"), Cell(page)]
        }
        Table("t tight", caption: "Every rule, how many resources it watches, and the runbook that its alerts lead to.",
              columns: [.init("Rule"), .init("Resources", class: "n"), .init("Runbook")], rows: rows).write(into: &out)
        return out
    }

    private var manual: Markup {
        var out = Markup(picture.language)
        guard picture.site.documents.contains(where: { $0.kind == .manual }) else { return out }
        out.raw("<div class=\"r sm\">"); out.link("Manual: signals, rules, checks", PageLocation("checks/index.html").href("manual/index.html")); out.raw("</div>")
        return out
    }

    private var problems: Markup {
        var out = Markup(picture.language)
        guard !picture.problems.isEmpty else { out.note("The last run met no problem."); return out }
        let rows = picture.problems.prefix(50).map { problem -> [Cell] in
            var text = Markup(picture.language)
            text.text(problem.message)
            let parts: [Phrase?] = [.verbatim(problem.operation), .verbatim(problem.place), problem.requestID.map { "request \($0)" }]
            let place = parts.compactMap { part in part?.isEmpty == false ? part : nil }.joined(separator: ", ")
            text.raw("<span class=\"sub\">"); text.text(place); text.raw("</span>")
            return [.state(problem.kind == .denied || problem.kind == .credentials ? .denied : .warning, word: Words.sentenceStart(problem.kind.words)), Cell(text, isHeader: true)]
        }
        Table("t tight", caption: picture.problems.count > 50 ? "First 50 of \(picture.problems.count)." : "Of the last run, in the source’s own words.", columns: [.init("Kind"), .init("Problem")], rows: Array(rows)).write(into: &out)
        return out
    }
}

extension AbsenceReason {
    var words: Phrase {
        switch self {
        case .neverSeen: "never seen"
        case .asleep: "asleep"
        case .denied: "denied"
        case .disabled: "not switched on"
        case .deleted: "deleted"
        case .sourceError: "source error"
        }
    }
}
