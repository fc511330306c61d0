import Collectors
import Telemetry
import Testing

/// Who answered, as the simulated systems' access logs and lines tell it.
@Suite struct `Answers of the five systems` {
    private func harvest(_ tenant: String, _ account: String, _ region: String, _ resources: [ResourceOrder], reading: LogReading = .filter) async -> Harvest {
        await SimulatedAccount(tenant, account: account, region: region).harvest([ServiceOrder(id: "service", resources: resources)], backfill: 3_600, reading: reading)
    }

    private func sum(_ answers: [AnswerCount], _ isWanted: (AnswerCount) -> Bool) -> Int { answers.filter(isWanted).reduce(0) { $0 + $1.count } }

    @Test func `acme: the gateway says 200 while the backend answers 504`() async {
        let stack = "sqs-webhook-buffer-prod", subscribe = "\(stack)-subscribe-to-sqs"
        let harvest = await harvest("acme", "222222222222", "eu-central-1", [ResourceOrder(.api, "SolidusBufferedEndpoint-\(stack)", settings: [.stage: .text("prod")]), ResourceOrder(.function, "\(stack)-publish-to-sqs"), ResourceOrder(.function, subscribe)])
        #expect(harvest.problems == [])
        let gateway = harvest.answers.filter { $0.resource.kind == .api }, backend = harvest.answers.filter { $0.resource.name == subscribe }
        #expect(Set(gateway.map(\.route)) == ["POST /webhooks/orders"] && Set(gateway.map(\.status)) == [200] && Set(gateway.map(\.party)) == [.code])
        // As many lines as the metric counts requests.
        let requests = harvest.samples(.api, "SolidusBufferedEndpoint-\(stack)", "requests"), lines = harvest.samples(.api, "SolidusBufferedEndpoint-\(stack)", "answers")
        #expect(lines.count == requests.count && lines.dropLast().map(\.value).reduce(0, +) > 200)
        #expect(abs(lines.map(\.value).reduce(0, +) - requests.map(\.value).reduce(0, +)) <= 4)
        // Two attempts a minute since the block, each counted once although the runtime repeats its error.
        #expect(sum(backend) { $0.status == 504 } == sum(backend) { $0.isServerError } && (84...90).contains(sum(backend) { $0.status == 504 }))
        #expect(sum(backend) { $0.status == 200 } > 30 && Set(backend.map(\.party)) == [.dependency])
        #expect(harvest.resource(.api, "SolidusBufferedEndpoint-\(stack)")?.settings[.accessLogGroup] == .text("/aws/apigateway/\(stack)-access"))
        #expect(!"\(harvest.answers)".contains("198.51.100"))
    }

    @Test func `hooli: 401 and 500 are our own code's, although no function fails`() async {
        let harvest = await harvest("hooli", "555555555555", "us-east-1", [ResourceOrder(.api, "gofaas", settings: [.stage: .text("Prod")]), ResourceOrder(.function, "gofaas-UserCreate"), ResourceOrder(.function, "gofaas-UserRead")])
        #expect(harvest.problems == [])
        let failed = harvest.answers.filter(\.isServerError), refused = harvest.answers.filter(\.isClientError)
        #expect(Set(failed.map(\.route)) == ["POST /users"] && Set(failed.map(\.party)) == [.code] && sum(failed) { _ in true } > 5)
        #expect(Set(refused.map(\.route)) == ["GET /users/{id}"] && Set(refused.map(\.status)) == [401] && Set(refused.map(\.party)) == [.code])
        #expect(harvest.samples(.function, "gofaas-UserCreate", "errors").allSatisfy { $0.value == 0 })
        #expect(harvest.resource(.api, "gofaas")?.feeds.map(\.name) == ["gofaas-UserCreate", "gofaas-UserRead"])
    }

