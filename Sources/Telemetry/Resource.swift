/// What kind of thing emits signals. The raw value is the word used in configuration, signal names and JSON.
package enum ResourceKind: String, CaseIterable, Hashable, Comparable, Sendable {
    case api, httpAPI = "http_api", function, queue, topic, bus, table, bucket, stateMachine = "state_machine"
    /// A log group; named like the function or API that writes it.
    case log
    /// A trace group of a service.
    case trace
    case probe
    /// A conservation check of a service: what goes in must come out.
    case balance
    /// A service level objective: how much of what a service does may go wrong.
    case slo

    package static func < (a: ResourceKind, b: ResourceKind) -> Bool { a.rawValue < b.rawValue }
}

/// One resource of one tenant. Two accounts of a tenant may use the same name, so the source belongs to the identity.
package struct ResourceID: Hashable, Comparable, Sendable {
    /// The key under `sources:` in the tenant's file.
    package var source: String
    package var kind: ResourceKind
    /// The physical name as the provider states it (queue name, function name, API name…).
    package var name: String

    package init(source: String, kind: ResourceKind, name: String) {
        self.source = source
        self.kind = kind
        self.name = name
    }

    package static func < (a: ResourceID, b: ResourceID) -> Bool {
        if a.kind != b.kind { return a.kind < b.kind }
        return a.name == b.name ? a.source < b.source : a.name < b.name
    }

    // Ids are keys of nearly every table that is made in a run, and nearly always the name alone tells two of them apart.
    package static func == (a: ResourceID, b: ResourceID) -> Bool { a.name == b.name && a.kind == b.kind && a.source == b.source }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// How a resource became known. A declared one that nobody else finds may not exist.
package enum Discovery: String, CaseIterable, Hashable, Comparable, Sendable {
    case declared, stack, tag, prefix, redrive, mapping

    package static func < (a: Discovery, b: Discovery) -> Bool { a.rawValue < b.rawValue }
}

/// Whether the provider's inventory answered for this resource in the last run.
package enum Presence: String, Hashable, Sendable {
    /// The inventory call answered: absent counters may be filled with zero.
    case alive
    /// The provider says that it does not exist.
    case missing
    /// The inventory call was refused.
    case denied
    /// Nobody asked, or asking failed: nothing may be concluded.
    case unknown
}

/// A thing that is watched, with the settings that give its numbers a meaning.
package struct Resource: Hashable, Sendable {
    package var id: ResourceID
    /// The service that it belongs to (id in the tenant's file).
    package var service: String
    package var arn: String?
    package var foundBy: Set<Discovery>
    package var presence: Presence
    /// Read from the provider, never from memory: timeout, retention, redrive policy…
    package var settings: [Setting: SettingValue]
    /// Where messages or calls go next, as far as configuration says: names of resources in the same tenant.
    package var feeds: [ResourceID]
    /// When the provider last told its settings; nothing where nobody was asked.
    package var checkedAt: Timestamp?

    package init(id: ResourceID, service: String, arn: String? = nil, foundBy: Set<Discovery> = [.declared],
                 presence: Presence = .unknown, settings: [Setting: SettingValue] = [:], feeds: [ResourceID] = []) {
        self.id = id
        self.service = service
        self.arn = arn
        self.foundBy = foundBy
        self.presence = presence
        self.settings = settings
        self.feeds = feeds
    }
}

/// The name of a setting that changes what a number means. The constants are all that the product reads; the string is what is stored.
package struct Setting: RawRepresentable, Hashable, Comparable, Sendable {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package static func < (a: Setting, b: Setting) -> Bool { a.rawValue < b.rawValue }

    // Functions
    /// Seconds.
    package static let timeout = Setting(rawValue: "timeout")
    /// Bytes.
    package static let memory = Setting(rawValue: "memory")
    package static let runtime = Setting(rawValue: "runtime")
    package static let reservedConcurrency = Setting(rawValue: "reserved_concurrency")
    package static let lastModified = Setting(rawValue: "last_modified")
    package static let codeSHA256 = Setting(rawValue: "code_sha256")
    package static let version = Setting(rawValue: "version")
    package static let tracing = Setting(rawValue: "tracing")
    /// Where spans are kept, as GetTraceSegmentDestination says it: `XRay`, or `CloudWatchLogs` with Transaction Search.
    package static let traceDestination = Setting(rawValue: "trace_destination")
    package static let deadLetterTarget = Setting(rawValue: "dead_letter_target")
    package static let onFailureDestination = Setting(rawValue: "on_failure_destination")
    /// What invokes it: `queue`, `topic`, `api`, `schedule`, `async`… as configuration and mappings tell.
    package static let invokedBy = Setting(rawValue: "invoked_by")
    // Event source mappings, on the function
    package static let batchSize = Setting(rawValue: "batch_size")
    package static let partialBatchResponse = Setting(rawValue: "partial_batch_response")
    package static let maximumConcurrency = Setting(rawValue: "maximum_concurrency")
    package static let eventSource = Setting(rawValue: "event_source")
    package static let mappingID = Setting(rawValue: "mapping_id")
    package static let mappingState = Setting(rawValue: "mapping_state")
    /// All mappings of a function that has more than one; the settings above are those of the first.
    package static let mappings = Setting(rawValue: "mappings")
    // Queues
    /// Seconds.
    package static let retention = Setting(rawValue: "retention")
    /// Seconds.
    package static let visibilityTimeout = Setting(rawValue: "visibility_timeout")
    /// Seconds.
    package static let delay = Setting(rawValue: "delay")
    package static let fifo = Setting(rawValue: "fifo")
    package static let contentBasedDeduplication = Setting(rawValue: "content_based_deduplication")
    /// ARN of the dead-letter queue that this queue feeds.
    package static let redriveTarget = Setting(rawValue: "redrive_target")
    package static let maxReceiveCount = Setting(rawValue: "max_receive_count")
    /// Set on a queue that others feed as their dead-letter queue: their names, comma separated.
    package static let deadLetterSources = Setting(rawValue: "dead_letter_sources")
    package static let url = Setting(rawValue: "url")
    package static let createdAt = Setting(rawValue: "created_at")
    // APIs
    package static let stage = Setting(rawValue: "stage")
    package static let apiID = Setting(rawValue: "api_id")
    /// The log group that its stage writes a line to for each request, and how; absent where it writes none.
    package static let accessLogGroup = Setting(rawValue: "access_log_group")
    package static let accessLogFormat = Setting(rawValue: "access_log_format")
    // Tables
    package static let capacityMode = Setting(rawValue: "capacity_mode")
    package static let readCapacity = Setting(rawValue: "read_capacity")
    package static let writeCapacity = Setting(rawValue: "write_capacity")
    // Buckets
    /// Id of the request-metrics filter.
    package static let metricsFilter = Setting(rawValue: "metrics_filter")
    // Topics, buses, schedules
    package static let pendingSubscriptions = Setting(rawValue: "pending_subscriptions")
    package static let subscriptions = Setting(rawValue: "subscriptions")
    package static let rule = Setting(rawValue: "rule")
    package static let schedule = Setting(rawValue: "schedule")
    // Probes
    /// Method and origin of the address that is asked.
    package static let probeTarget = Setting(rawValue: "probe_target")
    /// `as expected`, or the first thing that was not.
    package static let probeAnswer = Setting(rawValue: "probe_answer")
    // Log groups
    /// Seconds; absent where the group never expires.
    package static let logRetention = Setting(rawValue: "log_retention")
    package static let logGroup = Setting(rawValue: "log_group")
    /// Who counts it, where that is not the provider of the resource: `Datadog`.
    package static let toldBy = Setting(rawValue: "told_by")
}

package enum SettingValue: Hashable, Sendable {
    case number(Double), text(String), flag(Bool)

    package var number: Double? { if case .number(let value) = self { value } else { nil } }
    package var text: String? { if case .text(let value) = self { value } else { nil } }
    package var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
}
