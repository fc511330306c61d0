import Telemetry

/// A small system with what a check must find in it: nothing, or so many resources by name.
package struct CheckExample: Sendable {
    /// What the example shows, in words.
    package var title: String
    package var inspection: Inspection
    /// Names of the resources found, sorted.
    package var finds: [String]

    init(_ title: String, _ resources: [Resource], finds: [String] = [], now: Timestamp = CheckExample.today, facts: (inout Inspection) -> Void = { _ in }) {
        self.title = title
        inspection = Inspection(resources, now: now)
        facts(&inspection)
        self.finds = finds.sorted()
    }

    static let today = Timestamp(year: 2026, month: 11, day: 20)

    /// One line a resource, as the manual prints them: `queue orders {visibility_timeout: 30} -> worker`.
    package var lines: [String] {
        (inspection.resources + inspection.gone).map { resource in
            let settings = resource.settings.sorted { $0.key < $1.key }.map { "\($0.key.rawValue): \($0.value.words)" }.joined(separator: ", ")
            let next = resource.feeds.map(\.name).joined(separator: ", ")
            return "\(resource.id.kind.rawValue) \(resource.id.name)" + (resource.presence == .missing ? " (gone)" : "") + (settings.isEmpty ? "" : " {\(settings)}") + (next.isEmpty ? "" : " -> \(next)")
        }
    }
}

// The short form in which examples are written.
extension Resource {
    static func example(_ kind: ResourceKind, _ name: String, _ settings: [Setting: SettingValue] = [:], feeds: [ResourceID] = [], arn: String? = nil,
                        presence: Presence = .alive) -> Resource {
        Resource(id: .example(kind, name), service: "orders", arn: arn, presence: presence, settings: settings, feeds: feeds)
    }
}

extension ResourceID {
    static func example(_ kind: ResourceKind, _ name: String) -> ResourceID { ResourceID(source: "prod", kind: kind, name: name) }
}

private extension SettingValue {
    var words: String {
        switch self {
        case .number(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int64(exactly: value) ?? 0) : "\(value)"
        case .text(let text): text
        case .flag(let flag): flag ? "true" : "false"
        }
    }
}
