import Telemetry

/// Credentials that are fetched when first needed and again before they expire. A refusal is remembered for the run.
package actor CredentialStore {
    package typealias Load = @Sendable () async -> Result<Credentials, AWSError>

    /// Renewed this long before they end, so that no call of a run meets the end.
    static let margin: Int64 = 300

    private let load: Load
    private let now: @Sendable () -> Timestamp
    private var known: Credentials?
    private var refusal: AWSError?
    private var underWay: Task<Result<Credentials, AWSError>, Never>?

    package init(now: @escaping @Sendable () -> Timestamp, load: @escaping Load) {
        self.now = now
        self.load = load
    }

    package func current() async throws(AWSError) -> Credentials {
        if let known, known.expires.map({ $0 - now() > Self.margin }) ?? true { return known }
        return try await fetched()
    }

    /// Fetches anew because AWS calls these expired; once for all who ask at the same time.
    package func renewed(after old: Credentials) async throws(AWSError) -> Credentials {
        if let known, known != old { return known }
        return try await fetched()
    }

    private func fetched() async throws(AWSError) -> Credentials {
        if let refusal { throw refusal }
        let task = underWay ?? Task { await load() }
        underWay = task
        let result = await task.value
        if underWay == task { underWay = nil }
        switch result {
        case .success(let credentials): known = credentials
        case .failure(let error): if !error.isRetryable, error.kind != .deadline { refusal = error }
        }
        return try result.get()
    }
}
