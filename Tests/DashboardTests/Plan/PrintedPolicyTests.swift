import AWS
import Collectors
@testable import Dashboard
import JSON
import Simulator
import Storage
import Telemetry
import Testing

private typealias Request = AWS.AWSCall

/// The policy that `plan --iam` prints, held against the calls of real runs: it lets them all pass, and there is nothing in it that is not needed.
@Suite struct PrintedPolicyTests {
    static let accounts = ["initech": "111111111111", "acme": "222222222222", "globex": "333333333333", "umbrella": "444444444444", "hooli": "555555555555"]

    private static func policies(_ site: TrialSite) async throws -> [String: JSONValue] {
        let plan = try await SitePlan(directory: site.directory, world: site.world(), tenants: [])
        return Dictionary(plan.entries.compactMap { entry in entry.policy.map { (entry.tenant, $0) } }, uniquingKeysWith: { first, _ in first })
    }

    private static func enforced(_ documents: [String: JSONValue]) throws -> [String: IdentityPolicy] {
        var policies: [String: IdentityPolicy] = [:]
        for (tenant, document) in documents {
            let account = try #require(accounts[tenant]), policy = try #require(IdentityPolicy(document))
            policies[account] = policy
        }
        return policies
    }

    @Test func `printed before the first run, it lets that run and those of the next hours pass`() async throws {
        let site = try FiveSystems.site(backfill: "1h")
        let policies = try Self.enforced(try await Self.policies(site))
        #expect(policies.count == 5)
        for (run, minutes) in [0, 5, 65].enumerated() {
            let held = try site.again(policies: policies, now: TrialSite.firstRun + Int64(minutes) * 60)
            let outcome = try await held.run { $0.stages = [.collect] }
            #expect(outcome.exit == .done && outcome.problems == [], "run \(run): \(outcome.problems)")
            for tenant in FiveSystems.tenants {
                let denied = try TenantStore(path: site.statePath(tenant)).readings().filter { $0.state == .denied }
                #expect(denied.isEmpty, "\(tenant), run \(run): \(denied)")
            }
        }
    }

    @Test(arguments: FiveSystems.tenants) func `each right in it is needed: without it the run says which one is missing`(_ tenant: String) async throws {
        let site = try FiveSystems.site(only: [tenant], backfill: "10m")
        let document = try #require(try await Self.policies(site)[tenant])
        let whole = try await Self.harvest(site, tenant, document)
        #expect(Self.denials(whole) == [], "\(Self.denials(whole))")
        let used = Set(whole.ledger.map(\.operation).map(Self.action))
        var unused: [String] = []
        for action in Self.allowed(document) {
            let harvest = try await Self.harvest(site, tenant, Self.without(action, document))
            let said = Self.denials(harvest)
            if used.contains(action) { #expect(said == [action]) } else {
                unused.append(action)
                #expect(said == [])
            }
        }
        // Rights for what can only be known from the answers of others: dead-letter queues, targets of rules, what discovery finds, where spans are kept.
        #expect(Set(unused).isSubset(of: ["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListDeadLetterSourceQueues", "events:ListTargetsByRule", "xray:BatchGetTraces",
                                              "xray:CancelTraceRetrieval", "xray:ListRetrievedTraces", "xray:StartTraceRetrieval"]), "\(unused)")
    }

    @Test(arguments: FiveSystems.tenants) func `everything else is refused, contents and changes above all`(_ tenant: String) async throws {
        let site = try FiveSystems.site(only: [tenant])
        // Which group an API writes its access log to is known after the first run; until then the policy has to allow any.
        #expect(try await site.run().exit == .done)
        let document = try #require(try await Self.policies(site)[tenant]), account = try #require(Self.accounts[tenant])
        let region = ["globex", "hooli"].contains(tenant) ? "us-east-1" : "eu-central-1"
        let held = try site.again(policies: try Self.enforced([tenant: document]))
        let client = AWSClient(AWSSource(tenant: tenant, region: region, roleARN: "arn:aws:iam::\(account):role/\(AccessKeys.roleName)", externalID: "\(tenant)-external-id"),
                               environment: AWSEnvironment(variables: ["AWS_ACCESS_KEY_ID": AccessKeys.baseID, "AWS_SECRET_ACCESS_KEY": AccessKeys.baseSecret],
                                                           transport: held.network, now: { held.clock.now }, readFile: { _ in nil }, runCommand: { _ in nil },
                                                           random: { 0.5 }, sleep: { held.clock.advance($0) }))
        let queue: JSONValue = ["QueueUrl": .string("https://sqs.\(region).amazonaws.com/\(account)/any")]
        let group: JSONValue = ["logGroupName": "/aws/lambda/of-somebody-else"]
        let refused: [Request] = [
            .json(.sqs, "ReceiveMessage", queue), .json(.sqs, "SendMessage", queue), .json(.sqs, "DeleteMessage", queue), .json(.sqs, "PurgeQueue", queue),
            .json(.sqs, "DeleteQueue", queue), .json(.dynamoDB, "Scan", ["TableName": "any"]), .json(.dynamoDB, "GetItem", ["TableName": "any"]),
            .json(.dynamoDB, "DescribeTable", ["TableName": "of-somebody-else"]), .json(.logs, "FilterLogEvents", group), .json(.logs, "DeleteLogGroup", group),
            .json(.cloudWatch, "PutMetricData"), .json(.cloudWatch, "ListMetrics"), .json(.events, "PutEvents"), .json(.events, "DeleteRule", ["Name": "any"]),
            .rest(.lambda, "GetFunctionConfiguration", .get, "/2015-03-31/functions/of-somebody-else/configuration"), .rest(.lambda, "GetFunction", .get, "/2015-03-31/functions/any"),
            .rest(.lambda, "InvokeFunction", .post, "/2015-03-31/functions/any/invocations"), Request(.s3, "GetObject", method: .get, path: "/any/secret.txt"),
            .form(.sns, "Publish", [.init("TopicArn", "arn:aws:sns:\(region):\(account):any")]), .form(.cloudFormation, "DeleteStack", [.init("StackName", "any")]),
        ]
        for call in refused {
            var kind: AWSError.Kind?
            do throws(AWSError) { _ = try await client.send(call) } catch { kind = error.kind }
            #expect(kind == .denied, "\(call.service.name):\(call.operation)")
        }
    }
}

