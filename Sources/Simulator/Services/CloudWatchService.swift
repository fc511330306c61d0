import JSON
import Telemetry

/// Amazon CloudWatch metrics over JSON 1.0.
struct CloudWatchService: SimulatedService {
    static let signingName = "monitoring"
    let wire = WireProtocol.json(version: "1.0", errorPrefix: "com.amazonaws.cloudwatch.v2010_08_01#")

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        [
            "GetMetricData": { call throws(ServiceError) in try Self.metricData(call) },
            "ListMetrics": { call throws(ServiceError) in try Self.listMetrics(call) },
        ]
    }

    private static func metricData(_ call: Call) throws(ServiceError) -> Output {
        let request = try MetricDataRequest(call)
        let all = request.queries.filter(\.returnsData).map { query in (query, query.points(in: request, call)) }
        // The limit counts datapoints over all series; what does not fit comes with the next page.
        var budget = request.maxDatapoints, skip = request.offset
        var results: [JSONValue] = []
        var isPartial = false
        for (query, points) in all {
            if skip >= points.count && skip > 0 { skip -= points.count; continue }
            let rest = points.dropFirst(skip)
            skip = 0
            let shown = rest.prefix(budget)
            budget -= shown.count
            let isWhole = shown.count == rest.count
            if budget == 0, !isWhole, shown.isEmpty { isPartial = true; break }
            results.append(query.result(Array(shown), isWhole: isWhole))
            if !isWhole { isPartial = true; break }
        }
        var members: [JSONValue.Member] = [.init("MetricDataResults", .array(results)), .init("Messages", [])]
        if isPartial { members.append(.init("NextToken", .string("tw-\(request.offset + request.maxDatapoints)"))) }
        return .json(.object(members))
    }

    private static func listMetrics(_ call: Call) throws(ServiceError) -> Output {
        let namespace = call.input["Namespace"]?.string, name = call.input["MetricName"]?.string
        let filters = (call.input["Dimensions"]?.array ?? []).map { ($0["Name"]?.string ?? "", $0["Value"]?.string) }
        let keys = call.system.metrics.series.keys.filter { key in
            (namespace == nil || key.namespace == namespace) && (name == nil || key.name == name) && filters.allSatisfy { filter in
                key.dimensions.contains { filter.1 == nil ? $0.hasPrefix(filter.0 + "=") : $0 == "\(filter.0)=\(filter.1 ?? "")" }
            }
        }.sorted()
        let page = try Page(keys, token: call.input["NextToken"]?.string, size: 500)
        let metrics = page.items.map { key in
            JSONValue.object([.init("Namespace", .string(key.namespace)), .init("MetricName", .string(key.name)),
                              .init("Dimensions", .array(key.dimensions.map(dimension)))])
        }
        return .json(["Metrics": .array(metrics), "NextToken": JSONValue(page.next)])
    }

    private static func dimension(_ text: String) -> JSONValue {
        let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return ["Name": .string(String(pair[0])), "Value": .string(pair.count > 1 ? String(pair[1]) : "")]
    }
}
