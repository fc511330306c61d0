import Collectors
import Curl
import Telemetry

/// A Sentry organization.
struct SentrySourceSettings: SourceSettings {
    static let kind = "sentry"
    static let summary = "A Sentry organization: exceptions by project, those that nobody caught apart, to compare with the errors of functions."
    static let bringsResources = false
    static let schema = RecordSchema("a sentry source", [
        .init("organization", .identifier, required: true, "Its slug."),
        .init("auth_token", .secret, required: true, "A token with org:read and event:read."),
        .init("endpoint_url", .optional(.url), "Instead of https://sentry.io. May be on a private network."),
        .init("ca_file", .optional(.text), "Certificates to trust instead of the system's."),
        .init("backfill", .duration, "How much history the first run asks for. Default 24h."),
        .init("budget", .record(budgetSchema), "What a run may ask for."),
        .init("projects", .list(.record(projectSchema)), required: true, "Which project holds whose exceptions."),
    ])
    private static let budgetSchema = RecordSchema("a budget of calls", [.init("calls_per_run", .integer(1...10_000), "Calls that one run may make. Default 100.")])
    private static let projectSchema = RecordSchema("a project", [
        .init("slug", .text, required: true, "The project's slug."),
        .init("function", .text, required: true, "The function that reports to it."),
    ])

    private let organization: String
    private let token: String
    private let endpointURL: String?
    private let caFile: String?
    private let backfill: Int64
    private let callsPerRun: Int
    private let projects: [SentryCollector.Project]

    init?(_ record: ConfigurationReader.Record) {
        organization = record.identifier("organization") ?? ""
        token = record.secret("auth_token") ?? ""
        if !token.allSatisfy({ $0.isASCII && !$0.isWhitespace && !$0.isNewline }) { record.fail("auth_token", "a token has no spaces or line ends") }
        endpointURL = record.url("endpoint_url")
        caFile = record.text("ca_file")
        backfill = record.duration("backfill") ?? 86_400
        callsPerRun = record.record("budget", Self.budgetSchema)?.integer("calls_per_run") ?? 100
        projects = record.records("projects", Self.projectSchema).compactMap { entry in
            guard let slug = entry.text("slug"), let function = entry.text("function") else { return nil }
            // It goes into a search expression as it is.
            guard !slug.isEmpty, slug.utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || ($0 >= 97 && $0 <= 122) || $0 == 45 || $0 == 95 }) else {
                entry.fail("slug", "expected a slug of a-z, 0-9, '-' and '_'")
                return nil
            }
            return .init(slug: slug, function: function)
        }
        var functions: Set<String> = []
        for project in projects where !functions.insert(project.function).inserted {
            record.fail("projects", "two projects are given for the function '\(printable(project.function))'. Remove one.")
        }
        if record.has("projects"), projects.isEmpty { record.fail("projects", "names no project") }
    }

    var mentions: [SourceMention] { projects.map { .resource(.function, $0.function) } }

    private var service: WebService {
        WebService(title: "Sentry", endpoint: endpointURL ?? "https://sentry.io", headers: ["Authorization": "Bearer \(token)"], caFile: caFile, isOwnEndpoint: endpointURL != nil,
                   keyRemedy: "Check auth_token and organization of the source.",
                   limitHeaders: .init(remaining: "X-Sentry-Rate-Limit-Remaining", reset: "X-Sentry-Rate-Limit-Reset", isMoment: true), right: SentryCollector.right)
    }

    func source(in surroundings: SourceSurroundings) -> any Source {
        SentryCollector(service, organization: organization, projects: projects, environment: surroundings.world.webEnvironment)
    }

    func limit(_ order: inout CollectionOrder, spent: [LedgerEntry]) {
        order.backfill = backfill
        order.budget.calls = callsPerRun
    }

    func plan(_ question: SourcePlanQuestion) -> SourcePlan? {
        SourcePlan(place: service.host, plan: CollectionPlan(source: question.order.source, everyRun: SentryCollector.calls(projects: projects.count), interval: question.interval))
    }
}
