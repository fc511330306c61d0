/// Thirty days as thirty strokes: the height is the worst state of the day, and shape tells them apart without colour.
package struct DayStrip: Sendable {
    package enum Day: String, Hashable, Codable, Sendable { case ok, warning, critical, noData }
    package var days: [Day]
    /// Names single days in the label: `28 Aug`; as many as there are days, or none.
    package var names: [String]

    package init(_ days: [Day], names: [String] = []) {
        self.days = days
        self.names = names
    }

    package func write(into out: inout Markup) {
        let width = max(1, days.count * 4 - 1)
        out.raw("<svg class=\"up\" width=\""); out.number(width); out.raw("\" height=\"16\" role=\"img\" aria-label=\""); out.text(sentence); out.raw("\">")
        path("u0", .ok, into: &out) { runs, out in
            for (from, to) in runs { out.raw("M"); out.number(from * 4); out.raw(" 13.5H"); out.number(to * 4 - 1) }
        }
        path("u1", .warning, into: &out) { runs, out in
            for (from, to) in runs { for day in from..<to { out.raw("M"); out.number(day * 4); out.raw(" 16V7h3v9z") } }
        }
        path("u2", .critical, into: &out) { runs, out in
            for (from, to) in runs { for day in from..<to { out.raw("M"); out.number(day * 4); out.raw(" 16V0h3v16z") } }
        }
        path("u3", .noData, into: &out) { runs, out in
            for (from, to) in runs { for day in from..<to { out.raw("M"); out.tenths(day * 40 + 5); out.raw(" 15.5h2") } }
        }
        out.raw("</svg>")
    }

    package var sentence: Phrase {
        let counts: [(Day, Phrase)] = [(.ok, "OK"), (.warning, "warning"), (.critical, "critical"), (.noData, "without data")]
        let parts = counts.compactMap { state, word -> Phrase? in
            let hits = days.indices.filter { days[$0] == state }
            guard !hits.isEmpty else { return nil }
            guard state != .ok, hits.count <= 3, names.count == days.count else { return "\(hits.count) \(word)" }
            return "\(hits.count) \(word) on \(Words.list(hits.map { names[$0] }))"
        }
        if parts.count == 1, days.first == .ok { return "\(days.count) days OK" }
        return "\(days.count) days: \(parts.joined(separator: ", "))"
    }

    private func path(_ name: StaticString, _ state: Day, into out: inout Markup, draw: ([(Int, Int)], inout Markup) -> Void) {
        var runs: [(Int, Int)] = []
        for (index, day) in days.enumerated() where day == state {
            if let last = runs.last, last.1 == index { runs[runs.count - 1].1 = index + 1 } else { runs.append((index, index + 1)) }
        }
        guard !runs.isEmpty else { return }
        out.raw("<path class=\""); out.raw(name); out.raw("\" d=\""); draw(runs, &out); out.raw("\"/>")
    }
}
