import Telemetry

/// A trace with its times worked out: tree order, own time of each span, the path that decided the duration, and where each moment went.
struct TraceTiming {
    struct Row {
        var span: TraceSpan
        var depth: Int
        /// Seconds from the first byte.
        var start: Double
        var end: Double
        /// Not covered by a child.
        var selfTimes: [ClosedRange<Double>]
        var isCritical: Bool
        var selfSeconds: Double { selfTimes.reduce(0) { $0 + $1.upperBound - $1.lowerBound } }
    }

    let rows: [Row]
    let start: Epoch
    let duration: Double
    private let children: [Int: [Int]]

    /// Spans whose parent is not in the trace are roots; circles are cut.
    init(_ trace: Trace) {
        let spans = trace.spans.filter { $0.start.isFinite && ($0.end ?? $0.start).isFinite }.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
        let begin = spans.map(\.start).min() ?? 0
        let last = spans.map { max($0.start, $0.end ?? $0.start) }.max() ?? begin
        start = begin
        duration = max(0, last - begin)
        let index = Dictionary(spans.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        var below: [Int: [Int]] = [:], roots: [Int] = []
        for (at, span) in spans.enumerated() {
            if let parent = span.parentID.flatMap({ index[$0] }), parent != at { below[parent, default: []].append(at) } else { roots.append(at) }
        }
        var order: [(Int, Int)] = [], seen: Set<Int> = []
        func visit(from roots: [Int]) {
            var stack = roots.reversed().map { ($0, 0) }
            while let (at, depth) = stack.popLast() {
                guard seen.insert(at).inserted else { continue }
                order.append((at, depth))
                stack += (below[at] ?? []).reversed().map { ($0, depth + 1) }
            }
        }
        visit(from: roots)
        // Spans that only reach each other in a circle have no root: the earliest stands in.
        for at in spans.indices where !seen.contains(at) { visit(from: [at]) }
        let place = Dictionary(order.enumerated().map { ($0.element.0, $0.offset) }) { first, _ in first }
        children = Dictionary(below.compactMap { key, value in place[key].map { ($0, value.compactMap { place[$0] }) } }) { first, _ in first }
        var rows = order.map { at, depth in
            let span = spans[at], from = span.start - begin, to = max(from, (span.end ?? last) - begin)
            let parts = (below[at] ?? []).map { (max(from, spans[$0].start - begin), min(to, (spans[$0].end ?? last) - begin)) }.filter { $0.1 > $0.0 }
            return Row(span: span, depth: depth, start: from, end: to, selfTimes: Self.uncovered(from, to, by: parts), isCritical: false)
        }
        let kids = children
        var stack: [(row: Int, until: Double)] = rows.indices.filter { rows[$0].depth == 0 }.max { rows[$0].end < rows[$1].end }.map { [($0, rows[$0].end)] } ?? []
        while let (row, until) = stack.popLast() {
            guard !rows[row].isCritical else { continue }
            rows[row].isCritical = true
            var at = min(rows[row].end, until)
            for child in (kids[row] ?? []).sorted(by: { (rows[$0].end, $0) > (rows[$1].end, $1) }) where rows[child].end <= at + 1e-9 && rows[child].start < at {
                stack.append((child, at))
                at = rows[child].start
            }
        }
        self.rows = rows
    }

    /// Every moment of the answer counted once: by what was at work with nothing below it, alone or together.
    func shares() -> [(doing: String, seconds: Double)] {
        guard !rows.isEmpty, rows.count <= 2_000 else { return [] }
        let edges = Set(rows.flatMap { [$0.start, $0.end] }).sorted()
        var sums: [String: Double] = [:]
        for (from, to) in zip(edges, edges.dropFirst()) {
            let middle = (from + to) / 2
            let active = rows.indices.filter { rows[$0].start <= middle && middle < rows[$0].end }
            let set = Set(active)
            let leaves = active.filter { row in !(children[row] ?? []).contains { set.contains($0) } }
            guard !leaves.isEmpty else { sums["Between spans", default: 0] += to - from; continue }
            let names = Set(leaves.map { Self.doing(rows[$0].span) }).sorted()
            sums[names.count == 1 ? names[0] : "\(Words.list(names)) together", default: 0] += to - from
        }
        return sums.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map { ($0.key, $0.value) }
    }

    private static func doing(_ span: TraceSpan) -> String {
        switch span.origin {
        case "AWS::ApiGateway::Stage", "AWS::ApiGateway::RestApi": "API Gateway"
        case "AWS::Lambda": "Lambda service"
        case "AWS::Lambda::Function": "Own code of \(span.resource ?? span.name)"
        default: span.resource.map { $0 == span.name ? span.name : "\(span.name) \($0)" } ?? span.name
        }
    }

    private static func uncovered(_ from: Double, _ to: Double, by parts: [(Double, Double)]) -> [ClosedRange<Double>] {
        var out: [ClosedRange<Double>] = [], at = from
        for part in parts.sorted(by: { $0 < $1 }) {
            if part.0 > at { out.append(at...part.0) }
            at = max(at, part.1)
        }
        if to > at { out.append(at...to) }
        return out
    }
}
