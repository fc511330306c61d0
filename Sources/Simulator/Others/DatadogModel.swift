import JSON
import Telemetry

/// What a system tells Datadog: spans and log events as its functions send them, and metrics of the Lambda extension.
package struct DatadogModel: Sendable {
    package var apiKey: String
    package var applicationKey: String
    /// Spans that begin in a minute.
    package var spans: @Sendable (_ minute: Int64) -> [DatadogSpanModel]
    package var logs: @Sendable (_ minute: Int64) -> [DatadogLogModel]
    /// Points of a metric by its name and tags; nothing where there is none in that minute.
    package var metric: @Sendable (_ name: String, _ tags: [String: String], _ minute: Int64) -> [Double]
}

package struct DatadogSpanModel: Sendable {
    /// The lower half of the trace's id, and the upper one.
    package var trace: UInt64
    package var upper: UInt64
    package var id: UInt64
    package var parent: UInt64 = 0
    package var service: String
    package var operation: String
    package var resource: String
    package var kind: String
    /// Seconds since the epoch.
    package var start: Double
    package var duration: Double
    /// Type and message, where it failed.
    package var error: (type: String, message: String)?
    package var tags: [JSONValue.Member] = []
    /// Of 128 bits, in hex, and the span's in hex.
    package var links: [(trace: String, span: String)] = []

    package var end: Double { start + duration }
    package var traceID: String { Self.hex(upper) + Self.hex(trace) }
    package var spanID: String { Self.hex(id) }

    private static func hex(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

package struct DatadogLogModel: Sendable {
    package var time: Double
    package var status: String
    package var function: String
    package var errorKind: String?
}

/// What a system tells Sentry.
package struct SentryModel: Sendable {
    package struct Issue: Sendable {
        package var shortID: String
        package var title: String
        package var isUnhandled: Bool
    }

    package var token: String
    package var organization: String
    package var project: String
    package var issues: [Issue]
    /// Times of events in a minute, each with the place of its issue.
    package var events: @Sendable (_ minute: Int64) -> [(time: Double, issue: Int)]
}
