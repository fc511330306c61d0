import Curl
import JSON
import Telemetry

/// Calls AWS for one source of one tenant: signs, tries again what may succeed, and remembers what cannot.
/// Credentials are this client's alone.
package struct AWSClient: Sendable {
    package let source: AWSSource
    private let wire: AWSWire
    private let credentials: CredentialStore?
    private let session = AWSSession()
    private let policy: RetryPolicy

    /// - Parameter base: whose credentials assume the tenant's role; without it the chain is searched for this client.
    package init(_ source: AWSSource, environment: AWSEnvironment, base: CredentialStore? = nil, policy: RetryPolicy = RetryPolicy()) {
        self.source = source
        self.policy = policy
        wire = AWSWire(source: source, environment: environment)
        credentials = .forSource(source, environment: environment, base: base)
    }

    /// A client whose credentials are given; nothing sends unsigned.
    init(_ source: AWSSource, environment: AWSEnvironment, credentials: CredentialStore?, policy: RetryPolicy = RetryPolicy()) {
        self.source = source
        self.policy = policy
        wire = AWSWire(source: source, environment: environment)
        self.credentials = credentials
    }

    /// What the calls so far have cost.
    package var ledger: AWSLedger { get async { await session.ledger } }

    /// Seconds that AWS's clock is ahead of this machine's, where an answer has shown it.
    package var skew: Int64? { get async { await session.measuredSkew } }

    /// Waits for what takes its time on the other side; false where the run has no time for it.
    package func pause(_ duration: Duration) async -> Bool {
        guard hasTime(for: duration) else { return false }
        do { try await wire.environment.sleep(duration) } catch { return false }
        return true
    }

    package func call(_ service: AWSService, _ operation: String, _ input: JSONValue = .object([]), region: String? = nil) async throws(AWSError) -> AWSAnswer {
        try await send(.json(service, operation, input, region: region))
    }

    package func send(_ call: AWSCall) async throws(AWSError) -> AWSAnswer {
        let endpoint = "\(call.service.name) \(call.region ?? source.region)"
        let isFirst = try await session.enter(endpoint)
        do throws(AWSError) {
            let answer = try await attempts(call, endpoint)
            await session.leave(endpoint, isFirst: isFirst, failure: nil)
            return answer
        } catch {
            await session.leave(endpoint, isFirst: isFirst, failure: error)
            throw error
        }
    }
}

private extension AWSClient {
    func attempts(_ call: AWSCall, _ endpoint: String) async throws(AWSError) -> AWSAnswer {
        let environment = wire.environment
        var attempt = 1
        var isCorrected = false, isRenewed = false
        while true {
            try await waitForTurn(call)
            let limit = try timeLeft(for: call)
            await session.asks(endpoint, at: environment.now())
            let key = try await currentCredentials(for: endpoint)
            let skew = await session.skew
            let exchange = await wire.exchange(call, credentials: key, skew: skew, limit: limit)
            let failure: AWSError
            switch exchange.result {
            case .success(let answer):
                await session.note(call, exchange, failure: nil)
                _ = await session.hears(endpoint, failure: nil, at: environment.now())
                return answer
            case .failure(let error): failure = error
            }
            await session.note(call, exchange, failure: failure)
            let isWorthwhile = await session.hears(endpoint, failure: failure.kind == .network ? failure : nil, at: environment.now())
            if failure.kind == .throttled { await environment.pacer.throttled(CallRate(call), account: place(of: call), now: environment.now()) }

            if failure.concernsCredentials, !isCorrected, let measured = exchange.skew, abs(measured - skew) >= 240 {
                isCorrected = true
                await session.correct(by: measured)
                continue
            }
            if failure.kind == .expired, !isRenewed, let key, let credentials {
                isRenewed = true
                if try await credentials.renewed(after: key) != key { continue }
            }
            guard failure.isRetryable, call.isRepeatable, isWorthwhile,
                  let delay = policy.delay(after: attempt, retryAfter: failure.retryAfter.map { .seconds($0) }, random: environment.random()),
                  hasTime(for: delay) else { throw failure }
            attempt += 1
            do { try await environment.sleep(delay) } catch {
                throw AWSError(.deadline, place: wire.place(of: call), message: "cancelled while waiting for the next try")
            }
        }
    }

    /// Where nothing was heard of those who give them, nothing will be heard of anybody.
    func currentCredentials(for endpoint: String) async throws(AWSError) -> Credentials? {
        do throws(AWSError) { return try await credentials?.current() } catch {
            if error.kind == .network { _ = await session.hears(endpoint, failure: error, at: wire.environment.now()) }
            throw error
        }
    }

    /// Limits are an account's in a region.
    func place(of call: AWSCall) -> String { "\(source.account) \(call.region ?? source.region)" }

    func waitForTurn(_ call: AWSCall) async throws(AWSError) {
        let environment = wire.environment
        // An address that is none is told by the exchange itself.
        let isStandard = (try? wire.endpoint(of: call))?.isStandard ?? false
        let pause = await environment.pacer.wait(CallRate(call), account: place(of: call), isStandard: isStandard, now: environment.now())
        guard pause > .zero else { return }
        guard hasTime(for: pause) else { throw AWSError(.deadline, place: wire.place(of: call), message: "the time of this run ends before it is this call's turn") }
        do { try await environment.sleep(pause) } catch { throw AWSError(.deadline, place: wire.place(of: call), message: "cancelled while waiting for its turn") }
    }

    func timeLeft(for call: AWSCall) throws(AWSError) -> Duration {
        guard let deadline = source.deadline else { return .seconds(60) }
        let left = deadline - wire.environment.now()
        guard left > 0 else { throw AWSError(.deadline, place: wire.place(of: call), message: "the time of this run is used up") }
        return .seconds(min(left, 60))
    }

    func hasTime(for delay: Duration) -> Bool {
        guard let deadline = source.deadline else { return true }
        return wire.environment.now() + delay.components.seconds < deadline
    }
}
