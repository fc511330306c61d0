import Telemetry

/// A healthy tenant of twenty alike services, for load: every account number that begins with 9 is one.
enum GenericTenant {
    static let serviceCount = 20

    /// All digits count, so that no two accounts share an external id.
    static func name(account: String) -> String { "tenant-\(account)" }

    static func system(account: String, _ circumstances: Circumstances) -> SimulatedSystem {
        var system = SimulatedSystem(tenant: name(account: account), account: account, region: "eu-central-1", circumstances: circumstances)
        for index in 1...serviceCount {
            let name = "svc-\(index < 10 ? "0" : "")\(index)"
            let dice = circumstances.dice("\(account) \(name)")
            let flow = Flow(perMinute: 2 + 6 * dice.unit(0), anchor: circumstances.anchor, dice: dice)
            let shape = RunShape(warm: Quantiles(0.01, p50: 0.04, p95: 0.12, p99: 0.3, most: 0.6), dice: dice)
            let function = FunctionModel("\(name)-worker", runtime: "nodejs22.x", timeout: 10, memory: 256, flow: flow, shape: shape)
            var queue = QueueModel("\(name)-queue", flow: flow, dice: dice)
            queue.visibilityTimeout = 60
            system.functions.append(function)
            system.queues.append(queue)
            system.mappings.append(MappingModel(queue: queue.name, function: function.name, dice: dice))
            system.logGroups.append(LogGroupModel(of: function, retentionDays: 30))
        }
        system.wire()
        return system
    }
}
