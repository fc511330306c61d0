import Collectors
import JSON
import Signals
import Telemetry
import Testing

@Suite struct `The plan of a source` {
    private func order(_ resources: [ResourceOrder], traceGroups: [TraceGroupOrder] = [], logs: ServiceOrder.LogPolicy = .collect, prefix: String? = nil) -> CollectionOrder {
        .mock(resources, traceGroups: traceGroups, logs: logs, prefix: prefix, backfill: 86_400)
    }

    private func line(_ plan: CollectionPlan, _ operation: String) -> CollectionPlan.Line? { plan.lines.first { $0.operation == operation } }

    @Test func `metrics are counted by how often each is asked, and priced`() throws {
        let plan = CollectionPlan(order([ResourceOrder(.topic, "news")]), interval: 300)
        let definitions = SignalCatalogue.definitions(of: .topic)
        let fast = definitions.count { $0.cadence == .fast }, slow = definitions.count { $0.cadence == .slow }
        let metrics = try #require(line(plan, "cloudwatch:GetMetricData"))
        #expect(plan.metricsPerRun == fast && metrics.units == 8_640 * fast + 2_880 * slow)
        #expect(abs(metrics.dollars - Double(metrics.units) * 0.00001) < 1e-9 && plan.dollars >= metrics.dollars)
        #expect(line(plan, "sns:ListSubscriptionsByTopic")?.calls == 720)
    }

    @Test func `a longer interval costs less`() {
        let resources = [ResourceOrder(.queue, "orders"), ResourceOrder(.function, "work")]
        let often = CollectionPlan(order(resources), interval: 60), seldom = CollectionPlan(order(resources), interval: 3_600)
        #expect(often.dollars > 20 * seldom.dollars && line(seldom, "lambda:GetFunctionConfiguration")?.calls == 720)
    }

