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
    /// Nothing where asking costs nothing, as reading files does.
    func plan(_ question: SourcePlanQuestion) -> SourcePlan?
}

extension SourceSettings {
    static var bringsResources: Bool { true }
    var bringsTracesInFiles: Bool { false }
    var mentions: [SourceMention] { [] }
    func limit(_ order: inout CollectionOrder, spent: [LedgerEntry]) {}
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
    /// Real time after which no new call is made.
    var deadline: Timestamp
}

/// What a plan is made from.
struct SourcePlanQuestion: Sendable {
    var order: CollectionOrder
    /// Seconds between runs.
    var interval: Int64
    /// What recent runs asked, and the time that this covers.
    var past: [LedgerEntry]
    var pastSeconds: Int64
}

struct SourcePlan: Sendable {
    /// Region or host.
    var place: String
    var plan: CollectionPlan
    /// The rights that it needs, where they are written down as a policy.
    var policy: JSONValue?
}
