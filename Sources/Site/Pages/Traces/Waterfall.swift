import Telemetry

/// The bars of one trace on one clock: total, own time, waiting and failed parts, with calls that repeat folded into one row.
struct Waterfall {
    /// More rows than this break the page's budget; the JSON file has all of them.
    static let mostRows = 220
    /// So many neighbours that say the same are one row.
    private static let foldedFrom = 4

    /// One row as it is drawn: a span, or several that repeat.
    private struct Line {
        var row: TraceTiming.Row
        var repeats: [TraceTiming.Row] = []
        var isFailed: Bool { row.span.status != .ok }
        var end: Double { repeats.last.map { max($0.end, row.end) } ?? row.end }
        var own: Double { repeats.reduce(row.selfSeconds) { $0 + $1.selfSeconds } }
        var isOpen: Bool { row.span.end == nil }
        var isCritical: Bool { row.isCritical || repeats.contains(where: \.isCritical) }
    }

    let trace: Trace
    let timing: TraceTiming
    /// Seconds that a message waited before this trace began; its bars stand that much to the right.
    var dwell: Double?
    /// That the message came from there is a guess.
    var isGuess = false

    init(_ trace: Trace, _ timing: TraceTiming, dwell: Double? = nil, isGuess: Bool = false) {
        self.trace = trace
        self.timing = timing
        self.dwell = dwell
        self.isGuess = isGuess
    }

    func write(into out: inout Markup) {
        let shift = dwell ?? 0, scale = WaterfallScale(seconds: timing.duration + shift)
        let lines = lines(), all = lines.count
        var shown = lines
        if all > Self.mostRows {
            let threshold = lines.map { $0.end - $0.row.start }.sorted(by: >)[Self.mostRows - 1]
            shown = Array(lines.filter { $0.end - $0.row.start >= threshold || $0.isFailed }.prefix(Self.mostRows))
        }
        let isPlain = timing.rows.count > 60, marksPath = shown.contains(where: \.isCritical) && shown.contains { !$0.isCritical }
        out.raw("<table role=\"table\" class=\"t tight wf\"><caption>")
        out.text(dwell == nil ? "Trace \(trace.id). Milliseconds from the first byte." : "Trace \(trace.id). Milliseconds from the sending span.")
        if marksPath { out.text(" \(bold: "Bold") names decided the duration.") }
        if shown.count < all { out.text(" \(Words.plural(all - shown.count, "short row")) left out; the JSON file has every span.") }
        out.raw("</caption><thead role=\"rowgroup\"><tr role=\"row\"><th role=\"columnheader\">"); out.text("Span")
        out.raw("</th><th role=\"columnheader\"><span class=\"vh\">"); out.text("Timeline, "); out.raw("</span>")
        scale.writeHead(into: &out)
        out.raw("</th><th role=\"columnheader\" class=\"n p2\">"); out.text("Start"); out.raw("</th><th role=\"columnheader\" class=\"n\">"); out.text("Took")
        out.raw("</th><th role=\"columnheader\" class=\"n\">"); out.text("Self"); out.raw("</th></tr></thead><tbody role=\"rowgroup\">\n")
        if let dwell {
            var bar = WaterfallRow(total: 0...dwell, waiting: [0...dwell])
            bar.isGuess = isGuess
            row("queue", isGuess ? "dwell, if it is this message" : "dwell, waiting to be picked up", 0, bar, 0, dwell, nil, scale, isPlain, isBold: false, into: &out)
        }
        for line in shown { write(line, shift, scale, isPlain, marksPath, into: &out) }
        out.raw("</tbody></table>\n")
    }

    private func lines() -> [Line] {
        let rows = timing.rows
        var lines: [Line] = [], at = 0
        while at < rows.count {
            var end = at + 1
            while end < rows.count, isLeaf(end - 1), isLeaf(end), says(rows[at], as: rows[end]) { end += 1 }
            if end - at >= Self.foldedFrom { lines.append(Line(row: rows[at], repeats: Array(rows[(at + 1)..<end]))) } else { lines += rows[at..<end].map { Line(row: $0) } }
            at = end
        }
        return lines
    }

    private func isLeaf(_ at: Int) -> Bool { at + 1 >= timing.rows.count || timing.rows[at + 1].depth <= timing.rows[at].depth }

    private func says(_ a: TraceTiming.Row, as b: TraceTiming.Row) -> Bool {
        a.depth == b.depth && a.span.name == b.span.name && a.span.resource == b.span.resource && a.span.origin == b.span.origin && a.span.parentID == b.span.parentID
            && a.span.status == .ok && b.span.status == .ok && a.span.end != nil && b.span.end != nil
    }

