import Alerting
@testable import Notifiers
import Telemetry

extension Notice {
    static func mock(kind: OutboxMessage.Kind = .firing, title: String = "Orders webhook", resource: String = "PublishQueue.fifo", summary: String = "oldest message 47 min (limit 15 min)") -> Notice {
        let now = Timestamp(seconds: 1_795_169_100)
        let alerts = [
            Alert(rule: "fifo-blocked", title: "FIFO group blocked", severity: .critical, isFiring: kind != .resolved, kind: .queue, resource: resource, summary: summary, value: "47 min",
                  limit: nil, startedAt: now - 2_820, endedAt: kind == .resolved ? now : nil, lasted: "47 min", runbookURL: "https://ops.example/acme/runbooks/fifo-group-blocked/",
                  pageURL: "https://ops.example/acme/services/orders-webhook/", suppressedBy: nil),
            Alert(rule: "queue-age", title: "Oldest message is too old", severity: .warning, isFiring: kind != .resolved, kind: .queue, resource: resource, summary: "47 min", value: "47 min",
                  limit: "15 min", startedAt: now - 1_800, endedAt: kind == .resolved ? now : nil, lasted: "30 min", runbookURL: "https://ops.example/acme/runbooks/queue-backlog/",
                  pageURL: nil, suppressedBy: "fifo-blocked"),
        ]
        var notice = Notice(tenant: "acme", tenantTitle: "Acme Retail", service: "orders-webhook", serviceTitle: title, receiver: "chat", groupKey: "service=orders-webhook,tenant=acme",
                            groupLabels: ["service": "orders-webhook", "tenant": "acme"], kind: kind, severity: .critical, incident: "20261120-0918-orders-webhook",
                            headline: "\(title): \(summary)", lead: "312 messages wait, none lost.", facts: [.init("Since", "09:18 UTC"), .init("Waiting", "312 visible, 1 in flight")],
                            alerts: alerts, closing: "Data to 10:02 UTC. Next message when it gets worse or at 14:05 UTC.", sequence: 1, createdAt: now)
        notice.runbookURL = "https://ops.example/acme/runbooks/fifo-group-blocked/"
        notice.serviceURL = "https://ops.example/acme/services/orders-webhook/"
        notice.siteURL = "https://ops.example/"
        return notice
    }
}
