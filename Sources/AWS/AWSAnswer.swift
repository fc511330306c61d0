import Curl
import JSON

/// A successful answer: the bytes as they came, read when somebody asks.
package struct AWSAnswer: Sendable, Equatable {
    package var call: String
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]
    package var requestID: String?

    /// The body as JSON; an empty body reads as an empty object.
    package func json() throws(AWSError) -> JSONValue {
        guard !body.isEmpty else { return .object([]) }
        do throws(JSONError) {
            return try JSONValue(parsing: body)
        } catch {
            throw AWSError(.badAnswer, place: call, code: nil, message: "the answer is no JSON: \(error)", requestID: requestID, status: status)
        }
    }

    /// The body as flat XML.
    package func xml() throws(AWSError) -> XMLNode {
        guard let node = XMLNode(parsing: body) else {
            throw AWSError(.badAnswer, place: call, code: nil, message: "the answer is no XML", requestID: requestID, status: status)
        }
        return node
    }
}
