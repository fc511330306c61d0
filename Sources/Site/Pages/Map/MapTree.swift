import Signals
import Telemetry

/// The map as a list for narrow screens and for readers: each part once, below the first that leads to it.
struct MapTree {
    let map: MapPicture
    let here: PageLocation
    let language: Language?
    /// Deeper than this a phone has no width left.
    private static let deepest = 8

    var markup: Markup {
        var out = Markup(language)
        guard !map.parts.isEmpty else { return out }
        let places = map.layout.places
        var next: [String: [String]] = [:], isLedTo: Set<String> = []
        for edge in map.topology.edges {
            next[edge.from, default: []].append(edge.to)
            isLedTo.insert(edge.to)
        }
        func inOrder(_ keys: [String]) -> [String] {
            keys.filter { places[$0] != nil }.sorted { a, b in
                let left = places[a] ?? MapPlace(column: 0, row: 0), right = places[b] ?? MapPlace(column: 0, row: 0)
                return left == right ? a < b : (left.row, left.column) < (right.row, right.column)
            }
        }
        var seen: Set<String> = []
        func write(_ keys: [String], depth: Int) {
            let open = keys.filter { seen.insert($0).inserted }
            guard !open.isEmpty else { return }
            out.raw("<ul>")
            for key in open {
                guard let part = map.parts[key] else { continue }
                item(part, into: &out)
                if depth < Self.deepest { write(inOrder(next[key] ?? []), depth: depth + 1) }
                out.raw("</li>\n")
            }
            out.raw("</ul>")
        }
        out.raw("<div class=\"tree\" role=\"group\" aria-label=\""); out.text("Service map as a list"); out.raw("\">")
        write(inOrder(map.parts.keys.filter { !isLedTo.contains($0) }), depth: 0)
        // Of a circle nobody is the start; what lies too deep begins a list of its own.
        while let rest = inOrder(map.parts.keys.filter { !seen.contains($0) }).first { write([rest], depth: 0) }
        out.raw("</div>")
        return out
    }

    private func item(_ part: MapPicture.Part, into out: inout Markup) {
        out.raw("<li>"); out.state(part.state, word: .verbatim(part.title))
        out.raw(" <span class=\"sm"); out.trusted(part.state == .ok ? " soft\">" : "\">"); out.text(part.kind)
        if !part.facts.isEmpty { out.text(", \(part.facts)") }
        if let failing = part.failing, failing >= 0.001 { out.raw(", <b class=\"b\">"); out.text("\(Words.percent(failing)) fail"); out.raw("</b>") }
        if let service = part.node.service, !service.isEmpty { out.raw(" "); out.link("service", here.href(ServiceRange.sixHours.path(of: service))) }
        out.raw("</span>")
    }
}
