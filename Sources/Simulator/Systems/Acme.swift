import JSON
import Telemetry

/// System 2, the buffered webhook, 47 minutes after one poison message began to hold the only FIFO group.
enum Acme {
    static let account = "222222222222"
    static let stack = "sqs-webhook-buffer-prod"
    static let backend = "shop.acme.example"
    /// Minutes before the anchor at which the message began to fail.
    static let blockedMinutes: Int64 = 47
    /// Every eleven hours a series of ten events arrives at once, and four of them meet the publish function's three seconds.
    static let burstEvery: Int64 = 660
    static let burstSize: Int64 = 10
    static let burstTimeouts: Int64 = 4

    static func system(_ circumstances: Circumstances) -> SimulatedSystem {
        var system = SimulatedSystem(tenant: "acme", account: account, region: "eu-central-1", circumstances: circumstances)
        let traffic = AcmeTraffic(circumstances)
        let publish = publishFunction(traffic), subscribe = subscribeFunction(traffic)
        let queue = publishQueue(traffic)
        system.functions = [publish, subscribe]
        system.queues = [queue]
        system.mappings = [MappingModel(queue: queue.name, function: subscribe.name, dice: traffic.dice, batchSize: 1)]
        system.gateways = [endpoint(traffic, publish)]
        system.tables = [messages(traffic, subscribe)]
        system.logGroups = [
            LogGroupModel(of: publish) { ["\(FunctionModel.stamp($0.start))\t\($0.requestID)\tINFO\tqueued event group=grouping-disabled"] },
            LogGroupModel(of: subscribe, retentionDays: 90, own: traffic.subscribeLines),
        ]
        system.traceGroups = [TraceGroupModel(name: "webhook", filter: "service(\"\(subscribe.name)\")")]
        system.traces = { minute in traffic.subscribeRuns(minute).map { traffic.trace(of: $0, function: subscribe.name, table: "\(stack)-Messages") } }
        system.stacks = [stackModel]
        system.sentry = sentry(traffic)
        system.wire()
        return system
    }

    private static func publishFunction(_ traffic: AcmeTraffic) -> FunctionModel {
        var function = FunctionModel("\(stack)-publish-to-sqs", runtime: "nodejs14.x", timeout: 3, memory: 256, runs: traffic.publishRuns)
        function.environment = ["QUEUE_URL": "set", "SENTRY_DSN": "https://8f3c2a@sentry.acme.example/4"]
        return function
    }

    private static func subscribeFunction(_ traffic: AcmeTraffic) -> FunctionModel {
        var function = FunctionModel("\(stack)-subscribe-to-sqs", runtime: "nodejs14.x", timeout: 10, memory: 256, runs: traffic.subscribeRuns)
        function.reservedConcurrency = 2
        function.tracing = true
        function.environment = ["BACKEND_URL": "https://\(backend)/webhooks/orders", "SENTRY_DSN": "https://8f3c2a@sentry.acme.example/4"]
        function.deployedDaysAgo = 0
        return function
    }

    private static func publishQueue(_ traffic: AcmeTraffic) -> QueueModel {
        var queue = QueueModel("\(stack)-PublishQueue.fifo", arrived: traffic.sent, departed: traffic.delivered)
        queue.contentBasedDeduplication = true
        queue.deduplicated = { traffic.accepted($0 + 1) - traffic.accepted($0) - traffic.sent($0 + 1) + traffic.sent($0) }
        queue.received = { Int64(traffic.subscribeRuns($0).count) }
        queue.inFlight = { traffic.isBlocked($0) ? 1 : 0 }
        queue.oldestAge = { traffic.oldestAge($0) }
        return queue
    }

    private static func endpoint(_ traffic: AcmeTraffic, _ publish: FunctionModel) -> GatewayModel {
        var gateway = GatewayModel(id: "a7k2m9x4q1", name: "SolidusBufferedEndpoint-\(stack)", stage: "prod",
                                   flavour: .rest(name: "SolidusBufferedEndpoint-\(stack)")) { minute in
            publish.runs(minute).map { run in
                var answer = GatewayModel.Answer(run, status: run.isFailed ? 502 : 200)
                answer.route = "/webhooks/orders"
                return answer
            }
        }
        gateway.accessLog = AccessLogModel(group: "/aws/apigateway/\(stack)-access", format: AccessLogModel.standardFields)
        gateway.integrations = [("POST", "/webhooks/orders", "arn:aws:lambda:eu-central-1:\(account):function:\(publish.name)")]
        return gateway
    }

    /// One item before each delivery and its status after; a failed attempt rewrites the same item.
    private static func messages(_ traffic: AcmeTraffic, _ subscribe: FunctionModel) -> TableModel {
        TableModel("\(stack)-Messages", dice: traffic.dice) { subscribe.runs($0).count * 2 }
    }

    /// Nobody catches what fails a delivery, and one in eight never leaves the frozen process; time-outs never do. A broken connection is caught and reported.
    private static func sentry(_ traffic: AcmeTraffic) -> SentryModel {
        let lost = traffic.dice.named("sentry"), issues = [
            SentryModel.Issue(shortID: "WEBHOOK-7", title: "AxiosError: Request failed with status code 504", isUnhandled: true),
            SentryModel.Issue(shortID: "WEBHOOK-3", title: "Error: socket hang up ECONNRESET", isUnhandled: false),
        ]
        return SentryModel(token: "simulator-sentry-token", organization: "acme-retail", project: "webhook", issues: issues) { minute in
            traffic.subscribeRuns(minute).compactMap { run in
                if run.isFailed { return lost.hits(0.125, run.event) ? nil : (run.end, 0) }
                return traffic.isHangUp(run) ? (run.end, 1) : nil
            }
        }
    }

    private static let stackModel = StackModel(stack, resources: [
        ("SolidusBufferedEndpoint", "AWS::ApiGateway::RestApi", "a7k2m9x4q1"),
        ("PublishToSqs", "AWS::Lambda::Function", "\(stack)-publish-to-sqs"),
        ("SubscribeToSqs", "AWS::Lambda::Function", "\(stack)-subscribe-to-sqs"),
        ("PublishQueue", "AWS::SQS::Queue", "https://sqs.eu-central-1.amazonaws.com/\(account)/\(stack)-PublishQueue.fifo"),
        ("Messages", "AWS::DynamoDB::Table", "\(stack)-Messages"),
    ])
}
