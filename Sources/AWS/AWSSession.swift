import Telemetry

/// What the calls of one client teach each other: whether the credentials work, whether an endpoint answers, how far the clocks differ.
actor AWSSession {
    /// Seconds after which an endpoint that says nothing at all is not asked again: two tries that ran into their time limit.
    static let patience: Int64 = 15

    private static let callsToGiveUp = 3

    private(set) var ledger = AWSLedger()
    /// Seconds to add to our clock when signing.
    private(set) var skew: Int64 = 0
    private(set) var measuredSkew: Int64?
    private var refusal: AWSError?
    private var isTried = false
    private var isTrying = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// Calls in a row that found no way to an endpoint.
    private var unreachable: [String: (count: Int, error: AWSError)] = [:]
    /// Since when each endpoint owes an answer.
    private var silentSince: [String: Timestamp] = [:]
    private var hasAnswered = false
    /// Nothing was ever heard of this source.
    private var silence: AWSError?

    /// Lets a call begin. The first goes alone: refused credentials then cost one call, not one for each that was under way.
    /// - Returns: whether this is the first.
    func enter(_ endpoint: String) async throws(AWSError) -> Bool {
        while true {
            if let refusal { throw refusal }
            if let silence { throw silence }
            if let broken = unreachable[endpoint], broken.count >= Self.callsToGiveUp { throw broken.error }
            if isTried { return false }
            if !isTrying {
                isTrying = true
                return true
            }
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func asks(_ endpoint: String, at now: Timestamp) { if silentSince[endpoint] == nil { silentSince[endpoint] = now } }

    /// - Parameter failure: of the way there; nothing where an answer came, whatever it said.
    /// - Returns: false where the endpoint has been silent for so long that another try would be in vain.
    func hears(_ endpoint: String, failure: AWSError?, at now: Timestamp) -> Bool {
        guard let failure else {
            hasAnswered = true
            silentSince[endpoint] = nil
            return true
        }
        guard let since = silentSince[endpoint], now - since >= Self.patience else { return true }
        unreachable[endpoint] = (Self.callsToGiveUp, failure)
        if !hasAnswered { silence = failure }
        return false
    }

    func leave(_ endpoint: String, isFirst: Bool, failure: AWSError?) {
        if let failure, failure.concernsCredentials, refusal == nil { refusal = failure }
        if let failure, failure.kind == .network {
            unreachable[endpoint] = ((unreachable[endpoint]?.count ?? 0) + 1, failure)
        } else {
            unreachable[endpoint] = nil
        }
        guard isFirst else { return }
        isTried = true
        let all = waiting
        waiting = []
        for one in all { one.resume() }
    }

    func note(_ call: AWSCall, _ exchange: AWSWire.Exchange, failure: AWSError?) {
        ledger.note(call, bytes: exchange.bytes, seconds: exchange.seconds, failure: failure)
        if let skew = exchange.skew { measuredSkew = skew }
    }

    func correct(by seconds: Int64) { skew = seconds }
}
