import Telemetry

extension Check {
    static let environmentNames = Check(
        "environment-name", "Name without its environment",
        "The other names of a service say which environment they belong to, this one does not: a second environment in the same account collides with it. A service without any such name is one of a kind and is left alone.",
        explanation: "content/deploy/event-backed-service-sam.md#gotchas",
        examples: [
            CheckExample("one of three", [.example(.queue, "orders-prod"), .example(.function, "worker-prod"), .example(.table, "orders")], finds: ["orders"]),
            CheckExample("a rule on a bus", [.example(.queue, "orders-prod"), .example(.function, "worker-prod"), .example(.bus, "shop-prod", [.rule: "OrderCompleted"])],
                         finds: ["shop-prod"]),
            CheckExample("a stage says it as well", [.example(.queue, "orders-prod"), .example(.function, "worker-prod"), .example(.api, "orders", [.stage: "prod"])]),
            CheckExample("no name says it", [.example(.queue, "orders"), .example(.function, "worker"), .example(.table, "items")]),
        ]) { inspection in
            let named = inspection.resources.filter { ![.log, .trace, .probe, .balance, .slo].contains($0.id.kind) }
            return Dictionary(grouping: named, by: \.service).values.flatMap { service -> [Sighting] in
                let without = service.filter { !carriesEnvironment($0) }
                // Most must carry it before one that does not stands out.
                guard without.count * 2 < service.count else { return [] }
                return without.map { resource in
                    let others = service.count - without.count
                    return Sighting(resource, (resource.settings[.rule]?.text).map { "The rule \($0) names no environment; \(others) of \(service.count) names of the service do." }
                        ?? "\(resource.id.name) names no environment; \(others) of \(service.count) names of the service do.")
                }
            }
        }

    private static let environments: Set<String> = [
        "dev", "develop", "development", "test", "testing", "qa", "int", "integration", "sandbox", "preview", "stage", "staging", "uat", "preprod", "prod", "production", "live",
    ]

    private static func carriesEnvironment(_ resource: Resource) -> Bool {
        func carries(_ name: String) -> Bool {
            name.lowercased().split { !($0.isLetter || $0.isNumber) }.contains { environments.contains(String($0)) }
        }
        if let rule = resource.settings[.rule]?.text, !carries(rule) { return false }
        return carries(resource.id.name) || resource.settings[.stage]?.text.map(carries) == true
    }
}
