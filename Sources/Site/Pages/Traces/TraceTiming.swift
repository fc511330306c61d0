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
        /// Before this attempt, after the one that failed: nobody works, the service waits.
        var backOff: ClosedRange<Double>?
        var selfSeconds: Double { selfTimes.reduce(0) { $0 + $1.upperBound - $1.lowerBound } }
        var seconds: Double { end - start }
    }

    /// Two neighbours that were at work at the same time: adding their durations would count a part twice.
    struct Overlap {
        var first: Row
        var second: Row
        var seconds: Double
    }

    /// What is odd about the tree: said in words, drawn as it is.
    struct Oddities: Equatable {
        /// Their parent is not in the trace.
        var orphans = 0
        /// They only lead to each other.
        var circular = 0
        /// They begin before their parent: two clocks, or one that was set.
        var early = 0
        /// They end after their parent.
        var late = 0
    }

    let rows: [Row]
    let start: Epoch
    let duration: Double
    let oddities: Oddities
    private let children: [Int: [Int]]

    /// Spans whose parent is not in the trace are roots; circles are cut.
    init(_ trace: Trace) {
        let spans = trace.spans.filter { $0.start.isFinite && ($0.end ?? $0.start).isFinite }.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
        let begin = spans.map(\.start).min() ?? 0
        let last = spans.map { max($0.start, $0.end ?? $0.start) }.max() ?? begin
        start = begin
        duration = max(0, last - begin)
        let index = Dictionary(spans.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        var below: [Int: [Int]] = [:], roots: [Int] = [], odd = Oddities()
        for (at, span) in spans.enumerated() {
            if let parent = span.parentID.flatMap({ index[$0] }), parent != at { below[parent, default: []].append(at) } else {
                if span.parentID != nil, span.parentID != span.id { odd.orphans += 1 }
                roots.append(at)
            }
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
        odd.circular = spans.count - seen.count
        for at in spans.indices where !seen.contains(at) { visit(from: [at]) }
        let place = Dictionary(order.enumerated().map { ($0.element.0, $0.offset) }) { first, _ in first }
        children = Dictionary(below.compactMap { key, value in place[key].map { ($0, value.compactMap { place[$0] }) } }) { first, _ in first }
        var rows = order.map { at, depth in
            let span = spans[at], from = span.start - begin
            // Nobody knows how long a span without an end took: it has no time of its own, and takes none from what called it.
            let to = max(from, (span.end ?? span.parentID.flatMap { index[$0] }.flatMap { spans[$0].end } ?? last) - begin)
            guard span.end != nil else { return Row(span: span, depth: depth, start: from, end: to, selfTimes: [], isCritical: false) }
            let parts = (below[at] ?? []).compactMap { child in spans[child].end.map { (max(from, spans[child].start - begin), min(to, $0 - begin)) } }.filter { $0.1 > $0.0 }
            return Row(span: span, depth: depth, start: from, end: to, selfTimes: Self.uncovered(from, to, by: parts), isCritical: false)
        }
        let kids = children
        Self.noteBackOffs(in: &rows, kids)
        // Clocks of one host are good to a millisecond.
        for (parent, below) in kids where rows.indices.contains(parent) {
            odd.early += below.count { rows[$0].start < rows[parent].start - 0.001 }
            odd.late += below.count { rows[$0].span.end != nil && rows[parent].span.end != nil && rows[$0].end > rows[parent].end + 0.001 }
        }
        var stack: [(row: Int, until: Double)] = rows.indices.filter { rows[$0].depth == 0 }.max { rows[$0].end < rows[$1].end }.map { [($0, rows[$0].end)] } ?? []
        while let (row, until) = stack.popLast() {
            guard !rows[row].isCritical else { continue }
            rows[row].isCritical = true
            var at = min(rows[row].end, until)
            for child in (kids[row] ?? []).sorted(by: { (rows[$0].end, $0) > (rows[$1].end, $1) }) where rows[child].end <= at + 1e-9 && rows[child].start < at && (rows[child].span.end != nil || kids[child] != nil) {
                stack.append((child, at))
                at = rows[child].start
            }
        }
        self.rows = rows
        oddities = odd
    }

    /// What failed first of all with nothing further below it that failed: the others only passed it on. Faults before throttles and errors.
    var rootCause: TraceSpan? {
        let failing = rows.indices.filter { at in
            rows[at].span.status != .ok && !rows[(at + 1)...].prefix { $0.depth > rows[at].depth }.contains { $0.span.status != .ok }
        }
        let faults = failing.filter { rows[$0].span.status == .fault }
        return (faults.isEmpty ? failing : faults).min { (rows[$0].start, $0) < (rows[$1].start, $1) }.map { rows[$0].span }
    }

    /// The two neighbours that share the most time; nothing where no two do.
    var overlap: Overlap? {
        var best: Overlap?
        for (_, kids) in children.sorted(by: { $0.key < $1.key }) {
            let sorted = kids.filter { $0 < rows.count && rows[$0].seconds > 0 && rows[$0].span.end != nil }.map { rows[$0] }.sorted { ($0.start, $0.span.id) < ($1.start, $1.span.id) }
            guard var open = sorted.first else { continue }
            for row in sorted.dropFirst() {
                let shared = min(open.end, row.end) - row.start
                if shared > best?.seconds ?? 0 { best = Overlap(first: open, second: row, seconds: shared) }
                if row.end > open.end { open = row }
            }
        }
        return best
    }

    /// Every moment of the answer counted once: by what was at work with nothing below it, alone or together.
    func shares() -> [(doing: Phrase, seconds: Double)] {
        var parents = Array(repeating: -1, count: rows.count)
        for (parent, kids) in children { for kid in kids where parents.indices.contains(kid) { parents[kid] = parent } }
        // By the place of their names in order, so that the first few of many are found without sorting at each edge.
        let waits = rows.indices.compactMap { at in rows[at].backOff.map { (row: at, time: $0) } }
        let doings = rows.map { Self.doing($0.span) } + waits.map { wait -> Phrase in
            // Of attempts below one segment, the segment's.
            let row = rows[wait.row].span.name.hasPrefix("Attempt #") && parents[wait.row] >= 0 ? parents[wait.row] : wait.row
            return "Back-off between attempts of \(Self.attempted(rows[row].span))"
        }, names = Set(doings).sorted { $0.english < $1.english }
        let places = Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }, place = doings.map { places[$0] ?? 0 }
        var edges: [(time: Double, row: Int, begins: Bool)] = []
        for (at, row) in rows.enumerated() where row.end > row.start && row.span.end != nil {
            edges.append((row.start, at, true))
            edges.append((row.end, at, false))
        }
        for (at, wait) in waits.enumerated() {
            parents.append(parents[wait.row])
            edges.append((wait.time.lowerBound, rows.count + at, true))
            edges.append((wait.time.upperBound, rows.count + at, false))
        }
        edges.sort { ($0.time, $0.begins ? 1 : 0, $0.row) < ($1.time, $1.begins ? 1 : 0, $1.row) }
        var isActive = Array(repeating: false, count: doings.count), below = Array(repeating: 0, count: doings.count)
        var atWork = Array(repeating: 0, count: names.count), words = Array(repeating: UInt64(0), count: names.count / 64 + 1), different = 0
        var sums: [[Int]: Double] = [:], at = edges.first?.time ?? 0
        func count(_ row: Int, _ step: Int) {
            let name = place[row], was = atWork[name]
            atWork[name] += step
            guard (was == 0) != (atWork[name] == 0) else { return }
            different += was == 0 ? 1 : -1
            words[name / 64] ^= 1 << UInt64(name % 64)
        }
        /// The first few names at work, then how many all are.
        func together() -> [Int] {
            let most = different <= 4 ? 4 : 3
            var first: [Int] = []
            for (index, word) in words.enumerated() where first.count < most {
                var rest = word
                while rest != 0, first.count < most { first.append(index * 64 + rest.trailingZeroBitCount); rest &= rest - 1 }
            }
            return first + [different]
        }
        for edge in edges {
            if edge.time > at {
                sums[together(), default: 0] += edge.time - at
                at = edge.time
            }
            let parent = parents[edge.row]
            isActive[edge.row] = edge.begins
            if below[edge.row] == 0 { count(edge.row, edge.begins ? 1 : -1) }
            guard parent >= 0 else { continue }
            // A parent at work with nobody below it is what works itself.
            let was = below[parent]
            below[parent] += edge.begins ? 1 : -1
            if isActive[parent], was == 0 { count(parent, -1) } else if isActive[parent], below[parent] == 0 { count(parent, 1) }
        }
        return sums.map { (doing: Self.together($0.key.dropLast().map { names[$0] }, of: $0.key.last ?? 0), seconds: $0.value) }.sorted { ($0.seconds, $1.doing.english) > ($1.seconds, $0.doing.english) }
    }

    /// Lambda numbers the attempts of an asynchronous event: X-Ray has them below one segment or, each with a dwell time, below several of one name.
    private static func noteBackOffs(in rows: inout [Row], _ children: [Int: [Int]]) {
        var parents: [Int: Int] = [:], attempts: [Int: (number: Int, row: Int)] = [:]
        for (parent, kids) in children { for kid in kids { parents[kid] = parent } }
        for at in rows.indices where rows[at].span.name.hasPrefix("Attempt #") {
            if let number = Int(rows[at].span.name.dropFirst("Attempt #".count)) { attempts[at] = (number, at) }
        }
        guard attempts.count > 1 else { return }
        var lanes: [[String]: [(number: Int, row: Int)]] = [:]
        for (at, attempt) in attempts {
            let owner = parents[at], below = owner.map { (children[$0] ?? []).filter { attempts[$0] != nil }.count } ?? 0
            // One attempt a segment: the segments are the attempts.
            let row = below == 1 ? owner ?? at : at, span = rows[row].span
            lanes[[parents[row].map(String.init) ?? "", below == 1 ? attempted(span) : ""], default: []].append((attempt.number, row))
        }
        for lane in lanes.values {
            let sorted = lane.sorted { $0 < $1 }
            for (earlier, later) in zip(sorted, sorted.dropFirst()) where later.number == earlier.number + 1 && rows[earlier.row].span.end != nil && rows[later.row].start > rows[earlier.row].end {
                let wait = rows[earlier.row].end...rows[later.row].start
                rows[later.row].backOff = wait
                guard let parent = parents[later.row] else { continue }
                rows[parent].selfTimes = rows[parent].selfTimes.flatMap { uncovered($0.lowerBound, $0.upperBound, by: [(max(wait.lowerBound, $0.lowerBound), min(wait.upperBound, $0.upperBound))].filter { $0.1 > $0.0 }) }
            }
        }
    }

    private static func attempted(_ span: TraceSpan) -> String { span.resource ?? span.name }

    /// - Parameter names: the first few of `count`, in order.
    private static func together(_ names: [Phrase], of count: Int) -> Phrase {
        guard let first = names.first else { return "Between spans" }
        if count == 1 { return first }
        return count <= 4 ? "\(Words.list(names)) together" : "\(names.prefix(3).joined(separator: ", ")) and \(count - 3) others together"
    }

    private static func doing(_ span: TraceSpan) -> Phrase {
        switch span.origin {
        case "AWS::ApiGateway::Stage", "AWS::ApiGateway::RestApi": "API Gateway"
        case "AWS::Lambda": "Lambda service"
        case "AWS::Lambda::Function": "Own code of \(span.resource ?? span.name)"
        default: .verbatim(span.resource.map { $0 == span.name ? span.name : "\(span.name) \($0)" } ?? span.name)
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
