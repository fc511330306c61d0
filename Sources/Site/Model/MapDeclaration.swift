import Signals
import Storage
import Telemetry

/// What a tenant's file says about one service for the map: calls that no other side tells, and where its functions send their telemetry.
package struct MapDeclaration: Hashable, Sendable {
    package var service: String
    package var calls: [Topology.Declared]
    package var telemetry: [String]

    package init(service: String, calls: [Topology.Declared] = [], telemetry: [String] = []) {
        self.service = service
        self.calls = calls
        self.telemetry = telemetry
    }
}

/// How many columns of a map share the width of its page.
package enum MapWidth {
    /// At least as many as the design has, at most as can be read.
    package static func columns(of layout: MapLayout) -> Int { max(6, min(8, (layout.places.values.map(\.column).max() ?? 0) + 1)) }
}

extension Topology {
    /// Calls that nobody made for so long are no part of the map.
    private static let memory: Int64 = 7 * 86_400

    /// The map of a tenant at one moment. Traces prove an edge for a week; their figures are those of a day.
    package init(of declarations: [MapDeclaration], resources: [Resource], store: TenantStore, now: Timestamp) throws(StoreError) {
        // Whole hours within the day: the one in which it begins would make 25 of it.
        let day = (now - 86_400 + 3_599).floored(to: 3_600)
        let calls = try store.calls(in: TimeWindow(from: now - Self.memory, to: now + 1)).map { call in
            var call = call
            if call.hour < day { call.isFromExamples = true }
            return call
        }
        self.init(resources: resources, declared: declarations.flatMap(\.calls), calls: calls)
    }
}
