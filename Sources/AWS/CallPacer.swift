import Telemetry

/// Token buckets by account and region: tenants of one account share its limits, so they share a bucket. A second's calls may come at once;
/// who comes later waits until it is their turn, in the order in which they came.
package actor CallPacer {
    private struct Bucket {
        /// Below zero are the calls that wait.
        var tokens: Double
        var filledAt: Timestamp
        /// Whether the other side has throttled in this run.
        var isThrottled = false
    }

    private var buckets: [String: Bucket] = [:]

    package init() {}

    /// How long a call has to wait before it is sent.
    /// - Parameters:
    ///   - account: whose limits they are.
    ///   - isStandard: the address is AWS's own. Of any other nobody knows the limits: it is spared once it has throttled.
    func wait(_ rate: CallRate, account: String, isStandard: Bool, now: Timestamp) -> Duration {
        let key = "\(account) \(rate.bucket)"
        var bucket = filled(key, rate, now)
        guard isStandard || bucket.isThrottled else { return .zero }
        bucket.tokens -= 1
        buckets[key] = bucket
        return bucket.tokens >= 0 ? .zero : .milliseconds(Int64((-bucket.tokens / rate.perSecond * 1_000).rounded(.up)))
    }

    /// The other side counts differently: what is left of this second is nothing.
    func throttled(_ rate: CallRate, account: String, now: Timestamp) {
        let key = "\(account) \(rate.bucket)"
        var bucket = filled(key, rate, now)
        bucket.tokens = min(0, bucket.tokens)
        bucket.isThrottled = true
        buckets[key] = bucket
    }

    private func filled(_ key: String, _ rate: CallRate, _ now: Timestamp) -> Bucket {
        var bucket = buckets[key] ?? Bucket(tokens: rate.perSecond, filledAt: now)
        if now > bucket.filledAt { bucket.tokens = min(rate.perSecond, bucket.tokens + Double(now - bucket.filledAt) * rate.perSecond) }
        bucket.filledAt = now
        return bucket
    }
}
