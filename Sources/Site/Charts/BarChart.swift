import Telemetry

/// Counts per bucket, stacked: the good first, the bad on top.
package struct BarChart: Sendable {
    package enum Tone: Sendable { case good, bad, warning, throttle }
    package struct Stack: Sendable {
        package var label: Phrase
        package var tone: Tone
        package var values: [Double]
        package init(_ label: Phrase, _ tone: Tone, _ values: [Double]) { self.label = label; self.tone = tone; self.values = values }
    }

    package var title: Phrase
    /// Names the bucket: `runs that failed, per 5 min`.
    package var word: Phrase
    package var start: Timestamp
    package var period: Int64
    package var stacks: [Stack]
    package var gaps: [ChartGap]
    package var takeaway: Phrase?

    package init(title: Phrase, word: Phrase, start: Timestamp, period: Int64, stacks: [Stack], gaps: [ChartGap] = [], takeaway: Phrase? = nil) {
        self.title = title
        self.word = word
        self.start = start
        self.period = max(1, period)
        self.stacks = stacks
        self.gaps = gaps
        self.takeaway = takeaway
    }

    package func write(frame: ChartFrame, into out: inout Markup) {
        let count = stacks.map(\.values.count).max() ?? 0
        let merged = Self.merged(stacks, count: count, budget: 150)
        let unit = ChartUnit(.count, word: word)
        let scale = ChartScale(greatest: merged.totals.max() ?? 0, headroom: 1.15)
        out.raw("<figure class=\"chart\"><figcaption><h3>"); out.text(title); out.raw(" <small>"); out.text(word)
        out.raw("</small></h3><div class=\"key\">")
        for stack in stacks {
            out.raw("<span class=\""); out.trusted(stack.tone.key); out.raw("\"><i class=\"bx\"></i><em>"); out.text(stack.label); out.raw(" <b>")
            out.text(Words.count(Self.sum(stack.values))); out.raw("</b></em></span>")
        }
        out.raw("</div>")
        if let takeaway { out.raw("<p class=\"tk\">"); out.text(takeaway); out.raw("</p>") }
        out.raw("</figcaption>\n<svg class=\"plot\" height=\""); out.number(frame.height + 20); out.raw("\" role=\"img\" aria-label=\"")
        out.text(sentence(frame)); out.raw("\">")
        frame.writeBackground(gaps: gaps, into: &out)
        frame.writeGrid(scale, into: &out)
        out.raw("<svg width=\"100%\" height=\""); out.number(frame.height); out.raw("\" viewBox=\"0 0 1000 "); out.number(frame.height)
        out.raw("\" preserveAspectRatio=\"none\" overflow=\"visible\">")
        for (index, stack) in merged.stacks.enumerated() {
            let below = merged.stacks.prefix(index)
            out.raw("<path class=\""); out.trusted(stack.tone.fill); out.raw("\" d=\"")
            let columns = max(1, stack.values.count)
            let slot = 10_000 / columns, width = max(4, slot * 3 / 4)
            for (column, value) in stack.values.enumerated() where value > 0 {
                let base = below.reduce(0) { $0 + ($1.values[column].isNaN ? 0 : $1.values[column]) }
                let bottom = scale.y(base, height: frame.height), top = scale.y(base + value, height: frame.height)
                out.raw("M"); out.tenths(column * 10_000 / columns + (slot - width) / 2); out.raw(" "); out.tenths(bottom)
                // One event is still visible beside a thousand.
                out.raw("V"); out.tenths(min(top, bottom - 10)); out.raw("h"); out.tenths(width); out.raw("V"); out.tenths(bottom); out.raw("z")
            }
            out.raw("\"/>")
        }
        out.raw("</svg>")
        frame.writeTickLabels(scale, percent: false, into: &out)
        frame.writeForeground(gaps: gaps, labelsMarkers: false, into: &out)
        out.raw("</svg>")
        ChartTable(title: title, unit: unit, start: start, period: period, columns: stacks.map { ($0.label, $0.values) }).write(frame: frame, into: &out)
        out.raw("</figure>\n")
    }

    static func sum(_ values: [Double]) -> Double { values.reduce(0) { $1.isNaN ? $0 : $0 + $1 } }

    /// At most `budget` bars: neighbours are added up, which loses no event.
    private static func merged(_ stacks: [Stack], count: Int, budget: Int) -> (stacks: [Stack], totals: [Double]) {
        let stride = max(1, (count + budget - 1) / budget)
        let columns = (count + stride - 1) / stride
        var totals = Array(repeating: 0.0, count: columns)
        let merged = stacks.map { stack in
            var values = Array(repeating: Double.nan, count: columns)
            for (row, value) in stack.values.enumerated() where !value.isNaN {
                values[row / stride] = (values[row / stride].isNaN ? 0 : values[row / stride]) + value
                totals[row / stride] += value
            }
            return Stack(stack.label, stack.tone, values)
        }
        return (merged, totals)
    }

    private func sentence(_ frame: ChartFrame) -> Phrase {
        var text: Phrase = "\(title), \(word), from \(frame.clock.moment(frame.axis.window.start)) to \(frame.clock.moment(frame.axis.window.end))."
        for stack in stacks {
            let sum = Self.sum(stack.values)
            guard sum > 0 else { text += " \(stack.label): 0 in all."; continue }
            let peak = stack.values.enumerated().max { ($0.element.isNaN ? 0 : $0.element) < ($1.element.isNaN ? 0 : $1.element) }
            text += peak.map { " \(stack.label): \(Words.count(sum)) in all, most at \(frame.clock.moment(start + Int64($0.offset) * period)) with \(Words.count($0.element))." } ?? " \(stack.label): \(Words.count(sum)) in all."
        }
        return text + frame.sentence(of: gaps)
    }
}

extension BarChart.Tone {
    var fill: String {
        switch self {
        case .good: "f3"
        case .bad: "f-crit"
        case .warning: "f-warn"
        case .throttle: "f-vio"
        }
    }
    var key: String {
        switch self {
        case .good: "c3"
        case .bad: "c-crit"
        case .warning: "c-warn"
        case .throttle: "c-vio"
        }
    }
}
