import Telemetry

/// The shared horizontal axis of a section: round clock times in the tenant's zone, at most seven, as shares of the width.
package struct TimeAxis: Sendable {
    package struct Tick: Hashable, Sendable {
        package var share: Double
        package var label: String
        /// Every second label is hidden on a phone.
        package var isOptional: Bool
    }

    package let window: TimeWindow
    package let ticks: [Tick]

    package init(_ window: TimeWindow, clock: TenantClock) {
        self.window = window
        let steps: [Int64] = [60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000]
        let step = steps.first { window.seconds / $0 < 7 } ?? max(2_592_000, window.seconds / 6)
        let times = step >= 86_400 ? Self.days(step / 86_400, in: window, clock: clock) : Self.clockTimes(step, in: window, clock: clock)
        let length = Double(max(1, window.seconds))
        ticks = times.enumerated().map { index, time in
            Tick(share: Double(time - window.start) / length, label: step >= 86_400 ? clock.shortDay(time) : clock.time(time),
                 isOptional: index % 2 == 1)
        }
    }

    /// Where `time` stands, as a share of the width.
    package func share(_ time: Timestamp) -> Double {
        max(0, min(1, Double(time - window.start) / Double(max(1, window.seconds))))
    }

    /// Local clock times that are whole multiples of `step`. Walking in UTC and asking for the wall time survives both clock changes:
    /// a skipped hour has no tick, a repeated one has two.
    private static func clockTimes(_ step: Int64, in window: TimeWindow, clock: TenantClock) -> [Timestamp] {
        // Zones lie on quarters of an hour: steps of five minutes in UTC meet every round local time.
        let stride = min(step, 300)
        var times: [Timestamp] = []
        var at = window.start.floored(to: stride)
        while at <= window.end, times.count < 64 {
            let c = clock.civil(at)
            let wall = Int64(c.hour * 3_600 + c.minute * 60 + c.second)
            if at >= window.start, wall % step == 0 { times.append(at) }
            at = at + stride
        }
        return times
    }

    /// Every `count`th local midnight.
    private static func days(_ count: Int64, in window: TimeWindow, clock: TenantClock) -> [Timestamp] {
        var times: [Timestamp] = []
        // Noon plus whole days is always inside the right day, whatever the clocks do.
        var noon = clock.startOfDay(window.start) + 43_200
        while times.count < 64 {
            let midnight = clock.startOfDay(noon)
            guard midnight <= window.end else { break }
            if midnight >= window.start { times.append(midnight) }
            noon = noon + count * 86_400
        }
        return times
    }

    /// Ticks and labels under a plot whose zero line is at `base` pixels.
    func write(base: Int, into out: inout Markup) {
        for tick in ticks {
            out.raw("<line class=\"z\" x1=\""); out.percent(tick.share)
            out.raw("\" x2=\""); out.percent(tick.share)
            out.raw("\" y1=\""); out.number(base); out.raw("\" y2=\""); out.number(base + 4); out.raw("\"/><text x=\"")
            out.percent(tick.share)
            out.raw("\" y=\""); out.number(base + 16)
            // Labels near an edge lean inwards, so that nothing is cut off at 320 px.
            if tick.share >= 0.04 {
                if tick.share > 0.96 { out.raw("\" text-anchor=\"end") } else { out.raw("\" text-anchor=\"middle") }
            }
            if tick.isOptional { out.raw("\" class=\"opt") }
            out.raw("\">"); out.text(tick.label); out.raw("</text>")
        }
    }
}
