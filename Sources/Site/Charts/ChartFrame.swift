import Telemetry

/// A stretch without values, and why: each reason looks different, and none looks like zero.
package struct ChartGap: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// Expected data did not come: hatched.
        case noData
        /// Nothing runs and nothing is expected: a dotted baseline.
        case asleep
        /// Reading was refused: hatched, and it says so.
        case denied
        /// Came, but may still be corrected: lightly hatched over the values.
        case provisional

        var word: Phrase {
            switch self {
            case .noData: "no data"
            case .asleep: "asleep"
            case .denied: "denied"
            case .provisional: ""
            }
        }
    }

    package var window: TimeWindow
    package var reason: Reason
    package init(_ window: TimeWindow, _ reason: Reason) { self.window = window; self.reason = reason }
}

/// What all charts of a section share: the axis, when alerts fired, what was deployed.
package struct ChartFrame: Sendable {
    package struct Band: Hashable, Sendable {
        package var window: TimeWindow
        package var isCritical: Bool
        package init(_ window: TimeWindow, isCritical: Bool) { self.window = window; self.isCritical = isCritical }
    }
    package struct Marker: Hashable, Sendable {
        package var time: Timestamp
        package var label: Phrase
        package init(_ time: Timestamp, _ label: Phrase) { self.time = time; self.label = label }
    }

    package var axis: TimeAxis
    package var clock: TenantClock
    package var bands: [Band]
    package var markers: [Marker]
    /// Every point as a file, relative to the page; nothing where there is none.
    package var csv: String?
    /// Plot height without the axis labels.
    package var height: Int

    package init(axis: TimeAxis, clock: TenantClock, bands: [Band] = [], markers: [Marker] = [], csv: String? = nil, height: Int = 120) {
        self.axis = axis
        self.clock = clock
        self.bands = bands
        self.markers = markers
        self.csv = csv
        self.height = height
    }

    /// Gaps and alert windows lie under everything.
    func writeBackground(gaps: [ChartGap], into out: inout Markup) {
        for gap in gaps where gap.reason != .provisional && gap.reason != .asleep { writeRect(gap.window, class: "gap", into: &out) }
        for band in bands {
            guard let (start, end) = shares(band.window) else { continue }
            writeRect(band.window, class: band.isCritical ? "bd" : "bdw", into: &out)
            out.raw("<line class=\""); out.trusted(band.isCritical ? "bl" : "blw")
            out.raw("\" x1=\""); out.percent(start); out.raw("\" x2=\""); out.percent(end)
            out.raw("\" y1=\"0\" y2=\"0\" stroke-width=\"2\"/>")
        }
        out.raw("<line class=\"z\" x2=\"100%\" y1=\""); out.number(height); out.raw("\" y2=\""); out.number(height); out.raw("\"/>")
    }

    func writeGrid(_ scale: ChartScale, into out: inout Markup) {
        for tick in scale.ticks {
            let y = scale.y(tick, height: height)
            out.raw("<line class=\"g\" x2=\"100%\" y1=\""); out.tenths(y); out.raw("\" y2=\""); out.tenths(y); out.raw("\"/>")
        }
    }

    func writeTickLabels(_ scale: ChartScale, percent: Bool, into out: inout Markup) {
        for tick in scale.ticks {
            out.raw("<text x=\"0\" y=\""); out.tenths(scale.y(tick, height: height) - 40); out.raw("\">")
            out.text(Words.decimal(percent ? tick * 100 : tick, places: 3)); out.raw("</text>")
        }
    }

    /// Markers, words in gaps, provisional hatch and the time axis lie over the values.
    func writeForeground(gaps: [ChartGap], labelsMarkers: Bool, into out: inout Markup) {
        for gap in gaps where gap.reason == .provisional { writeRect(gap.window, class: "gap o2", into: &out) }
        for marker in markers where axis.window.contains(marker.time) || marker.time == axis.window.end {
            let share = axis.share(marker.time)
            out.raw("<line class=\"mk\" x1=\""); out.percent(share); out.raw("\" x2=\""); out.percent(share)
            out.raw("\" y1=\"0\" y2=\""); out.number(height); out.raw("\"/><svg x=\""); out.percent(share)
            out.raw("\" y=\""); out.number(height); out.raw("\" overflow=\"visible\"><path class=\"mh\" d=\"M0-7 4 0h-8z\"/></svg>")
            if labelsMarkers {
                out.raw("<text x=\""); out.percent(share)
                if share > 0.5 { out.raw("\" dx=\"-5\" y=\"11\" text-anchor=\"end\">") } else { out.raw("\" dx=\"5\" y=\"11\">") }
                out.text("\(marker.label) \(clock.time(marker.time))"); out.raw("</text>")
            }
        }
        for gap in gaps where gap.reason != .provisional {
            guard let (start, end) = shares(gap.window) else { continue }
            if gap.reason == .asleep {
                out.raw("<line class=\"mk\" x1=\""); out.percent(start); out.raw("\" x2=\""); out.percent(end)
                out.raw("\" y1=\""); out.number(height - 1); out.raw("\" y2=\""); out.number(height - 1); out.raw("\"/>")
            }
            // Narrow gaps have no room for a word, and the first has the scale's numbers in it; the hatch and the label of the figure say it.
            let free = max(start, 0.06)
            guard end - free > 0.05 else { continue }
            out.raw("<text class=\"opt\" x=\""); out.percent((free + end) / 2)
            out.raw("\" y=\""); out.number(gap.reason == .asleep ? height - 6 : 12); out.raw("\" text-anchor=\"middle\">")
            out.text(gap.reason.word); out.raw("</text>")
        }
        axis.write(base: height, into: &out)
    }

    private func writeRect(_ window: TimeWindow, class name: StaticString, into out: inout Markup) {
        guard let (start, end) = shares(window) else { return }
        out.raw("<rect class=\""); out.raw(name); out.raw("\" x=\""); out.percent(start)
        out.raw("\" width=\""); out.percent(end - start); out.raw("\" y=\"0\" height=\""); out.number(height); out.raw("\"/>")
    }

    private func shares(_ window: TimeWindow) -> (Double, Double)? {
        let start = axis.share(window.start), end = axis.share(window.end)
        return end > start ? (start, end) : nil
    }

    /// What the picture's label says about missing and provisional values.
    func sentence(of gaps: [ChartGap]) -> Phrase {
        gaps.prefix(4).map { gap -> Phrase in
            let from = clock.moment(max(gap.window.start, axis.window.start)), to = clock.moment(min(gap.window.end, axis.window.end))
            return switch gap.reason {
            case .noData: " No data from \(from) to \(to)."
            case .asleep: " Asleep from \(from) to \(to)."
            case .denied: " Reading was denied from \(from) to \(to)."
            case .provisional: " Values from \(from) on are provisional."
            }
        }.joined() + (gaps.count > 4 ? " \(gaps.count - 4) more gaps." : "")
    }
}
