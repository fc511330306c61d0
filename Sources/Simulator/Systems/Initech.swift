import Telemetry

/// System 1, the event-backed service as its CDK path names it: a dead-letter queue fills while every function reports success.
enum Initech {
    static let account = "111111111111"
    static let api = "u5erh7p1a2"
    static let queue = "Users-OrderCompletedQueue-prod"
    static let deadLetterQueue = "Users-OrderCompletedQueueTempDLQ-prod"
    /// The construct makes a second dead-letter queue that nothing feeds.
    static let orphan = "Users-OrderCompletedQueueDLQ-prod"
    static let table = "Users-Users-prod"
    static let bus = "Users-bus-prod"
    /// Of all services of the environment, in `dev` and `prod`.
    static let sharedBus = "shared-bus-prod"
    static let worker = "CDK-Users-OrderCompleted-prod"

    static func system(_ circumstances: Circumstances) -> SimulatedSystem {
        var system = SimulatedSystem(tenant: "initech", account: account, region: "eu-central-1", circumstances: circumstances)
        let orders = InitechOrders(circumstances), routes = routes(circumstances)
        system.functions = routes + [workerFunction(orders)]
        system.queues = [mainQueue(orders), filling(orders), orphanQueue]
        var mapping = MappingModel(queue: queue, function: worker, dice: orders.dice)
        mapping.reportsItemFailures = true
        system.mappings = [mapping]
        system.gateways = [gateway(routes, orders.dice)]
        var rule = RuleModel("Users-OrderCompletedRule-prod", bus: bus, targets: [("OrderCompletedQueue", system.queueARN(queue))]) { orders.matched($0) }
        rule.pattern = #"{"source":["prod.orders"],"detail-type":["orders.orderCompleted.v1"]}"#
        system.rules = [rule]
        let register = routes[0].runs
        system.tables = [TableModel(table, dice: orders.dice) { register($0).count + orders.completed($0) }]
        // The deployment denies writing logs, and the reader's role is denied too.
        system.logGroups = system.functions.map { function in
            var group = LogGroupModel("/aws/lambda/\(function.name)") { _ in [] }
            group.isDenied = true
            return group
        }
        system.stacks = [stack(system)]
        system.datadog = InitechTelemetry(orders, routes: routes).model
        system.wire()
        return system
    }

    /// Requests a minute and the handler's time of each route's function.
    private static func routes(_ circumstances: Circumstances) -> [FunctionModel] {
        let oauth = ["Metadata", "AuthorizeGet", "AuthorizePost", "Callback", "Token", "Introspect", "Revoke", "RegisterClient", "ClientGet",
                     "ClientUpdate", "ClientDelete"]
        let rates: [(String, Double, Quantiles)] = [
            ("RegisterUser", 0.6, Quantiles(0.4, p50: 0.9, p95: 2.8, p99: 6.6, most: 7.4)),
            ("Login", 4, Quantiles(0.05, p50: 0.21, p95: 0.6, p99: 1.9, most: 2.6)),
            ("GetUserDetails", 3, Quantiles(0.004, p50: 0.012, p95: 0.05, p99: 0.4, most: 0.9)),
        ] + oauth.map { ("OAuth\($0)", 0.12, Quantiles(0.003, p50: 0.01, p95: 0.04, p99: 0.3, most: 0.8)) }
        return rates.map { name, rate, warm in
            let dice = circumstances.dice("initech \(name)")
            var function = FunctionModel("CDK-Users-\(name)-prod", runtime: "provided.al2023", timeout: 30, memory: 256,
                                         flow: circumstances.flow("initech \(name)", perMinute: rate), shape: RunShape(warm: warm, dice: dice))
            function.handler = "bootstrap"
            return function
        }
    }

    private static func gateway(_ routes: [FunctionModel], _ dice: Dice) -> GatewayModel {
        let runs = routes.map(\.runs), refused = dice.named("refused")
        var gateway = GatewayModel(id: api, name: "Users-HttpApi-prod", stage: "$default", flavour: .http(id: api)) { minute in
            runs.flatMap { $0(minute) }.map { GatewayModel.Answer($0, status: refused.hits(0.012, $0.event) ? 401 : 200, overhead: 0.005) }
        }
        gateway.integrations = routes.map { ("POST", "/\($0.name)", "arn:aws:lambda:eu-central-1:\(account):function:\($0.name)") }
        return gateway
    }

    private static func workerFunction(_ orders: InitechOrders) -> FunctionModel {
        var function = FunctionModel(worker, runtime: "provided.al2023", timeout: 30, memory: 256, runs: orders.runs)
        function.handler = "bootstrap"
        return function
    }

    private static func mainQueue(_ orders: InitechOrders) -> QueueModel {
        var model = QueueModel(queue, arrived: orders.arrived, departed: orders.departed)
        model.deadLetterQueue = deadLetterQueue
        model.movedAway = orders.moved
        model.received = { orders.arrived($0 + 1) - orders.arrived($0) + 2 * (orders.moved($0 + 1) - orders.moved($0)) }
        model.oldestAge = { (1 + 7 * orders.dice.named("age").unit($0)).rounded() }
        return model
    }

    private static func filling(_ orders: InitechOrders) -> QueueModel {
        var model = QueueModel(deadLetterQueue, arrived: orders.moved, departed: { _ in 0 })
        model.countsArrivalsAsSent = false
        model.isAwake = { orders.moved($0) > 0 }
        model.oldestAge = { Double($0 + 1 - orders.firstFailure) * 60 }
        model.emptyReceives = { _ in 0 }
        return model
    }

    private static let orphanQueue: QueueModel = {
        var model = QueueModel(orphan, arrived: { _ in 0 }, departed: { _ in 0 })
        model.isAwake = { _ in false }
        return model
    }()

    private static func stack(_ system: SimulatedSystem) -> StackModel {
        let url = "https://sqs.eu-central-1.amazonaws.com/\(account)/"
        return StackModel("UserManagementApi-prod", resources: [
            ("UsersHttpApi", "AWS::ApiGatewayV2::Api", api), ("UsersBus", "AWS::Events::EventBus", bus),
            ("OrderCompletedRule", "AWS::Events::Rule", "Users-OrderCompletedRule-prod"), ("UsersTable", "AWS::DynamoDB::Table", table),
            ("OrderCompletedQueue", "AWS::SQS::Queue", url + queue), ("OrderCompletedQueueTempDLQ", "AWS::SQS::Queue", url + deadLetterQueue),
            ("OrderCompletedQueueDLQ", "AWS::SQS::Queue", url + orphan),
        ] + system.functions.map { function in
            (String(function.name.filter { $0 != "-" }), "AWS::Lambda::Function", function.name)
        })
    }
}
