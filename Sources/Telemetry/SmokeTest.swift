/// What a test said that ran against the running system, most often after a deployment.
package struct SmokeTest: Hashable, Sendable {
    package struct Failure: Hashable, Sendable {
        package var name: String
        /// Redacted; nothing where the report says no more.
        package var message: String?

        package init(name: String, message: String? = nil) {
            self.name = name
            self.message = message
        }
    }

    package var service: String
    /// When it began.
    package var time: Timestamp
    package var suite: String
    /// What was deployed, where the report says so.
    package var version: String?
    package var passed: Int
    package var failed: Int
    package var skipped: Int
    /// How long it took.
    package var seconds: Double?
    /// The first few; `failed` is the number.
    package var failures: [Failure]

    package init(service: String, time: Timestamp, suite: String, version: String? = nil, passed: Int, failed: Int, skipped: Int = 0, seconds: Double? = nil,
                 failures: [Failure] = []) {
        self.service = service
        self.time = time
        self.suite = suite
        self.version = version
        self.passed = passed
        self.failed = failed
        self.skipped = skipped
        self.seconds = seconds
        self.failures = failures
    }
}
