import Digests
import Telemetry
@testable import Simulator

/// A client of the tests' own: signs as the service must read it, without using the simulator's code.
struct Client {
    var id = "AKIASIMULATOR0000000"
    var secret = "simulator-secret-key"
    var token: String?
    var region = "eu-central-1"

    /// The role of a tenant's account, for an hour.
    static func assuming(_ account: String, region: String = "eu-central-1", at now: Timestamp = dayZero) -> Client {
        let keys = AccessKeys().temporary(for: .init(account: account, expires: now + 3_600, name: "test"))
        return Client(id: keys.id, secret: keys.secret, token: keys.token, region: region)
    }

    func post(_ service: String, target: String? = nil, path: String = "/", body: String, at time: Timestamp = dayZero) -> SimulatedRequest {
        let stamp = String(time.rfc3339.filter { $0 != "-" && $0 != ":" }), day = String(stamp.prefix(8))
        var headers = ["host": "127.0.0.1", "x-amz-date": stamp]
        headers["x-amz-security-token"] = token
        headers["x-amz-target"] = target
        let names = headers.keys.sorted()
        let canonical = (["POST", path, ""] + names.map { "\($0):\(headers[$0] ?? "")" } + ["", names.joined(separator: ";"), hex(sha256(body))])
            .joined(separator: "\n")
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let key = [day, region, service, "aws4_request"].reduce(Array("AWS4\(secret)".utf8)) { hmacSHA256(key: $0, $1) }
        let signature = hex(hmacSHA256(key: key, "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(hex(sha256(canonical)))"))
        headers["authorization"] = "AWS4-HMAC-SHA256 Credential=\(id)/\(scope), SignedHeaders=\(names.joined(separator: ";")), Signature=\(signature)"
        return SimulatedRequest(method: "POST", path: path, headers: headers, body: Array(body.utf8))
    }

    func listQueues(at time: Timestamp = dayZero) -> SimulatedRequest { post("sqs", target: "AmazonSQS.ListQueues", body: "{}", at: time) }

    /// One series over the hour before the anchor.
    func metricData() -> SimulatedRequest {
        let query = #"{"Id":"m1","MetricStat":{"Metric":{"Namespace":"AWS/SQS","MetricName":"NumberOfMessagesSent","Dimensions":"#
            + #"[{"Name":"QueueName","Value":"sqs-webhook-buffer-prod-PublishQueue.fifo"}]},"Period":300,"Stat":"Sum"}}"#
        let body = #"{"MetricDataQueries":[\#(query)],"StartTime":\#((dayZero - 3_600).seconds),"EndTime":\#(dayZero.seconds)}"#
        return post("monitoring", target: "GraniteServiceVersion20100801.GetMetricData", body: body)
    }
}

extension SimulatedResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}
