import Telemetry

/// What else the first page tells: runs, cost, receivers, tenants that are switched off.
extension FleetBuilder {
    var builder: Markup {
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

    var cost: Markup {
        var out = Markup(theme.language)
        let lines = tenants.lines, paying = lines.indices.filter { lines[$0].calls > 0 }.sorted { (lines[$0].dollars, lines[$1].id) > (lines[$1].dollars, lines[$0].id) }
        guard !paying.isEmpty else { out.note("Nothing was asked this month, so nothing was paid."); return out }
        func row(_ name: Phrase, _ group: some Collection<Int>) -> [Cell] {
            [Cell(name, isHeader: true), Cell(verbatim: Words.count(group.reduce(0) { $0 + lines[$1].calls }), class: "n"), Cell(verbatim: Words.dollars(group.reduce(0) { $0 + lines[$1].dollars }), class: "n")]
        }
        var rows = paying.prefix(5).map { row(.verbatim(lines[$0].id), [$0]) }
        if paying.count > 5 { rows.append(row("\(paying.count - 5) others", paying.dropFirst(5))) }
        Table("t tight", caption: "Estimate, this month so far, all tenants, at list prices.", columns: [.init("Tenant"), .init("Calls", class: "n"), .init("Cost", class: "n")], rows: rows, foot: row("Total", paying)).write(into: &out)
        return out
    }

    var channelTable: Markup {
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

    func disabled(_ order: [Int], _ here: PageLocation) throws -> Markup {
        var out = Markup(theme.language)
        for index in order {
            let tenant = try tenants.whole(index)
            out.raw("<p class=\"sm\">"); out.link(tenant.id, here.root + "../\(tenant.id)/index.html"); out.raw(" <span class=\"soft\">"); out.text(.verbatim(tenant.disabled ?? "")); out.raw("</span></p>\n")
        }
        return out
    }
}
