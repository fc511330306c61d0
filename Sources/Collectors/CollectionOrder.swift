import Telemetry

/// What one source of one tenant is asked in one run, with everything that earlier runs learned.
package struct CollectionOrder: Sendable {
    package var tenant: String
    /// The key under `sources:`.
    package var source: String
    /// Those whose resources or traces it brings.
    package var services: [ServiceOrder]
    /// All of the tenant: a source may tell about resources that another one brings.
    package var tenantServices: [ServiceOrder]
    /// What the last runs found, so that settings are read each hour and not each run.
    package var known: [ResourceID: KnownResource]
    /// Up to where each series was read; a series that is not in here is seen for the first time.
    package var cursors: [SeriesID: Timestamp]
    /// Traces that are on record with their spans.
    package var keptTraces: Set<String>
    /// What this source wanted to know again when it was last asked.
    package var marks: [String: String]
    /// Reads again from here on, as an import does; nothing: from where the last run stopped.
    package var since: Timestamp?
    package var now: Timestamp
    /// Seconds a point; a multiple of 60.
    package var grain: Int64
    /// Seconds of history that a series is asked for at first sight.
    package var backfill: Int64
    package var budget: CollectionBudget
    package var logReading = LogReading.filter
    /// Asked before each call; once true, no further call is made and what is there is handed back.
    package var isOutOfTime: @Sendable () -> Bool

    package init(tenant: String, source: String, services: [ServiceOrder], tenantServices: [ServiceOrder]? = nil,
                 known: [ResourceID: KnownResource] = [:], cursors: [SeriesID: Timestamp] = [:], keptTraces: Set<String> = [], marks: [String: String] = [:],
                 since: Timestamp? = nil, now: Timestamp, grain: Int64 = 300, backfill: Int64 = 86_400,
                 budget: CollectionBudget = CollectionBudget(), isOutOfTime: @escaping @Sendable () -> Bool = { false }) {
        self.tenant = tenant
        self.source = source
        self.services = services
        self.tenantServices = tenantServices ?? services
        self.known = known
        self.cursors = cursors
        self.keptTraces = keptTraces
        self.marks = marks
        self.since = since
        self.now = now
        self.grain = max(60, grain / 60 * 60)
        self.backfill = max(0, backfill)
        self.budget = budget
        self.isOutOfTime = isOutOfTime
    }
}

extension CollectionOrder {
    /// Asks for everything from that time on again, whatever was read before.
    package mutating func read(since: Timestamp) {
        self.since = since
        backfill = max(0, now - since)
        cursors = cursors.mapValues { min($0, since + CollectionWindow.rereading) }
    }

    /// The declared resource of that name, whichever source brings it, and its service. A name alone may be a resource found without declaration:
    /// then it belongs to this source.
    package func owner(of kind: ResourceKind, _ name: String) -> (id: ResourceID, service: String) {
        let service = tenantServices.first { $0.resources.contains { $0.kind == kind && $0.name == name } }
        let source = service.map(\.source).flatMap { $0.isEmpty ? nil : $0 }
        return (ResourceID(source: source ?? self.source, kind: kind, name: name), service?.id ?? services.first?.id ?? "")
    }

    package func owner(ofTraceGroup id: String) -> String? { tenantServices.first { $0.traceGroups.contains { $0.id == id } }?.id }
}