private extension PrintedPolicyTests {
    /// One reading of everything with a new database, as the first run does it.
    static func harvest(_ site: TrialSite, _ tenant: String, _ document: JSONValue) async throws -> Harvest {
        let held = try site.again(policies: try enforced([tenant: document]), now: TrialSite.firstRun)
        let world = held.world(), loaded = try LoadedSite(directory: site.directory, world: world)
        let configuration = try #require(loaded.configuration.tenants.first { $0.id == tenant }), source = try #require(configuration.sources.first)
        let context = RunContext(loaded, world: world, options: RunOptions())
        var order = try TenantRun(configuration, context: context).order(for: source, store: try TenantStore.inMemory(grain: 300))
        order.backfill = min(order.backfill, 600)
        return await context.source(for: source, tenant: configuration).harvest(order)
    }

    static func action(_ operation: String) -> String { operation.hasPrefix("apigateway:") ? "apigateway:GET" : operation }

    /// Actions whose refusal the harvest tells: as a problem, or beside the sources where nothing else depends on it.
    static func denials(_ harvest: Harvest) -> [String] {
        let problems = harvest.problems.filter { $0.kind == .denied }.map(\.operation)
        let readings = harvest.readings.filter { $0.state == .denied }.compactMap { $0.detail?.split(separator: " ").first.map(String.init) }
        return Set((problems + readings).map(action)).sorted()
    }

    static func allowed(_ document: JSONValue) -> [String] {
        (document["Statement"]?.array ?? []).filter { $0["Effect"] == "Allow" }.flatMap { $0["Action"]?.array ?? [] }.compactMap(\.string).sorted()
    }

    static func without(_ action: String, _ document: JSONValue) -> JSONValue {
        let statements = (document["Statement"]?.array ?? []).compactMap { statement -> JSONValue? in
            guard statement["Effect"] == "Allow" else { return statement }
            let left = (statement["Action"]?.array ?? []).filter { $0.string != action }
            return left.isEmpty ? nil : .object(statement.members.map { $0.key == "Action" ? .init("Action", .array(left)) : $0 })
        }
        return .object(document.members.map { $0.key == "Statement" ? .init("Statement", .array(statements)) : $0 })
    }
}
