/// One party of a call, as traces name it.
package struct CallNode: Hashable, Comparable, Sendable {
    /// A function, `api/stage`, a queue, a table, a host.
    package var name: String
    /// X-Ray's word for what it is: `AWS::Lambda::Function`, `AWS::SQS::Queue`, `remote`, `client`; `service` for one that only OpenTelemetry knows.
    package var type: String

    package init(_ name: String, type: String) {
        self.name = name
        self.type = type
    }

    package static func < (a: CallNode, b: CallNode) -> Bool { (a.type, a.name) < (b.type, b.name) }
}

/// How the calls of one party by another went in one hour, as sampled traces tell it. Samples, so never a measure of traffic.
package struct CallEdge: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case call
        /// Another trace goes on with the message.
        case link
    }

    /// The key under `sources:`.
    package var source: String
    /// The hour in which the calls began; the quarter of an hour where whole traces tell it.
    package var hour: Timestamp
    package var from: CallNode
    package var to: CallNode
    package var kind: Kind
    package var figures: CallFigures
    /// Seen in kept examples only, which are chosen for being slow or broken: proves the edge, measures nothing.
    package var isFromExamples: Bool

    package init(source: String, hour: Timestamp, from: CallNode, to: CallNode, kind: Kind = .call, figures: CallFigures = CallFigures(), isFromExamples: Bool = false) {
        self.source = source
        self.hour = hour
        self.from = from
        self.to = to
        self.kind = kind
        self.figures = figures
        self.isFromExamples = isFromExamples
    }
}

/// Calls by how they ended, in X-Ray's three kinds, and how long they took.
package struct CallFigures: Hashable, Sendable {
    package var ok: Int
    /// 4xx.
    package var errors: Int
    /// 429.
    package var throttles: Int
    /// 5xx and exceptions.
    package var faults: Int
    package var durations: LogHistogram

    package init(ok: Int = 0, errors: Int = 0, throttles: Int = 0, faults: Int = 0, durations: LogHistogram = LogHistogram()) {
        self.ok = ok
        self.errors = errors
        self.throttles = throttles
        self.faults = faults
        self.durations = durations
    }

    /// Never more than a whole number holds, whatever a source states.
    package var count: Int { [errors, throttles, faults].reduce(max(0, ok)) { $0.adding($1) } }

    package mutating func add(_ status: TraceSpan.Status, seconds: Double?) {
        switch status {
        case .ok: ok = ok.adding(1)
        case .error: errors = errors.adding(1)
        case .throttle: throttles = throttles.adding(1)
        case .fault: faults = faults.adding(1)
        }
        if let seconds { durations.add(seconds) }
    }

    package mutating func add(_ other: CallFigures) {
        ok = ok.adding(other.ok)
        errors = errors.adding(other.errors)
        throttles = throttles.adding(other.throttles)
        faults = faults.adding(other.faults)
        durations.add(other.durations)
    }
}
