import Telemetry

/// Moves the parts of a first map up and down within their columns until fewer lines cross each other or run through a part, then until lines are
/// short and the order is the one that they came in. Same map, same places.
struct MapUntangling {
    /// What a map looks like, the most disturbing first.
    private struct Tangle: Comparable {
        var crossings = 0
        /// The squares of rows that lines go up or down.
        var length = 0
        /// Pairs of a column that stand the other way round than they came.
        var disorder = 0

        static func < (a: Tangle, b: Tangle) -> Bool { (a.crossings, a.length, a.disorder) < (b.crossings, b.length, b.disorder) }
    }

    private static let passes = 12
    /// With more lines than this no order of the parts shows any of them, and trying them all takes seconds.
    private static let mostLines = 300

    private let keys: [String]
    private var at: [MapPlace]
    /// Those that lead on; what leads back is drawn in a bow.
    private let lines: [(from: Int, to: Int)]
    private let linesOf: [[Int]]
    private let columns: [Int: [Int]]

    init(_ places: [String: MapPlace], _ edges: [Topology.Edge]) {
        let sorted = places.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        keys = sorted.map(\.key)
        at = sorted.map(\.value)
        let number = Dictionary(keys.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        var lines: [(from: Int, to: Int)] = [], linesOf = Array(repeating: [Int](), count: sorted.count)
        for edge in edges {
            guard let from = number[edge.from], let to = number[edge.to], sorted[from].value.column < sorted[to].value.column else { continue }
            linesOf[from].append(lines.count)
            linesOf[to].append(lines.count)
            lines.append((from, to))
        }
        self.lines = lines
        self.linesOf = linesOf
        columns = Dictionary(grouping: sorted.indices) { sorted[$0].value.column }
    }

    var crossings: Int { lines.indices.reduce(0) { sum, line in sum + lines.indices.count { $0 > line && cross(line, $0) } } }

    func untangled() -> [String: MapPlace] {
        guard lines.count <= Self.mostLines else { return Dictionary(zip(keys, at)) { first, _ in first } }
        var map = self
        let movable = keys.indices.filter { !linesOf[$0].isEmpty }, bottom = movable.map { at[$0].row }.max() ?? 0
        for _ in 0..<Self.passes { guard map.sweep(movable, bottom) else { break } }
        let top = map.at.map(\.row).min() ?? 0
        return Dictionary(zip(keys, map.at).map { ($0, MapPlace(column: $1.column, row: $1.row - top)) }) { first, _ in first }
    }

    /// - Returns: whether anything moved.
    private mutating func sweep(_ movable: [Int], _ bottom: Int) -> Bool {
        var hasMoved = false
        for node in movable.sorted(by: { at[$0] < at[$1] }) {
            for row in 0...bottom where row != at[node].row {
                // To a place that is free, or in exchange with the one that stands there.
                let near = (columns[at[node].column] ?? []).filter { $0 != node && abs(at[$0].row - row) < 2 }
                guard near.isEmpty || near.count == 1 && near.allSatisfy({ at[$0].row == row && !linesOf[$0].isEmpty }) else { continue }
                let moved = [node] + near, before = tangle(around: moved), old = at[node].row
                for other in near { at[other].row = old }
                at[node].row = row
                if tangle(around: moved) < before { hasMoved = true } else {
                    for other in near { at[other].row = row }
                    at[node].row = old
                }
            }
        }
        return hasMoved
    }

    /// The part of it that these nodes can change by moving.
    private func tangle(around nodes: [Int]) -> Tangle {
        let own = Set(nodes.flatMap { linesOf[$0] })
        var tangle = Tangle()
        for line in own {
            for other in lines.indices where (other > line || !own.contains(other)) && cross(line, other) { tangle.crossings += 1 }
            // A line through a part is worse than two that cross.
            tangle.crossings += 2 * at.indices.count { hits(line, $0) }
            let rise = at[lines[line].from].row - at[lines[line].to].row
            tangle.length += rise * rise
        }
        for node in nodes {
            tangle.crossings += 2 * lines.indices.count { !own.contains($0) && hits($0, node) }
            tangle.disorder += (columns[at[node].column] ?? []).count { ($0 < node) != (at[$0].row < at[node].row) && $0 != node }
        }
        return tangle
    }

    /// Whether two lines without a common end cross, both taken as straight.
    private func cross(_ one: Int, _ other: Int) -> Bool {
        let (a, b) = lines[one], (c, d) = lines[other]
        guard a != c, a != d, b != c, b != d else { return false }
        return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
    }

    /// Whether a line comes within a half row of a part that it only passes.
    private func hits(_ line: Int, _ node: Int) -> Bool {
        let from = at[lines[line].from], to = at[lines[line].to], place = at[node]
        guard from.column < place.column, place.column < to.column else { return false }
        let width = to.column - from.column
        return abs((place.row - from.row) * width - (to.row - from.row) * (place.column - from.column)) < width
    }

    /// -1, 0 or 1: on which side of the line from `a` to `b` a node stands.
    private func side(_ a: Int, _ b: Int, _ node: Int) -> Int {
        ((at[b].column - at[a].column) * (at[node].row - at[a].row) - (at[b].row - at[a].row) * (at[node].column - at[a].column)).signum()
    }
}
