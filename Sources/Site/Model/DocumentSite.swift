import Markdown
import Telemetry

/// A runbook, pattern or deployment page: its facts, and its text as a function of the values of this build.
package struct DocumentSite: Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case runbook = "runbooks", pattern = "patterns", deploy, manual

        package var word: Phrase {
            switch self {
            case .runbook: "Runbook"
            case .pattern: "Pattern"
            case .deploy: "Deployment"
            case .manual: "Manual"
            }
        }

        /// One of them in the middle of a sentence.
        var listed: Phrase {
            switch self {
            case .runbook: "runbook"
            case .pattern: "pattern"
            case .deploy: "deployment page"
            case .manual: "manual page"
            }
        }

        /// Of the page that lists them.
        package var heading: Phrase {
            switch self {
            case .runbook: "Runbooks"
            case .pattern: "Patterns"
            case .deploy: "Deploy"
            case .manual: "Manual"
            }
        }
    }

    package var kind: Kind
    /// Safe as a path.
    package var slug: String
    package var title: String
    package var summary: String
    /// Ids of the rules that use it.
    package var alerts: [String]
    package var owner: String?
    package var reviewed: String?
    /// The day on which the last review ran out; nothing while it lasts.
    package var reviewOverdueSince: String?
    package var needs: String?
    package var usualMinutes: Int?
    /// The pattern that a deployment page belongs to.
    package var pattern: String?
    /// Of a pattern: its parts, a row for each way through it.
    package var parts: [[PatternPart]] = []
    /// Headings with their anchors, for the contents.
    package var headings: [Heading]
    /// Of a runbook: its numbered steps, under the title of their section.
    package var steps: [(section: String, titles: [String])] = []
    /// Safe HTML with the values of this build filled in: `MarkdownOptions.live` and `.block` come from here.
    package var html: @Sendable (DocumentContext) -> String

    package struct Heading: Hashable, Sendable {
        package var id: String
        package var title: String
        package init(id: String, title: String) { self.id = id; self.title = title }
    }

    package init(kind: Kind, slug: String, title: String, summary: String = "", alerts: [String] = [], owner: String? = nil, reviewed: String? = nil,
                 needs: String? = nil, usualMinutes: Int? = nil, pattern: String? = nil, headings: [Heading] = [],
                 html: @escaping @Sendable (DocumentContext) -> String) {
        self.kind = kind
        self.slug = slug
        self.title = title
        self.summary = summary
        self.alerts = alerts
        self.owner = owner
        self.reviewed = reviewed
        self.needs = needs
        self.usualMinutes = usualMinutes
        self.pattern = pattern
        self.headings = headings
        self.html = html
    }

    package var path: String { "\(kind.rawValue)/\(slug)/index.html" }
    /// Seconds that a page may stay as it was published, as long as no state and no text changes.
    package static let keptFor: Int64 = 3_600
}

/// What a document's text may ask of the build.
package struct DocumentContext {
    package var values: ResourceValues
    /// Draws the fenced blocks `chart`, `alerts`, `traces` and `table`.
    package var block: (LiveBlock) -> LiveBlockAnswer
    /// Ids that the page around the text uses already.
    package static let reservedIDs: Set<String> = ["main", "stale", "now", "on-this-page", "parts", "here-0", "here-1"]
}

/// `{{queue.visible}}` and its like: the values of the resource that a document is about now, in words and as numbers for conditions.
package struct ResourceValues: Sendable {
    package struct Value: Hashable, Sendable {
        package var words: String
        /// In base units; nothing where it is a name.
        package var number: Double?
        package var isCritical: Bool
        package init(_ words: String, _ number: Double? = nil, isCritical: Bool = false) { self.words = words; self.number = number; self.isCritical = isCritical }
    }
    package private(set) var values: [String: Value]
    package init(_ values: [String: Value] = [:]) { self.values = values }
    package subscript(_ name: String) -> Value? {
        get { values[name] }
        set { values[name] = newValue }
    }
}

extension ResourceValues: LiveValues {
    /// A known name without a value becomes its generic word: the tenant has no such resource, or nothing was measured.
    package func value(named name: String) -> LiveValue? {
        if let value = values[name] { return .current(text: value.words, number: value.number, isCritical: value.isCritical) }
        return Self.genericWords[name].map { .generic($0) }
    }

    /// Every name that a document may use, with what stands there where the tenant has nothing to show.
    package static let genericWords: [String: String] = [
        "tenant": "the tenant", "tenant.title": "the tenant", "service": "the service", "service.title": "the service", "region": "the region", "account": "the account",
        "source": "the source", "resource": "the resource", "stack": "STACK",
        "alert.since": "the start", "alert.value": "the value", "alert.limit": "the limit", "alert.duration": "the duration",
        "queue.name": "QUEUE", "queue.url": "QUEUE_URL", "queue.visible": "visible messages", "queue.in_flight": "messages in flight", "queue.oldest_age": "the oldest age", "queue.deleted": "deletes",
        "queue.sent": "sends", "queue.retention": "the retention", "queue.visibility_timeout": "the visibility timeout", "queue.deadline": "the deadline", "queue.time_left": "the time left",
        "queue.drain_time": "the drain time", "queue.last_delete": "the last delete", "queue.dlq": "DLQ", "queue.dlq_visible": "messages in the DLQ", "queue.max_receive_count": "the receive limit", "queue.dlq_sources": "the source queues",
        "function.name": "FUNCTION", "function.timeout": "the timeout", "function.memory": "the memory", "function.runtime": "the runtime", "function.errors": "failed runs", "function.invocations": "runs",
        "function.throttles": "throttled calls", "function.duration_p99": "p99 of the duration", "function.reserved_concurrency": "the reserved concurrency", "function.concurrency": "parallel runs",
        "function.log_group": "LOG_GROUP", "function.mapping_id": "MAPPING_ID", "function.async_age": "the age of waiting events", "function.async_dropped": "dropped events", "function.async_dropped_day": "dropped events",
        "api.name": "API", "api.stage": "STAGE", "api.requests": "requests", "api.errors_5xx": "5xx answers", "api.errors_4xx": "4xx answers", "api.latency_p99": "p99 of the latency",
        "table.name": "TABLE", "table.throttles": "throttled requests", "table.read_capacity": "the read capacity", "table.write_capacity": "the write capacity",
        "topic.name": "TOPIC", "topic.failed": "failed deliveries", "bus.name": "BUS", "bus.rule": "RULE", "bus.failed": "failed deliveries",
        "trace.group": "the trace group", "trace.fault_rate": "the fault rate", "trace.count": "sampled traces", "log.errors": "error lines", "log.errors_day": "error lines",
        "probe.name": "CHECK", "probe.up": "whether the answer is as expected", "probe.latency": "the latency", "probe.status": "the status",
        "probe.tls_expires_in": "the rest of the certificate's time",
    ]
}
