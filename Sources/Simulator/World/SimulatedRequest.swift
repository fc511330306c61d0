/// A request as it came over the wire: the path and query still encoded, because signatures cover exactly those bytes.
package struct SimulatedRequest: Sendable {
    package var method: String
    /// Percent-encoded, without the query.
    package var path: String
    /// Percent-encoded, without the question mark.
    package var query: String
    /// Names in lower case.
    package var headers: [String: String]
    package var body: [UInt8]

    package init(method: String, path: String, query: String = "", headers: [String: String], body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = Dictionary(headers.map { ($0.lowercased(), $1) }, uniquingKeysWith: { first, _ in first })
        self.body = body
    }
}

/// An answer, and how its body is to be delivered: a pure value also where a fault asks for misbehaviour.
package struct SimulatedResponse: Sendable {
    package enum Delivery: Equatable, Sendable {
        case whole
        /// The body again and again until the client hangs up.
        case endless
        /// A chunked body that breaks off after these bytes.
        case truncated
        /// The whole body after some seconds.
        case after(seconds: Int)
    }

    package var status: Int
    package var headers: [String: String]
    package var body: [UInt8]
    package var delivery: Delivery = .whole

    package init(status: Int, headers: [String: String] = [:], body: [UInt8] = [], delivery: Delivery = .whole) {
        self.status = status
        self.headers = headers
        self.body = body
        self.delivery = delivery
    }
}
