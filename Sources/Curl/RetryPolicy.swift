/// How often and how late something is tried again: full jitter, so that a thousand tenants do not come back at one moment
/// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
package struct RetryPolicy: Sendable, Equatable {
    /// All tries, the first included.
    package var tries: Int
    package var base: Duration
    package var cap: Duration
    /// The longest wait that the other side may ask for; it asks in vain for more.
    package var longestAsked: Duration

    package init(tries: Int = 4, base: Duration = .milliseconds(200), cap: Duration = .seconds(10), longestAsked: Duration = .seconds(30)) {
        self.tries = tries
        self.base = base
        self.cap = cap
        self.longestAsked = longestAsked
    }

    /// How long to wait after try number `attempt` (from 1) has failed, or nothing where it was the last one or the other side
    /// wants to be left alone for too long.
    /// - Parameter random: evenly spread in 0..<1.
    package func delay(after attempt: Int, retryAfter: Duration? = nil, random: Double) -> Duration? {
        guard attempt < tries else { return nil }
        if let retryAfter { return retryAfter <= longestAsked ? max(.zero, retryAfter) : nil }
        let ceiling = (0..<min(max(0, attempt - 1), 20)).reduce(base) { wait, _ in min(cap, wait * 2) }
        return min(cap, ceiling) * min(1, max(0, random))
    }
}

/// Sends again what may succeed later: transfers that failed on the way, 429 and 5xx answers.
package struct RetryingTransport: Transport {
    package var transport: any Transport
    package var policy: RetryPolicy
    package var random: @Sendable () -> Double
    package var sleep: @Sendable (Duration) async throws -> Void
    /// Seconds since 1970, for a `Retry-After` that names a date.
    package var now: @Sendable () -> Int64

    package init(_ transport: any Transport, policy: RetryPolicy = RetryPolicy(), random: @escaping @Sendable () -> Double,
                 sleep: @escaping @Sendable (Duration) async throws -> Void, now: @escaping @Sendable () -> Int64) {
        self.transport = transport
        self.policy = policy
        self.random = random
        self.sleep = sleep
        self.now = now
    }

    package func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        var attempt = 1
        while true {
            let result: Result<HTTPResponse, TransferError>
            do throws(TransferError) { result = .success(try await transport.send(request)) } catch { result = .failure(error) }
            var asked: Duration?
            switch result {
            case .success(let response):
                guard response.status == 429 || response.status >= 500 else { return response }
                asked = response.headers.retryAfter(now: now())
            case .failure(let error):
                guard error.isRetryable else { throw error }
            }
            guard let delay = policy.delay(after: attempt, retryAfter: asked, random: random()) else { return try result.get() }
            do { try await sleep(delay) } catch {
                throw TransferError(.cancelled, place: request.place, text: "the request was cancelled while it waited for its next try")
            }
            attempt += 1
        }
    }
}

extension HTTPHeaders {
    /// How long `Retry-After` asks to wait, given in seconds or as a date.
    package func retryAfter(now: Int64) -> Duration? {
        guard let text = self["retry-after"] else { return nil }
        if let seconds = Int64(text) { return seconds >= 0 ? .seconds(min(seconds, 31_536_000)) : nil }
        return epochSeconds(httpDate: text).map { .seconds(max(0, min($0 &- now, 31_536_000))) }
    }
}
