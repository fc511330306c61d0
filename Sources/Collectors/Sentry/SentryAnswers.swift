import JSON
import Telemetry

/// Event counts over time: `{"data": [[1700000000, [{"count": 3}]], …]}`.
package struct SentryEventsStats: Sendable {
    package var counts: [Timestamp: Double] = [:]
    /// Elements that are no pair of time and count.
    package var refused = 0

    package init?(_ document: JSONValue) {
        guard case .array(let rows)? = document["data"] else { return nil }
        for row in rows {
            let cells = row.array
            guard cells.count == 2, let seconds = cells.first?.number, let time = Timestamp(epoch: seconds.rounded(.down)),
                  let count = cells.last?.array.first?["count"]?.number, count >= 0, count.isFinite else { refused += 1; continue }
            counts[time, default: 0] += count
        }
    }
}

/// One issue: events that Sentry holds for the same mistake.
/// https://docs.sentry.io/api/events/list-an-organizations-issues/
package struct SentryIssue: Sendable {
    package var shortID: String
    package var title: String
    package var isUnhandled: Bool
    package var isWarning: Bool
    /// Events by hour.
    package var hours: [(start: Timestamp, count: Int)]

    package init?(_ item: JSONValue) {
        guard let title = item["title"]?.string, !title.isEmpty, case .array(let rows)? = item["stats"]?["24h"] else { return nil }
        self.title = title
        shortID = item["shortId"]?.string ?? ""
        isUnhandled = item["isUnhandled"]?.bool ?? false
        isWarning = ["warning", "info", "debug"].contains(item["level"]?.string)
        hours = rows.compactMap { row in
            guard row.array.count == 2, let time = row.array.first?.number.flatMap({ Timestamp(epoch: $0.rounded(.down)) }), let count = row.array.last?.integer, count > 0 else { return nil }
            return (time, count)
        }
    }

    func fingerprints(of function: ResourceID, until now: Timestamp) -> [LogFingerprint] {
        let name = shortID.utf8.count <= 60 && !shortID.isEmpty ? " " + Redactor.redacted(shortID, limit: 60) : ""
        let text = "Sentry\(name), \(isUnhandled ? "unhandled" : "handled"): " + Redactor.shape(of: title, limit: 240)
        return hours.filter { $0.start <= now }.map { LogFingerprint(resource: function, level: isWarning ? .warning : .error, text: text, count: $0.count, first: $0.start, last: $0.start) }
    }
}

/// Sentry's paging by header: `<…>; rel="next"; results="true"; cursor="0:100:0"`.
package enum SentryLink {
    /// The cursor of the next page; nothing where it would be empty.
    package static func next(_ header: String?) -> String? {
        for link in (header ?? "").split(separator: ",") where link.contains("rel=\"next\"") && link.contains("results=\"true\"") {
            guard let start = link.firstRange(of: "cursor=\"") else { continue }
            let cursor = link[start.upperBound...].prefix { $0 != "\"" }
            if !cursor.isEmpty, cursor.utf8.count <= 200 { return String(cursor) }
        }
        return nil
    }
}
