/// The path of a message, left to right: a box a hop, an arrow a flow. The one place on the site where a box means a thing.
package struct PipelineStrip: Sendable {
    package struct Hop: Sendable {
        package struct Fact: Sendable {
            package var name: String
            package var value: String
            package var tone: StateMark?
            package init(_ name: String, _ value: String, tone: StateMark? = nil) { self.name = name; self.value = value; self.tone = tone }
        }
        /// `FIFO queue`, `Function`.
        package var kind: String
        package var name: String
        package var state: StateMark
        package var word: String?
        package var facts: [Fact]
        /// The arrow that leads here; the first hop has none.
        package var flow: Flow?

        package init(kind: String, name: String, state: StateMark, word: String? = nil, facts: [Fact] = [], flow: Flow? = nil) {
            self.kind = kind
            self.name = name
            self.state = state
            self.word = word
            self.facts = facts
            self.flow = flow
        }
    }

    package struct Flow: Sendable {
        package enum Condition: Sendable { case flows, failing, nothing }
        /// `6.7 / min`
        package var rate: String
        /// `accepted`, `deleted`
        package var verb: String
        package var condition: Condition
        package init(_ rate: String, _ verb: String, _ condition: Condition = .flows) { self.rate = rate; self.verb = verb; self.condition = condition }
    }

    package var label: String
    package var hops: [Hop]

    package init(label: String, hops: [Hop]) { self.label = label; self.hops = hops }

    package func write(into out: inout Markup) {
        out.raw("<ol class=\"pipe\" aria-label=\""); out.text(label); out.raw("\">\n")
        for (index, hop) in hops.enumerated() {
            out.raw("<li>")
            if index > 0 {
                let flow = hop.flow
                out.raw("<span class=\"flow")
                switch flow?.condition {
                case .nothing: out.raw(" no")
                case .failing: out.raw(" bad")
                case .flows, nil: break
                }
                out.raw("\">"); out.text(flow?.rate ?? "–"); out.raw(" <small>"); out.text(flow?.verb ?? "not measured"); out.raw("</small></span>")
            }
            out.raw("<div class=\"hop")
            if hop.state == .critical || hop.state == .warning { out.raw(" "); out.trusted(hop.state.tone) }
            out.raw("\"><div class=\"hd\"><span><span class=\"k\">"); out.text(hop.kind); out.raw("</span><span class=\"nm\">"); out.text(hop.name)
            out.raw("</span></span>"); out.state(hop.state, word: hop.word); out.raw("</div>")
            if !hop.facts.isEmpty {
                out.raw("<dl>")
                for fact in hop.facts {
                    out.raw("<div><dt>"); out.text(fact.name); out.raw("</dt><dd")
                    if fact.tone == .critical || fact.tone == .warning { out.raw(" class=\""); out.trusted(fact.tone?.tone ?? ""); out.raw("\"") }
                    out.raw(">"); out.text(fact.value); out.raw("</dd></div>")
                }
                out.raw("</dl>")
            }
            out.raw("</div></li>\n")
        }
        out.raw("</ol>\n")
    }
}
