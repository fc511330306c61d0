import Telemetry

/// Durations over time: a column a stretch of time, a row a bin, darker is more. Five steps of one hue, so it prints.
package struct HeatStrip: Sendable {
    package var title: Phrase
    package var word: Phrase
    /// One histogram a column, oldest first; nothing where there is no data.
    package var columns: [LogHistogram?]
    package var start: Timestamp
    package var period: Int64
    package var takeaway: Phrase?

    package init(title: Phrase, word: Phrase, columns: [LogHistogram?], start: Timestamp, period: Int64, takeaway: Phrase? = nil) {
        self.title = title
        self.word = word
        self.columns = columns
        self.start = start
        self.period = max(1, period)
        self.takeaway = takeaway
    }

    package func write(axis: TimeAxis, clock: TenantClock, into out: inout Markup) {
        let range = HistogramChart.range(of: columns.compactMap { $0 })
        let rows = max(1, range.count), height = rows * 14
        let most = max(1, columns.compactMap { $0?.counts.values.max() }.max() ?? 1)
        let steps = Self.steps(upTo: most)
        out.raw("<figure class=\"chart\"><figcaption><h3>"); out.text(title); out.raw(" <small>"); out.text(word); out.raw("</small></h3><div class=\"key\"><span class=\"c1\"><em>")
        out.text("1–\(Words.count(steps[0]))")
        out.raw("</em></span><svg class=\"plot\" width=\"60\" height=\"10\" aria-hidden=\"true\"><rect class=\"q o1\" width=\"11\" height=\"10\"/><rect class=\"q o2\" x=\"12\" width=\"11\" height=\"10\"/><rect class=\"q o3\" x=\"24\" width=\"11\" height=\"10\"/><rect class=\"q o4\" x=\"36\" width=\"11\" height=\"10\"/><rect class=\"q\" x=\"48\" width=\"11\" height=\"10\"/></svg><em>")
        out.text("\(Words.count(steps[3] + 1))+ runs"); out.raw("</em></div>")
        if let takeaway { out.raw("<p class=\"tk\">"); out.text(takeaway); out.raw("</p>") }
        out.raw("</figcaption><div class=\"hm\"><svg class=\"plot yl\" height=\""); out.number(height + 20); out.raw("\" aria-hidden=\"true\">")
        for (index, bin) in range.enumerated() where index % 3 == 0 {
            out.raw("<text x=\"46\" y=\""); out.number(height - index * 14 - 3); out.raw("\" text-anchor=\"end\">"); out.text(Words.duration(LogHistogram.edge(bin))); out.raw("</text>")
        }
        out.raw("</svg><svg class=\"plot\" height=\""); out.number(height + 20); out.raw("\" role=\"img\" aria-label=\""); out.text(sentence(range, clock)); out.raw("\">")
        let slot = 10_000 / max(1, columns.count)
        for (index, column) in columns.enumerated() where column == nil {
            out.raw("<rect class=\"gap\" x=\""); out.percent(Double(index) / Double(columns.count)); out.raw("\" width=\""); out.percent(1 / Double(columns.count))
            out.raw("\" y=\"0\" height=\""); out.number(height); out.raw("\"/>")
        }
        out.raw("<svg width=\"100%\" height=\""); out.number(height); out.raw("\" viewBox=\"0 0 1000 "); out.number(height); out.raw("\" preserveAspectRatio=\"none\">")
        for (step, name) in ["f1 o1", "f1 o2", "f1 o3", "f1 o4", "f1"].enumerated() {
            var isOpen = false
            for (index, column) in columns.enumerated() {
                guard let column else { continue }
                for (row, bin) in range.enumerated() {
                    guard let count = column.counts[bin], count > 0, Self.step(count, steps) == step else { continue }
                    if !isOpen { out.raw("<path class=\""); out.trusted(name); out.raw("\" d=\""); isOpen = true }
                    out.raw("M"); out.tenths(index * slot); out.raw(" "); out.number(height - (row + 1) * 14); out.raw("h"); out.tenths(slot * 93 / 100)
                    out.raw("v13h"); out.tenths(-(slot * 93 / 100)); out.raw("z")
                }
            }
            if isOpen { out.raw("\"/>") }
        }
        out.raw("</svg>")
        axis.write(base: height, into: &out)
        out.raw("</svg></div></figure>\n")
    }

    /// Upper counts of the first four steps; what is above is the darkest.
    private static func steps(upTo most: Int) -> [Int] {
        [most / 20, most / 8, most / 4, most / 2].enumerated().map { max($0.offset + 1, $0.element) }
    }

    private static func step(_ count: Int, _ steps: [Int]) -> Int { steps.firstIndex { count <= $0 } ?? 4 }

    private func sentence(_ range: Range<Int>, _ clock: TenantClock) -> Phrase {
        let total = columns.reduce(0) { $0 + ($1?.total ?? 0) }
        let missing = columns.filter { $0 == nil }.count
        let low = Words.duration(LogHistogram.edge(range.lowerBound)), high = Words.duration(LogHistogram.edge(range.upperBound))
        let whole: Phrase = "Heat map of \(Words.midSentence(title)) from \(clock.moment(start)), \(Words.span(period)) a column, from \(low) to \(high): \(Words.count(total)) runs."
        return whole + (missing > 0 ? " \(Words.plural(missing, "column")) without data." : "")
    }
}
