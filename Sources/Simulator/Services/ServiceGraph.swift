import JSON
import Telemetry

/// The map that traces draw: a node for each service and type, an edge where a segment's parent lies in another node.
struct ServiceGraph: Sendable {
    struct Node: Hashable, Comparable, Sendable {
        var name: String
        var type: String
        static func < (a: Node, b: Node) -> Bool { (a.type, a.name) < (b.type, b.name) }
    }

    struct Statistics: Sendable {
        var count = 0, errors = 0, throttles = 0, faults = 0
        var seconds: [Double] = []

        mutating func add(_ segment: SegmentModel) {
            count += 1
            if segment.isFault { faults += 1 } else if segment.isThrottled { throttles += 1 } else if segment.isError { errors += 1 }
            seconds.append((segment.end ?? segment.start) - segment.start)
        }
    }

    private var nodes: [Node: Statistics] = [:]
    private var edges: [Node: [Node: Statistics]] = [:]
    private var roots: Set<Node> = []

    init(_ traces: [TraceModel]) {
        for trace in traces { add(trace) }
    }

    private mutating func add(_ trace: TraceModel) {
        var owners: [String: Node] = [:]
        for segment in trace.segments {
            for span in segment.all { owners[span.id] = Node(segment) }
        }
        for segment in trace.segments {
            let node = Node(segment)
            nodes[node, default: Statistics()].add(segment)
            guard let parent = segment.parentID.flatMap({ owners[$0] }) else { roots.insert(node); continue }
            if parent != node { edges[parent, default: [:]][node, default: Statistics()].add(segment) }
        }
    }

    func services(account: String, window: TimeWindow) -> [JSONValue] {
        let sorted = nodes.sorted { $0.key < $1.key }
        let ids = Dictionary(sorted.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
        return sorted.enumerated().map { index, entry in
            let (node, statistics) = entry
            let out = (edges[node] ?? [:]).sorted { $0.key < $1.key }.map { target, statistics in
                JSONValue.object([
                    .init("ReferenceId", JSONValue(ids[target] ?? 0)), .init("StartTime", JSONValue(window.start.seconds)),
                    .init("EndTime", JSONValue(window.end.seconds)), .init("SummaryStatistics", statistics.json),
                    .init("ResponseTimeHistogram", statistics.histogram), .init("Aliases", []),
                ])
            }
            return .object([
                .init("ReferenceId", JSONValue(index)), .init("Name", .string(node.name)), .init("Names", [.string(node.name)]),
                .init("Root", .bool(roots.contains(node))), .init("AccountId", .string(account)), .init("Type", .string(node.type)),
                .init("State", "active"), .init("StartTime", JSONValue(window.start.seconds)), .init("EndTime", JSONValue(window.end.seconds)),
                .init("Edges", .array(out)), .init("SummaryStatistics", statistics.json), .init("DurationHistogram", statistics.histogram),
                .init("ResponseTimeHistogram", statistics.histogram),
            ])
        }
    }
}

private extension ServiceGraph.Node {
    init(_ segment: SegmentModel) { self.init(name: segment.name, type: segment.origin ?? "") }
}

private extension ServiceGraph.Statistics {
    var json: JSONValue {
        [
            "OkCount": JSONValue(count - faults - errors - throttles),
            "ErrorStatistics": ["ThrottleCount": JSONValue(throttles), "OtherCount": JSONValue(errors), "TotalCount": JSONValue(errors + throttles)],
            "FaultStatistics": ["OtherCount": JSONValue(faults), "TotalCount": JSONValue(faults)],
            "TotalCount": JSONValue(count), "TotalResponseTime": .number(seconds.reduce(0, +)),
        ]
    }

    /// Seconds to the millisecond, and how often.
    var histogram: JSONValue {
        var counts: [Double: Int] = [:]
        for value in seconds { counts[(value * 1_000).rounded() / 1_000, default: 0] += 1 }
        return .array(counts.sorted { $0.key < $1.key }.map { ["Value": .number($0.key), "Count": JSONValue($0.value)] })
    }
}
