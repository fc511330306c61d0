import Telemetry

/// Where a node stands: columns from the left, half rows from the top.
package struct MapPlace: Hashable, Comparable, Sendable {
    package var column: Int
    package var row: Int

    package init(column: Int, row: Int) {
        self.column = column
        self.row = row
    }

    package static func < (a: MapPlace, b: MapPlace) -> Bool { (a.column, a.row) < (b.column, b.row) }
}

/// The places of a map's nodes: a pure function of the topology and of the places that are remembered. What stands keeps its place, whatever comes or goes.
package struct MapLayout: Equatable, Sendable {
    /// More cannot be read. What finds no place is in the table.
    package static let mostNodes = 100
    package static let columns = 12
    /// Half rows.
    package static let rows = 48

    package private(set) var places: [String: MapPlace] = [:]
    /// Keys of nodes without a place, sorted.
    package private(set) var leftOut: [String] = []

    package init(_ topology: Topology, remembered: [String: MapPlace] = [:]) {
        let graph = MapGraph(topology)
        var taken: [Int: Set<Int>] = [:]
        for node in topology.nodes {
            guard let place = remembered[node.key], Self.isWithin(place) else { continue }
            places[node.key] = place
        }
        // A place that somebody left is not given away: it may come back.
        for place in remembered.values { taken[place.column, default: []].insert(place.row) }
        let new = topology.nodes.map(\.key).filter { places[$0] == nil }
        let room = max(0, Self.mostNodes - places.count)
        // The best connected first: a map of strays says nothing.
        let chosen = Set(new.sorted { (graph.degree($1), $0) < (graph.degree($0), $1) }.prefix(room))
        if places.isEmpty { for (key, place) in graph.places(of: chosen) { put(key, near: place, &taken) } }
        if remembered.isEmpty {
            places = MapUntangling(places, topology.edges).untangled()
            taken = Dictionary(grouping: places.values, by: \.column).mapValues { Set($0.map(\.row)) }
        }
        for key in graph.order where chosen.contains(key) && places[key] == nil { put(key, near: wish(key, graph), &taken) }
        leftOut = new.filter { places[$0] == nil }.sorted()
    }

    /// Beside what it is connected to; what is connected to nothing stands below.
    private func wish(_ key: String, _ graph: MapGraph) -> MapPlace {
        let before = graph.before(key).compactMap { places[$0] }, after = graph.after(key).compactMap { places[$0] }
        let near = before.isEmpty ? after : before
        let bottom = (places.values.map(\.row).max() ?? -2) + 2
        guard !near.isEmpty else { return MapPlace(column: 0, row: bottom) }
        let column = before.map { $0.column + 1 }.max() ?? (after.map(\.column).min() ?? 1) - 1
        return MapPlace(column: max(0, min(Self.columns - 1, column)), row: near.map(\.row).reduce(0, +) / near.count)
    }

    /// The free place of the column that is nearest to the wish, below before above.
    private mutating func put(_ key: String, near wish: MapPlace, _ taken: inout [Int: Set<Int>]) {
        let rows = taken[wish.column] ?? []
        for distance in 0..<(2 * Self.rows) {
            let row = distance % 2 == 0 ? wish.row + distance / 2 : wish.row - (distance + 1) / 2
            guard (0..<Self.rows).contains(row), !rows.contains(row), !rows.contains(row - 1), !rows.contains(row + 1) else { continue }
            places[key] = MapPlace(column: wish.column, row: row)
            taken[wish.column, default: []].insert(row)
            return
        }
    }

    private static func isWithin(_ place: MapPlace) -> Bool { (0..<columns).contains(place.column) && (0..<rows).contains(place.row) }
}