/// One service of the tenant, as its file declares it.
package struct ServiceOrder: Sendable {
    package enum LogPolicy: Sendable { case collect, denied, off }

    package var id: String
    /// The key of the source that brings its resources.
    package var source: String
    package var resources: [ResourceOrder]
    package var namePrefix: String?
    package var tags: [String: String]
    package var stack: String?
    /// Whether the stack's last drift detection is read.
    package var readsDrift = false
    package var traceGroups: [TraceGroupOrder]
    package var errorPatterns: [String]
    package var warningPatterns: [String]
    /// How lines state what a dependency answered: `status code {status}`.
    package var answerPatterns: [String] = []
    package var logs: LogPolicy

    package init(id: String, source: String = "", resources: [ResourceOrder] = [], namePrefix: String? = nil, tags: [String: String] = [:], stack: String? = nil,
                 traceGroups: [TraceGroupOrder] = [], errorPatterns: [String] = [], warningPatterns: [String] = [], logs: LogPolicy = .collect) {
        self.id = id
        self.source = source
        self.resources = resources
        self.namePrefix = namePrefix
        self.tags = tags
        self.stack = stack
        self.traceGroups = traceGroups
        self.errorPatterns = errorPatterns
        self.warningPatterns = warningPatterns
        self.logs = logs
    }

    /// What one source is asked of it: everything where the resources are that source's, else the trace groups that name it; nothing where there are none.
    package func share(of source: String) -> ServiceOrder? {
        let groups = traceGroups.filter { ($0.source ?? self.source) == source }
        var share = self.source == source ? self : ServiceOrder(id: id, source: self.source)
        share.traceGroups = groups
        return self.source == source || !groups.isEmpty ? share : nil
    }
}

package struct ResourceOrder: Hashable, Sendable {
    package var kind: ResourceKind
    package var name: String
    /// Stage, API id, rule, schedule: what configuration says and no call tells.
    package var settings: [Setting: SettingValue]
    /// Names of resources of the same service.
    package var feeds: [String]

    package init(_ kind: ResourceKind, _ name: String, settings: [Setting: SettingValue] = [:], feeds: [String] = []) {
        self.kind = kind
        self.name = name
        self.settings = settings
        self.feeds = feeds
    }
}

/// Which traces belong to a service: those that a filter matches, or those of a group of X-Ray's.
package struct TraceGroupOrder: Hashable, Sendable {
    package var id: String
    /// The key of the source that brings its traces, where that is not the service's.
    package var source: String?
    package var filter: String?
    package var group: String?

    package init(id: String, source: String? = nil, filter: String? = nil, group: String? = nil) {
        self.id = id
        self.source = source
        self.filter = filter
        self.group = group
    }
}

/// A resource as it is on record, and when its settings were last read.
package struct KnownResource: Hashable, Sendable {
    package var resource: Resource
    package var checkedAt: Timestamp

    package init(_ resource: Resource, checkedAt: Timestamp) {
        self.resource = resource
        self.checkedAt = checkedAt
    }
}

/// How log groups are read.
package enum LogReading: String, CaseIterable, Hashable, Sendable {
    /// Line by line, which has no fee: errors are known in every run.
    case filter
    /// Line by line, and for a day by Logs Insights where there were more lines than a run reads.
    case auto
    /// By Logs Insights alone: counted once an hour, paid by the bytes that it scans.
    case insights

    func usesInsights(heavySince: Timestamp?, now: Timestamp) -> Bool {
        switch self {
        case .filter: false
        case .insights: true
        case .auto: heavySince.map { now - $0 < 86_400 } ?? false
        }
    }
}

/// What one run may cost. Whatever does not fit waits for the next run, and the harvest says so.
package struct CollectionBudget: Hashable, Sendable {
    package var calls = 2_000
    /// Metrics that may be requested in this run; the caller derives it from the day's rest.
    package var metrics = Int.max
    package var series = 100_000
    /// Seconds after which settings are read again.
    package var inventoryAge: Int64 = 3_600
    /// Pages of any one paged call.
    package var pages = 200
    package var logPagesPerGroup = 20
    /// Pages of older REPORT lines, for a group that is seen for the first time.
    package var logHistoryPagesPerGroup = 12
    package var logBytes = 64 << 20
    /// Bytes that Logs Insights may still scan; the caller derives it from the day's rest.
    package var insightsBytes = 10 << 30
    package var summaryPagesPerGroup = 30
    /// Traces whose spans are read in one run.
    package var exemplars = 40

    package init() {}
}
