import Alerting
import Notifiers
import Signals
import Site
import Telemetry

/// Turns what a run has to say into finished messages.
struct Announcer {
    let tenant: TenantConfiguration
    let baseURL: String?
    let receivers: [any Receiver]
    let rules: [String: CompiledRule]
    let clock: TenantClock
    /// End of the data that was evaluated.
    let dataTo: Timestamp
    let now: Timestamp
    let background: Background
    let resources: [ResourceID: Resource]
    /// All alerts as they stand.
    let states: [AlertState]
    /// The first step of a runbook, where it has numbered ones.
    let firstStep: (String) -> String?

    /// - Parameters:
    ///   - said: earlier messages, for the thread's subject.
    ///   - sequence: the next number within a group.
    func messages(for plan: AnnouncementPlan, said: [SaidBefore], sequence: (String) -> Int) -> [OutboxMessage] {
        let threads = threads(said)
        let messages = plan.announcements.flatMap { announcement -> [OutboxMessage] in
            guard let receiver = receivers.first(where: { $0.name == announcement.receiver }) else { return [] }
            var notice = notice(for: announcement, sequence: sequence(announcement.groupKey))
            notice.threadSubject = announcement.incident.flatMap { threads[Thread(receiver: announcement.receiver, incident: $0)] }
            return receiver.messages(saying: notice)
        }
        return messages + plan.digests.flatMap { digest -> [OutboxMessage] in
            guard let receiver = receivers.first(where: { $0.name == digest.receiver }) else { return [] }
            return self.messages(of: digest, to: receiver, sequence: sequence)
        }
    }

    private struct Thread: Hashable {
        var receiver: String
        var incident: String
    }

    /// Subjects of the first message of each incident to each receiver.
    private func threads(_ said: [SaidBefore]) -> [Thread: String] {
        var subjects: [Thread: String] = [:]
        for message in said where message.kind != .test {
            guard let incident = message.incident else { continue }
            let thread = Thread(receiver: message.receiver, incident: incident)
            subjects[thread] = subjects[thread] ?? message.subject
        }
        return subjects
    }

    func notice(for announcement: Announcement, sequence: Int) -> Notice {
        let all = announcement.firing + announcement.resolved
        let worst = all.first
        let service = tenant.services.first { $0.id == (announcement.groupLabels["service"] ?? worst?.service) }
        let title = service?.title ?? announcement.groupLabels["service"] ?? worst?.service ?? tenant.title
        var notice = Notice(
            tenant: tenant.id, tenantTitle: tenant.title, service: service?.id ?? worst?.service ?? "", serviceTitle: title, receiver: announcement.receiver,
            groupKey: announcement.groupKey, groupLabels: announcement.groupLabels, kind: announcement.kind, severity: all.map(\.severity).max() ?? .warning,
            incident: announcement.incident, headline: headline(announcement, title: title), lead: lead(announcement),
            facts: announcement.kind == .digest ? [] : worst.map { facts($0, announcement) } ?? [], alerts: all.map { alert($0, isPast: announcement.kind == .digest) }, closing: closing(announcement), sequence: sequence, createdAt: now)
        notice.runbookURL = worst.flatMap { rules[$0.key.rule]?.runbook }.flatMap { url("runbooks/\($0)/") }
        notice.serviceURL = service.flatMap { url("services/\($0.id)/") }
        notice.incidentURL = announcement.incident.flatMap { url("alerts/\($0)/") }
        notice.siteURL = baseURL
        if case .missed = announcement.reason { return notice }
        notice.trend = worst.flatMap { background.trends[$0.key] }
        guard announcement.kind != .resolved, let worst else { return notice }
        notice.firstStep = rules[worst.key.rule].map(\.runbook).flatMap(firstStep)
        notice.silenceCommand = SilenceCommand.silence(worst, tenant: tenant.id)
        return notice
    }
}

extension Announcer {
    func url(_ path: String) -> String? { baseURL.map { $0 + tenant.id + "/" + path } }

    func headline(_ announcement: Announcement, title: String) -> String {
        if case .missed(let down) = announcement.reason { return "no run from \(clock.moment(down.start)) to \(clock.time(down.end))" }
        guard announcement.kind != .resolved else {
            let lasted = announcement.resolved.map { ($0.resolvedAt ?? dataTo) - $0.activeAt }.max() ?? 0
            return "\(title): all clear after \(Quantity.text(Double(lasted), .seconds))"
        }
        let loud = announcement.firing.filter { $0.suppressedBy == nil }
        guard let worst = loud.first ?? announcement.firing.first else { return title }
        let more = loud.count > 1 ? ", and \(loud.count - 1) more" : ""
        return "\(title): \(words(worst))\(more)"
    }

