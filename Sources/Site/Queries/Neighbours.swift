import Telemetry

/// Which resource stands where and what feeds it, over all services of a tenant: the way of a message does not end at a service's border.
struct Neighbours {
    private let places: [ResourceID: (service: Int, resource: Int)]
    private let feeders: [ResourceID: [ResourceID]]
    private let picture: TenantPicture

    init(_ picture: TenantPicture) {
        var places: [ResourceID: (service: Int, resource: Int)] = [:], feeders: [ResourceID: [ResourceID]] = [:]
        for (service, one) in picture.services.enumerated() {
            for (place, resource) in one.resources.enumerated() where places[resource.id] == nil {
                places[resource.id] = (service, place)
                var seen: Set<ResourceID> = []
                for target in resource.resource?.feeds ?? [] where seen.insert(target).inserted { feeders[target, default: []].append(resource.id) }
            }
        }
        self.places = places
        self.feeders = feeders
        self.picture = picture
    }

    func find(_ id: ResourceID) -> (service: ServicePicture, resource: ResourcePicture)? {
        places[id].map { (picture.services[$0.service], picture.services[$0.service].resources[$0.resource]) }
    }

    /// What leads into it, the worst first.
    func before(_ id: ResourceID) -> [ResourceID] { sorted(feeders[id] ?? []) }

    /// Where it leads, the worst first; its dead-letter queue is not of these.
    func after(_ resource: ResourcePicture) -> [ResourceID] {
        let deadLetters = deadLetterQueue(of: resource)
        var seen: Set<ResourceID> = []
        return sorted((resource.resource?.feeds ?? []).filter { $0 != deadLetters && seen.insert($0).inserted })
    }

    func deadLetterQueue(of queue: ResourcePicture) -> ResourceID? {
        let target = queue.resource?.settings[.redriveTarget]?.text ?? queue.resource?.settings[.deadLetterTarget]?.text
        guard let name = target?.split(separator: ":").last.map(String.init) else { return nil }
        let id = ResourceID(source: queue.id.source, kind: .queue, name: name)
        return places[id] == nil ? nil : id
    }

    /// The queues whose dead letters come here.
    func sources(ofDeadLetterQueue queue: ResourcePicture) -> [ResourceID] {
        let names = queue.resource?.settings[.deadLetterSources]?.text?.split(separator: ",").map { String($0.drop { $0 == " " }) } ?? []
        return sorted(names.map { ResourceID(source: queue.id.source, kind: .queue, name: $0) }.filter { places[$0] != nil })
    }

    private func sorted(_ ids: [ResourceID]) -> [ResourceID] {
        ids.sorted { a, b in
            let left = find(a)?.resource.state ?? .ok, right = find(b)?.resource.state ?? .ok
            return left == right ? a < b : left < right
        }
    }
}
