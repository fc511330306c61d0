import JSON

/// Misbehaviour on demand, for tests: which calls go wrong, and how. The first rule that fits a call decides.
package struct FaultPlan: Sendable {
    package struct Rule: Sendable {
        /// Nothing means every account.
        package var account: String?
        /// `sqs:ListQueues`, `sqs:*`; nothing means every action.
        package var action: String?
        /// Only so many calls from the first; nothing means always.
        package var times: Int?
        package var fault: Fault

        package init(account: String? = nil, action: String? = nil, times: Int? = nil, _ fault: Fault) {
            self.account = account
            self.action = action
            self.times = times
            self.fault = fault
        }
    }

    package var rules: [Rule]
    package init(_ rules: [Rule] = []) { self.rules = rules }

    func fault(for call: Call, earlier: Int) -> Fault? {
        rules.first { rule in
            (rule.account == nil || rule.account == call.caller.account) && (rule.times.map { earlier < $0 } ?? true)
                && (rule.action.map { $0 == call.action || $0 == call.action.split(separator: ":")[0] + ":*" } ?? true)
        }?.fault
    }
}

/// One way to go wrong.
package enum Fault: Equatable, Sendable {
    case throttle
    case deny
    case expiredToken
    case serverError
    /// 200 with bytes that are no document.
    case garbage
    /// A document that never ends.
    case endless
    /// So many bytes of valid, useless answer.
    case huge(bytes: Int)
    /// Breaks off in the middle of a chunked body.
    case truncated
    /// Every number that follows `"Values":[` is NaN or infinite.
    case notNumbers
    /// Single elements have the wrong type.
    case wrongTypes
    /// Every page names the same next token.
    case tokenLoop
    case slow(seconds: Int)
    /// The `Date` header is off by so many seconds.
    case skewedDate(seconds: Int64)

    func refusal(of call: Call) -> ServiceError? {
        switch self {
        case .throttle: .throttled
        case .deny: .denied(call.caller, action: call.action)
        case .expiredToken: .expiredToken
        case .serverError: .internalFailure
        case .garbage, .endless, .huge, .truncated, .notNumbers, .wrongTypes, .tokenLoop, .slow, .skewedDate: nil
        }
    }
}