    private func write(_ line: Line, _ shift: Double, _ scale: WaterfallScale, _ isPlain: Bool, _ marksPath: Bool, into out: inout Markup) {
        let span = line.row.span, total = (line.row.start + shift)...(line.end + shift)
        let own = (line.row.selfTimes + line.repeats.flatMap(\.selfTimes)).map { ($0.lowerBound + shift)...($0.upperBound + shift) }
        // X-Ray tells the wait of an event as a span of its own, in which nobody works.
        let isWaiting = span.name == "Dwell Time"
        var bar = WaterfallRow(total: total, selfTimes: line.isFailed || isWaiting ? [] : own, failed: line.isFailed ? (own.isEmpty ? [total] : own) : [],
                               waiting: isWaiting ? [total] : line.row.backOff.map { [($0.lowerBound + shift)...($0.upperBound + shift)] } ?? [],
                               note: line.isFailed ? span.status.words : nil, isOpen: line.isOpen)
        bar.isGuess = isGuess
        let title: Phrase = line.repeats.isEmpty ? .verbatim(span.name) : "\(span.name) × \(line.repeats.count + 1)"
        row(title, subtitle(line), line.row.depth, bar, line.row.start + shift, line.isOpen ? nil : line.end - line.row.start, isWaiting || line.isOpen ? nil : line.own, scale, isPlain, isBold: !marksPath || line.isCritical, into: &out)
    }

    private func row(_ title: Phrase, _ subtitle: Phrase, _ depth: Int, _ bar: WaterfallRow, _ start: Double, _ took: Double?, _ own: Double?,
                     _ scale: WaterfallScale, _ isPlain: Bool, isBold: Bool, into out: inout Markup) {
        out.raw("<tr role=\"row\"><th role=\"rowheader\" class=\"d"); out.number(min(5, depth))
        if max(title.english.utf8.count, subtitle.english.utf8.count) > Markup.longWord { out.raw(" lw") }
        out.trusted(isBold ? "\"><span class=\"b\">" : "\"><span>"); out.text(title)
        out.raw("</span><span class=\"sub\">"); out.text(subtitle); out.raw("</span></th><td role=\"cell\" class=\"gx\">")
        bar.write(scale: scale, drawsGrid: !isPlain, into: &out)
        out.raw("</td><td role=\"cell\" class=\"n p2\">"); out.text(Words.decimal(start * 1_000, places: start < 0.01 ? 1 : 0))
        out.raw("</td><td role=\"cell\" class=\"n\">"); out.text(took.map { Words.decimal($0 * 1_000, places: $0 < 0.01 ? 1 : 0) } ?? "–")
        out.raw("</td><td role=\"cell\" class=\"n\">"); out.text(own.map { Words.decimal($0 * 1_000, places: $0 < 0.01 ? 1 : 0) } ?? "–"); out.raw("</td></tr>\n")
    }

    private func subtitle(_ line: Line) -> Phrase {
        let span = line.row.span
        let place = span.origin.map { $0.hasPrefix("AWS::") ? $0.dropFirst(5).split(separator: ":", omittingEmptySubsequences: true).joined(separator: " ") : $0 }
        let resource = span.resource.flatMap { $0 == span.name ? nil : $0 }
        return [place.map { .verbatim($0) }, resource.map { .verbatim($0) }, span.isInferred ? "inferred" : nil, temperature(of: span), line.row.backOff.map { wait -> Phrase in "after a back-off of \(Words.duration(wait.upperBound - wait.lowerBound))" }, span.isInProgress || span.end == nil ? "incomplete" : nil]
            .compactMap { (part: Phrase?) in part }.joined(separator: ", ")
    }

    /// Whether the function began with this run, as its own spans say.
    private func temperature(of span: TraceSpan) -> Phrase? {
        guard span.origin == "AWS::Lambda::Function" else { return nil }
        let own = timing.rows.filter { $0.span.parentID == span.id }.map(\.span)
        if let start = own.first(where: { $0.name == "Initialization" }) { return start.end.map { "cold: init \(Words.duration($0 - start.start))" } ?? "cold" }
        if let said = span.annotations["faas.coldstart"] { return said == "true" ? "cold" : "warm" }
        // Lambda's own subsegments are there, and an initialisation is not among them.
        return own.contains { $0.name == "Invocation" } ? "warm" : nil
    }
}
