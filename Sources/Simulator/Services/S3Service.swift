import Digests
import JSON

/// Amazon S3, as far as Tidewatch speaks to it: where buckets send their events, and objects with conditional writes
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). Path style only.
struct S3Service: SimulatedService {
    static let signingName = "s3"
    let wire = WireProtocol.restXML

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        ["GetBucketNotification": { call throws(ServiceError) in try Self.notification(call) },
         "GetMetricsConfiguration": { call throws(ServiceError) in try Self.metrics(call) },
         "GetObject": { call throws(ServiceError) in try Self.get(call) },
         "PutObject": { call throws(ServiceError) in try Self.put(call) },
         "DeleteObject": { call throws(ServiceError) in try Self.delete(call) }]
    }

    func operation(of request: SimulatedRequest) -> String? {
        let names = PercentEncoding.pairs(request.query, plusIsSpace: false).map(\.name), depth = request.path.split(separator: "/").count
        return switch request.method {
        case "GET" where depth == 1: names.contains("notification") ? "GetBucketNotification" : names.contains("metrics") ? "GetMetricsConfiguration" : nil
        case "GET" where depth > 1: "GetObject"
        case "PUT" where depth > 1: "PutObject"
        case "DELETE" where depth > 1: "DeleteObject"
        default: nil
        }
    }

    /// Bodies are bytes: nobody reads them as JSON.
    func input(of request: SimulatedRequest) throws(ServiceError) -> JSONValue { .object([]) }

    /// Where an object lies. Every bucket exists but the one that is called for that.
    private static func place(_ call: Call) throws(ServiceError) -> String {
        guard call.path.first != "missing-bucket" else { throw ServiceError("NoSuchBucket", status: 404, "The specified bucket does not exist") }
        return call.path.joined(separator: "/")
    }

    private static func get(_ call: Call) throws(ServiceError) -> Output {
        guard let object = call.objects[try place(call)] else { throw ServiceError("NoSuchKey", status: 404, "The specified key does not exist.") }
        return .object(headers: object.headers.merging(["ETag": object.etag]) { $1 }, body: object.body)
    }

    private static func put(_ call: Call) throws(ServiceError) -> Output {
        if let declared = call.headers["x-amz-checksum-sha256"], declared != base64(sha256(call.body)) {
            throw ServiceError("BadDigest", "The SHA256 you specified did not match the calculated checksum.")
        }
        // Real ETags are MD5; nobody may count on that, and here they are something else.
        let etag = "\"" + hex(sha256(call.body)).prefix(32) + "\""
        let headers = ["content-type": "Content-Type", "cache-control": "Cache-Control", "content-encoding": "Content-Encoding"]
        let kept = Dictionary(headers.compactMap { name, written in call.headers[name].map { (written, $0) } }, uniquingKeysWith: { $1 })
        try call.objects.put(.init(body: call.body, etag: etag, headers: kept), at: try place(call)) { old throws(ServiceError) in
            if call.headers["if-none-match"] == "*", old != nil { throw failed("If-None-Match") }
            if let wanted = call.headers["if-match"] {
                guard let old else { throw ServiceError("NoSuchKey", status: 404, "The specified key does not exist.") }
                if old.etag != wanted { throw failed("If-Match") }
            }
        }
        return .object(headers: ["ETag": etag], body: [])
    }

    private static func delete(_ call: Call) throws(ServiceError) -> Output {
        call.objects.remove(try place(call))
        return .nothing
    }

    private static func failed(_ condition: String) -> ServiceError {
        ServiceError("PreconditionFailed", status: 412, "At least one of the pre-conditions you specified did not hold: \(condition)")
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