    @Test func `globex: a gateway that speaks to a topic itself has no code behind it`() async {
        let harvest = await harvest("globex", "333333333333", "us-east-1", [ResourceOrder(.api, "xrayTracerAPI", settings: [.stage: .text("prod")], feeds: ["TheXRayTracerSnsFanOutTopic"]), ResourceOrder(.topic, "TheXRayTracerSnsFanOutTopic")])
        #expect(harvest.problems == [])
        #expect(Set(harvest.answers.map(\.route)) == ["GET /"] && Set(harvest.answers.map(\.party)) == [.dependency])
    }

    @Test func `Insights counts what the lines say`() async {
        let resources = [ResourceOrder(.api, "gofaas", settings: [.stage: .text("Prod")]), ResourceOrder(.function, "gofaas-Worker")]
        let lines = await harvest("hooli", "555555555555", "us-east-1", resources), counted = await harvest("hooli", "555555555555", "us-east-1", resources, reading: .insights)
        #expect(counted.problems == [] && !counted.ledger.contains { $0.operation == "logs:FilterLogEvents" })
        #expect((counted.ledger.first { $0.operation == "logs:StartQuery" }?.units ?? 0) > 10_000)
        func byKind(_ harvest: Harvest) -> Set<AnswerCount> { Set(harvest.answers) }
        #expect(!lines.answers.isEmpty && byKind(lines) == byKind(counted))
        for signal in ["cold_starts", "memory_used", "timeouts"] {
            let read = lines.samples(.function, "gofaas-Worker", signal).map(\.value), asked = counted.samples(.function, "gofaas-Worker", signal).map(\.value)
            #expect(read.count == asked.count && zip(read, asked).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($0)) }, "\(signal)")
        }
        let worker = ResourceID(source: "prod", kind: .log, name: "gofaas-Worker")
        #expect(lines.series.first { $0.series == SeriesID(worker, "errors") }?.samples == counted.series.first { $0.series == SeriesID(worker, "errors") }?.samples)
        #expect(Set(lines.fingerprints) == Set(counted.fingerprints) && !counted.fingerprints.isEmpty)
    }

    @Test func `an API declared as the other kind is found out`() async {
        let harvest = await harvest("hooli", "555555555555", "us-east-1", [ResourceOrder(.httpAPI, "gofaas")])
        #expect(harvest.resource(.httpAPI, "gofaas")?.arn == "arn:aws:apigateway:us-east-1::/restapis/g0f44sprod")
        #expect(harvest.problems.map(\.message) == ["apigateway:GetApis in us-east-1: 'gofaas' is a REST API, and the two count under different names. Declare it as kind: api."])
    }

    @Test func `the filter for the whole bucket names its request metrics`() async {
        let harvest = await harvest("hooli", "555555555555", "us-east-1", [ResourceOrder(.bucket, "gofaas-bucket")])
        #expect(harvest.problems == [] && harvest.resource(.bucket, "gofaas-bucket")?.settings[.metricsFilter] == .text("Everything"))
    }

    @Test func `a stack's drift is read where it is asked for, once a week`() async {
        let account = SimulatedAccount("umbrella", account: "444444444444")
        var service = ServiceOrder(id: "uploads", stack: "xraystarter")
        let plain = await account.harvest([service], backfill: 600)
        #expect(!plain.ledger.contains { $0.operation == "cloudformation:DescribeStackResourceDrifts" })
        service.readsDrift = true
        let first = await account.harvest([service], backfill: 600)
        func drift(_ harvest: Harvest, _ name: String) -> String? { harvest.resource(.function, name)?.settings[Setting(rawValue: "stack_drift")]?.text }
        #expect(first.problems == [] && drift(first, "xraystarter-ts") == "DRIFTED" && drift(first, "xraystarter-py") == "IN_SYNC")
        let again = await account.harvest([service], backfill: 600, cursors: first.cursors)
        #expect(!again.ledger.contains { $0.operation == "cloudformation:DescribeStackResourceDrifts" })
    }
}
