/// What the calls of one client teach each other: whether the credentials work, whether an endpoint answers, how far the clocks differ.
actor AWSSession {
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

    /// Lets a call begin. The first goes alone: refused credentials then cost one call, not one for each that was under way.
    /// - Returns: whether this is the first.
    func enter(_ endpoint: String) async throws(AWSError) -> Bool {
        while true {
            if let refusal { throw refusal }
            if let broken = unreachable[endpoint], broken.count >= 3 { throw broken.error }
            if isTried { return false }
            if !isTrying {
                isTrying = true
                return true
            }
            await withCheckedContinuation { waiting.append($0) }
        }
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
