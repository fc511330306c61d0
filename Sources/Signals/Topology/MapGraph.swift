/// The topology as layers: who stands how far from the start, and who hangs below whom.
struct MapGraph: Sendable {
    private let next: [String: [String]]
    private let previous: [String: [String]]
    /// From the start on; circles are cut at the first of their members.
    let order: [String]

    init(_ topology: Topology) {
        var next: [String: [String]] = [:], previous: [String: [String]] = [:]
        for edge in topology.edges {
            next[edge.from, default: []].append(edge.to)
            previous[edge.to, default: []].append(edge.from)
        }
        self.next = next
        self.previous = previous
        var waiting = previous.mapValues(\.count), open = Set(topology.nodes.map(\.key)), order: [String] = []
        var free = topology.nodes.map(\.key).filter { waiting[$0] == nil }.sorted(by: >)
        while !open.isEmpty {
            guard let key = free.popLast() ?? open.min() else { break }
            guard open.remove(key) != nil else { continue }
            order.append(key)
            for target in next[key] ?? [] {
                waiting[target, default: 1] -= 1
                guard waiting[target] == 0, open.contains(target) else { continue }
                free.insert(target, at: free.firstIndex { $0 < target } ?? free.endIndex)
            }
        }
        self.order = order
    }

    func after(_ key: String) -> [String] { next[key] ?? [] }
    func before(_ key: String) -> [String] { previous[key] ?? [] }
    func degree(_ key: String) -> Int { after(key).count + before(key).count }

    /// A first layout: columns by the longest way from the start, rows so that each node stands in the middle of what hangs below it.
    func places(of keys: Set<String>) -> [(key: String, place: MapPlace)] {
        let rank = Dictionary(order.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        func forward(_ key: String) -> [String] { after(key).filter { keys.contains($0) && (rank[$0] ?? 0) > (rank[key] ?? 0) } }
        let connected = order.filter { key in keys.contains(key) && (after(key) + before(key)).contains(where: keys.contains) }
        var column: [String: Int] = [:]
        for key in connected { for target in forward(key) { column[target] = max(column[target] ?? 0, (column[key] ?? 0) + 1) } }
        func place(_ key: String) -> Int { min(MapLayout.columns - 1, column[key] ?? 0) }
        // Each node hangs below the first that leads to it from the column before.
        var owned: Set<String> = [], children: [String: [String]] = [:]
        for key in connected {
            for target in forward(key).sorted() where place(target) == place(key) + 1 && owned.insert(target).inserted { children[key, default: []].append(target) }
        }
        var rows: [String: Int] = [:], bottom = 0
        func settle(_ key: String) {
            let below = children[key] ?? []
            for child in below { settle(child) }
            let held = below.compactMap { rows[$0] }
            if let first = held.min(), let last = held.max() { rows[key] = (first + last) / 2 } else { rows[key] = bottom; bottom += 2 }
        }
        for key in connected where !owned.contains(key) { settle(key) }
        let placed = connected.map { ($0, MapPlace(column: place($0), row: min(MapLayout.rows - 1, rows[$0] ?? 0))) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        // What is connected to nothing stands below all others, from left to right.
        let strays = order.filter { keys.contains($0) && rows[$0] == nil }, width = max(4, (placed.map(\.1.column).max() ?? 0) + 1)
        let top = placed.isEmpty ? 0 : bottom
        return placed + strays.enumerated().map { ($1, MapPlace(column: $0 % width, row: min(MapLayout.rows - 1, top + 2 * ($0 / width)))) }
    }
}
