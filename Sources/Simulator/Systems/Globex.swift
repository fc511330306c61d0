import Telemetry

/// System 3, the X-Ray tracer: one request fans out to four flows, and the one that calls an outside host fails four times in ten.
enum Globex {
    static let account = "333333333333"
    static let api = "xrayTracerAPI"
    static let fanOut = "TheXRayTracerSnsFanOutTopic"
    static let second = "TheXRayTracerSnsTopic"
    static let http = "TheXrayHttpFlow-http"
    static let dynamo = "TheXrayDynamoFlow-dynamo"
    static let publisher = "TheXraySnsFlow-sns-publish"
    static let subscriber = "TheXraySnsFlow-sns-subscribe"
    static let sender = "TheXraySQSFlow-sqs"
    static let poller = "TheXraySQSFlow-sqs-subscribe"
    static let queue = "TheXraySQSFlow-Queue"
    static let table = "Hits"
    static let outside = "jsonplaceholder.typicode.com"
    static let failure = Run.Outcome.error(type: "CertificateError", message: "certificate has expired")

    static func system(_ circumstances: Circumstances) -> SimulatedSystem {
        var system = SimulatedSystem(tenant: "globex", account: account, region: "us-east-1", circumstances: circumstances)
        let traffic = GlobexTraffic(circumstances)
        system.functions = [
            function(http, traffic.http, shape: traffic.httpShape, failure: failure), function(dynamo, traffic.calm(dynamo), shape: traffic.shape(dynamo)),
            function(publisher, traffic.calm(publisher), shape: traffic.shape(publisher)),
            function(subscriber, traffic.calm(subscriber), shape: traffic.shape(subscriber)),
            function(sender, traffic.calm(sender), shape: traffic.shape(sender)),
            plain(poller, runs: traffic.polls),
        ]
        system.queues = [messages(traffic)]
        system.mappings = [MappingModel(queue: queue, function: poller, dice: traffic.dice)]
        var gateway = GatewayModel(id: "x4r4ytr4cer", name: api, stage: "prod", flavour: .rest(name: api)) { minute in
            traffic.flow.events(in: minute).map { event in
                let latency = Quantiles(0.018, p50: 0.028, p95: 0.061, p99: 0.09, most: 0.14).value(at: traffic.dice.named("latency").unit(event))
                var answer = GatewayModel.Answer(status: 200, latency: latency, integration: latency - 0.006)
                answer.start = Double(minute) * 60 + traffic.dice.named("second").unit(event) * 52
                answer.method = "GET"
                return answer
            }
        }
        gateway.tracing = true
        gateway.accessLog = AccessLogModel(group: "/aws/apigateway/\(api)-access", format: AccessLogModel.common)
        gateway.integrations = [("GET", "/", nil), ("GET", "/{proxy+}", nil)]
        system.gateways = [gateway]
        system.topics = topics(system, traffic)
        var hits = TableModel(table, dice: traffic.dice) { traffic.flow.events(in: $0).count }
        hits.provisioned = (5, 5)
        system.tables = [hits]
        system.logGroups = system.functions.map { LogGroupModel(of: $0) { ["\(FunctionModel.stamp($0.start))\t\($0.requestID)\tINFO\trequest: {\"Records\":1}"] } }
        system.traceGroups = [
            TraceGroupModel(name: "http-flow", filter: "service(\"\(http)\")"), TraceGroupModel(name: "sqs-flow", filter: "service(\"\(poller)\")"),
        ]
        system.traces = traffic.traces
        system.stacks = stacks
        system.wire()
        return system
    }

    private static func plain(_ name: String, runs: @escaping @Sendable (Int64) -> [Run]) -> FunctionModel {
        var function = FunctionModel(name, runtime: "nodejs12.x", timeout: 3, memory: 128, runs: runs)
        function.tracing = true
        return function
    }

    private static func function(_ name: String, _ events: AsynchronousEvents, shape: RunShape, failure: Run.Outcome = .success) -> FunctionModel {
        var function = plain(name) { events.runs(in: $0, shape: shape, failure: failure) }
        function.asynchronous = events
        return function
    }

    private static func messages(_ traffic: GlobexTraffic) -> QueueModel {
        var model = QueueModel(queue, arrived: traffic.sent) { minute in
            let newest = traffic.sent(minute) - traffic.sent(minute - 1)
            return traffic.sent(minute) - (traffic.dice.named("residue").hits(0.3, minute) ? min(1, newest) : 0)
        }
        model.visibilityTimeout = 300
        model.oldestAge = { _ in 1 }
        return model
    }

    private static func topics(_ system: SimulatedSystem, _ traffic: GlobexTraffic) -> [TopicModel] {
        func subscription(_ name: String) -> TopicModel.Subscription { .init(protocolName: "lambda", endpoint: system.functionARN(name)) }
        return [
            TopicModel(fanOut, subscriptions: [dynamo, http, publisher, sender].map(subscription)) { traffic.flow.events(in: $0).count },
            TopicModel(second, subscriptions: [subscription(subscriber)]) { traffic.flow.events(in: $0).count },
        ]
    }

    private static let stacks = [
        StackModel("TheXrayTracerStack", resources: [("xrayTracerAPI", "AWS::ApiGateway::RestApi", "x4r4ytr4cer"),
                                                     (fanOut, "AWS::SNS::Topic", "arn:aws:sns:us-east-1:\(account):\(fanOut)")]),
        StackModel("TheXrayHttpFlow", resources: [("httpLambda", "AWS::Lambda::Function", http)]),
        StackModel("TheXrayDynamoFlow", resources: [("dynamoLambda", "AWS::Lambda::Function", dynamo), ("Hits", "AWS::DynamoDB::Table", table)]),
        StackModel("TheXraySnsFlow", resources: [("snsPublish", "AWS::Lambda::Function", publisher), ("snsSubscribe", "AWS::Lambda::Function", subscriber),
                                                 (second, "AWS::SNS::Topic", "arn:aws:sns:us-east-1:\(account):\(second)")]),
        StackModel("TheXraySQSFlow", resources: [("sqsPublish", "AWS::Lambda::Function", sender), ("sqsSubscribe", "AWS::Lambda::Function", poller),
                                                 ("Queue", "AWS::SQS::Queue", "https://sqs.us-east-1.amazonaws.com/\(account)/\(queue)")]),
    ]
}
