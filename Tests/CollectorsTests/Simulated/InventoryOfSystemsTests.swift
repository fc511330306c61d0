import Collectors
import Simulator
import Telemetry
import Testing

/// What the inventory knows about each reference system: the edges and settings of its description, as far as AWS tells them.
/// Nothing that is expected here is declared.
@Suite struct `The inventory of the simulated systems` {
    private func inventory(_ tenant: String, _ account: String, _ region: String, _ items: [(ResourceKind, String)], logs: ServiceOrder.LogPolicy = .collect) async -> Harvest {
        let resources = items.map { ResourceOrder($0.0, $0.1, settings: $0.0 == .api ? [.stage: .text(tenant == "hooli" ? "Prod" : "prod")] : [:]) }
        return await SimulatedAccount(tenant, account: account, region: region).harvest([ServiceOrder(id: tenant, resources: resources, logs: logs)], backfill: 600)
    }

    private func feeds(_ harvest: Harvest, _ kind: ResourceKind, _ name: String) -> [String] { harvest.resource(kind, name)?.feeds.map(\.name) ?? [] }

    @Test func `acme: a FIFO queue without a dead-letter queue, and a function held to two at a time`() async {
        let stack = "sqs-webhook-buffer-prod"
        let harvest = await inventory("acme", "222222222222", "eu-central-1", [
            (.api, "SolidusBufferedEndpoint-\(stack)"), (.function, "\(stack)-publish-to-sqs"), (.queue, "\(stack)-PublishQueue.fifo"),
            (.function, "\(stack)-subscribe-to-sqs"), (.table, "\(stack)-Messages")])
        #expect(harvest.problems == [])
        let api = harvest.resource(.api, "SolidusBufferedEndpoint-\(stack)"), queue = harvest.resource(.queue, "\(stack)-PublishQueue.fifo")
        let subscribe = harvest.resource(.function, "\(stack)-subscribe-to-sqs")
        #expect(api?.presence == .alive && api?.settings[.apiID] == .text("a7k2m9x4q1") && api?.settings[.tracing] == .flag(false))
        #expect(queue?.settings[.fifo] == .flag(true) && queue?.settings[.redriveTarget] == nil && queue?.settings[.visibilityTimeout] == .number(30))
        #expect(feeds(harvest, .queue, "\(stack)-PublishQueue.fifo") == ["\(stack)-subscribe-to-sqs"])
        #expect(subscribe?.settings[.timeout] == .number(10) && subscribe?.settings[.reservedConcurrency] == .number(2) && subscribe?.settings[.batchSize] == .number(1))
        #expect(subscribe?.settings[.runtime] == .text("nodejs14.x"))
        #expect(harvest.resource(.log, "\(stack)-subscribe-to-sqs")?.settings[.logRetention] == .number(90 * 86_400))
        #expect(harvest.resource(.table, "\(stack)-Messages")?.settings[.capacityMode] == .text("on_demand"))
    }

    @Test func `globex: one topic fans out to four functions and a second hangs behind one of them`() async {
        let harvest = await inventory("globex", "333333333333", "us-east-1", [
            (.api, "xrayTracerAPI"), (.topic, "TheXRayTracerSnsFanOutTopic"), (.topic, "TheXRayTracerSnsTopic"), (.function, "TheXrayHttpFlow-http"),
            (.function, "TheXrayDynamoFlow-dynamo"), (.function, "TheXraySnsFlow-sns-publish"), (.function, "TheXraySnsFlow-sns-subscribe"),
            (.function, "TheXraySQSFlow-sqs"), (.function, "TheXraySQSFlow-sqs-subscribe"), (.queue, "TheXraySQSFlow-Queue"), (.table, "Hits")])
        #expect(harvest.problems == [])
        #expect(feeds(harvest, .topic, "TheXRayTracerSnsFanOutTopic") == ["TheXrayDynamoFlow-dynamo", "TheXrayHttpFlow-http", "TheXraySQSFlow-sqs", "TheXraySnsFlow-sns-publish"])
        #expect(feeds(harvest, .topic, "TheXRayTracerSnsTopic") == ["TheXraySnsFlow-sns-subscribe"])
        #expect(feeds(harvest, .queue, "TheXraySQSFlow-Queue") == ["TheXraySQSFlow-sqs-subscribe"])
        #expect(harvest.resource(.topic, "TheXRayTracerSnsFanOutTopic")?.settings[.subscriptions] == .number(4))
        #expect(harvest.resource(.api, "xrayTracerAPI")?.settings[.tracing] == .flag(true))
        #expect(harvest.resource(.queue, "TheXraySQSFlow-Queue")?.settings[.visibilityTimeout] == .number(300))
        #expect(harvest.resource(.function, "TheXrayHttpFlow-http")?.settings[.timeout] == .number(3))
        let hits = harvest.resource(.table, "Hits")?.settings
        #expect(hits?[.capacityMode] == .text("provisioned") && hits?[.readCapacity] == .number(5) && hits?[.writeCapacity] == .number(5))
        #expect(harvest.resource(.log, "TheXrayHttpFlow-http")?.settings[.logRetention] == nil)
    }

