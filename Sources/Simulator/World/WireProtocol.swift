import JSON

/// How a service writes its requests and answers; errors look different in each.
package enum WireProtocol: Equatable, Sendable {
    /// `X-Amz-Target: <prefix>.<Operation>`; the version is 1.0 or 1.1.
    case json(version: String, errorPrefix: String)
    case restJSON
    /// `Action=…` in a form, XML back.
    case query(namespace: String)
    /// Method and path say the operation, XML back, without a frame around it.
    case restXML
    /// Datadog's and Sentry's JSON; each says errors and limits in its own way.
    case datadog, sentry

    package func response(_ output: Output, requestID: String) -> SimulatedResponse {
        switch output {
        case .json(let value):
            var headers = ["Content-Type": contentType]
            switch self {
            case .datadog: headers.merge(["X-RateLimit-Limit": "300", "X-RateLimit-Period": "3600", "X-RateLimit-Remaining": "250", "X-RateLimit-Reset": "1200"]) { $1 }
            case .sentry: headers["X-Sentry-Rate-Limit-Remaining"] = "35"
            case .json, .restJSON, .query, .restXML: headers["x-amzn-RequestId"] = requestID
            }
            return SimulatedResponse(status: 200, headers: headers, body: value.bytes())
        case .object(let headers, let body):
            return SimulatedResponse(status: 200, headers: headers.merging(["x-amz-request-id": requestID]) { $1 }, body: body)
        case .nothing:
            return SimulatedResponse(status: 204, headers: ["x-amz-request-id": requestID])
        case .document(let root):
            return SimulatedResponse(status: 200, headers: ["Content-Type": contentType, "x-amz-request-id": requestID], body: Array(root.text.utf8))
        case .xml(let operation, let result):
            let namespace = if case .query(let namespace) = self { namespace } else { "" }
            let document = XML("\(operation)Response", attributes: [("xmlns", namespace)], [
                XML("\(operation)Result", result), XML("ResponseMetadata", [XML("RequestId", requestID)]),
            ])
            return SimulatedResponse(status: 200, headers: ["Content-Type": contentType, "x-amzn-RequestId": requestID], body: Array(document.text.utf8))
        }
    }

    package func response(_ error: ServiceError, requestID: String) -> SimulatedResponse {
        var headers = ["Content-Type": contentType, "x-amzn-RequestId": requestID]
        switch self {
        case .json(_, let prefix):
            let body: JSONValue = ["__type": .string(prefix + error.code), "message": .string(error.message)]
            return SimulatedResponse(status: error.status, headers: headers, body: body.bytes())
        case .restJSON:
            headers["x-amzn-ErrorType"] = error.code
            let body: JSONValue = ["message": .string(error.message)]
            // REST services answer a refusal with 403 and a throttle with 429, where JSON services say 400.
            let status = switch error.code {
            case "AccessDeniedException": 403
            case "ThrottlingException", "TooManyRequestsException": 429
            default: error.status
            }
            return SimulatedResponse(status: status, headers: headers, body: body.bytes())
        case .datadog:
            let isLimit = error.code == "ThrottlingException", isRefusal = error.code == "AccessDeniedException" || error.code == "ExpiredTokenException"
            headers = ["Content-Type": contentType]
            if isLimit { headers.merge(["X-RateLimit-Limit": "300", "X-RateLimit-Period": "3600", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1200"]) { $1 } }
            let body: JSONValue = ["errors": [.string(isLimit ? "Rate limit of 300 requests in 3600 seconds reached" : isRefusal ? "Forbidden" : error.message)]]
            return SimulatedResponse(status: isLimit ? 429 : isRefusal ? 403 : error.status, headers: headers, body: body.bytes())
        case .sentry:
            let isLimit = error.code == "ThrottlingException"
            headers = ["Content-Type": contentType]
            if isLimit { headers["Retry-After"] = "1200" }
            let status = isLimit ? 429 : error.code == "AccessDeniedException" ? 403 : error.code == "ExpiredTokenException" ? 401 : error.status
            let words = status == 403 ? "You do not have permission to perform this action." : status == 401 ? "Invalid token" : error.message
            return SimulatedResponse(status: status, headers: headers, body: JSONValue.object([.init("detail", .string(words))]).bytes())
        case .restXML:
            let document = XML("Error", [XML("Code", error.queryCode), XML("Message", error.message), XML("RequestId", requestID)])
            return SimulatedResponse(status: error.code == "AccessDeniedException" ? 403 : error.status, headers: headers, body: Array(document.text.utf8))
        case .query(let namespace):
            let document = XML("ErrorResponse", attributes: [("xmlns", namespace)], [
                XML("Error", [XML("Type", error.status >= 500 ? "Receiver" : "Sender"), XML("Code", error.queryCode), XML("Message", error.message)]),
                XML("RequestId", requestID),
            ])
            return SimulatedResponse(status: error.code == "AccessDeniedException" ? 403 : error.status, headers: headers, body: Array(document.text.utf8))
        }
    }

    private var contentType: String {
        switch self {
        case .json(let version, _): "application/x-amz-json-\(version)"
        case .restJSON, .datadog, .sentry: "application/json"
        case .query: "text/xml"
        case .restXML: "application/xml"
        }
    }
}

/// What a service has to say, before it is written down.
package enum Output: Sendable {
    case json(JSONValue)
    case xml(operation: String, [XML])
    case document(XML)
    /// Bytes as they were stored.
    case object(headers: [String: String], body: [UInt8])
    case nothing
}

/// A small XML tree, escaped when written.
package struct XML: Sendable {
    private var name: String
    private var attributes: [(String, String)]
    private var content: Content

    private enum Content: Sendable { case text(String), children([XML]) }

    package init(_ name: String, _ text: String) {
        self.name = name
        attributes = []
        content = .text(text)
    }

    package init(_ name: String, attributes: [(String, String)] = [], _ children: [XML]) {
        self.name = name
        self.attributes = attributes
        content = .children(children)
    }

    /// A list as query services write it: `<name><member>…</member></name>`.
    package static func list(_ name: String, _ items: [[XML]]) -> XML { XML(name, items.map { XML("member", $0) }) }

    package var text: String {
        let head = "<\(name)\(attributes.map { " \($0.0)=\"\(Self.escaped($0.1))\"" }.joined())>"
        switch content {
        case .text(let text): return head + Self.escaped(text) + "</\(name)>"
        case .children(let children): return head + children.map(\.text).joined() + "</\(name)>"
        }
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }
}
