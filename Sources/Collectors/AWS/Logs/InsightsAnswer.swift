import JSON
import Telemetry

/// One look at a query: how far it is, and what it found and scanned by now.
/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html
package struct InsightsAnswer: Sendable {
    package enum Status: String, Sendable {
        case scheduled = "Scheduled", running = "Running", complete = "Complete", failed = "Failed", cancelled = "Cancelled", timeout = "Timeout", unknown = "Unknown"
    }

    package var status: Status
    /// By field name; a field that a row has not is absent.
    package var rows: [[String: String]]
    package var bytesScanned: Int

    package init(_ body: JSONValue) {
        status = body["status"]?.string.flatMap(Status.init) ?? .unknown
        bytesScanned = max(0, body["statistics"]?["bytesScanned"]?.double.flatMap { Int(exactly: $0.rounded()) } ?? 0)
        rows = (body["results"]?.array ?? []).map { row in
            Dictionary(row.array.compactMap { item in
                guard let field = item["field"]?.string, let value = item["value"]?.string else { return nil }
                return (field, value)
            }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Insights writes `2026-11-20 10:05:00.000`, in UTC.
    package static func time(_ text: String?) -> Timestamp? {
        guard let text, let space = text.firstIndex(of: " ") else { return nil }
        let whole = text[text.index(after: space)...].prefix { $0 != "." }
        return Timestamp(rfc3339: "\(text[..<space])T\(whole)Z")
    }

    /// Numbers come as texts, some as `6.7E7`.
    package static func number(_ text: String?) -> Double? { text.flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil } }
}
