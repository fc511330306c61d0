import Telemetry

/// The control: a webhook buffer with nothing to find. Supported runtimes, dead-letter queues that keep longer, room in every limit.
enum Wayne {
    static let account = "666666666666"
    static let stack = "gadgets-prod"
    static let queue = "gadgets-prod-orders.fifo"
    static let deadLetterQueue = "gadgets-prod-orders-dlq.fifo"
    static let failures = "gadgets-prod-failures-dlq"
    static let table = "gadgets-prod-deliveries"
    static let topic = "gadgets-prod-notices"
    static let clock = "gadgets-prod-nightly"

    static func system(_ circumstances: Circumstances) -> SimulatedSystem {
        var system = SimulatedSystem(tenant: "wayne", account: account, region: "eu-central-1", circumstances: circumstances)
        let dice = circumstances.dice("wayne"), runs = nightlyRuns(circumstances, circumstances.dice("wayne")), flow = circumstances.flow("wayne orders", perMinute: 5)
        let accept = function("accept", warm: Quantiles(0.02, p50: 0.05, p95: 0.11, p99: 0.2, most: 0.4), flow, dice)
        let deliver = function("deliver", warm: Quantiles(0.1, p50: 0.22, p95: 0.5, p99: 0.9, most: 1.4), flow, dice)
        var nightly = FunctionModel("\(stack)-nightly", runtime: "nodejs24.x", timeout: 30, memory: 256, runs: runs)
        nightly.tracing = true
        nightly.failureDestination = system.queueARN(failures)
        system.functions = [accept, deliver, nightly]
        system.queues = queues(flow, dice)
        var mapping = MappingModel(queue: queue, function: deliver.name, dice: dice, batchSize: 10)
        mapping.reportsItemFailures = true
        mapping.maximumConcurrency = 10
        system.mappings = [mapping]
        var gateway = GatewayModel(id: "w4yn3pr0d1", name: "\(stack)-api", stage: "prod", flavour: .rest(name: "\(stack)-api")) { minute in
            accept.runs(minute).map { GatewayModel.Answer($0) }
        }
        gateway.tracing = true
        system.gateways = [gateway]
        system.topics = [TopicModel(topic, subscriptions: [.init(protocolName: "email", endpoint: "ops@wayne.example")]) { runs($0).count }]
        var rule = RuleModel(clock, targets: [("Nightly", system.functionARN(nightly.name))]) { runs($0).count }
        rule.schedule = "rate(1 day)"
        system.rules = [rule]
        system.tables = [TableModel(table, dice: dice) { deliver.runs($0).count }]
        system.logGroups = system.functions.map { LogGroupModel(of: $0, retentionDays: 30) }
        system.traces = { minute in
            deliver.runs(minute).filter { dice.named("sampled").hits(0.1, $0.event) }.map { run in
                var builder = TraceBuilder(run: run, function: deliver.name, account: account, dice: dice)
                builder.call(.dynamoDB("PutItem", table: table), from: run.duration * 0.1, to: run.duration * 0.3)
                builder.remote("shop.wayne.example", from: run.duration * 0.4, to: run.duration * 0.9, method: "POST", url: "https://shop.wayne.example/orders", status: 200)
                return builder.trace()
            }
        }
        system.keepsTracesInLogs = true
        system.traceGroups = [TraceGroupModel(name: "orders", filter: "service(\"\(deliver.name)\")")]
        system.wire()
        return system
    }

    private static func function(_ name: String, warm: Quantiles, _ flow: Flow, _ dice: Dice) -> FunctionModel {
        var function = FunctionModel("\(stack)-\(name)", runtime: "nodejs24.x", timeout: 10, memory: 256, flow: flow, shape: RunShape(warm: warm, dice: dice.named(name)))
        function.tracing = true
        return function
    }

    /// Once a day, five hours before the anchor's time of day.
    private static func nightlyRuns(_ circumstances: Circumstances, _ dice: Dice) -> @Sendable (Int64) -> [Run] {
        let due = circumstances.anchor.minute - 300, shape = RunShape(warm: Quantiles(2, p50: 3, p95: 4, p99: 5, most: 6), dice: dice.named("nightly"))
        return { minute in (minute - due).isMultiple(of: 1_440) ? [shape.run(event: (minute - due) / 1_440, minute: minute)] : [] }
    }

    private static func queues(_ flow: Flow, _ dice: Dice) -> [QueueModel] {
        var orders = QueueModel(queue, flow: flow, dice: dice)
        orders.visibilityTimeout = 60
        orders.contentBasedDeduplication = true
        orders.deadLetterQueue = deadLetterQueue
        orders.maxReceiveCount = 5
        let groups = dice.named("groups")
        orders.groups = { 1 + Int64(groups.word($0) % 4) }
        return [orders, idle(deadLetterQueue), idle(failures)]
    }

    private static func idle(_ name: String) -> QueueModel {
        var queue = QueueModel(name, arrived: { _ in 0 }, departed: { _ in 0 })
        queue.retention = 1_209_600
        queue.isAwake = { _ in false }
        return queue
    }
}
