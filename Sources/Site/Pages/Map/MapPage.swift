import Signals
import Storage
import Telemetry

/// The service map: the picture, its tree on a narrow screen, every hop as a table, and what came and went.
struct MapPage {
    static let path = "map/index.html"
    private static let csvPath = "map/hops.csv"
    /// What a page can hold; the CSV has all.
    private static let mostRows = 150, mostChanges = 20

    private let picture: TenantPicture
    private let map: MapPicture
    private let changes: [MapChange]
    private let width: Int
    private let here = PageLocation(MapPage.path)

    /// Whether there is anything to draw.
    static func isThere(_ site: TenantSite) -> Bool { site.services.contains { $0.resources.contains { Topology.isPlace($0.id.kind) } } }

    init(_ picture: TenantPicture, store: TenantStore) throws(StoreError) {
        self.picture = picture
        map = try MapPicture(picture, store: store)
        changes = try store.mapChanges(in: TimeWindow(from: picture.now - 30 * 86_400, to: picture.now + 1))
        width = try store.mapWidth() ?? MapWidth.columns(of: map.layout)
    }

    func pages(_ tenant: TenantFrame) throws(TemplateError) -> [SitePage] {
        let state = min(map.failing.first?.state ?? .ok, troubled.first?.state ?? .ok, blind.first?.state ?? .ok)
        var drawing = Markup(picture.language)
        MapDrawing(map: map, width: width).write(label: "Service map. \(sentence). The table below holds the same numbers.", into: &drawing)
        let page = try tenant.frame.page(
            Self.path, template: "map", title: "Map", say: Say(state, sentence, detail: detail), crumbs: tenant.crumbs(.init("Map")), tab: "Map", tone: state,
            blocks: ["map": drawing, "tree": MapTree(map: map, here: here, language: picture.language).markup, "notes": notes, "hops": table, "changes": changeTable],
            words: ["window": "24 h to \(picture.clock.moment(picture.end))"])
        return [page, SitePage(Self.csvPath, csv)]
    }

    private var sentence: Phrase {
        let failing = map.failing
        guard let worst = failing.first else {
            // A part in trouble is never under a sentence that says that all is well.
            if let part = troubled.first { let failing: Phrase = part.failing.map { ", \(Words.percent($0)) fail" } ?? ""; return troubled.count == 1 ? "1 part needs attention: \(part.title)\(failing)" : "\(troubled.count) parts need attention: \(part.title)\(failing)" }
            if map.hops.isEmpty { return "\(Words.plural(map.parts.count, "part")), no hop between them is known" }
            if map.unmeasured > 0 { return map.unmeasured == 1 ? "No hop is known to fail; 1 of \(Words.count(map.hops.count)) is not measured" : "No hop is known to fail; \(Words.count(map.unmeasured)) of \(Words.count(map.hops.count)) are not measured" }
            if map.idle > 0 { return map.idle == 1 ? "No hop is known to fail; 1 of \(Words.count(map.hops.count)) had no calls" : "No hop is known to fail; \(Words.count(map.idle)) of \(Words.count(map.hops.count)) had no calls" }
            return blind.isEmpty ? map.hops.count == 1 ? "The only hop passes" : "All \(Words.plural(map.hops.count, "hop")) pass" : blind.count == 1 ? "No hop is known to fail; 1 part is without fresh data" : "No hop is known to fail; \(Words.count(blind.count)) parts are without fresh data"
        }
        let what: Phrase = worst.isBlocked ? "nothing passes" : worst.edge.isForFailures ? "messages arrive that nobody could handle" : worst.faults.map { "\(Words.percent($0)) of calls" } ?? "failing"
        let whole = Words.plural(map.hops.count, "hop")
        return failing.count == 1 ? "1 of \(whole) fails: \(worst.names), \(what)" : "\(Words.count(failing.count)) of \(whole) fail: \(worst.names), \(what)"
    }

    private var troubled: [MapPicture.Part] { parts([.critical, .warning]) }
    /// Of which nothing is known now: neither well nor in trouble.
    private var blind: [MapPicture.Part] { parts([.stale, .noData, .denied]).filter { $0.resource?.owesValues ?? false } }

    /// Worst first.
    private func parts(_ states: [StateMark]) -> [MapPicture.Part] {
        map.parts.values.filter { states.contains($0.state) }.sorted { ($0.state, $0.title, $0.node.key) < ($1.state, $1.title, $1.node.key) }
    }

    private var detail: Markup {
        var out = Markup(picture.language)
        out.text("\(Words.plural(map.parts.count, "part")), \(map.hops.count { $0.edge.isTraced }) of the hops traced. ")
        func add(_ parts: [MapPicture.Part], _ sentence: (_ names: Phrase) -> Phrase) {
            guard !parts.isEmpty else { return }
            let names = Words.list(parts.prefix(3).map(\.title))
            out.text("\(sentence(parts.count > 3 ? "\(names) and others" : names)). ")
        }
        let critical = parts([.critical]), warning = parts([.warning])
        add(critical) { critical.count == 1 ? "1 part is critical: \($0)" : "\(Words.count(critical.count)) parts are critical: \($0)" }
        add(warning) { warning.count == 1 ? "1 part has a warning: \($0)" : "\(Words.count(warning.count)) parts have a warning: \($0)" }
        add(blind) { blind.count == 1 ? "1 part is without fresh data: \($0)" : "\(Words.count(blind.count)) parts are without fresh data: \($0)" }
        if troubled.isEmpty, blind.isEmpty { out.text("No part needs attention.") }
        return out
    }

