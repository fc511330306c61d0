import JSON

/// Amazon S3, as far as a reader without rights to objects sees it: where buckets send their events. Path style only.
struct S3Service: SimulatedService {
    static let signingName = "s3"
    let wire = WireProtocol.restXML

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        ["GetBucketNotification": { call throws(ServiceError) in try Self.notification(call) },
         "GetMetricsConfiguration": { call throws(ServiceError) in try Self.metrics(call) }]
    }

    func operation(of request: SimulatedRequest) -> String? {
        guard request.method == "GET", request.path.split(separator: "/").count == 1 else { return nil }
        let names = PercentEncoding.pairs(request.query, plusIsSpace: false).map(\.name)
        return names.contains("notification") ? "GetBucketNotification" : names.contains("metrics") ? "GetMetricsConfiguration" : nil
    }

    private static func metrics(_ call: Call) throws(ServiceError) -> Output {
        let name = call.path.first ?? ""
        guard let bucket = call.system.buckets.first(where: { $0.name == name }) else {
            throw ServiceError("NoSuchBucket", status: 404, "The specified bucket does not exist")
        }
        let filters = bucket.metricsFilters.map { filter in
            XML("MetricsConfiguration", [XML("Id", filter.id)] + (filter.prefix.map { [XML("Filter", [XML("Prefix", $0)])] } ?? []))
        }
        return .document(XML("ListMetricsConfigurationsResult", attributes: [("xmlns", "http://s3.amazonaws.com/doc/2006-03-01/")], [XML("IsTruncated", "false")] + filters))
    }

    private static func notification(_ call: Call) throws(ServiceError) -> Output {
        let name = call.path.first ?? ""
        guard let bucket = call.system.buckets.first(where: { $0.name == name }) else {
            throw ServiceError("NoSuchBucket", status: 404, "The specified bucket does not exist")
        }
        let topics = bucket.topicARNs.enumerated().map { index, arn in
            XML("TopicConfiguration", [XML("Id", "event-\(index)"), XML("Topic", arn), XML("Event", "s3:ObjectCreated:*")])
        }
        return .document(XML("NotificationConfiguration", attributes: [("xmlns", "http://s3.amazonaws.com/doc/2006-03-01/")], topics))
    }
}
