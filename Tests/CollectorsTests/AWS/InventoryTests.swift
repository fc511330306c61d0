import Collectors
import JSON
import Telemetry
import Testing

@Suite struct Inventory {
    private static let empty: ScriptedAWS.Answer = { input, _ in metricAnswer(input, times: "", values: "") }

    @Test func `a queue brings its settings and its dead-letter queue`() async {
        let aws = ScriptedAWS(queueAnswers(attributes: #","FifoQueue":"true","RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-central-1:1:orders-dlq\",\"maxReceiveCount\":\"3\"}""#,
                                           metrics: Self.empty).merging(["GetQueueAttributes": { input, _ in
            input["QueueUrl"]?.string?.hasSuffix("-dlq") == true ? (200, #"{"Attributes":{"MessageRetentionPeriod":"1209600"}}"#)
                : (200, #"{"Attributes":{"VisibilityTimeout":"30","RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-central-1:1:orders-dlq\",\"maxReceiveCount\":3}"}}"#)
        }]) { $1 })
        let harvest = await aws.harvest(.mock([ResourceOrder(.queue, "orders")]))
        let queue = harvest.resource(.queue, "orders"), dlq = harvest.resource(.queue, "orders-dlq")
        #expect(queue?.settings[.maxReceiveCount] == .number(3) && queue?.settings[.visibilityTimeout] == .number(30))
        #expect(queue?.feeds.map(\.name) == ["orders-dlq"])
        #expect(dlq?.foundBy == [.redrive] && dlq?.presence == .alive && dlq?.service == "orders")
        #expect(dlq?.settings[.deadLetterSources] == .text("orders") && dlq?.settings[.retention] == .number(1_209_600))
    }

    @Test func `ten thousand queues with paging lose none`() async {
        let aws = ScriptedAWS(queueAnswers(metrics: Self.empty).merging(["ListQueues": { input, call in
            let names = (0..<1_000).map { "\"https://sqs/1/shop-\((call - 1) * 1_000 + $0)\"" }.joined(separator: ",")
            return (200, #"{"QueueUrls":[\#(names)]\#(call < 10 ? ",\"NextToken\":\"t\(call)\"" : "")}"#)
        }]) { $1 })
        var order = CollectionOrder.mock(prefix: "shop-")
        order.budget.calls = 12
        let harvest = await aws.harvest(order)
        #expect(harvest.resources.count { $0.id.kind == .queue } == 10_000)
        #expect(harvest.resources.allSatisfy { $0.foundBy == [.prefix] })
        #expect(harvest.problems.map(\.kind).contains(.budget))
    }

    @Test func `a function brings its settings and drops its environment`() async {
        var answers = queueAnswers(metrics: Self.empty)
        let functions: [String: ScriptedAWS.Answer] = [
            "GetFunctionConfiguration": { _, _ in (200, #"{"FunctionName":"work","Timeout":10,"MemorySize":256,"Runtime":"nodejs14.x","CodeSha256":"new","LastModified":"2026-11-20T09:00:00.000+0000","Environment":{"Variables":{"DB_PASSWORD":"canary-password"}},"TracingConfig":{"Mode":"Active"},"DeadLetterConfig":{"TargetArn":"arn:aws:sqs:eu-central-1:1:dead"}}"#) },
            "GetFunctionConcurrency": { _, _ in (200, #"{"ReservedConcurrentExecutions":2}"#) },
            "ListEventSourceMappings": { _, _ in (200, #"{"EventSourceMappings":[{"UUID":"u","State":"Enabled","BatchSize":5,"EventSourceArn":"arn:aws:sqs:eu-central-1:1:orders","FunctionResponseTypes":["ReportBatchItemFailures"],"ScalingConfig":{"MaximumConcurrency":4}}]}"#) },
            "GetFunctionEventInvokeConfig": { _, _ in (404, #"{"__type":"ResourceNotFoundException","message":"none"}"#) },
        ]
        answers.merge(functions) { _, new in new }
        let aws = ScriptedAWS(answers)
        var order = CollectionOrder.mock([ResourceOrder(.function, "work"), ResourceOrder(.queue, "orders")])
        let id = ResourceID(source: "prod", kind: .function, name: "work")
        order.known[id] = KnownResource(Resource(id: id, service: "orders", presence: .alive, settings: [.codeSHA256: .text("old")]), checkedAt: order.now - 7_200)
        let harvest = await aws.harvest(order)
        let function = harvest.resource(.function, "work")
        #expect(function?.settings[.timeout] == .number(10) && function?.settings[.memory] == .number(268_435_456))
        #expect(function?.settings[.reservedConcurrency] == .number(2) && function?.settings[.maximumConcurrency] == .number(4))
        #expect(function?.settings[.partialBatchResponse] == .flag(true) && function?.settings[.tracing] == .flag(true))
        #expect(harvest.resource(.queue, "orders")?.feeds == [id])
        #expect(harvest.deployments == [Deployment(service: "orders", time: Timestamp(year: 2026, month: 11, day: 20, hour: 9), label: "new code", detail: "work")])
        #expect(!"\(harvest)".contains("canary-password"))
        #expect(harvest.problems.filter { $0.operation.hasPrefix("lambda:") } == [])
    }

    @Test func `settings that were read within the hour are not read again`() async {
        let aws = ScriptedAWS(queueAnswers(metrics: Self.empty))
        var order = CollectionOrder.mock([ResourceOrder(.queue, "orders")])
        let id = ResourceID(source: "prod", kind: .queue, name: "orders")
        order.known[id] = KnownResource(Resource(id: id, service: "orders", presence: .alive, settings: [.retention: .number(60)]), checkedAt: order.now - 300)
        let harvest = await aws.harvest(order)
        #expect(aws.operations == ["GetMetricData"])
        #expect(harvest.resource(.queue, "orders")?.settings[.retention] == .number(60))
        #expect(harvest.resource(.queue, "orders")?.presence == .alive)
    }

    @Test func `a refused inventory call is told once for many and its resources are not called deleted`() async {
        let aws = ScriptedAWS(["GetQueueUrl": { _, _ in (403, #"{"__type":"AccessDenied","message":"not authorized to perform: sqs:GetQueueUrl"}"#) },
                               "GetMetricData": Self.empty])
        let harvest = await aws.harvest(.mock((0..<20).map { ResourceOrder(.queue, "q\($0)") }))
        #expect(harvest.resources.allSatisfy { $0.presence == .denied })
        #expect(harvest.problems.count == 3 && harvest.problems.last?.message.hasSuffix("The same happened 17 more times.") == true)
        #expect(harvest.absence(.queue, "q0", "visible") == .denied)
    }

    @Test func `a dead-letter queue of strangers knows who feeds it`() async {
        let aws = ScriptedAWS(queueAnswers(metrics: Self.empty).merging(["ListDeadLetterSourceQueues": { _, _ in
            (200, #"{"queueUrls":["https://sqs/1/payments","https://sqs/1/invoices"]}"#)
        }]) { $1 })
        let harvest = await aws.harvest(.mock([ResourceOrder(.queue, "dead")]))
        #expect(harvest.resource(.queue, "dead")?.settings[.deadLetterSources] == .text("invoices,payments"))
    }

    @Test func `an idle topic is alive, and subscribers that the tenant has are drawn`() async {
        let aws = ScriptedAWS([
            "ListTopics": { _, _ in (200, "<R><ListTopicsResult><Topics><member><TopicArn>arn:aws:sns:eu-central-1:1:news</TopicArn></member></Topics></ListTopicsResult></R>") },
            "ListSubscriptionsByTopic": { _, _ in (200, """
                <R><Subscriptions><member><Protocol>sqs</Protocol><Endpoint>arn:aws:sqs:eu-central-1:1:orders</Endpoint><SubscriptionArn>a</SubscriptionArn></member>
                <member><Protocol>lambda</Protocol><Endpoint>arn:aws:lambda:eu-central-1:1:function:stranger</Endpoint><SubscriptionArn>b</SubscriptionArn></member>
                <member><Protocol>email</Protocol><Endpoint>canary@example.com</Endpoint><SubscriptionArn>PendingConfirmation</SubscriptionArn></member></Subscriptions></R>
                """) }, "GetMetricData": Self.empty,
        ])
        let harvest = await aws.harvest(.mock([ResourceOrder(.topic, "news"), ResourceOrder(.queue, "orders"), ResourceOrder(.topic, "gone")]))
        let topic = harvest.resource(.topic, "news")
        #expect(topic?.presence == .alive && topic?.feeds.map(\.name) == ["orders"])
        #expect(topic?.settings[.subscriptions] == .number(2) && topic?.settings[.pendingSubscriptions] == .number(1))
        #expect(harvest.samples(.topic, "news", "published").allSatisfy { $0.quality == .zeroFilled } && !harvest.samples(.topic, "news", "published").isEmpty)
        #expect(harvest.resource(.topic, "gone")?.presence == .missing && harvest.absence(.topic, "gone", "published") == .deleted)
        #expect(harvest.problems.filter { $0.operation.hasPrefix("sns:") }.map(\.kind) == [.missing] && !"\(harvest)".contains("canary@"))
    }

    @Test func `a refused list of topics makes them denied and is one problem`() async {
        let aws = ScriptedAWS(["ListTopics": { _, _ in (403, "<R><Error><Code>AuthorizationError</Code><Message>not authorized to perform: SNS:ListTopics</Message></Error></R>") },
                               "GetMetricData": Self.empty])
        let harvest = await aws.harvest(.mock((0..<5).map { ResourceOrder(.topic, "t\($0)") }))
        #expect(harvest.problems.map(\.kind) == [.denied] && harvest.resources.allSatisfy { $0.presence == .denied })
        #expect(harvest.absence(.topic, "t0", "published") == .denied)
    }

    @Test func `a schedule of the default bus is the function's, until the rule is gone`() async {
        let answers: [String: ScriptedAWS.Answer] = [
            "GetFunctionConfiguration": { _, _ in (200, "{}") }, "GetMetricData": Self.empty,
            "ListTargetsByRule": { _, _ in (200, #"{"Targets":[{"Id":"1","Arn":"arn:aws:lambda:eu-central-1:1:function:nightly"}]}"#) },
        ]
        let rules = #"{"Rules":[{"Name":"off","State":"DISABLED","ScheduleExpression":"rate(1 minute)"},{"Name":"night","State":"ENABLED","ScheduleExpression":"cron(0 3 * * ? *)"}]}"#
        let found = await ScriptedAWS(answers.merging(["ListRules": { _, _ in (200, rules) }]) { $1 }).harvest(.mock([ResourceOrder(.function, "nightly")]))
        #expect(found.resource(.function, "nightly")?.settings[.schedule] == .text("cron(0 3 * * ? *)"))
        var order = CollectionOrder.mock([ResourceOrder(.function, "nightly")])
        for resource in found.resources { order.known[resource.id] = KnownResource(resource, checkedAt: order.now - 7_200) }
        let gone = await ScriptedAWS(answers.merging(["ListRules": { _, _ in (200, #"{"Rules":[]}"#) }]) { $1 }).harvest(order)
        #expect(gone.resource(.function, "nightly")?.settings[.schedule] == nil)
        // Nobody declared the default bus: that it may not be read is no failure.
        let denied = await ScriptedAWS(answers.merging(["ListRules": { _, _ in (400, #"{"__type":"AccessDeniedException","message":"no"}"#) }]) { $1 }).harvest(order)
        #expect(denied.resource(.function, "nightly")?.settings[.schedule] == .text("cron(0 3 * * ? *)") && !denied.problems.contains { $0.kind == .denied })
        #expect(denied.readings.contains { $0.what == "Schedules" && $0.state == .denied })
    }

    @Test func `a bucket tells where its events go`() async {
        let aws = ScriptedAWS(["https://s3.eu-central-1.amazonaws.com/incoming": { _, _ in
            (200, "<NotificationConfiguration><TopicConfiguration><Id>x</Id><Topic>arn:aws:sns:eu-central-1:1:news</Topic><Event>s3:ObjectCreated:*</Event></TopicConfiguration></NotificationConfiguration>")
        }, "GetMetricData": Self.empty])
        let harvest = await aws.harvest(.mock([ResourceOrder(.bucket, "incoming"), ResourceOrder(.topic, "news")]))
        #expect(harvest.resource(.bucket, "incoming")?.feeds.map(\.name) == ["news"] && harvest.resource(.bucket, "incoming")?.presence == .alive)
    }

    @Test func `what was read within the hour is not read again, whatever its kind`() async {
        let aws = ScriptedAWS(["GetMetricData": Self.empty])
        var order = CollectionOrder.mock([ResourceOrder(.topic, "t"), ResourceOrder(.api, "a"), ResourceOrder(.httpAPI, "h"), ResourceOrder(.bus, "b"), ResourceOrder(.bucket, "c"), ResourceOrder(.function, "f")])
        for item in order.services[0].resources {
            let id = ResourceID(source: "prod", kind: item.kind, name: item.name)
            order.known[id] = KnownResource(Resource(id: id, service: "orders", presence: .alive, settings: [.createdAt: .number(1)]), checkedAt: order.now - 300)
        }
        let harvest = await aws.harvest(order)
        #expect(Set(aws.operations) == ["GetMetricData"])
        #expect(harvest.resources.filter { $0.id.kind != .log }.allSatisfy { $0.presence == .alive && $0.settings[.createdAt] == .number(1) })
    }

    @Test func `something else at the address does not make resources deleted`() async {
        let aws = ScriptedAWS(["GetQueueUrl": { _, _ in (404, "<h1>Not found</h1>") }, "GetMetricData": { _, _ in (404, "<h1>Not found</h1>") }])
        let harvest = await aws.harvest(.mock([ResourceOrder(.queue, "orders")]))
        #expect(harvest.resource(.queue, "orders")?.presence == .unknown)
        #expect(harvest.absence(.queue, "orders", "visible") == .sourceError)
    }
}
