import AWS
import Collectors
import JSON
import Telemetry

/// What a tenant's file says about one kind of source: its keys, how a run asks it, and what a month of it asks.
/// To add a source: its folder in `Sources/Collectors/`, one of these, and its line in `sourceCatalogue`.
protocol SourceSettings: Sendable {
    /// The key below the source's name: `aws`.
    static var kind: String { get }
    /// One sentence for the manual and the schema.
    static var summary: String { get }
    static var schema: RecordSchema { get }
    /// Whether services may have their resources from it. What only tells about resources of others is never a service's source by default.
    static var bringsResources: Bool { get }
    /// Whether traces come piecemeal, so that their signals are worked out from all that is on record.
    var bringsTracesInFiles: Bool { get }

    /// Reports what is wrong with the record; nothing where no source can be made of it.
    init?(_ record: ConfigurationReader.Record)

    /// What it speaks about and another part of the tenant's file must declare.
    var mentions: [SourceMention] { get }
    /// A source with a client of its own: credentials of one tenant never serve another.
    func source(in surroundings: SourceSurroundings) -> any Source
    /// - Parameter spent: what this source was asked in the last 24 hours.
    func limit(_ order: inout CollectionOrder, spent: [LedgerEntry])
    /// What its file allows it to ask, for the operator.
    var budget: SourceBudget { get }
    /// Asks the other side who we are to it, which needs no right and costs nothing. Nothing where a source has no credentials.
    func access(in surroundings: SourceSurroundings) async -> SourceAccess?
    /// Nothing where asking costs nothing, as reading files does.
    func plan(_ question: SourcePlanQuestion) -> SourcePlan?
}

extension SourceSettings {
    static var bringsResources: Bool { true }
    var bringsTracesInFiles: Bool { false }
    var mentions: [SourceMention] { [] }
    func limit(_ order: inout CollectionOrder, spent: [LedgerEntry]) {}
    var budget: SourceBudget { SourceBudget() }
    func access(in surroundings: SourceSurroundings) async -> SourceAccess? { nil }
    func plan(_ question: SourcePlanQuestion) -> SourcePlan? { nil }

    static var field: RecordSchema.Field { .init(kind, .record(schema), summary) }
}

/// A name that a source's settings use.
enum SourceMention: Hashable, Sendable {
    case resource(ResourceKind, String)
    case traceGroup(String)
    case service(String)
}

/// Where a source does its work: whose it is, and the world outside.
struct SourceSurroundings: Sendable {
    var tenant: String
    /// The site's directory, for relative paths.
    var directory: String
    var world: World
    /// One for all tenants of a run: several of them may read the same account.
    var pacer: CallPacer
    /// Real time after which no new call is made.
    var deadline: Timestamp
}

/// Limits that a source's settings name; nothing where they name none.
struct SourceBudget: Hashable, Sendable {
    var callsPerRun: Int?
    var metricsPerDay: Int?
}

/// Whether a source lets us in.
struct SourceAccess: Sendable {
    /// Who we are there, or why we are nobody; the other side's own words.
    var words: String
    var isGranted: Bool
    /// The other side refused us, as opposed to being out of reach.
    var isRefused: Bool
    /// Seconds that the other side's clock is ahead of this machine's, where its answer said so.
    var skew: Int64?
}

/// What a plan is made from.
struct SourcePlanQuestion: Sendable {
    var order: CollectionOrder
    /// Seconds between runs.
    var interval: Int64
    /// What recent runs asked, and the time that this covers.
    var past: [LedgerEntry] = []
    var pastSeconds: Int64 = 86_400
    /// What ordinary runs were answered, for the size of answers.
    var recent: [LedgerEntry] = []
}

struct SourcePlan: Sendable {
    /// Region or host.
    var place: String
    var plan: CollectionPlan
    /// The rights that it needs, where they are written down as a policy.
    var policy: JSONValue?
}
