import AWS
import Collectors
import Telemetry

/// An AWS account and region.
struct AWSSourceSettings: SourceSettings {
    static let kind = "aws"
    static let summary = "An AWS account and region, read over its APIs."
    static let schema = RecordSchema("an AWS source", [
        .init("region", .text, "Such as eu-central-1. Default what AWS_REGION, AWS_DEFAULT_REGION or the profile says."),
        .init("profile", .optional(.text), "A profile of the shared AWS files; else the standard chain."),
        .init("role_arn", .optional(.secret), "The role to assume."),
        .init("external_id", .optional(.secret), "What the role's trust policy asks for."),
        .init("endpoint_url", .optional(.url), "Instead of AWS's own addresses."),
        .init("ca_file", .optional(.text), "Certificates to trust instead of the system's."),
        .init("backfill", .duration, "How much history the first run asks for. Default 24h."),
        .init("log_reading", .choice(LogReading.allCases.map(\.rawValue)), "filter (default) reads lines one by one; insights lets Logs Insights count them once an hour; auto does so for a day where there are too many."),
        .init("budget", .record(budgetSchema), "What a run and a day may ask for."),
    ])
    private static let budgetSchema = RecordSchema("a budget", [
        .init("calls_per_run", .integer(1...1_000_000), "Calls that one run may make."),
        .init("metrics_per_day", .integer(1...1_000_000_000), "Metrics that may be requested in 24 hours; signals are asked less often to keep to it, slow ones first."),
        .init("log_bytes_per_day", .size, "Bytes that Logs Insights may scan in 24 hours, at about half a cent a gigabyte. Default 10GiB."),
    ])

    let region: String
    private let profile: String?
    private let roleARN: String?
    private let externalID: String?
    private let endpointURL: String?
    private let caFile: String?
    private let callsPerRun: Int?
    private let metricsPerDay: Int?
    private let logBytesPerDay: Int?
    private let logReading: LogReading
    /// Seconds of history that the first run asks for.
    private let backfill: Int64

    init?(_ record: ConfigurationReader.Record) {
        let budget = record.record("budget", Self.budgetSchema)
        profile = record.text("profile")
        if let named = record.text("region") { region = named } else {
            let chain = RegionChain(profile: profile, variable: record.variable, readFile: record.reader.secrets.readFile)
            region = chain.region ?? ""
            if region.isEmpty {
                record.fail("region", "no region is named: AWS_REGION is not set, and profile '\(printable(chain.profile))' of the shared AWS files has none. Name one, such as eu-central-1")
            }
        }
        if !region.isEmpty, !isIdentifier(region) { record.fail("region", "expected a region such as eu-central-1, found '\(printable(region))'") }
        roleARN = record.secret("role_arn")
        externalID = record.secret("external_id")
        endpointURL = record.url("endpoint_url")
        caFile = record.text("ca_file")
        callsPerRun = budget?.integer("calls_per_run")
        metricsPerDay = budget?.integer("metrics_per_day")
        logBytesPerDay = budget?.size("log_bytes_per_day")
        logReading = record.choice("log_reading") ?? .filter
        backfill = record.duration("backfill") ?? 86_400
    }

    func source(in surroundings: SourceSurroundings) -> any Source { AWSCollector(client(in: surroundings)) }

    private func client(in surroundings: SourceSurroundings) -> AWSClient {
        let described = AWSSource(tenant: surroundings.tenant, region: region, profile: profile, roleARN: roleARN, externalID: externalID,
                                  endpointURL: endpointURL, caFile: caFile, deadline: surroundings.deadline)
        return AWSClient(described, environment: surroundings.world.awsEnvironment(surroundings.pacer))
    }

    // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: no policy can take this right away.
    func access(in surroundings: SourceSurroundings) async -> SourceAccess? {
        let client = client(in: surroundings)
        do throws(AWSError) {
            let answer = try await client.send(.form(.sts, "GetCallerIdentity"))
            let name = try answer.xml().first("Arn")?.text ?? "an identity without a name"
            return SourceAccess(words: "\(name) in \(region)", isGranted: true, isRefused: false, skew: await client.skew)
        } catch {
            return SourceAccess(words: error.description, isGranted: false, isRefused: error.concernsCredentials || error.kind == .denied, skew: await client.skew)
        }
    }

    var budget: SourceBudget { SourceBudget(callsPerRun: callsPerRun, metricsPerDay: metricsPerDay) }

    func limit(_ order: inout CollectionOrder, spent: [LedgerEntry]) {
        order.backfill = backfill
        order.budget.calls = callsPerRun ?? order.budget.calls
        order.logReading = logReading
        order.budget.insightsBytes = max(0, (logBytesPerDay ?? order.budget.insightsBytes) - spent.filter { $0.operation == "logs:StartQuery" }.reduce(0) { $0 + $1.units })
        guard let metricsPerDay else { return }
        order.budget.metricsPerDay = metricsPerDay
        order.budget.metrics = max(0, metricsPerDay - spent.filter { $0.operation.hasSuffix("GetMetricData") }.reduce(0) { $0 + $1.units })
    }

    func plan(_ question: SourcePlanQuestion) -> SourcePlan? {
        let plan = CollectionPlan(question.order, interval: question.interval, past: question.past, pastSeconds: question.pastSeconds,
                                  recent: question.recent)
        let account = roleARN.flatMap { $0.split(separator: ":", omittingEmptySubsequences: false).dropFirst(4).first }.flatMap { $0.isEmpty ? nil : String($0) }
        return SourcePlan(place: region, plan: plan, policy: AccessPolicy(question.order, region: region, account: account).document)
    }
}