    /// What people call a resource; its physical name where nobody gave it another.
    func name(of resource: ResourceID) -> String {
        tenant.services.lazy.flatMap(\.resources).first { $0.kind == resource.kind && $0.name == resource.name }?.title ?? resource.name
    }

    /// The summary without the resource's physical name in front: the service says where, the facts name the resource.
    func words(_ state: AlertState) -> String {
        let name = state.key.resource.name + ": "
        return state.summary.hasPrefix(name) ? String(state.summary.dropFirst(name.count)) : state.summary
    }

    func lead(_ announcement: Announcement) -> String {
        if case .missed = announcement.reason { return missedLead(announcement) }
        if announcement.kind == .resolved {
            let names = announcement.resolved.map { rules[$0.key.rule]?.title ?? $0.key.rule }
            return "Resolved: " + Array(Set(names)).sorted().joined(separator: ", ") + "."
        }
        guard let worst = announcement.firing.first else { return "" }
        // By the clock of whoever reads it, as pages say it; seconds are nothing to anybody.
        let lasting = (now - worst.activeAt) / 60 * 60, began = lasting > 0 ? "It began \(Quantity.text(Double(lasting), .seconds)) ago. " : "It began just now. "
        let opening = switch announcement.reason {
        case .reminder: "Still firing. "
        case .flapping: "It comes and goes. "
        case .began, .joined, .worse, .grew, .escalated, .resolved, .missed: ""
        }
        return opening + began + loss(worst)
    }

    /// What is lost and when: the only thing that may wait for nobody.
    func loss(_ state: AlertState) -> String {
        guard state.key.resource.kind == .queue, let deadline = deadline(of: state.key.resource) else { return "" }
        let left = deadline - dataTo
        return left > 0 ? "Nothing is lost until \(clock.day(deadline)) \(clock.time(deadline))." : "Messages are being deleted unread."
    }

    func deadline(of queue: ResourceID) -> Timestamp? {
        guard let age = background.latest[queue]?["oldest_age"], age > 0, let retention = resources[queue]?.settings[.retention]?.number,
              let left = Int64(exactly: (retention - age).rounded()) else { return nil }
        return dataTo + left
    }

    /// - Parameter isPast: the message is not about now, so the times are said.
    func alert(_ state: AlertState, isPast: Bool = false) -> Notice.Alert {
        let rule = rules[state.key.rule]
        let ended = state.phase == .firing ? nil : state.resolvedAt ?? dataTo
        var alert = Notice.Alert(
            rule: state.key.rule, title: rule?.title ?? state.key.rule, severity: state.severity, isFiring: state.phase == .firing, kind: state.key.resource.kind,
            resource: state.key.resource.name, resourceTitle: name(of: state.key.resource), summary: "\(name(of: state.key.resource)): \(words(state))", value: text(state.value, state), limit: text(state.limit, state), startedAt: state.activeAt,
            endedAt: ended, lasted: Quantity.text(Double((ended ?? dataTo) - state.activeAt), .seconds), runbookURL: rule.flatMap { url("runbooks/\($0.runbook)/") },
            pageURL: url("services/\(state.service)/"), suppressedBy: state.suppressedBy)
        if isPast, let ended { alert.period = "\(clock.moment(state.activeAt)) to \(clock.time(ended))" }
        return alert
    }

    func text(_ value: Double?, _ state: AlertState) -> String? {
        guard let value else { return nil }
        return Quantity.text(value, state.memory.unit ?? rules[state.key.rule]?.unit(of: state.severity) ?? .count)
    }

    func closing(_ announcement: Announcement) -> String {
        let data = "Data to \(clock.time(dataTo)) \(zone(dataTo)), evaluated \(clock.time(now))."
        let incident = announcement.incident.map { "Incident \($0). " } ?? ""
        if announcement.kind == .resolved || announcement.kind == .digest { return incident + data }
        let next = now + announcement.repeatInterval
        return "\(incident)\(data) \(words(announcement.reason, announcement)) Next message when it is resolved, when it gets worse, or at \(clock.time(next)) \(zone(next))."
    }

    /// Why this was sent, and why now.
    func words(_ reason: Announcement.Reason, _ announcement: Announcement) -> String {
        switch reason {
        case .began: "Sent because it began."
        case .joined: "Sent because another alert fires."
        case .worse: "Sent because it became critical."
        case .grew: "Sent because it has grown."
        case .flapping: "Sent because it comes and goes: it counts as firing until it has been calm for a while."
        case .escalated: "Sent because it has been firing for \(Quantity.text(Double(now - (announcement.firing.map(\.since).min() ?? now)), .seconds))."
        case .reminder(let number): "Reminder \(number)."
        case .resolved, .missed: ""
        }
    }

    /// `UTC`, or the offset: a time without its zone is a riddle in a mail.
    func zone(_ time: Timestamp) -> String { clock.offsetWords(at: time) }
}
