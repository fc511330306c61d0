import JSON
import Telemetry

/// One span of a trace in X-Ray's shape: a segment at the top, subsegments below.
package struct SegmentModel: Sendable {
    package var id: String
    package var parentID: String?
    package var name: String
    /// `AWS::Lambda::Function`; nothing on subsegments.
    package var origin: String?
    /// `aws` or `remote`, on subsegments that call something else.
    package var namespace: String?
    /// Seconds since the epoch.
    package var start: Double
    /// Nothing where the span was never closed.
    package var end: Double?
    package var isError = false
    package var isFault = false
    package var isThrottled = false
    package var isInferred = false
    /// Further members of the document, as they are: `http`, `aws`, `annotations`, `cause`, `links`.
    package var details: [JSONValue.Member] = []
    package var children: [SegmentModel] = []

    package init(_ name: String, id: String, origin: String? = nil, parent: String? = nil, from start: Double, to end: Double?) {
        self.name = name
        self.id = id
        self.origin = origin
        parentID = parent
        self.start = start
        self.end = end
    }

    package func document(traceID: String?) -> JSONValue {
        var members: [JSONValue.Member] = [.init("id", .string(id)), .init("name", .string(name)), .init("start_time", .number(start))]
        if let traceID { members.append(.init("trace_id", .string(traceID))) }
        if let parentID { members.append(.init("parent_id", .string(parentID))) }
        if let end { members.append(.init("end_time", .number(end))) } else { members.append(.init("in_progress", true)) }
        if let origin { members.append(.init("origin", .string(origin))) }
        if let namespace { members.append(.init("namespace", .string(namespace))) }
        for (key, isSet) in [("error", isError), ("fault", isFault), ("throttle", isThrottled), ("inferred", isInferred)] where isSet {
            members.append(.init(key, true))
        }
        members += details
        if !children.isEmpty { members.append(.init("subsegments", .array(children.map { $0.document(traceID: nil) }))) }
        return .object(members)
    }

    /// This span and everything below it.
    package var all: [SegmentModel] { [self] + children.flatMap(\.all) }
    package func detail(_ key: String) -> JSONValue? { details.first { $0.key == key }?.value }
}

/// One trace: the segments that services sent, the entry point first.
package struct TraceModel: Sendable {
    package var id: String
    package var segments: [SegmentModel]

    package init(id: String, segments: [SegmentModel]) {
        self.id = id
        self.segments = segments
    }

    package var start: Double { segments.map(\.start).min() ?? 0 }
    package var end: Double { segments.flatMap(\.all).compactMap(\.end).max() ?? start }
    /// Seconds over everything, work after the answer included.
    package var duration: Double { end - start }
    /// Seconds until the entry point answered.
    package var responseTime: Double { (segments.first?.end ?? end) - start }
    package var isFault: Bool { segments.flatMap(\.all).contains(where: \.isFault) }
    package var isError: Bool { segments.flatMap(\.all).contains(where: \.isError) }
    package var isThrottled: Bool { segments.flatMap(\.all).contains(where: \.isThrottled) }
    package var annotations: [JSONValue.Member] { segments.flatMap(\.all).flatMap { $0.detail("annotations")?.members ?? [] } }

    /// What has arrived by then: services send a segment when its work is done.
    package func known(at moment: Double) -> TraceModel {
        TraceModel(id: id, segments: segments.filter { ($0.end ?? $0.start) <= moment })
    }

    /// The minute in which the trace began, as its id states.
    package static func minute(of id: String) -> Int64? {
        let parts = id.split(separator: "-")
        guard parts.count == 3, parts[1].utf8.count == 8, let epoch = Int64(parts[1], radix: 16) else { return nil }
        return Timestamp(seconds: epoch).minute
    }
}
