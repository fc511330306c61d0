import Telemetry

/// The stretches of time that a service page exists in: sibling pages, because a range must be a link.
package enum ServiceRange: CaseIterable, Sendable {
    case sixHours, day, week, month, quarter

    package var seconds: Int64 {
        switch self {
        case .sixHours: 21_600
        case .day: 86_400
        case .week: 7 * 86_400
        case .month: 30 * 86_400
        case .quarter: 90 * 86_400
        }
    }

    /// `6 h` in the switch.
    package var label: Phrase {
        switch self {
        case .sixHours: "6\u{A0}h"
        case .day: "24\u{A0}h"
        case .week: "7\u{A0}d"
        case .month: "30\u{A0}d"
        case .quarter: "90\u{A0}d"
        }
    }

    package var words: Phrase {
        switch self {
        case .sixHours: "6 hours"
        case .day: "24 hours"
        case .week: "7 days"
        case .month: "30 days"
        case .quarter: "90 days"
        }
    }

    /// Folder beside the service's index; the shortest is the index itself.
    package var folder: String? {
        switch self {
        case .sixHours: nil
        case .day: "24h"
        case .week: "7d"
        case .month: "30d"
        case .quarter: "90d"
        }
    }

    /// Seconds that a page of this range may stay as it was published while new points arrive: in a month five minutes cannot be seen.
    package var keptFor: Int64 {
        switch self {
        case .sixHours: 0
        case .day: 900
        case .week: 3_600
        case .month, .quarter: 86_400
        }
    }

    package var resolution: Resolution {
        switch self {
        case .sixHours, .day: .raw
        case .week, .month, .quarter: .hour
        }
    }

    package func path(of service: String) -> String { "services/\(PathName.safe(service))/\(folder.map { $0 + "/" } ?? "")index.html" }
    package func csvPath(of service: String) -> String { "services/\(PathName.safe(service))/data-\(folder ?? "6h").csv" }
}
