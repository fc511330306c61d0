import Telemetry

/// A resource as the tenant's file declares it, with its deliveries looked up: names belong to the own service first, then to the others.
struct Declaration: Sendable {
    var order: ResourceOrder
    var feeds: [ResourceID]

    static func all(in order: CollectionOrder) -> [ResourceID: Declaration] {
        func id(_ item: ResourceOrder) -> ResourceID { ResourceID(source: order.source, kind: item.kind, name: item.name) }
        func ids(_ items: [ResourceOrder]) -> [String: ResourceID] { Dictionary(items.map { ($0.name, id($0)) }, uniquingKeysWith: { first, _ in first }) }
        let everywhere = ids(order.services.flatMap(\.resources))
        var result: [ResourceID: Declaration] = [:]
        for service in order.services {
            let here = ids(service.resources)
            for item in service.resources where result[id(item)] == nil {
                result[id(item)] = Declaration(order: item, feeds: item.feeds.compactMap { here[$0] ?? everywhere[$0] })
            }
        }
        return result
    }
}