    private var notes: Markup {
        var out = Markup(picture.language)
        if !map.layout.leftOut.isEmpty {
            let left = map.layout.leftOut.count, most = MapLayout.mostNodes
            out.note(left == 1 ? "1 part is not drawn: a map holds \(most), the best connected first. The hops of all of them are in hops.csv." : "\(Words.count(left)) parts are not drawn: a map holds \(most), the best connected first. The hops of all of them are in hops.csv.")
        }
        for declaration in picture.site.map where !declaration.telemetry.isEmpty {
            out.note("All functions of \(picture.site.service(declaration.service)?.title ?? declaration.service) send telemetry to \(Words.list(declaration.telemetry)); not drawn.")
        }
        return out
    }

    private var table: Markup {
        var out = Markup(picture.language)
        guard !map.hops.isEmpty else { out.note("Nothing is known to feed or call anything. Name what comes next with feeds or calls."); return out }
        let rows = map.hops.prefix(Self.mostRows).map { hop -> [Cell] in
            let word: Phrase? = hop.isBlocked ? "Blocked" : hop.isFailing ? "Failing" : hop.state == .noData ? "Not measured" : hop.state == .asleep ? "No calls" : hop.onlyPasses ? "Passes" : nil
            var calls = Markup(picture.language)
            calls.text(hop.calls.map(Words.count) ?? "–")
            if hop.isSampled { calls.raw("<span class=\"sub\">"); calls.text("sampled"); calls.raw("</span>") }
            return [.state(hop.state, word: word, class: "w"), Cell(verbatim: hop.from, class: "w2", isHeader: true), Cell(verbatim: hop.to, class: "w2"), Cell(hop.kind, class: "w"), Cell(calls, class: "n", label: "Calls"),
                    Cell(verbatim: hop.errors.map(Words.percent) ?? "–", class: "n", label: "Error 4xx"), Cell(verbatim: hop.faults.map(Words.percent) ?? "–", class: hop.isFailing ? "n b" : "n", label: "Fault 5xx"),
                    Cell(hop.p95, class: "n", label: "p95")]
        }
        let left = map.hops.count - rows.count
        let which: Phrase = left > 0 ? "The first \(rows.count) of \(Words.count(map.hops.count)) hops, worst first." : "All hops, worst first."
        let how: Phrase = "\(which) Calls from metrics where a hop has a count of its own, else sampled; latency and error kinds from sampled traces."
        Table("t stack q", caption: map.hops.contains(where: \.onlyPasses) ? "\(how) Passes: calls are counted, failures are not." : how,
              columns: [.init("State"), .init("From"), .init("To"), .init("Kind"), .init("Calls", class: "n"), .init("Error", class: "n"), .init("Fault", class: "n"), .init("p95", class: "n")], rows: rows).write(into: &out)
        return out
    }

    private var changeTable: Markup {
        var out = Markup(picture.language)
        guard !changes.isEmpty else { return out }
        func name(_ key: String) -> String { map.parts[key]?.title ?? CallName.last(of: key) }
        let rows = changes.prefix(Self.mostChanges).map { change in
            [Cell(verbatim: picture.clock.moment(change.at), class: "nw"), Cell(change.isNew ? "new" : "gone"), Cell(change.target.map { "\(name(change.key)) to \(name($0))" } ?? .verbatim(name(change.key)), class: "w", isHeader: true)]
        }
        let left = changes.count - rows.count
        Table("t tight", caption: left > 0 ? "Parts and hops that came or went; \(Words.count(left)) older ones are left out." : "Parts and hops that came or went.", columns: [.init("Seen"), .init("What"), .init("Part or hop")], rows: rows).write(into: &out)
        return out
    }

    private var csv: [UInt8] {
        var out = Markup()
        out.raw("from,to,kind,traced,calls,sampled,error,fault,p95_seconds\r\n")
        for hop in map.hops {
            func number(_ value: Double?) -> String { value.map { value in Int(exactly: value).map(String.init) ?? value.description } ?? "" }
            func yes(_ flag: Bool) -> String { flag ? "yes" : "no" }
            let cells: [String] = [hop.from, hop.to, hop.kind.english, yes(hop.edge.isTraced), number(hop.calls), yes(hop.isSampled), number(hop.errors), number(hop.faults), number(hop.p95Seconds)]
            out.trusted(cells.map(SeriesCSV.cell).joined(separator: ",")); out.raw("\r\n")
        }
        return out.bytes
    }
}

/// The name within a node's key, for what is gone.
enum CallName {
    static func last(of key: String) -> String { key.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).last.map(String.init) ?? key }
}
