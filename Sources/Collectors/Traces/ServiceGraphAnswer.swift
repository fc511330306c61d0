import JSON
import Telemetry

/// One page of GetServiceGraph as calls of one hour. Reference ids are local to one answer, and an edge may lead to a service of another page,
/// so pages are put together first.
package struct ServiceGraphAnswer: Sendable {
    private struct Service: Sendable {
        var node: CallNode
        var isRoot: Bool
        var isClient: Bool { node.type == "client" }
        var figures: CallFigures
        var edges: [(target: Int, figures: CallFigures, isLink: Bool)]
    }

    private var services: [Int: Service] = [:]
    package private(set) var refused = 0
    /// Histograms are counted; more values than this in one are an answer of no service.
    private static let histogramLimit = 10_000

    package init() {}

    package mutating func add(_ body: JSONValue) {
        for item in body["Services"]?.array ?? [] {
            guard let id = item["ReferenceId"]?.integer, let name = item["Name"]?.string ?? item["Names"]?.array.first?.string, !name.isEmpty else { refused += 1; continue }
            let type = Redactor.redacted(item["Type"]?.string ?? "", limit: 100), node = CallNode(Self.name(name, isResource: type.hasPrefix("AWS::")), type: type)
            var edges: [(target: Int, figures: CallFigures, isLink: Bool)] = []
            for edge in item["Edges"]?.array ?? [] {
                guard let target = edge["ReferenceId"]?.integer else { refused += 1; continue }
                edges.append((target, Self.figures(edge, histogram: "ResponseTimeHistogram"), edge["EdgeType"]?.string?.lowercased() == "link"))
            }
            services[id] = Service(node: node, isRoot: item["Root"]?.bool ?? false, figures: Self.figures(item, histogram: "ResponseTimeHistogram"), edges: edges)
        }
    }

    /// What each service did itself.
    package var nodes: [CallNode: CallFigures] {
        var nodes: [CallNode: CallFigures] = [:]
        for service in services.values where !service.isClient { nodes[service.node, default: CallFigures()].add(service.figures) }
        return nodes
    }

    package func calls(source: String, hour: Timestamp) -> [CallEdge] {
        var sums: [CallNode: [CallNode: (figures: CallFigures, isLink: Bool)]] = [:]
        func add(_ from: CallNode, _ to: CallNode, _ figures: CallFigures, _ isLink: Bool) {
            var sum = sums[from]?[to] ?? (CallFigures(), true)
            sum.figures.add(figures)
            sum.isLink = sum.isLink && isLink
            sums[from, default: [:]][to] = sum
        }
        for (_, service) in services.sorted(by: { $0.key < $1.key }) {
            for edge in service.edges {
                guard let target = services[edge.target] else { continue }
                // A client carries the name of what it calls.
                add(service.isClient ? CallNode("clients", type: "client") : service.node, target.node, edge.figures, edge.isLink)
            }
        }
        return sums.sorted { $0.key < $1.key }.flatMap { from, targets in
            targets.sorted { $0.key < $1.key }.map { to, sum in
                CallEdge(source: source, hour: hour, from: from, to: to, kind: sum.isLink ? .link : .call, figures: sum.figures)
            }
        }
    }

    /// Addresses of queues and ARNs hold account numbers and are no names.
    private static func name(_ text: String, isResource: Bool) -> String {
        let isAddress = text.hasPrefix("arn:") || text.hasPrefix("https://sqs.") || text.hasPrefix("http://sqs.")
        let name = isAddress ? text.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? text : text
        return isResource ? SpanNames.plain(name) : Redactor.redacted(name, limit: 200)
    }

    private static func figures(_ item: JSONValue, histogram: String) -> CallFigures {
        let statistics = item["SummaryStatistics"] ?? .null
        func count(_ value: JSONValue?) -> Int { max(0, value?.integer ?? 0) }
        var figures = CallFigures(ok: count(statistics["OkCount"]), errors: count(statistics["ErrorStatistics"]?["OtherCount"]),
                                  throttles: count(statistics["ErrorStatistics"]?["ThrottleCount"]), faults: count(statistics["FaultStatistics"]?["TotalCount"]))
        for entry in (item[histogram]?.array ?? []).prefix(histogramLimit) {
            if let seconds = entry["Value"]?.double { figures.durations.add(seconds, count: min(1_000_000_000, count(entry["Count"]))) }
        }
        return figures
    }
}
