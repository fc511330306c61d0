import Alerting
import Telemetry

/// What a message says, in finished words: the same facts for every receiver, in the order in which a tired person needs them.
/// It carries no message content, no customer data and no log text.
package struct Notice: Sendable {
    package var tenant: String
    package var tenantTitle: String
    package var service: String
    package var serviceTitle: String
    package var receiver: String
    package var groupKey: String
    package var groupLabels: [String: String]
    package var kind: OutboxMessage.Kind
    package var severity: Severity
    package var incident: String?
    /// `Orders webhook: oldest message 47 min (limit 15 min)`: state of things in one line, without the tenant.
    package var headline: String
    package var lead: String
    package var facts: [Fact]
    package var alerts: [Alert]
    package var firstStep: String?
    /// The value behind the headline over the last hours.
    package var trend: Trend?
    /// What was counted instead of being said by itself.
    package var sections: [Section] = []
    /// What happens next and why this was sent.
    package var closing: String
    package var runbookURL: String?
    package var serviceURL: String?
    package var incidentURL: String?
    package var siteURL: String?
    /// The command that silences what the headline names.
    package var silenceCommand: String?
    /// Subject of the incident's first message to this receiver, where this is a later one.
    package var threadSubject: String?
    package var sequence: Int
    package var createdAt: Timestamp

    package struct Fact: Sendable, Equatable {
        package var label: String
        package var value: String
        package init(_ label: String, _ value: String) { self.label = label; self.value = value }
    }

    /// A list with a heading. What it does not show, it counts.
    package struct Section: Sendable, Equatable {
        package enum Tone: Sendable { case plain, warning, critical, resolved }
        package struct Line: Sendable, Equatable {
            package var tone: Tone
            package var text: String
            package init(_ tone: Tone, _ text: String) { self.tone = tone; self.text = text }
            package init(_ text: String) { self.init(.plain, text) }
        }

        package var title: String
        package var lines: [Line]
        /// `and 12 more`
        package var rest: String?

        /// - Parameter limit: how many lines are shown.
        package init(_ title: String, _ lines: [Line], limit: Int = Notice.listLimit) {
            self.title = title
            self.lines = Array(lines.prefix(limit))
            rest = lines.count > limit ? "and \(lines.count - limit) more" : nil
        }
    }

    /// A signal over the last hours as marks of equal length, the oldest first.
    package struct Trend: Sendable, Equatable {
        /// `Oldest message`
        package var label: String
        /// The highest of each mark; not a number where nothing was measured.
        package var values: [Double]
        package var limit: Double?
        /// `04:05 to 10:05 UTC`
        package var span: String
        /// `highest 47 min, limit 15 min`
        package var words: String

        package init(label: String, values: [Double], limit: Double?, span: String, words: String) {
            self.label = label
            self.values = values
            self.limit = limit
            self.span = span
            self.words = words
        }

        /// Each mark's share of the highest in 0...1; nothing where nothing was measured.
        var heights: [Double?] {
            let top = values.filter(\.isFinite).max() ?? 0
            return values.map { value in value.isNaN ? nil : top > 0 ? min(max(value / top, 0), 1) : 0 }
        }

        /// `▁▁▂▃▅▇█`, a dot where nothing was measured.
        var sparkline: String {
            let marks = Array("▁▂▃▄▅▆▇█")
            return String(heights.map { height in height.map { marks[min(7, max(0, Int(exactly: ($0 * 7).rounded()) ?? 0))] } ?? "·" })
        }
    }

    package struct Alert: Sendable {
        package var rule: String
        package var title: String
        package var severity: Severity
        package var isFiring: Bool
        package var kind: ResourceKind
        /// Its physical name, as routes, silences and `status.json` know it.
        package var resource: String
        /// What people call it.
        package var resourceTitle: String
        package var summary: String
        package var value: String?
        package var limit: String?
        package var startedAt: Timestamp
        package var endedAt: Timestamp?
        /// `47 min`
        package var lasted: String
        package var runbookURL: String?
        package var pageURL: String?
        package var suppressedBy: String?
        /// `02:10 to 02:40`, where the message is not about now.
        package var period: String?

        package init(rule: String, title: String, severity: Severity, isFiring: Bool, kind: ResourceKind, resource: String, resourceTitle: String? = nil, summary: String, value: String?,
                     limit: String?, startedAt: Timestamp, endedAt: Timestamp?, lasted: String, runbookURL: String?, pageURL: String?, suppressedBy: String?) {
            self.rule = rule
            self.title = title
            self.severity = severity
            self.isFiring = isFiring
            self.kind = kind
            self.resource = resource
            self.resourceTitle = resourceTitle ?? resource
            self.summary = summary
            self.value = value
            self.limit = limit
            self.startedAt = startedAt
            self.endedAt = endedAt
            self.lasted = lasted
            self.runbookURL = runbookURL
            self.pageURL = pageURL
            self.suppressedBy = suppressedBy
        }
    }

    package init(tenant: String, tenantTitle: String, service: String, serviceTitle: String, receiver: String, groupKey: String, groupLabels: [String: String],
                 kind: OutboxMessage.Kind, severity: Severity, incident: String?, headline: String, lead: String, facts: [Fact], alerts: [Alert],
                 closing: String, sequence: Int, createdAt: Timestamp) {
        self.tenant = tenant
        self.tenantTitle = tenantTitle
        self.service = service
        self.serviceTitle = serviceTitle
        self.receiver = receiver
        self.groupKey = groupKey
        self.groupLabels = groupLabels
        self.kind = kind
        self.severity = severity
        self.incident = incident
        self.headline = headline
        self.lead = lead
        self.facts = facts
        self.alerts = alerts
        self.closing = closing
        self.sequence = sequence
        self.createdAt = createdAt
    }

    /// `CRITICAL`, `WARNING`, `RESOLVED`, `TEST`.
    package var stateWord: String {
        switch kind {
        case .resolved: "RESOLVED"
        case .test: "TEST"
        case .digest: "DIGEST"
        case .firing, .reminder: severity.rawValue.uppercased()
        }
    }

    /// `[CRITICAL] acme: Orders webhook: oldest message 47 min (limit 15 min)`; later messages of an incident answer the first.
    package var subject: String {
        if let threadSubject { return "Re: " + threadSubject }
        let text = "[\(stateWord)] \(tenant): \(headline)"
        return text.count <= 120 ? text : text.prefix(119) + "…"
    }

    /// Alerts that one message lists; the rest is counted by rule.
    package static let listLimit = 50

    /// The lists of a message, in the order in which they are read: what else fires besides the one that the headline names, what
    /// something in here or upstream explains, what is over, and what was only counted.
    var lists: [Section] {
        let firing = alerts.filter(\.isFiring)
        let effects = firing.filter { $0.suppressedBy != nil }, others = firing.filter { $0.suppressedBy == nil }.dropFirst(kind == .firing || kind == .reminder ? 1 : 0)
        return [list("Same cause, also firing", effects), list("Also firing", Array(others)),
                list(kind == .resolved ? "Resolved" : kind == .digest ? "Was firing" : "Resolved since the last message", alerts.filter { !$0.isFiring })].compactMap(\.self) + sections
    }

    private func list(_ title: String, _ alerts: [Alert]) -> Section? {
        guard !alerts.isEmpty else { return nil }
        var section = Section(title, alerts.prefix(Self.listLimit).map { alert in
            alert.isFiring ? .init(alert.severity == .critical ? .critical : .warning, alert.summary)
                : .init(.resolved, "\(alert.title) on \(alert.resourceTitle). \(alert.period.map { "From \($0), lasted" } ?? "Lasted") \(alert.lasted).")
        })
        let hidden = Dictionary(grouping: alerts.dropFirst(Self.listLimit), by: \.title).mapValues(\.count)
        if !hidden.isEmpty {
            section.rest = "and \(alerts.count - Self.listLimit) more: " + hidden.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(10).map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
                + (hidden.count > 10 ? " and others" : "")
        }
        return section
    }
}
