import Curl
import Telemetry

/// An API on the web that is asked with a key: where it is, and how it speaks of its limits.
package struct WebService: Sendable {
    /// As people call it: `Datadog`.
    package var title: String
    /// Without a slash at the end.
    package var endpoint: String
    /// Keys among them: they go into requests and nowhere else.
    package var headers: HTTPHeaders
    package var caFile: String?
    /// Whether the operator named the endpoint; then it may be on a private network.
    package var isOwnEndpoint: Bool
    /// What to do where the keys are refused, in one sentence.
    package var keyRemedy: String
    /// The right that an operation needs, in the service's own word.
    package var right: @Sendable (_ operation: String) -> String?
    /// The names under which answers say how many requests are left and when that changes.
    package var limitHeaders: LimitHeaders?

    package struct LimitHeaders: Sendable {
        package var remaining: String
        package var reset: String
        /// Whether `reset` is a moment (seconds since 1970) and not a number of seconds from now.
        package var isMoment: Bool

        package init(remaining: String, reset: String, isMoment: Bool) {
            self.remaining = remaining
            self.reset = reset
            self.isMoment = isMoment
        }
    }

    package init(title: String, endpoint: String, headers: HTTPHeaders, caFile: String? = nil, isOwnEndpoint: Bool, keyRemedy: String,
                 limitHeaders: LimitHeaders? = nil, right: @escaping @Sendable (String) -> String? = { _ in nil }) {
        self.title = title
        self.endpoint = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
        self.headers = headers
        self.caFile = caFile
        self.isOwnEndpoint = isOwnEndpoint
        self.keyRemedy = keyRemedy
        self.limitHeaders = limitHeaders
        self.right = right
    }
}

extension WebService {
    /// Host and port, for messages: never path or query.
    package var host: String {
        let rest = endpoint.firstRange(of: "://").map { endpoint[$0.upperBound...] } ?? endpoint[...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // The operator's own word: an address of numbers is what a reader of the message needs.
        return String((authority.split(separator: "@").last ?? authority).prefix(200))
    }

    /// Seconds after which the service counts anew, as an answer states it.
    func reset(_ headers: HTTPHeaders, now: Timestamp) -> Int64? {
        if let wait = headers.retryAfter(now: now.seconds) { return wait.components.seconds }
        guard let names = limitHeaders, let number = headers[names.reset].flatMap(Double.init), let seconds = Int64(exactly: number.rounded(.up)) else { return nil }
        return max(0, min(names.isMoment ? seconds &- now.seconds : seconds, 31_536_000))
    }

    func isExhausted(_ headers: HTTPHeaders) -> Bool { limitHeaders.flatMap { headers[$0.remaining] }.flatMap { Double($0) }.map { $0 <= 0 } ?? false }
}

/// One question to a web API.
package struct WebCall: Sendable {
    /// As the ledger writes it: `datadog:SearchSpans`.
    package var operation: String
    package var method: HTTPMethod
    /// Begins with a slash; already encoded, with its query.
    package var path: String
    package var body: [UInt8]
    /// What it is about, for messages: `trace group 'users'`.
    package var subject: String?
    package var resource: ResourceID?

    package init(_ operation: String, _ method: HTTPMethod = .get, path: String, body: [UInt8] = [], subject: String? = nil, resource: ResourceID? = nil) {
        self.operation = operation
        self.method = method
        self.path = path
        self.body = body
        self.subject = subject
        self.resource = resource
    }
}

/// Why a question to a web API has no answer.
package struct WebRefusal: Error, Sendable {
    package var kind: Problem.Kind
    /// The other side's own words, redacted, or what happened on the way; for people.
    package var detail: String
    /// It was not asked at all: something before it has said why.
    package var isUnasked = false

    package var absence: AbsenceReason { kind == .denied || kind == .credentials ? .denied : .sourceError }
    package var presence: Presence { kind == .denied ? .denied : .unknown }
}

/// The world outside of a web source: time, chance and the way out are arguments.
package struct WebEnvironment: Sendable {
    package var transport: any Transport
    package var now: @Sendable () -> Timestamp
    package var random: @Sendable () -> Double
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(transport: any Transport, now: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> Double,
                 sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.transport = transport
        self.now = now
        self.random = random
        self.sleep = sleep
    }
}
