import Alerting
import Notifiers
import Telemetry

extension Notice {
    /// A message that says that it is a test: the whole way to a receiver, with nothing behind it.
    static func test(_ site: SiteConfiguration, receiver: String, drill: Bool, sequence: Int, now: Timestamp) -> Notice {
        var notice = Notice(
            tenant: "tidewatch", tenantTitle: site.title, service: "", serviceTitle: site.title, receiver: receiver, groupKey: "receiver=\(receiver),test=true",
            groupLabels: ["receiver": receiver, "test": "true"], kind: .test, severity: .warning, incident: nil, headline: drill ? "the regular test of \(receiver)" : "a test of \(receiver)",
            lead: "Nothing is wrong. This message shows that alerts reach you.", facts: [.init("Receiver", receiver), .init("Site", site.baseURL ?? site.title)], alerts: [],
            closing: drill ? "Sent because 'drill' asks for it. If one fails to come, something between us is broken." : "Sent by tidewatch notify test.", sequence: sequence, createdAt: now)
        notice.siteURL = site.baseURL
        return notice
    }
}