    @Test func `initech: a rule feeds the queue, the queue feeds its dead letters, and one queue is fed by nobody`() async {
        let queue = "Users-OrderCompletedQueue-prod", dead = "Users-OrderCompletedQueueTempDLQ-prod", orphan = "Users-OrderCompletedQueueDLQ-prod"
        let harvest = await inventory("initech", "111111111111", "eu-central-1", [
            (.bus, "Users-bus-prod"), (.queue, queue), (.queue, orphan), (.function, "CDK-Users-OrderCompleted-prod"), (.httpAPI, "Users-HttpApi-prod"),
            (.table, "Users-Users-prod")], logs: .denied)
        #expect(harvest.problems == [])
        #expect(harvest.resource(.bus, "Users-bus-prod")?.settings[.rule] == .text("Users-OrderCompletedRule-prod"))
        #expect(feeds(harvest, .bus, "Users-bus-prod") == [queue])
        #expect(Set(feeds(harvest, .queue, queue)) == ["CDK-Users-OrderCompleted-prod", dead])
        #expect(harvest.resource(.queue, dead)?.foundBy == [.redrive] && harvest.resource(.queue, dead)?.settings[.deadLetterSources] == .text(queue))
        #expect(harvest.resource(.queue, orphan)?.presence == .alive && harvest.resource(.queue, orphan)?.settings[.deadLetterSources] == nil)
        #expect(harvest.resource(.queue, queue)?.settings[.maxReceiveCount] == .number(3))
        #expect(harvest.resource(.httpAPI, "Users-HttpApi-prod")?.settings[.apiID] == .text("u5erh7p1a2"))
        #expect(!harvest.samples(.bus, "Users-bus-prod", "matched").isEmpty && !harvest.samples(.httpAPI, "Users-HttpApi-prod", "requests").isEmpty)
        let worker = harvest.resource(.function, "CDK-Users-OrderCompleted-prod")?.settings
        #expect(worker?[.timeout] == .number(30) && worker?[.partialBatchResponse] == .flag(true) && worker?[.eventSource]?.text?.hasSuffix(queue) == true)
    }

    @Test func `umbrella: one topic, three functions in three languages, logs for a month`() async {
        let functions = ["xraystarter-go", "xraystarter-py", "xraystarter-ts"]
        let harvest = await inventory("umbrella", "444444444444", "eu-central-1",
                                      [(.bucket, "incoming"), (.topic, "s3eventTopic"), (.table, "items")] + functions.map { (.function, $0) })
        #expect(harvest.problems == [])
        #expect(feeds(harvest, .bucket, "incoming") == ["s3eventTopic"] && feeds(harvest, .topic, "s3eventTopic") == functions)
        #expect(functions.map { harvest.resource(.function, $0)?.settings[.runtime] } == [.text("go1.x"), .text("python3.8"), .text("nodejs16.x")])
        #expect(functions.allSatisfy { harvest.resource(.log, $0)?.settings[.logRetention] == .number(30 * 86_400) })
        #expect(functions.allSatisfy { harvest.resource(.function, $0)?.settings[.tracing] == .flag(true) })
    }

    @Test func `hooli: a daily schedule, a table of one unit, and an address that nobody confirmed`() async {
        let harvest = await inventory("hooli", "555555555555", "us-east-1", [
            (.api, "gofaas"), (.function, "gofaas-WorkerPeriodic"), (.function, "gofaas-Worker"), (.table, "gofaas-UsersTable"), (.topic, "gofaas-NotificationTopic"),
            (.bucket, "gofaas-bucket")])
        #expect(harvest.problems == [])
        #expect(harvest.resource(.function, "gofaas-WorkerPeriodic")?.settings[.schedule] == .text("rate(1 day)"))
        #expect(harvest.resource(.function, "gofaas-Worker")?.settings[.schedule] == nil)
        let topic = harvest.resource(.topic, "gofaas-NotificationTopic")?.settings
        #expect(topic?[.pendingSubscriptions] == .number(1) && topic?[.subscriptions] == .number(0))
        #expect(harvest.resource(.table, "gofaas-UsersTable")?.settings[.writeCapacity] == .number(1))
        #expect(harvest.resource(.api, "gofaas")?.settings[.tracing] == .flag(true))
        #expect(harvest.resource(.bucket, "gofaas-bucket")?.presence == .alive)
    }

    @Test func `a stack alone tells the names of everything, the API's too`() async {
        let harvest = await SimulatedAccount("hooli", account: "555555555555", region: "us-east-1")
            .harvest([ServiceOrder(id: "work", stack: "gofaas")], backfill: 600)
        let found = harvest.resources.filter { $0.id.kind != .log }
        #expect(found.allSatisfy { $0.foundBy == [.stack] && $0.presence == .alive })
        #expect(Set(found.map(\.id.kind)) == [.api, .bucket, .function, .table, .topic] && harvest.resource(.api, "gofaas") != nil)
        let operations = Set(harvest.ledger.map(\.operation))
        #expect(operations.isSuperset(of: ["apigateway:GetRestApis", "apigateway:GetStages", "sns:ListTopics", "sns:ListSubscriptionsByTopic", "events:ListRules",
                                           "events:ListTargetsByRule", "s3:GetBucketNotification", "logs:DescribeLogGroups", "dynamodb:DescribeTable"]))
    }
}
