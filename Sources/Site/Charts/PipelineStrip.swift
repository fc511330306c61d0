/// The path of a message, left to right: a box a hop, a column for all that the same things feed, an arrow for what flows between columns.
/// The one place on the site where a box means a thing.
package struct PipelineStrip: Sendable {
    package struct Hop: Sendable {
        package struct Fact: Sendable {
            package var name: Phrase
            package var value: Phrase
            package var tone: StateMark?
            package init(_ name: Phrase, _ value: Phrase, tone: StateMark? = nil) { self.name = name; self.value = value; self.tone = tone }
        }
        /// `FIFO queue`, `Function`.
        package var kind: Phrase
        package var name: String
        /// Nothing for a part of a pattern, which is nobody's resource.
        package var state: StateMark?
        package var word: Phrase?
        package var facts: [Fact]
        /// What it does, in a few words.
        package var note: String
        /// Its own page, relative to this one; nothing where it has none.
        package var href: String?

        package init(kind: Phrase, name: String, state: StateMark?, word: Phrase? = nil, facts: [Fact] = [], note: String = "", href: String? = nil) {
            self.kind = kind
            self.name = name
            self.state = state
            self.word = word
            self.facts = facts
            self.note = note
            self.href = href
        }
    }

    /// Hops that stand side by side: none of them feeds another.
    package struct Column: Sendable {
        /// The worst first.
        package var hops: [Hop]
        /// The arrow that leads here; the first column has none.
        package var flow: Flow?
        package init(_ hops: [Hop], flow: Flow? = nil) { self.hops = hops; self.flow = flow }
    }

    package struct Flow: Sendable {
        package enum Condition: Sendable { case flows, failing, nothing }
        /// `6.7 / min`
        package var rate: Phrase
        /// `accepted`, `deleted`
        package var verb: Phrase
        package var condition: Condition
        package init(_ rate: Phrase, _ verb: Phrase, _ condition: Condition = .flows) { self.rate = rate; self.verb = verb; self.condition = condition }
    }

    package var label: Phrase
    package var columns: [Column]

    package init(label: Phrase, columns: [Column]) { self.label = label; self.columns = columns }

    /// More than six boxes in a row are too narrow to read; the rest goes on below.
    package static func rows(label: Phrase, columns: [Column]) -> [PipelineStrip] {
        let rows = (columns.count + 5) / 6, size = (columns.count + rows - 1) / max(1, rows)
        return (0..<rows).map { row in
            PipelineStrip(label: rows > 1 ? "\(label), part \(row + 1) of \(rows)" : label, columns: Array(columns[min(columns.count, row * size)..<min(columns.count, (row + 1) * size)]))
        }
    }

    /// More boxes than these in a column are folded, unless they are in trouble; and of very many most are only counted.
    private static let mostInColumn = 4, mostInTrouble = 8, mostFolded = 12

    package func write(into out: inout Markup) {
        out.raw("<ol class=\"pipe\" aria-label=\""); out.text(label); out.raw("\">\n")
        for (index, column) in columns.enumerated() {
            out.raw("<li>")
            if index > 0 { write(column.flow, into: &out) }
            if column.hops.count == 1 { write(column.hops[0], into: &out) } else { writeStack(column.hops, into: &out) }
            out.raw("</li>\n")
        }
        out.raw("</ol>\n")
    }

    private func writeStack(_ hops: [Hop], into out: inout Markup) {
        let shown = hops.prefix(hops.count <= Self.mostInColumn ? hops.count : max(Self.mostInColumn - 1, min(Self.mostInTrouble, hops.count { $0.state?.needsAttention == true })))
        let folded = hops.dropFirst(shown.count)
        out.raw("<div class=\"hops\">")
        for hop in shown { write(hop, into: &out) }
        if !folded.isEmpty {
            out.raw("<details><summary>"); out.text("and \(folded.count) more, \(Self.states(of: folded))"); out.raw("</summary>")
            for hop in folded.prefix(Self.mostFolded) { write(hop, into: &out) }
            if folded.count > Self.mostFolded { out.note("\(Words.count(folded.count - Self.mostFolded)) more are not drawn.") }
            out.raw("</details>")
        }
        out.raw("</div>")
    }

    /// `all OK`, `2 OK and 1 asleep`
    private static func states(of hops: ArraySlice<Hop>) -> Phrase {
        let states = Set(hops.compactMap(\.state)).sorted()
        if let only = states.first, states.count == 1 { return "all \(Words.midSentence(only.word))" }
        return Words.list(states.map { state -> Phrase in "\(hops.count { $0.state == state }) \(Words.midSentence(state.word))" })
    }

    private func write(_ flow: Flow?, into out: inout Markup) {
        out.raw("<span class=\"flow")
        switch flow?.condition {
        case .nothing: out.raw(" no")
        case .failing: out.raw(" bad")
        case .flows, nil: break
        }
        out.raw("\">"); out.text(flow?.rate ?? "–")
        let verb: Phrase = flow?.verb ?? "not measured"
        if !verb.isEmpty { out.raw(" <small>"); out.text(verb); out.raw("</small>") }
        out.raw("</span>")
    }

    private func write(_ hop: Hop, into out: inout Markup) {
        out.raw("<div class=\"hop")
        if let state = hop.state, state == .critical || state == .warning { out.raw(" "); out.trusted(state.tone) }
        out.raw("\"><div class=\"hd\"><span><span class=\"k\">"); out.text(hop.kind); out.raw("</span><span class=\"nm\">")
        if let href = hop.href { out.link(hop.name, href) } else { out.text(hop.name) }
        out.raw("</span></span>")
        if let state = hop.state { out.state(state, word: hop.word) }
        out.raw("</div>")
        if !hop.note.isEmpty { out.raw("<p class=\"sm soft\">"); out.text(hop.note); out.raw("</p>") }
        if !hop.facts.isEmpty {
            out.raw("<dl>")
            for fact in hop.facts {
                out.raw("<div><dt>"); out.text(fact.name); out.raw("</dt><dd")
                if fact.tone == .critical || fact.tone == .warning { out.raw(" class=\""); out.trusted(fact.tone?.tone ?? ""); out.raw("\"") }
                out.raw(">"); out.text(fact.value); out.raw("</dd></div>")
            }
            out.raw("</dl>")
        }
        out.raw("</div>")
    }
}
