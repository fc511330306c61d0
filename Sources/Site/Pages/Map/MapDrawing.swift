import Signals
import Telemetry

/// The map as a picture: circles are functions, squares everything else, dashed outlines lie outside. Columns are shares of the width, rows are pixels,
/// so names keep their size; more columns than fit go on to the right, and what stands does not move.
struct MapDrawing {
    let map: MapPicture
    /// Columns that share the width of the page.
    let width: Int

    private static let top = 28, halfRow = 47, label = 78
    /// A label of more than two lines of these would run into its neighbour.
    private static let lineLimit = 16

    private var columns: Int { max(width, (map.layout.places.values.map(\.column).max() ?? 0) + 1) }
    private var height: Int { (map.layout.places.values.map(\.row).max() ?? 0) * Self.halfRow + Self.top + Self.label }

    private func x(_ place: MapPlace) -> Double { (Double(place.column) + 0.5) / Double(columns) }
    private func y(_ place: MapPlace) -> Int { Self.top + place.row * Self.halfRow }
    /// In thousandths of the page's width.
    private func unit(_ place: MapPlace) -> Int { (place.column * 2 + 1) * 500 / max(1, width) }

    func write(label: Phrase, into out: inout Markup) {
        let isWide = columns > width
        if isWide { out.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\""); out.text("Service map, wider than the page"); out.raw("\">") }
        out.raw("<svg class=\"map\" width=\""); out.percent(Double(columns) / Double(max(1, width))); out.raw("\" height=\""); out.number(height)
        out.raw("\" role=\"img\" aria-label=\""); out.text(label); out.raw("\"><svg class=\"plot\" height=\""); out.number(height); out.raw("\" aria-hidden=\"true\"><svg width=\"100%\" height=\""); out.number(height)
        out.raw("\" viewBox=\"0 0 "); out.number(columns * 1_000 / max(1, width)); out.raw(" "); out.number(height); out.raw("\" preserveAspectRatio=\"none\" aria-hidden=\"true\">")
        let shown = map.hops.filter { map.layout.places[$0.edge.from] != nil && map.layout.places[$0.edge.to] != nil }
        for hop in shown.reversed() { line(hop, into: &out) }
        out.raw("</svg>")
        let ways = Dictionary(grouping: shown) { $0.edge.to }
        for hop in shown where (ways[hop.edge.to]?.count ?? 0) <= 2 || hop.isFailing { number(hop, into: &out) }
        for key in map.layout.places.keys.sorted() { if let place = map.layout.places[key], let part = map.parts[key] { node(part, place, into: &out) } }
        out.trusted(isWide ? "</svg></svg></div>" : "</svg></svg>")
    }

    private func line(_ hop: MapPicture.Hop, into out: inout Markup) {
        guard let from = map.layout.places[hop.edge.from], let to = map.layout.places[hop.edge.to] else { return }
        let start = unit(from) + 24, end = unit(to) - 24, middle = from.column < to.column ? (start + end) / 2 : 0
        out.raw("<path class=\""); out.trusted([hop.edge.isTraced ? nil : "lk", hop.isFailing ? "bad" : nil].compactMap(\.self).joined(separator: " "))
        out.raw("\" d=\"M"); out.number(start); out.raw(" "); out.number(y(from)); out.raw("C")
        // What leads back goes round in a bow.
        out.number(from.column < to.column ? middle : start + 60); out.raw(" "); out.number(y(from)); out.raw(" ")
        out.number(from.column < to.column ? middle : end - 60); out.raw(" "); out.number(y(to)); out.raw(" ")
        out.number(end); out.raw(" "); out.number(y(to)); out.raw("\"/>")
    }

    private func number(_ hop: MapPicture.Hop, into out: inout Markup) {
        guard let from = map.layout.places[hop.edge.from], let to = map.layout.places[hop.edge.to], from.column < to.column else { return }
        let share = hop.faults ?? 0
        var words: Phrase = hop.isBlocked ? "nothing passes" : hop.calls.map { hop.isSampled ? "\(Words.count($0)) sampled" : .verbatim(Words.count($0)) } ?? ""
        if hop.isFailing, share > 0, !hop.isBlocked { words += words.isEmpty ? "\(Words.percent(share)) fail" : ", \(Words.percent(share)) fail" }
        guard !words.isEmpty else { return }
        // In the middle, on the side that the line leaves free: above a level one, to the right of one that falls, to the left of one that rises.
        let anchor = from.row == to.row ? "middle" : from.row < to.row ? "start" : "end"
        out.raw("<text x=\""); out.percent((x(from) + x(to)) / 2); out.raw("\" y=\"")
        out.number((y(from) + y(to)) / 2 - 6); out.raw("\" text-anchor=\""); out.trusted(anchor); out.trusted(hop.isFailing ? "\" class=\"xc\">" : "\">")
        out.text(words); out.raw("</text>")
    }

    private func node(_ part: MapPicture.Part, _ place: MapPlace, into out: inout Markup) {
        out.raw("<svg x=\""); out.percent(x(place)); out.raw("\" y=\""); out.number(y(place)); out.raw("\" overflow=\"visible\">")
        shape(part.isOutside ? "nd lk" : "nd", part, dashes: nil, into: &out)
        if let failing = part.failing {
            let bad = max(0, min(100, scaled(failing, by: 100)))
            shape("r0", part, dashes: (100 - bad, bad, 0), into: &out)
            if bad > 0 { shape("r1", part, dashes: (bad, 100 - bad, bad - 100), into: &out) }
        }
        if part.state == .critical || part.state == .warning {
            out.raw("<text class=\"h "); out.trusted(part.state == .critical ? "xc" : "xw"); out.raw("\" y=\"4\" text-anchor=\"middle\">")
            out.text(part.failing.flatMap { $0 >= 0.005 ? Words.percent($0) : nil } ?? "!"); out.raw("</text>")
        } else if part.isFunction {
            out.raw("<text y=\"4\" text-anchor=\"middle\">fn</text>")
        }
        var line = 38
        for text in Self.lines(part.title) {
            out.raw("<text class=\"h\" y=\""); out.number(line); out.raw("\" text-anchor=\"middle\">"); out.text(text); out.raw("</text>")
            line += 13
        }
        out.raw("<text y=\""); out.number(line); out.raw("\" text-anchor=\"middle\">"); out.text(part.facts.isEmpty ? part.kind : part.facts); out.raw("</text></svg>")
    }

    private func shape(_ name: StaticString, _ part: MapPicture.Part, dashes: (Int, Int, Int)?, into out: inout Markup) {
        out.trusted(part.isFunction ? "<circle class=\"" : "<rect class=\""); out.raw(name)
        out.trusted(part.isFunction ? "\" r=\"20\"" : "\" x=\"-19\" y=\"-19\" width=\"38\" height=\"38\" rx=\"3\"")
        if let dashes {
            // The way around in hundredths of a pixel: HTML checkers do not know pathLength, which would count it as 100.
            let around = part.isFunction ? 12_566 : 14_685
            out.raw(" fill=\"none\" stroke-dasharray=\""); out.hundredths(dashes.0 * around / 100); out.raw(" "); out.hundredths(dashes.1 * around / 100)
            if dashes.2 != 0 { out.raw("\" stroke-dashoffset=\""); out.hundredths(dashes.2 * around / 100) }
            out.trusted(part.isFunction ? "\" transform=\"rotate(-90)\"" : "\"")
        }
        out.raw("/>")
    }

    /// A name in at most two lines, broken where its words end; the table and the tree have all of it.
    static func lines(_ title: String) -> [String] {
        let letters = Array(title.replacing("\n", with: " ").prefix(200))
        guard letters.count > lineLimit else { return [String(letters)] }
        let isBreak = { (at: Int) in "-_./: ".contains(letters[at - 1]) || letters[at].isUppercase && letters[at - 1].isLowercase }
        let at = (4...lineLimit).last(where: isBreak) ?? lineLimit
        let rest = letters[at...]
        return [String(letters[..<at]), rest.count <= lineLimit ? String(rest) : String(rest.prefix(lineLimit - 1)) + "…"]
    }
}
