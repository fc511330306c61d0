/// Why a call brought nothing: the other side's own code, words and request id, and what may help.
package struct AWSError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        case throttled
        /// These credentials may not do this; others calls may still work.
        case denied
        case expired
        /// There are none, or AWS does not accept them at all.
        case credentials
        /// The clocks differ by more than AWS accepts.
        case skew
        case notFound, invalid, server, network, tooLarge, badAnswer, deadline
    }

    package var kind: Kind
    /// Service, operation and region.
    package var place: String
    package var code: String?
    package var message: String
    package var requestID: String?
    /// The HTTP status, where there was an answer.
    package var status: Int?
    /// Seconds that the other side asks to be left alone.
    package var retryAfter: Int?

    package init(_ kind: Kind, place: String, code: String? = nil, message: String, requestID: String? = nil, status: Int? = nil,
                 retryAfter: Int? = nil) {
        self.kind = kind
        self.place = place
        self.code = code
        self.message = message
        self.requestID = requestID
        self.status = status
        self.retryAfter = retryAfter
    }

    /// Whether the same call may succeed if it is made again in this run.
    package var isRetryable: Bool {
        switch kind {
        case .throttled, .server, .network: true
        case .denied, .expired, .credentials, .skew, .notFound, .invalid, .tooLarge, .badAnswer, .deadline: false
        }
    }

    /// Whether it is the whole tenant that cannot be read, not this one call.
    package var concernsCredentials: Bool {
        switch kind {
        case .expired, .credentials, .skew: true
        case .throttled, .denied, .notFound, .invalid, .server, .network, .tooLarge, .badAnswer, .deadline: false
        }
    }

    package var description: String {
        let facts = [code, requestID.map { "request \($0)" }].compactMap(\.self).joined(separator: ", ")
        return "\(place): \(message)\(facts.isEmpty ? "" : " (\(facts))"). \(remedy)"
    }

    /// What to do about it.
    package var remedy: String {
        switch kind {
        case .throttled: "AWS limits the rate: the next run asks again; raise the quota or the interval if it stays."
        case .denied: "Allow this action for the role or user of the source."
        case .expired: "Renew the credentials of the source."
        case .credentials: "Check the credentials, the profile or the role of the source and its trust policy."
        case .skew: "Set the clock of this machine (timedatectl)."
        case .notFound: "Check the name and the region."
        case .invalid: "Check the names and values that the source gives."
        case .server, .network: "The next run asks again."
        case .tooLarge: "Ask for less at a time."
        case .badAnswer: "Check endpoint_url: what answers there does not speak as AWS does."
        case .deadline: "Give the run more time or the source fewer resources."
        }
    }
}
