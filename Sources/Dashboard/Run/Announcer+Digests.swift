import Alerting
import Notifiers
import Signals
import Telemetry

// Messages that count instead of listing one by one.
extension Announcer {
    /// One message that counts what was too much, and a mark for each that it stands for: that one is not said again by itself.
    func messages(of digest: Digest, to receiver: any Receiver, sequence: (String) -> Int) -> [OutboxMessage] {
        let labels = ["receiver": digest.receiver, "tenant": tenant.id]
        let group = group(of: digest)
        let states = digest.held.flatMap { $0.firing + $0.resolved }
        let firing = digest.held.flatMap(\.firing).filter { $0.suppressedBy == nil }, explained = digest.held.flatMap(\.firing).count - firing.count
        let resolved = digest.held.flatMap(\.resolved)
        let counts = [(firing.count { $0.severity == .critical }, "critical"), (firing.count { $0.severity == .warning }, "warning"), (explained, "explained by another"), (resolved.count, "resolved")]
        var notice = Notice(
            tenant: tenant.id, tenantTitle: tenant.title, service: "", serviceTitle: tenant.title, receiver: digest.receiver, groupKey: group, groupLabels: labels, kind: .digest,
            severity: firing.map(\.severity).max() ?? .warning, incident: nil, headline: "\(digest.held.count) more messages in one",
            lead: "More happened at once than is sent one by one. This message stands for \(digest.held.count) messages about \(states.count) alerts: "
                + counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ") + ".",
            facts: [], alerts: firing.sorted(by: AlertState.worstFirst).map { alert($0) },
            closing: "Data to \(clock.time(dataTo)) \(zone(dataTo)), evaluated \(clock.time(now)). Each of them is on the site.", sequence: sequence(group), createdAt: now)
        notice.siteURL = baseURL
        notice.incidentURL = url("alerts/")
        notice.sections = [section("Firing, by rule", firing, by: ruleTitle), section("Firing, by service", firing, by: serviceTitle),
                           section("Resolved, by rule", resolved, by: ruleTitle)].filter { !$0.lines.isEmpty }
        let said = receiver.messages(saying: notice)
        return said + digest.held.map { mark($0, in: said.first?.id ?? "", sequence: sequence($0.groupKey)) }
    }

    func group(of digest: Digest) -> String { "receiver=\(digest.receiver),tenant=\(tenant.id)" }

    private func mark(_ announcement: Announcement, in digest: String, sequence: Int) -> OutboxMessage {
        let id = MessageID.make(tenant.id, announcement.receiver, "in a digest", announcement.groupKey, announcement.incident ?? "", announcement.kind.rawValue, String(sequence))
        let service = announcement.groupLabels["service"].map { id in tenant.services.first { $0.id == id }?.title ?? id } ?? tenant.title
        let subject = "[\(announcement.severity.rawValue.uppercased())] \(tenant.id): \(headline(announcement, title: service))"
        var message = OutboxMessage(id: id, receiver: announcement.receiver, groupKey: announcement.groupKey, incident: announcement.incident, kind: announcement.kind,
                                    sequence: sequence, createdAt: now, notBefore: now, expiresAt: now, contentType: "", subject: String(subject.prefix(120)), body: [])
        message.state = .digested
        message.lastAnswer = "counted in message \(digest)"
        return message
    }

    func missedLead(_ announcement: Announcement) -> String {
        let firing = states.count { $0.phase == .firing && $0.suppressedBy == nil }
        let past = announcement.resolved.isEmpty ? "Nothing fired and ended in that time." : "What fired and ended while nobody looked is listed here."
        return past + (firing == 0 ? " Nothing fires now." : " \(firing) \(firing == 1 ? "alert fires" : "alerts fire") now, with \(firing == 1 ? "a message of its" : "messages of their") own.")
    }

    /// `120 × Oldest message is too old`, the most first; the counts add up.
    private func section(_ title: String, _ states: [AlertState], by name: (AlertState) -> String) -> Notice.Section {
        let counts = Dictionary(grouping: states, by: name).mapValues(\.count).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let limit = Notice.listLimit - 1
        var lines = counts.prefix(limit).map { Notice.Section.Line("\($0.value) × \($0.key)") }
        if counts.count > limit {
            let rest = counts.dropFirst(limit)
            lines.append(.init("\(rest.reduce(0) { $0 + $1.value }) × \(rest.count) others"))
        }
        return Notice.Section(title, lines)
    }

    func ruleTitle(_ state: AlertState) -> String { rules[state.key.rule]?.title ?? state.key.rule }
    func serviceTitle(_ state: AlertState) -> String { tenant.services.first { $0.id == state.service }?.title ?? state.service }
}
