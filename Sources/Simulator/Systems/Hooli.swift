import Telemetry

/// System 5, the API and worker: callers see 401 and 500 while no function fails, a tiny table throttles, and the daily run did not come.
enum Hooli {
    static let account = "555555555555"
    static let stack = "gofaas"
    static let table = "gofaas-UsersTable"
    static let bucket = "gofaas-bucket"
    static let topic = "gofaas-NotificationTopic"
    static let schedule = "gofaas-WorkerPeriodicSchedule"

    static func system(_ circumstances: Circumstances) -> SimulatedSystem {
        var system = SimulatedSystem(tenant: "hooli", account: account, region: "us-east-1", circumstances: circumstances)
        let traffic = HooliTraffic(circumstances)
        var worker = function("Worker") { traffic.worker.runs(in: $0, shape: traffic.workerShape, failure: HooliTraffic.workerFailure) }
        worker.asynchronous = traffic.worker
        system.functions = traffic.routes.map { route in function(route.name) { traffic.runs(route, $0) } } + [worker, function("WorkerPeriodic", runs: traffic.dailyRuns)]
        var gateway = GatewayModel(id: "g0f44sprod", name: stack, stage: "Prod", flavour: .rest(name: stack)) { traffic.answers($0) }
        gateway.tracing = true
        gateway.accessLog = AccessLogModel(group: "/aws/apigateway/\(stack)-Prod", format: AccessLogModel.integrationFields)
        gateway.integrations = traffic.routes.map { ($0.method, $0.path, "arn:aws:lambda:us-east-1:\(account):function:\(stack)-\($0.name)") }
        system.gateways = [gateway]
        var users = TableModel(table, dice: traffic.dice) { traffic.written($0) }
        users.provisioned = (1, 1)
        users.reads = { traffic.read($0) }
        users.throttledWrites = { traffic.throttled($0) }
        system.tables = [users]
        var mail = TopicModel.Subscription(protocolName: "email", endpoint: "ops@hooli.example")
        mail.isConfirmed = circumstances.isHealthy
        system.topics = [TopicModel(topic, subscriptions: [mail]) { traffic.notified($0) }]
        var rule = RuleModel(schedule, targets: [("WorkerPeriodic", system.functionARN("\(stack)-WorkerPeriodic"))]) { traffic.dailyRuns($0).count }
        rule.schedule = "rate(1 day)"
        system.rules = [rule]
        var files = BucketModel(bucket)
        files.metricsFilters = [("Images", "images/"), ("Everything", nil)]
        system.buckets = [files]
        system.logGroups = system.functions.map { function in
            LogGroupModel(of: function) { run in
                guard function.name == "\(stack)-UserCreate", traffic.isUndecodable(run.event) else { return [] }
                return ["{\"level\":\"info\",\"msg\":\"decode: invalid character '}' looking for beginning of value\",\"status\":500}"]
            }
        }
        system.traceGroups = [TraceGroupModel(name: "users", filter: "service(\"\(stack)-UserCreate\")"),
                              TraceGroupModel(name: "work", filter: "service(\"\(stack)-WorkCreate\")")]
        system.traces = traffic.traces
        system.stacks = [stackModel(system)]
        system.wire()
        return system
    }

    private static func function(_ name: String, runs: @escaping @Sendable (Int64) -> [Run]) -> FunctionModel {
        var function = FunctionModel("\(stack)-\(name)", runtime: "go1.x", timeout: 5, memory: 128, runs: runs)
        function.tracing = true
        function.handler = "main"
        function.environment = ["TABLE_NAME": table, "BUCKET": bucket]
        return function
    }

    private static func stackModel(_ system: SimulatedSystem) -> StackModel {
        StackModel(stack, resources: [
            ("ServerlessRestApi", "AWS::ApiGateway::RestApi", "g0f44sprod"), ("UsersTable", "AWS::DynamoDB::Table", table),
            ("Bucket", "AWS::S3::Bucket", bucket), ("NotificationTopic", "AWS::SNS::Topic", system.topicARN(topic)),
            ("WorkerPeriodicSchedule", "AWS::Events::Rule", schedule),
        ] + system.functions.map { (String($0.name.dropFirst(stack.count + 1)) + "Function", "AWS::Lambda::Function", $0.name) })
    }
}
