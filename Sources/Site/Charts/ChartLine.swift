import Telemetry

/// One line of a chart: values on the chart's grid, NaN where there is none.
package struct ChartLine: Sendable {
    package enum Style: Int, Sendable { case first = 1, second, third }

    package var label: Phrase
    package var style: Style
    /// In base units.
    package var values: [Double]
    /// Least and greatest inside each row where rows are roll-ups; empty on raw grids.
    package var minima: [Double]
    package var maxima: [Double]
    /// Fills the area below: only for a single gauge.
    package var hasArea: Bool
    /// What the key says where rows are roll-ups, whose newest row is a mean of what is over; NaN where there is no value now.
    package var newest: Double?

    package init(_ label: Phrase, _ style: Style, _ values: [Double], minima: [Double] = [], maxima: [Double] = [], hasArea: Bool = false) {
        self.label = label
        self.style = style
        self.values = values
        self.minima = minima
        self.maxima = maxima
        self.hasArea = hasArea
    }

    package init(_ label: Phrase, _ style: Style, _ column: SampleColumn?, count: Int, hasArea: Bool = false) {
        self.init(label, style, column?.values ?? Array(repeating: .nan, count: max(0, count)), minima: column?.minima ?? [],
                  maxima: column?.maxima ?? [], hasArea: hasArea)
    }

    package var hasValues: Bool { values.contains { !$0.isNaN } }
    /// The newest value that exists.
    package var last: (row: Int, value: Double)? {
        values.lastIndex { !$0.isNaN }.map { ($0, values[$0]) }
    }
    /// The highest of each row: where it is a roll-up, of the raw values in it.
    var peaks: [Double] {
        guard maxima.count == values.count else { return values }
        return zip(values, maxima).map { $0.isNaN || $1.isNaN ? $0 : max($0, $1) }
    }
    package var greatest: Double {
        var greatest = 0.0
        for value in values where value > greatest { greatest = value }
        for value in maxima where value > greatest { greatest = value }
        return greatest
    }
}

/// Points of a line in plot coordinates: x in whole 1/1000 of the width, y in tenths of a pixel. Few enough to draw, and no spike lost.
struct LinePath {
    /// Unbroken runs; a gap ends one.
    private(set) var runs: [[(x: Int, y: Int)]] = []

    /// At most about `budget` points: where several rows fall on one x, their least and greatest are both kept.
    init(_ line: ChartLine, scale: ChartScale, divisor: Double, height: Int, budget: Int = 400) {
        let count = line.values.count
        guard count > 0 else { return }
        let stride = max(1, (count + budget - 1) / budget)
        let hasSpread = line.minima.count == count && line.maxima.count == count
        var run: [(x: Int, y: Int)] = []
        run.reserveCapacity(count / stride + 1)
        var row = 0
        while row < count {
            let end = min(count, row + stride)
            var least = Double.infinity, greatest = -Double.infinity, newest = Double.nan
            for index in row..<end {
                let value = line.values[index]
                if value.isNaN { continue }
                newest = value
                least = min(least, hasSpread && !line.minima[index].isNaN ? line.minima[index] : value)
                greatest = max(greatest, hasSpread && !line.maxima[index].isNaN ? line.maxima[index] : value)
            }
            if newest.isNaN {
                if !run.isEmpty { runs.append(run); run.removeAll(keepingCapacity: true) }
            } else {
                // A value stands at the end of the period that it covers: the newest one at the right edge.
                let x = end * 1_000 / count
                let y = scale.y(newest / divisor, height: height)
                guard end - row > 1 || hasSpread else {
                    run.append((x, y))
                    row = end
                    continue
                }
                let top = scale.y(greatest / divisor, height: height), bottom = scale.y(least / divisor, height: height)
                // Under a pixel and a half of spread a second point would not be seen.
                if bottom - top > 15 {
                    let fromBelow = (run.last?.y ?? bottom) >= (top + bottom) / 2
                    run.append((x, fromBelow ? bottom : top))
                    run.append((x, fromBelow ? top : bottom))
                }
                run.append((x, y))
            }
            row = end
        }
        if !run.isEmpty { runs.append(run) }
    }

    func writeLine(class name: StaticString, into out: inout Markup) {
        guard !runs.isEmpty else { return }
        out.raw("<path class=\""); out.raw(name); out.raw("\" d=\"")
        for run in runs {
            Self.write(run, into: &out)
            // A single point between two gaps would have no length and not show.
            if run.count == 1 { out.raw("h3") }
        }
        out.raw("\"/>")
    }

    func writeArea(height: Int, into out: inout Markup) {
        guard !runs.isEmpty else { return }
        out.raw("<path class=\"a1\" d=\"")
        for run in runs {
            guard let first = run.first else { continue }
            out.raw("M"); out.number(first.x); out.raw(" "); out.number(height)
            Self.write(run, into: &out, joins: true)
            out.raw("V"); out.number(height); out.raw("z")
        }
        out.raw("\"/>")
    }

    /// Steps from point to point, which are shorter to write than places. Points in the middle of a level stretch are left out:
    /// the line is the same without them.
    private static func write(_ run: [(x: Int, y: Int)], into out: inout Markup, joins: Bool = false) {
        guard let first = run.first else { return }
        // Two numbers of at most seven bytes and two spaces a point.
        out.write(atMost: run.count * 16 + 24) { out in
            var last = first, isFirst = true
            out.put(joins ? UInt8(ascii: "L") : UInt8(ascii: "M"))
            out.number(first.x); out.put(UInt8(ascii: " ")); out.tenths(first.y)
            if run.count > 1 { out.put(UInt8(ascii: "l")) }
            for index in run.indices.dropFirst() {
                let point = run[index]
                if index + 1 < run.count, run[index - 1].y == point.y, run[index + 1].y == point.y { continue }
                if isFirst { isFirst = false } else { out.put(UInt8(ascii: " ")) }
                out.number(point.x - last.x)
                let step = point.y - last.y
                if step >= 0 { out.put(UInt8(ascii: " ")) }
                out.tenths(step)
                last = point
            }
        }
    }
}
