import GRDB
import Signals
import Telemetry

/// A node or an edge that came to the map or left it.
package struct MapChange: Hashable, Sendable {
    /// When it was seen; the change itself happened between this run and the one before.
    package var at: Timestamp
    /// The node, or where the edge begins.
    package var key: String
    /// Where the edge ends; nothing for a node.
    package var target: String?
    package var isNew: Bool
}

extension TenantStore {
    /// A node that has not been seen for so long gives its place away.
    private static let placeKept: Int64 = 90 * 86_400

    /// Where each node stands, those included that are gone and may come back.
    package func mapPlaces() throws(StoreError) -> [String: MapPlace] {
        try read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT key, \"column\", \"row\" FROM map_nodes WHERE \"column\" IS NOT NULL AND \"row\" IS NOT NULL")
            return Dictionary(rows.map { ($0[0] as String, MapPlace(column: $0[1], row: $0[2])) }) { first, _ in first }
        }
    }

    private static let width = "map/columns"

    /// Columns that share the width of the page, as the first map had them: a column more must not move the others.
    package func mapWidth() throws(StoreError) -> Int? { try note(Self.width).flatMap { Int($0) }.map { max(1, min(MapLayout.columns, $0)) } }
    package func rememberMapWidth(_ columns: Int) throws(StoreError) { if try mapWidth() == nil { try setNote(Self.width, String(columns)) } }

    /// Newest first, then nodes before edges, by name.
    package func mapChanges(in window: TimeWindow) throws(StoreError) -> [MapChange] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT at, origin, target, is_new FROM map_changes WHERE at >= ? AND at < ? ORDER BY at DESC, target <> '', origin, target",
                             arguments: [window.start.seconds, window.end.seconds]).map { row in
                let target: String = row[2]
                return MapChange(at: Timestamp(seconds: row[0]), key: row[1], target: target.isEmpty ? nil : target, isNew: row[3])
            }
        }
    }

    /// Remembers the map as it is now, and what is different from before. The first map of a tenant is no change.
    package func remember(_ topology: Topology, _ layout: MapLayout, at now: Timestamp) throws(StoreError) {
        try write { db in
            let before = Set(try String.fetchAll(db, sql: "SELECT key FROM map_nodes WHERE is_there"))
            let edgesBefore = Set(try Row.fetchAll(db, sql: "SELECT origin, target FROM map_edges").map { [$0[0] as String, $0[1] as String] })
            let isFirst = try Int.fetchOne(db, sql: "SELECT count(*) FROM map_nodes") == 0
            let present = Set(topology.nodes.map(\.key)), edges = Set(topology.edges.map { [$0.from, $0.to] })
            let put = try db.cachedStatement(sql: """
                INSERT INTO map_nodes (key, "column", "row", seen, is_there) VALUES (?, ?, ?, ?, 1)
                ON CONFLICT DO UPDATE SET "column" = excluded."column", "row" = excluded."row", seen = excluded.seen, is_there = 1
                """)
            // A row a day is enough to know when somebody was last seen.
            let day = now.floored(to: 86_400)
            let known = Dictionary(try Row.fetchAll(db, sql: "SELECT key, \"column\", \"row\" FROM map_nodes WHERE is_there AND seen = ?", arguments: [day.seconds])
                .map { row in (row[0] as String, (row[1] as Int?).flatMap { column in (row[2] as Int?).map { MapPlace(column: column, row: $0) } }) }) { first, _ in first }
            for node in topology.nodes {
                let place = layout.places[node.key]
                if let before = known[node.key], before == place { continue }
                try put.execute(arguments: [node.key, place?.column, place?.row, day.seconds])
            }
            for key in before.subtracting(present) { try db.execute(sql: "UPDATE map_nodes SET is_there = 0 WHERE key = ?", arguments: [key]) }
            try db.execute(sql: "DELETE FROM map_nodes WHERE NOT is_there AND seen < ?", arguments: [day.seconds - Self.placeKept])
            for edge in edgesBefore.subtracting(edges) { try db.execute(sql: "DELETE FROM map_edges WHERE origin = ? AND target = ?", arguments: [edge[0], edge[1]]) }
            for edge in edges.subtracting(edgesBefore) { try db.execute(sql: "INSERT INTO map_edges (origin, target) VALUES (?, ?)", arguments: [edge[0], edge[1]]) }
            guard !isFirst else { return }
            let change = try db.cachedStatement(sql: "INSERT OR REPLACE INTO map_changes (at, origin, target, is_new) VALUES (?, ?, ?, ?)")
            for (keys, isNew) in [(present.subtracting(before), true), (before.subtracting(present), false)] {
                for key in keys { try change.execute(arguments: [now.seconds, key, "", isNew]) }
            }
            for (pairs, isNew) in [(edges.subtracting(edgesBefore), true), (edgesBefore.subtracting(edges), false)] {
                for pair in pairs { try change.execute(arguments: [now.seconds, pair[0], pair[1], isNew]) }
            }
        }
    }
}
