import Signals
import Site
import Storage
import Telemetry

/// Remembers the tenant's map after each reading: where everything stands, what came and what went.
struct TopologyKeeper {
    let tenant: TenantConfiguration
    let context: RunContext

    init(_ tenant: TenantConfiguration, context: RunContext) {
        self.tenant = tenant
        self.context = context
    }

    func keep(in store: TenantStore) throws {
        let topology = try Topology(of: tenant.services.map(\.map), resources: store.resources().addingDeclaredFeeds(of: tenant.services), store: store, now: context.now)
        guard !topology.nodes.isEmpty else { return }
        let layout = MapLayout(topology, remembered: try store.mapPlaces())
        try store.remember(topology, layout, at: context.now)
        try store.rememberMapWidth(MapWidth.columns(of: layout))
    }
}

extension ServiceConfiguration {
    /// What the file says for the map and no call of the provider's tells.
    var map: MapDeclaration {
        MapDeclaration(service: id, calls: resources.map { Topology.Declared(ResourceID(source: source, kind: $0.kind, name: $0.name), calls: $0.calls, calledBy: $0.calledBy) },
                       telemetry: telemetry)
    }
}
