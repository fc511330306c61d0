import Telemetry

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How far the oldest message is from silent deletion, on a logarithmic ruler from one minute to the retention of the queue.
package struct RetentionRuler: Sendable {
    /// Seconds.
    package var age: Double
    package var retention: Double
    package var warning: Double?
    package var critical: [Double]

    package init(age: Double, retention: Double, warning: Double? = nil, critical: [Double] = []) {
        self.age = age
        self.retention = retention
        self.warning = warning
        self.critical = critical
    }

    package func write(into out: inout Markup) {
        guard retention > 120, age.isFinite, age >= 0 else { return }
        let now = share(age)
        out.raw("<svg class=\"plot\" height=\"58\" role=\"img\" aria-label=\""); out.text(sentence)
        out.raw("\"><rect class=\"f3\" x=\"0\" y=\"24\" width=\"100%\" height=\"8\" fill-opacity=\".35\"/><rect class=\"e1\" x=\"0\" y=\"24\" width=\"")
        out.percent(now); out.raw("\" height=\"8\"/>")
        var marks: [(seconds: Double, line: StaticString, text: StaticString, rank: Int)] = [(60, "z", "", 0), (retention, "z", "", 0)]
        if let warning { marks.append((warning, "tw", "xw", 1)) }
        for limit in critical { marks.append((limit, "tc", "xc", 1)) }
        for seconds in [3_600.0, 21_600, 86_400, 345_600] { marks.append((seconds, "z", "opt", 2)) }
        // Limits win over round times where both want the same place.
        var taken: [Double] = []
        for mark in marks.sorted(by: { ($0.rank, $0.seconds) < ($1.rank, $1.seconds) }) where mark.seconds >= 60 && mark.seconds <= retention {
            let at = share(mark.seconds)
            guard taken.allSatisfy({ abs($0 - at) > 0.055 }) else { continue }
            taken.append(at)
            out.raw("<line class=\""); out.raw(mark.line); out.raw("\" x1=\""); out.percent(at); out.raw("\" x2=\""); out.percent(at)
            out.raw("\" y1=\"20\" y2=\"38\" stroke-width=\""); out.number(mark.rank == 1 ? 2 : 1); out.raw("\"/><text")
            if mark.rank > 0 { out.raw(" class=\""); out.raw(mark.text); out.raw("\"") }
            out.raw(" x=\""); out.percent(at); out.raw("\" y=\"52\" text-anchor=\"")
            out.trusted(at < 0.02 ? "start" : at > 0.88 ? "end" : "middle"); out.raw("\">"); out.text(Words.duration(mark.seconds)); out.raw("</text>")
        }
        out.raw("<svg x=\""); out.percent(now); out.raw("\" y=\"22\" overflow=\"visible\"><path class=\"mh\" d=\"M0 0 5-8H-5z\"/></svg><text x=\"")
        out.percent(now); out.raw("\" y=\"10\" text-anchor=\""); out.trusted(now < 0.08 ? "start" : now > 0.8 ? "end" : "middle")
        out.raw("\">"); out.text("now \(Words.duration(age))"); out.raw("</text>")
        if now < 0.7 { out.raw("<text x=\"100%\" y=\"10\" text-anchor=\"end\">"); out.text("deleted silently"); out.raw("</text>") }
        out.raw("</svg>\n")
    }

    private func share(_ seconds: Double) -> Double {
        let span = log(retention / 60)
        guard span > 0 else { return 0 }
        return max(0, min(1, log(max(60, seconds) / 60) / span))
    }

    private var sentence: Phrase {
        var text: Phrase = "Retention ruler, logarithmic. Age now \(Words.duration(age))."
        if let warning { text += " Warning at \(Words.duration(warning))." }
        if !critical.isEmpty { text += " Critical at \(Words.list(critical.map { Words.duration($0) }))." }
        return text + " Silent deletion at \(Words.duration(retention))."
    }
}