    @Test func `what a run asks was planned, and what was planned is asked`() async {
        let region = "us-east-1"
        let resources = [ResourceOrder(.api, "gofaas", settings: [.stage: .text("Prod")]), ResourceOrder(.function, "gofaas-Worker"), ResourceOrder(.table, "gofaas-UsersTable"),
                         ResourceOrder(.topic, "gofaas-NotificationTopic"), ResourceOrder(.bucket, "gofaas-bucket")]
        let service = ServiceOrder(id: "work", resources: resources, traceGroups: [TraceGroupOrder(id: "work", filter: #"service("gofaas-Worker")"#)])
        let account = SimulatedAccount("hooli", account: "555555555555", region: region)
        let harvest = await account.harvest([service], backfill: 900)
        let plan = CollectionPlan(CollectionOrder(tenant: "hooli", source: "prod", services: [service], now: account.now), interval: 300, past: harvest.ledger)
        let asked = Set(harvest.ledger.map(\.operation)).subtracting(["sts:AssumeRole"])
        #expect(asked.subtracting(plan.lines.map(\.operation)).subtracting(["events:ListTargetsByRule"]) == [])
        // Spans are read where there is a new trace.
        #expect(Set(plan.lines.map(\.operation)).subtracting(asked).isSubset(of: ["xray:BatchGetTraces", "xray:GetTraceSegmentDestination"]))
    }

    @Test func `the ledger of a run on known settings asks as many metrics as planned`() async {
        let resources = [ResourceOrder(.queue, "orders"), ResourceOrder(.topic, "news")]
        let aws = ScriptedAWS(queueAnswers { input, _ in metricAnswer(input, times: "", values: "") })
        let harvest = await aws.harvest(order(resources, logs: .off))
        var known = order(resources, logs: .off)
        for resource in harvest.resources { known.known[resource.id] = KnownResource(resource, checkedAt: known.now) }
        let asked = harvest.ledger.first { $0.operation == "cloudwatch:GetMetricData" }?.units
        let slow = SignalCatalogue.definitions(of: .queue).count { $0.cadence == .slow } + SignalCatalogue.definitions(of: .topic).count { $0.cadence == .slow }
        #expect(CollectionPlan(known, interval: 300).metricsPerRun + slow == asked)
    }

    @Test func `a day of runs asks what was planned, within five in a hundred`() async {
        let answers = queueAnswers { input, _ in metricAnswer(input, times: "", values: "") }.merging([
            "GetFunctionConfiguration": { _, _ in (200, #"{"Timeout":10}"#) }, "GetFunctionConcurrency": { _, _ in (200, "{}") },
            "ListEventSourceMappings": { _, _ in (200, "{}") }, "ListDeadLetterSourceQueues": { _, _ in (200, "{}") }, "ListRules": { _, _ in (200, #"{"Rules":[]}"#) },
            "DescribeLogGroups": { _, _ in (200, #"{"logGroups":[{"logGroupName":"/aws/lambda/work"}]}"#) }, "FilterLogEvents": { _, _ in (200, #"{"events":[]}"#) },
            "ListTopics": { _, _ in (200, "<R><Topics><member><TopicArn>arn:aws:sns:eu-central-1:1:news</TopicArn></member></Topics></R>") },
            "ListSubscriptionsByTopic": { _, _ in (200, "<R><Subscriptions/></R>") },
        ]) { $1 }
        var order = order([ResourceOrder(.queue, "orders"), ResourceOrder(.function, "work"), ResourceOrder(.topic, "news")])
        var asked: [String: (calls: Int, units: Int)] = [:]
        for run in 0..<288 {
            order.now = ScriptedAWS.now + Int64(run) * 300
            let harvest = await ScriptedAWS(answers).harvest(order)
            for resource in harvest.resources { order.known[resource.id] = KnownResource(resource, checkedAt: resource.checkedAt ?? Timestamp(seconds: 0)) }
            order.cursors.merge(harvest.cursors) { $1 }
            for entry in harvest.ledger {
                asked[entry.operation, default: (0, 0)].calls += entry.calls
                asked[entry.operation, default: (0, 0)].units += entry.units
            }
        }
        let plan = CollectionPlan(order, interval: 300)
        for line in plan.lines {
            let day = asked[line.operation] ?? (0, 0)
            #expect(abs(Double(line.calls) / 30 - Double(day.calls)) <= max(1, 0.05 * Double(day.calls)), "\(line.operation): \(line.calls / 30) planned, \(day.calls) asked")
            if line.operation == "cloudwatch:GetMetricData" { #expect(abs(Double(line.units) / 30 - Double(day.units)) <= 0.05 * Double(day.units)) }
        }
        #expect(Set(asked.keys).subtracting(plan.lines.map(\.operation)).subtracting(["sqs:GetQueueUrl"]) == [])
    }

    @Test func `traces are planned by what the last day showed`() {
        let group = [TraceGroupOrder(id: "all")]
        let guessed = CollectionPlan(order([], traceGroups: group), interval: 300)
        #expect(guessed.assumptions.contains { $0.hasPrefix("Traces cost") } && line(guessed, "xray:GetTraceSummaries")?.units == 172_800)
        let past = [LedgerEntry(source: "prod", operation: "xray:GetTraceSummaries", calls: 288, units: 1_000, bytes: 0, dollars: 0)]
        let known = CollectionPlan(order([], traceGroups: group), interval: 300, past: past)
        #expect(!known.assumptions.contains { $0.hasPrefix("Traces cost") } && line(known, "xray:GetTraceSummaries")?.units == 30_000)
    }

    @Test(arguments: [(nil, ["xray:BatchGetTraces"]), ("XRay", ["xray:BatchGetTraces"]), ("CloudWatchLogs", ["xray:ListRetrievedTraces", "xray:StartTraceRetrieval"])] as [(String?, [String])])
    func `spans are planned, and allowed, where they are kept`(_ destination: String?, _ reading: [String]) {
        var order = order([], traceGroups: [TraceGroupOrder(id: "all")])
        if let destination {
            let id = ResourceID(source: order.source, kind: .trace, name: "all")
            order.known[id] = KnownResource(Resource(id: id, service: order.services[0].id, presence: .alive, settings: [.traceDestination: .text(destination)]), checkedAt: order.now)
        }
        let planned = CollectionPlan(order, interval: 300).lines.map(\.operation).filter { $0.hasPrefix("xray:") }
        #expect(planned == (reading + ["xray:GetServiceGraph", "xray:GetTraceSegmentDestination", "xray:GetTraceSummaries"]).sorted())
        let allowed = (AccessPolicy(order, region: "eu-central-1", account: nil).document["Statement"]?.array ?? []).flatMap { $0["Action"]?.array ?? [] }.compactMap(\.string).filter { $0.hasPrefix("xray:") }
        let retrieving = ["xray:CancelTraceRetrieval", "xray:ListRetrievedTraces", "xray:StartTraceRetrieval"]
        #expect(allowed == Set(planned + (destination == "XRay" ? [] : retrieving) + (destination == "CloudWatchLogs" ? [] : ["xray:BatchGetTraces"])).sorted())
    }
}

@Suite struct `The policy of a source` {
    private func document(_ order: CollectionOrder) -> (allowed: [(actions: [String], scopes: [String])], denied: [String], text: String) {
        let document = AccessPolicy(order, region: "eu-central-1", account: "111122223333").document
        let statements = document["Statement"]?.array ?? []
        func texts(_ value: JSONValue?) -> [String] { value?.string.map { [$0] } ?? value?.array.compactMap(\.string) ?? [] }
        return (statements.filter { $0["Effect"] == "Allow" }.map { (texts($0["Action"]), texts($0["Resource"])) },
                statements.filter { $0["Effect"] == "Deny" }.flatMap { texts($0["Action"]) }, document.text())
    }

    @Test func `it allows what the kinds need, on what is declared, and nothing else`() {
        let policy = document(.mock([ResourceOrder(.function, "work"), ResourceOrder(.table, "items")], logs: .collect))
        func scopes(_ action: String) -> [String]? { policy.allowed.first { $0.actions.contains(action) }?.scopes }
        #expect(scopes("lambda:GetFunctionConfiguration") == ["arn:aws:lambda:eu-central-1:111122223333:function:work"])
        #expect(scopes("dynamodb:DescribeTable") == ["arn:aws:dynamodb:eu-central-1:111122223333:table/items"])
        #expect(scopes("logs:FilterLogEvents") == ["arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/work:*"])
        #expect(scopes("cloudwatch:GetMetricData") == ["*"])
        #expect(scopes("sns:ListTopics") == nil && scopes("xray:GetTraceSummaries") == nil && scopes("apigateway:GET") == nil)
    }

    @Test func `no log is readable where logs are denied, and no message ever`() {
        let policy = document(.mock([ResourceOrder(.function, "work"), ResourceOrder(.queue, "orders")], logs: .denied))
        #expect(!policy.allowed.flatMap(\.actions).contains { $0.hasPrefix("logs:") })
        #expect(Set(policy.denied).isSuperset(of: ["sqs:ReceiveMessage", "sqs:PurgeQueue", "lambda:InvokeFunction", "s3:GetObject", "dynamodb:Scan"]))
        #expect(Set(policy.allowed.flatMap(\.actions)).isDisjoint(with: policy.denied) && !policy.allowed.flatMap(\.actions).contains { $0.contains("*") })
    }

    @Test func `discovery by prefix widens functions to the prefix`() {
        let policy = document(.mock(logs: .collect, prefix: "shop-"))
        #expect(policy.allowed.contains { $0.actions.contains("lambda:GetFunctionConfiguration") && $0.scopes == ["arn:aws:lambda:eu-central-1:111122223333:function:shop-*"] })
        #expect(policy.allowed.contains { $0.actions.contains("sqs:ListQueues") })
    }
}
