import Telemetry

extension Check {
    static let leftover = Check(
        "leftover", "Left behind",
        "Something outlived what it belonged to: a log group whose function is gone, or what is left of a service all of whose functions are gone.",
        explanation: "content/runbooks/schedule-missed.md#4-is-the-environment-there-at-all",
        examples: [
            CheckExample("the log group of a function that is gone",
                         [.example(.function, "worker", presence: .missing), .example(.log, "worker"), .example(.function, "sender"), .example(.log, "sender")], finds: ["worker"]),
            CheckExample("the table and the bucket of a service that was taken down",
                         [.example(.function, "worker", presence: .missing), .example(.table, "orders"), .example(.bucket, "uploads"), .example(.queue, "jobs", presence: .missing)],
                         finds: ["orders", "uploads"]),
            CheckExample("one of two functions is gone", [.example(.function, "worker", presence: .missing), .example(.function, "sender"), .example(.table, "orders")]),
            CheckExample("a service without functions", [.example(.queue, "jobs"), .example(.table, "orders")]),
            CheckExample("nobody may look at the function", [.example(.function, "worker", presence: .denied), .example(.log, "worker")]),
        ]) { inspection in
            let gone = Set(inspection.gone.map(\.id)), living = Set(inspection.all(.function).map(\.service))
            let abandoned = Set(inspection.gone.filter { $0.id.kind == .function }.map(\.service)).subtracting(living)
            let provided: Set<ResourceKind> = [.api, .httpAPI, .queue, .topic, .bus, .table, .bucket, .stateMachine, .log]
            return inspection.resources.compactMap { resource in
                guard resource.presence == .alive, provided.contains(resource.id.kind) else { return nil }
                let writers = [ResourceKind.function, .api, .httpAPI].map { ResourceID(source: resource.id.source, kind: $0, name: resource.id.name) }
                if resource.id.kind == .log, let writer = writers.first(where: gone.contains) {
                    return Sighting(resource, "Its \(writer.kind == .function ? "function" : "API") does not exist any more, its lines are still paid for. Delete it, or say until when it stays.")
                }
                guard abandoned.contains(resource.service) else { return nil }
                return Sighting(resource, "No function of its service exists any more. Delete it, or say in accept: why it stays.")
            }
        }
}
