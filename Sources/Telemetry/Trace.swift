/// Seconds since the epoch with microseconds kept: what spans count in.
package typealias Epoch = Double

/// One trace as the source's summary tells it, without its spans. Sampled: never a measure of traffic.
package struct TraceSummary: Hashable, Sendable {
    /// `1-<8 hex>-<24 hex>` for X-Ray, 32 hex for W3C.
    package var id: String
    /// The trace group of the service (id in the tenant's file).
    package var group: String
    package var start: Epoch
    /// Seconds, all of the trace; includes asynchronous work after the answer.
    package var duration: Double
    /// Seconds until the caller had the answer; nothing where the source does not say.
    package var responseTime: Double?
    package var hasError: Bool, hasFault: Bool, hasThrottle: Bool
    /// Of X-Ray's three kinds one: its sources set `hasError` for a throttle as well.
    package var isPlainError: Bool { hasError && !hasThrottle }
    package var isPartial: Bool
    package var entryPoint: String?
    package var httpMethod: String?
    /// Path only: query strings are dropped at the source.
    package var httpPath: String?
    package var httpStatus: Int?
    /// Names of the services that took part, sorted.
    package var services: [String]
    package var annotations: [String: String]

    package init(id: String, group: String, start: Epoch, duration: Double, responseTime: Double? = nil, hasError: Bool = false,
                 hasFault: Bool = false, hasThrottle: Bool = false, isPartial: Bool = false, entryPoint: String? = nil,
                 httpMethod: String? = nil, httpPath: String? = nil, httpStatus: Int? = nil, services: [String] = [],
                 annotations: [String: String] = [:]) {
        self.id = id
        self.group = group
        self.start = start
        self.duration = duration
        self.responseTime = responseTime
        self.hasError = hasError
        self.hasFault = hasFault
        self.hasThrottle = hasThrottle
        self.isPartial = isPartial
        self.entryPoint = entryPoint
        self.httpMethod = httpMethod
        self.httpPath = httpPath
        self.httpStatus = httpStatus
        self.services = services
        self.annotations = annotations
    }
}

/// One piece of work in a trace, in OpenTelemetry's shape; X-Ray segments and subsegments are imported into it.
package struct TraceSpan: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable { case `internal`, server, client, producer, consumer }
    /// X-Ray's three kinds stay three: error 4xx, throttle 429, fault 5xx or exception.
    package enum Status: String, Hashable, Sendable { case ok, error, throttle, fault }

    /// 16 hex digits.
    package var id: String
    package var parentID: String?
    package var name: String
    package var kind: Kind
    /// What it ran on or called: `AWS::Lambda::Function`, `AWS::DynamoDB::Table`, `remote`…
    package var origin: String?
    /// The resource's name as far as known: function, table, queue, host.
    package var resource: String?
    package var start: Epoch
    /// Nothing while in progress: the end is not known.
    package var end: Epoch?
    package var status: Status
    /// The service sends no segments of its own; drawn dashed.
    package var isInferred: Bool
    package var isInProgress: Bool
    /// Exception type and first own frame or message, redacted.
    package var cause: String?
    package var httpStatus: Int?
    /// Indexed annotations and the safe part of the attributes. Metadata and payloads are dropped at the source.
    package var annotations: [String: String]

    package init(id: String, parentID: String? = nil, name: String, kind: Kind = .internal, origin: String? = nil, resource: String? = nil,
                 start: Epoch, end: Epoch? = nil, status: Status = .ok, isInferred: Bool = false, isInProgress: Bool = false,
                 cause: String? = nil, httpStatus: Int? = nil, annotations: [String: String] = [:]) {
        self.id = id
        self.parentID = parentID
        self.name = name
        self.kind = kind
        self.origin = origin
        self.resource = resource
        self.start = start
        self.end = end
        self.status = status
        self.isInferred = isInferred
        self.isInProgress = isInProgress
        self.cause = cause
        self.httpStatus = httpStatus
        self.annotations = annotations
    }
}

/// "This span continues that one", across traces: producer and consumer of a message.
package struct SpanLink: Hashable, Sendable {
    package var spanID: String
    package var linkedTraceID: String
    package var linkedSpanID: String?
    /// `link` where the source says no more, `child` and `parent` as X-Ray states them, else the carrier of the context that was found:
    /// `traceparent`, `AWSTraceHeader`, `_datadog`.
    package var kind: String
    /// Who is on the other side, where the source says it.
    package var name: String?

    package init(spanID: String, linkedTraceID: String, linkedSpanID: String? = nil, kind: String = "link", name: String? = nil) {
        self.spanID = spanID
        self.linkedTraceID = linkedTraceID
        self.linkedSpanID = linkedSpanID
        self.kind = kind
        self.name = name
    }

    /// Whether the other trace goes on with what this span began; else this span goes on with what the other began, as OpenTelemetry means it.
    package var leadsOn: Bool { kind == "child" }
}

/// A kept example: all spans of one trace.
package struct Trace: Hashable, Sendable {
    package var id: String
    package var group: String
    package var spans: [TraceSpan]
    package var links: [SpanLink]
    /// The source cut it off (X-Ray's LimitExceeded) or a part is still in progress.
    package var isComplete: Bool

    package init(id: String, group: String, spans: [TraceSpan], links: [SpanLink] = [], isComplete: Bool = true) {
        self.id = id
        self.group = group
        self.spans = spans
        self.links = links
        self.isComplete = isComplete
    }

    /// The same id as the other of the two kinds of writers states it: `1-<8 hex>-<24 hex>` is the 32 digits of W3C with dashes. Nothing where it is neither.
    package static func twin(of id: String) -> String? {
        if id.utf8.count == 32 { return "1-\(id.prefix(8))-\(id.dropFirst(8))" }
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0] == "1" && parts[1].utf8.count == 8 && parts[2].utf8.count == 24 ? String(parts[1] + parts[2]) : nil
    }
}
