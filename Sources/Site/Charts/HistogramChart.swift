import Telemetry

/// The shape of a distribution: logarithmic bins, warm runs up and cold runs down, percentiles as dotted lines.
package struct HistogramChart: Sendable {
    package var title: Phrase
    package var word: Phrase
    package var warm: LogHistogram
    /// Nothing where cold and warm cannot be told apart.
    package var cold: LogHistogram?
    /// Seconds; exact where they are known, from bins where not.
    package var percentiles: [(label: String, seconds: Double)]
    package var takeaway: Phrase?

    package init(title: Phrase, word: Phrase, warm: LogHistogram, cold: LogHistogram? = nil, percentiles: [(label: String, seconds: Double)] = [],
                 takeaway: Phrase? = nil) {
        self.title = title
        self.word = word
        self.warm = warm
        self.cold = cold
        self.percentiles = percentiles
        self.takeaway = takeaway
    }

    package func write(into out: inout Markup) {
        let range = Self.range(of: [warm, cold ?? LogHistogram()])
        let coldTotal = cold?.total ?? 0, total = warm.total + coldTotal
        let upper = coldTotal > 0 ? 118 : 90, height = coldTotal > 0 ? 170 : 90
        out.raw("<figure class=\"chart\"><figcaption><h3>"); out.text(title); out.raw(" <small>"); out.text(word); out.raw("</small></h3><div class=\"key\">")
        if coldTotal > 0 {
            out.raw("<span class=\"c2\"><i class=\"bx\"></i><em>"); out.text("Warm \(bold: .verbatim(Words.percent(Double(warm.total) / Double(max(1, total)))))")
            out.raw("</em></span><span class=\"c1\"><i class=\"bx\"></i><em>"); out.text("Cold \(bold: .verbatim(Words.percent(Double(coldTotal) / Double(max(1, total))))), own scale")
            out.raw("</em></span>")
        }
        for percentile in percentiles {
            out.raw("<span><em>"); out.text(percentile.label); out.raw(" <b>"); out.text(Words.duration(percentile.seconds)); out.raw("</b></em></span>")
        }
        out.raw("</div>")
        if let takeaway { out.raw("<p class=\"tk\">"); out.text(takeaway); out.raw("</p>") }
        out.raw("</figcaption><svg class=\"plot\" height=\""); out.number(height + 20); out.raw("\" role=\"img\" aria-label=\""); out.text(sentence)
        out.raw("\"><svg width=\"100%\" height=\""); out.number(height); out.raw("\" viewBox=\"0 0 1000 "); out.number(height)
        out.raw("\" preserveAspectRatio=\"none\">")
        bars(warm, range: range, name: coldTotal > 0 ? "f2" : "f3", base: upper * 10, reach: -(upper - 18) * 10, into: &out)
        if let cold, coldTotal > 0 { bars(cold, range: range, name: "f1", base: (upper + 2) * 10, reach: 460, into: &out) }
        out.raw("</svg><line class=\"z\" x2=\"100%\" y1=\""); out.number(upper + 1); out.raw("\" y2=\""); out.number(upper + 1); out.raw("\"/>")
        for percentile in percentiles {
            let at = Self.share(percentile.seconds, in: range)
            out.raw("<line class=\"mk\" x1=\""); out.percent(at); out.raw("\" x2=\""); out.percent(at); out.raw("\" y1=\"0\" y2=\""); out.number(upper)
            out.raw("\"/><text x=\""); out.percent(at); out.raw("\" dx=\"4\" y=\"10\">"); out.text(percentile.label); out.raw("</text>")
        }
        let step = max(1, range.count / 6)
        for (index, bin) in range.enumerated() where index % step == 0 {
            out.raw("<text x=\""); out.percent(Double(index) / Double(range.count)); out.raw("\" y=\""); out.number(height + 16); out.raw("\"")
            if index / step % 2 == 1 { out.raw(" class=\"opt\"") }
            out.raw(">"); out.text(Words.duration(LogHistogram.edge(bin))); out.raw("</text>")
        }
        if coldTotal > 0 {
            out.raw("<text x=\"100%\" y=\"110\" text-anchor=\"end\">"); out.text("warm"); out.raw("</text><text x=\"100%\" y=\"134\" text-anchor=\"end\">"); out.text("cold"); out.raw("</text>")
        }
        out.raw("</svg>")
        table(range, into: &out)
        out.raw("</figure>\n")
    }

    /// The histogram the size of a table cell. All of one table share the range, so that shapes can be compared.
    package static func small(warm: LogHistogram, cold: LogHistogram?, range: Range<Int>, into out: inout Markup) {
        let tallest = max(1, range.map { (warm.counts[$0] ?? 0) + (cold?.counts[$0] ?? 0) }.max() ?? 1)
        out.raw("<svg class=\"plot hg\" width=\""); out.number(max(1, range.count * 6)); out.raw("\" height=\"26\" aria-hidden=\"true\"><path class=\"f2\" d=\"")
        func height(_ count: Int) -> Int { count == 0 ? 0 : max(10, 260 * count / tallest) }
        for (index, bin) in range.enumerated() {
            guard let count = warm.counts[bin], count > 0 else { continue }
            out.raw("M"); out.number(index * 6); out.raw(" 26v"); out.tenths(-height(count)); out.raw("h5v"); out.tenths(height(count)); out.raw("z")
        }
        out.raw("\"/>")
        if let cold, !cold.isEmpty {
            out.raw("<path class=\"f1\" d=\"")
            for (index, bin) in range.enumerated() {
                guard let count = cold.counts[bin], count > 0 else { continue }
                out.raw("M"); out.number(index * 6); out.raw(" "); out.tenths(260 - height(warm.counts[bin] ?? 0)); out.raw("v"); out.tenths(-height(count))
                out.raw("h5v"); out.tenths(height(count)); out.raw("z")
            }
            out.raw("\"/>")
        }
        out.raw("</svg>")
    }

    /// Bins from the first that is used to the last, at least eight.
    package static func range(of histograms: [LogHistogram]) -> Range<Int> {
        let used = histograms.flatMap { $0.counts.filter { $0.value > 0 }.keys }
        guard let first = used.min(), let last = used.max() else { return 0..<8 }
        return first..<max(last + 1, min(LogHistogram.binCount, first + 8))
    }

    static func share(_ seconds: Double, in range: Range<Int>) -> Double {
        let bin = LogHistogram.bin(of: seconds)
        let lower = LogHistogram.edge(bin), width = lower * (LogHistogram.factor - 1)
        let inside = width > 0 ? max(0, min(1, (seconds - lower) / width)) : 0
        return max(0, min(1, (Double(bin - range.lowerBound) + inside) / Double(max(1, range.count))))
    }

    private func bars(_ histogram: LogHistogram, range: Range<Int>, name: StaticString, base: Int, reach: Int, into out: inout Markup) {
        let tallest = max(1, range.compactMap { histogram.counts[$0] }.max() ?? 1)
        let slot = 10_000 / max(1, range.count)
        out.raw("<path class=\""); out.raw(name); out.raw("\" d=\"")
        for (index, bin) in range.enumerated() {
            guard let count = histogram.counts[bin], count > 0 else { continue }
            let height = reach * count / tallest
            out.raw("M"); out.tenths(index * slot + slot * 6 / 100); out.raw(" "); out.tenths(base)
            out.raw("V"); out.tenths(base + (abs(height) < 10 ? (reach < 0 ? -10 : 10) : height))
            out.raw("h"); out.tenths(slot * 88 / 100); out.raw("V"); out.tenths(base); out.raw("z")
        }
        out.raw("\"/>")
    }

    private func table(_ range: Range<Int>, into out: inout Markup) {
        out.raw("<details><summary>"); out.text("Data table"); out.raw("</summary><table class=\"t tight\"><caption>"); out.text("\(title), runs per bin.")
        out.raw("</caption><thead><tr><th scope=\"col\">"); out.text("From"); out.raw("</th><th scope=\"col\" class=\"n\">"); out.text(cold == nil ? "Runs" : "Warm")
        out.raw("</th>")
        if cold != nil { out.raw("<th scope=\"col\" class=\"n\">"); out.text("Cold"); out.raw("</th>") }
        out.raw("</tr></thead><tbody>")
        for bin in range {
            out.raw("<tr><th scope=\"row\">"); out.text(Words.duration(LogHistogram.edge(bin))); out.raw("</th><td class=\"n\">")
            out.text(Words.count(warm.counts[bin] ?? 0)); out.raw("</td>")
            if let cold { out.raw("<td class=\"n\">"); out.text(Words.count(cold.counts[bin] ?? 0)); out.raw("</td>") }
            out.raw("</tr>")
        }
        out.raw("</tbody></table></details>")
    }

    private var sentence: Phrase {
        func peak(_ histogram: LogHistogram) -> Phrase? {
            histogram.counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
                .map { "\(Words.duration(LogHistogram.edge($0.key))) to \(Words.duration(LogHistogram.edge($0.key + 1)))" }
        }
        var text: Phrase = "Histogram of \(Words.midSentence(title)), logarithmic."
        if let warm = peak(warm) { text += cold == nil ? " Most runs take \(warm)." : " Most warm runs take \(warm)." }
        if let cold = cold.flatMap({ peak($0) }) { text += " Most cold runs take \(cold)." }
        if !percentiles.isEmpty { text += " \(percentiles.map { "\($0.label) \(Words.duration($0.seconds))" }.joined(separator: ", "))." }
        return text
    }
}
