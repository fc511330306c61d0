/// One bar of a waterfall: total, own time, failed attempts, waiting. Times are seconds from the first byte.
package struct WaterfallRow: Sendable {
    package var total: ClosedRange<Double>
    package var selfTimes: [ClosedRange<Double>]
    package var failed: [ClosedRange<Double>]
    /// Dwell or back-off: hatched.
    package var waiting: [ClosedRange<Double>]
    /// At the left of the bar: `1st try throttled`.
    package var note: Phrase?
    /// No end is known: the right edge stays open.
    package var isOpen: Bool
    /// Nobody says that it belongs here: drawn with dashed outlines.
    package var isGuess = false

    package init(total: ClosedRange<Double>, selfTimes: [ClosedRange<Double>] = [], failed: [ClosedRange<Double>] = [],
                 waiting: [ClosedRange<Double>] = [], note: Phrase? = nil, isOpen: Bool = false) {
        self.total = total
        self.selfTimes = selfTimes
        self.failed = failed
        self.waiting = waiting
        self.note = note
        self.isOpen = isOpen
    }

    /// Grid lines help in a short waterfall; in a long one they would outweigh the bars.
    package func write(scale: WaterfallScale, drawsGrid: Bool = true, into out: inout Markup) {
        out.raw("<svg class=\"plot\" height=\"18\" aria-hidden=\"true\">")
        for tick in drawsGrid ? scale.ticks : [] {
            out.raw("<line class=\"g\" x1=\""); out.percent(tick / scale.length); out.raw("\" x2=\""); out.percent(tick / scale.length); out.raw("\" y2=\"18\"/>")
        }
        if isOpen { outline(scale, into: &out) } else if waiting != [total] || !selfTimes.isEmpty || !failed.isEmpty { rect("e3", total, scale, into: &out) }
        for part in selfTimes { rect("e1", part, scale, into: &out) }
        for part in failed { rect("e-crit", part, scale, into: &out) }
        for part in waiting { rect("dw", part, scale, into: &out) }
        if let note {
            let left = total.lowerBound / scale.length
            if left > 0.3 {
                out.raw("<text x=\""); out.percent(left); out.raw("\" dx=\"-5\" y=\"13\" text-anchor=\"end\" class=\"opt\">")
            } else {
                out.raw("<text x=\""); out.percent(min(1, total.upperBound / scale.length)); out.raw("\" dx=\"5\" y=\"13\" class=\"opt\">")
            }
            out.text(note); out.raw("</text>")
        }
        out.raw("</svg>")
    }

    /// Three sides: where it ended is not known.
    private func outline(_ scale: WaterfallScale, into out: inout Markup) {
        let start = max(0, min(1, total.lowerBound / scale.length)), end = max(start + 0.01, min(1, total.upperBound / scale.length))
        for (left, right, top, bottom) in [(start, start, 4, 14), (start, end, 4, 4), (start, end, 14, 14)] {
            out.raw("<line class=\"e3\" x1=\""); out.percent(left); out.raw("\" x2=\""); out.percent(right)
            out.raw("\" y1=\""); out.number(top); out.raw("\" y2=\""); out.number(bottom); out.raw("\"/>")
        }
    }

    private func rect(_ name: StaticString, _ part: ClosedRange<Double>, _ scale: WaterfallScale, into out: inout Markup) {
        let start = max(0, min(1, part.lowerBound / scale.length)), end = max(start, min(1, part.upperBound / scale.length))
        out.raw("<rect class=\""); out.raw(name); out.raw("\" x=\""); out.percent(start); out.raw("\" width=\"")
        // A sliver of 0.15 % keeps the shortest call visible.
        out.percent(max(0.0015, end - start)); out.trusted(isGuess ? "\" y=\"4\" height=\"10\" stroke=\"currentColor\" stroke-dasharray=\"3 2\" fill-opacity=\".45\"/>" : "\" y=\"4\" height=\"10\"/>")
    }
}

/// The shared clock of a waterfall: from the first byte, in round steps.
package struct WaterfallScale: Sendable {
    package let length: Double
    package let ticks: [Double]

    package init(seconds: Double) {
        length = seconds.isFinite && seconds > 0 ? seconds * 1.02 : 1
        let step = ChartScale.round(length / 7), reach = length
        ticks = (0...8).map { Double($0) * step }.filter { $0 <= reach }
    }

    package func writeHead(into out: inout Markup) {
        out.raw("<svg class=\"plot\" height=\"14\" aria-hidden=\"true\">")
        for (index, tick) in ticks.enumerated() {
            out.raw("<text x=\""); out.percent(tick / length); out.raw("\" y=\"11\" text-anchor=\"")
            out.trusted(index == 0 ? "start" : tick / length > 0.97 ? "end" : "middle"); out.raw("\"")
            if index % 2 == 1 { out.raw(" class=\"opt\"") }
            out.raw(">"); out.text(Words.decimal(tick * 1_000, places: 2)); out.raw("</text>")
        }
        out.raw("</svg>")
    }
}
