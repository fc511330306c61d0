/// A line the size of a word. The value stands beside it, so the picture itself is hidden from readers of the page's text.
package struct Sparkline: Sendable {
    package enum Tone: Sendable { case plain, warning, critical }

    package var values: [Double]
    package var tone: Tone
    package var width: Int
    package var height: Int
    /// The value at the upper edge; nothing: the greatest.
    package var top: Double?
    package var hidesOnTablets: Bool

    package init(_ values: [Double], tone: Tone = .plain, width: Int = 72, height: Int = 20, top: Double? = nil, hidesOnTablets: Bool = false) {
        self.values = values
        self.tone = tone
        self.width = width
        self.height = height
        self.top = top
        self.hidesOnTablets = hidesOnTablets
    }

    /// At most 48 points; of neighbours that share one the greatest stays. No value at all draws nothing.
    package func write(into out: inout Markup) {
        let points = Self.thinned(values, to: 48)
        guard let last = points.lastIndex(where: { !$0.isNaN }), points.count > 1 else { return }
        let greatest = top ?? points.reduce(0) { $1 > $0 ? $1 : $0 }
        func x(_ index: Int) -> Int { index * width * 10 / (points.count - 1) }
        func y(_ value: Double) -> Int {
            let floor = (height - 1) * 10
            guard greatest > 0 else { return floor }
            return floor - scaled(max(0, min(1.1, value / greatest)), by: Double(floor - 20))
        }
        out.raw("<svg class=\"sp")
        switch tone {
        case .plain: break
        case .warning: out.raw(" warn")
        case .critical: out.raw(" crit")
        }
        if hidesOnTablets { out.raw(" md") }
        out.raw("\" width=\""); out.number(width); out.raw("\" height=\""); out.number(height); out.raw("\" aria-hidden=\"true\"><path d=\"")
        var isDrawing = false
        var gapStarts: [(Int, Int)] = []
        var gapFrom: Int?
        for (index, value) in points.enumerated() {
            if value.isNaN {
                if gapFrom == nil { gapFrom = max(0, index - 1) }
                isDrawing = false
                continue
            }
            if let from = gapFrom { gapStarts.append((from, index)); gapFrom = nil }
            let isLevel = index > 0 && index + 1 < points.count && isDrawing && y(points[index - 1]) == y(value)
                && !points[index + 1].isNaN && y(points[index + 1]) == y(value)
            if isLevel { continue }
            if isDrawing { out.raw("L") } else { out.raw("M") }
            isDrawing = true
            out.tenths(x(index)); out.raw(" "); out.tenths(y(value))
        }
        if let from = gapFrom { gapStarts.append((from, points.count - 1)) }
        out.raw("\"/>")
        if !gapStarts.isEmpty {
            out.raw("<path class=\"gp\" d=\"")
            for (from, to) in gapStarts where to > from {
                out.raw("M"); out.tenths(x(from)); out.raw(" "); out.number(height - 1); out.raw("H"); out.tenths(x(to))
            }
            out.raw("\"/>")
        }
        if last == points.count - 1 {
            out.raw("<circle cx=\""); out.number(width); out.raw("\" cy=\""); out.tenths(y(points[last])); out.raw("\" r=\"1.8\"/>")
        }
        out.raw("</svg>")
    }

    package static func thinned(_ values: [Double], to limit: Int) -> [Double] {
        guard values.count > limit, limit > 0 else { return values }
        return (0..<limit).map { slot in
            var greatest = Double.nan
            for value in values[slot * values.count / limit..<max(slot * values.count / limit + 1, (slot + 1) * values.count / limit)] where !value.isNaN {
                greatest = greatest.isNaN ? value : max(greatest, value)
            }
            return greatest
        }
    }
}
