import Curl
import JSON

/// One call of one operation, before it is addressed and signed. Paths and queries are decoded here; they are encoded once, when signed.
package struct AWSCall: Sendable, Equatable {
    package struct Parameter: Sendable, Equatable {
        package var name: String
        package var value: String
        package init(_ name: String, _ value: String) { self.name = name; self.value = value }
    }

    package var service: AWSService
    /// What the ledger and the messages call it.
    package var operation: String
    package var method: HTTPMethod
    package var path: String
    package var query: [Parameter]
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// Another region than the client's.
    package var region: String?
    package var bodyLimit: Int
    /// How long the other side may say nothing before it is given up; nothing is the transport's own measure.
    package var stall: Duration?
    /// Whether a failure that may pass is answered by asking again.
    package var isRepeatable = true

    package init(_ service: AWSService, _ operation: String, method: HTTPMethod, path: String, query: [Parameter] = [],
                 headers: HTTPHeaders = [:], body: [UInt8] = [], region: String? = nil, bodyLimit: Int = 32 << 20) {
        self.service = service
        self.operation = operation
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.region = region
        self.bodyLimit = bodyLimit
    }
}

extension AWSCall {
    /// A call in the JSON protocols: `.json(.sqs, "ListQueues", ["MaxResults": 1000])`.
    package static func json(_ service: AWSService, _ operation: String, _ input: JSONValue = .object([]), region: String? = nil) -> AWSCall {
        var headers: HTTPHeaders = [:]
        switch service.wire {
        case .json(let version, let target):
            headers = ["Content-Type": "application/x-amz-json-\(version)", "X-Amz-Target": "\(target).\(operation)"]
        case .restJSON, .restXML, .query:
            headers = ["Content-Type": "application/json"]
        }
        return AWSCall(service, operation, method: .post, path: "/", headers: headers, body: input.bytes(), region: region)
    }

    /// A call in REST-JSON: `.rest(.lambda, "ListFunctions", .get, "/2015-03-31/functions/", query: [...])`.
    package static func rest(_ service: AWSService, _ operation: String, _ method: HTTPMethod, _ path: String, query: [Parameter] = [],
                             input: JSONValue? = nil, region: String? = nil) -> AWSCall {
        AWSCall(service, operation, method: method, path: path, query: query,
                headers: input == nil ? [:] : ["Content-Type": "application/json"], body: input?.bytes() ?? [], region: region)
    }

    /// A call in the query protocol; `Action` and `Version` are added, the answer is XML.
    package static func form(_ service: AWSService, _ operation: String, _ parameters: [Parameter] = [], region: String? = nil) -> AWSCall {
        var all = [Parameter("Action", operation)]
        if case .query(let version) = service.wire { all.append(Parameter("Version", version)) }
        let body = (all + parameters).map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }.joined(separator: "&")
        return AWSCall(service, operation, method: .post, path: "/",
                       headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"], body: Array(body.utf8), region: region)
    }
}
