import Telemetry

/// A limit that a chart draws as a dashed line, named on the line.
package struct ChartThreshold: Hashable, Sendable {
    /// In base units.
    package var value: Double
    /// `warning at 15 min`, `timeout 10 s`.
    package var label: Phrase
    package var isCritical: Bool
    /// Stretches the scale even where the values are far below: the timeout of a duration.
    package var isAlwaysShown: Bool

    package init(_ value: Double, _ label: Phrase, isCritical: Bool, isAlwaysShown: Bool = false) {
        self.value = value
        self.label = label
        self.isCritical = isCritical
        self.isAlwaysShown = isAlwaysShown
    }
}

/// One to three lines over time.
package struct LineChart: Sendable {
    package var title: Phrase
    /// Behind the unit in the heading: `against the configured timeout of 10 s`.
    package var note: Phrase?
    package var unit: ChartUnit
    package var start: Timestamp
    package var period: Int64
    package var lines: [ChartLine]
    package var thresholds: [ChartThreshold]
    package var gaps: [ChartGap]
    /// What changed and when; nothing where nothing changed.
    package var takeaway: Phrase?
    /// The first chart of a section names the deployments.
    package var labelsMarkers: Bool

    package init(title: Phrase, note: Phrase? = nil, unit: ChartUnit, start: Timestamp, period: Int64, lines: [ChartLine],
                 thresholds: [ChartThreshold] = [], gaps: [ChartGap] = [], takeaway: Phrase? = nil, labelsMarkers: Bool = false) {
        self.title = title
        self.note = note
        self.unit = unit
        self.start = start
        self.period = max(1, period)
        self.lines = lines
        self.thresholds = thresholds
        self.gaps = gaps
        self.takeaway = takeaway
        self.labelsMarkers = labelsMarkers
    }

    /// Thresholds that fit the picture. A limit far above all values would flatten them; the takeaway names it instead.
    package var shownThresholds: [ChartThreshold] {
        let greatest = lines.map(\.greatest).max() ?? 0
        return thresholds.filter { $0.value.isFinite && $0.value > 0 && ($0.isAlwaysShown || $0.value <= greatest * 3) }
    }

    package func write(frame: ChartFrame, into out: inout Markup) {
        let shown = shownThresholds
        let greatest = max(lines.map(\.greatest).max() ?? 0, shown.map(\.value).max() ?? 0) / unit.divisor
        let limits = shown.map { $0.value / unit.divisor }
        let scale = ChartScale(greatest: greatest, headroom: shown.isEmpty ? 1.12 : 1.15, limits: limits)
        out.raw("<figure class=\"chart\">")
        writeCaption(shown: shown, into: &out)
        out.raw("<svg class=\"plot\" height=\""); out.number(frame.height + 20); out.raw("\" role=\"img\" aria-label=\"")
        out.text(sentence(frame)); out.raw("\">")
        frame.writeBackground(gaps: gaps, into: &out)
        frame.writeGrid(scale, into: &out)
        out.raw("<svg width=\"100%\" height=\""); out.number(frame.height); out.raw("\" viewBox=\"0 0 1000 "); out.number(frame.height)
        out.raw("\" preserveAspectRatio=\"none\" overflow=\"visible\">")
        let paths = lines.map { LinePath($0, scale: scale, divisor: unit.divisor, height: frame.height) }
        for (line, path) in zip(lines, paths) where line.hasArea { path.writeArea(height: frame.height, into: &out) }
        // The first line is the important one: it is drawn last and lies on top.
        for (line, path) in zip(lines, paths).reversed() {
            switch line.style {
            case .first: path.writeLine(class: "l1", into: &out)
            case .second: path.writeLine(class: "l2", into: &out)
            case .third: path.writeLine(class: "l3", into: &out)
            }
        }
        out.raw("</svg>")
        writeThresholds(shown, scale: scale, height: frame.height, into: &out)
        frame.writeTickLabels(scale, percent: unit.kind == .ratio, into: &out)
        writeDots(scale: scale, height: frame.height, into: &out)
        frame.writeForeground(gaps: gaps, labelsMarkers: labelsMarkers, into: &out)
        out.raw("</svg>")
        ChartTable(title: title, unit: unit, start: start, period: period, columns: lines.map { ($0.label, $0.peaks) }, isRolledUp: lines.contains { !$0.maxima.isEmpty }).write(frame: frame, into: &out)
        out.raw("</figure>\n")
    }

    private func writeCaption(shown: [ChartThreshold], into out: inout Markup) {
        out.raw("<figcaption><h3>"); out.text(title); out.raw(" <small>"); out.text(unit.word)
        if let note { out.raw(", "); out.text(note) }
        out.raw("</small></h3><div class=\"key\">")
        for line in lines {
            out.raw("<span class=\"c"); out.number(line.style.rawValue); out.raw("\"><i></i><em>"); out.text(line.label); out.raw(" <b>")
            out.text((line.newest ?? line.values.last).flatMap { $0.isNaN ? nil : .verbatim(unit.words($0)) } ?? "no value now"); out.raw("</b></em></span>")
        }
        out.raw("</div>")
        let above = thresholds.first { !shown.contains($0) && $0.value > 0 }.map { limit -> Phrase in "\(Words.sentenceStart(limit.label)), above this scale." }
        let sentence = [takeaway, above].compactMap { $0 }.joined(separator: " ")
        if !sentence.isEmpty { out.raw("<p class=\"tk\">"); out.text(sentence); out.raw("</p>") }
        out.raw("</figcaption>\n")
    }

    private func writeThresholds(_ shown: [ChartThreshold], scale: ChartScale, height: Int, into out: inout Markup) {
        for threshold in shown.sorted(by: { $0.value > $1.value }) {
            let y = scale.y(threshold.value / unit.divisor, height: height)
            out.raw("<line class=\""); out.trusted(threshold.isCritical ? "tc" : "tw")
            out.raw("\" x2=\"100%\" y1=\""); out.tenths(y); out.raw("\" y2=\""); out.tenths(y); out.raw("\"/><text class=\"")
            out.trusted(threshold.isCritical ? "xc" : "xw"); out.raw("\" x=\"0\" y=\""); out.tenths(y - 40); out.raw("\">")
            out.text(threshold.label); out.raw("</text>")
        }
    }

    private func writeDots(scale: ChartScale, height: Int, into out: inout Markup) {
        for line in lines where line.style != .third {
            guard let last = line.last, last.row == line.values.count - 1 else { continue }
            out.raw("<circle class=\"e"); out.number(line.style.rawValue); out.raw("\" cx=\"100%\" cy=\"")
            out.tenths(scale.y(last.value / unit.divisor, height: height)); out.raw("\" r=\"3\"/>")
        }
    }

    /// The text alternative: from, to, shape, thresholds, gaps.
    private func sentence(_ frame: ChartFrame) -> Phrase {
        let clock = frame.clock
        var text: Phrase = "\(title), \(unit.word), from \(clock.moment(frame.axis.window.start)) to \(clock.moment(frame.axis.window.end))."
        for line in lines {
            guard let last = line.last else { text += " \(line.label): no value."; continue }
            var least = (row: last.row, value: last.value), greatest = least
            let hasSpread = line.minima.count == line.values.count
            for (row, value) in line.values.enumerated() where !value.isNaN {
                let low = hasSpread && line.minima[row] < value ? line.minima[row] : value
                if low < least.value { least = (row, low) }
            }
            for (row, value) in line.peaks.enumerated() where value > greatest.value { greatest = (row, value) }
            let newest = line.newest.map { $0.isNaN ? last.value : $0 } ?? last.value
            let at = start + Int64(greatest.row) * period
            text += " \(line.label): lowest \(unit.words(least.value)), highest \(unit.words(greatest.value)) at \(clock.moment(at)), last \(unit.words(newest))."
        }
        if !thresholds.isEmpty { text += " Limits: \(thresholds.map(\.label).joined(separator: ", "))." }
        return text + frame.sentence(of: gaps)
    }
}
