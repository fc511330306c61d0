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
    /// What happens next and why this was sent.
    package var closing: String
    package var runbookURL: String?
    package var serviceURL: String?
    package var incidentURL: String?
    package var siteURL: String?
    /// Subject of the incident's first message to this receiver, where this is a later one.
    package var threadSubject: String?
    package var sequence: Int
    package var createdAt: Timestamp

    package struct Fact: Sendable, Equatable {
        package var label: String
        package var value: String
        package init(_ label: String, _ value: String) { self.label = label; self.value = value }
    }

    package struct Alert: Sendable {
        package var rule: String
        package var title: String
        package var severity: Severity
        package var isFiring: Bool
        package var kind: ResourceKind
        package var resource: String
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

        package init(rule: String, title: String, severity: Severity, isFiring: Bool, kind: ResourceKind, resource: String, summary: String, value: String?,
                     limit: String?, startedAt: Timestamp, endedAt: Timestamp?, lasted: String, runbookURL: String?, pageURL: String?, suppressedBy: String?) {
            self.rule = rule
            self.title = title
            self.severity = severity
            self.isFiring = isFiring
            self.kind = kind
            self.resource = resource
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
        case .firing, .reminder, .digest: severity.rawValue.uppercased()
        }
    }

    /// `[CRITICAL] acme: Orders webhook: oldest message 47 min (limit 15 min)`; later messages of an incident answer the first.
    package var subject: String {
        if let threadSubject { return "Re: " + threadSubject }
        let text = "[\(stateWord)] \(tenant): \(headline)"
        return text.count <= 120 ? text : text.prefix(119) + "…"
    }

    /// What else fires, besides the one that the headline names.
    var others: [Alert] { Array(alerts.filter { $0.isFiring && $0.suppressedBy == nil }.dropFirst(kind == .resolved ? 0 : 1)) }
    /// What something else in here or upstream explains.
    var effects: [Alert] { alerts.filter { $0.isFiring && $0.suppressedBy != nil } }
    var resolved: [Alert] { alerts.filter { !$0.isFiring } }
}
