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
    /// Newest values of a resource, for the facts.
    let latest: (ResourceID) -> [String: Double]
    let resources: [ResourceID: Resource]
    /// The first step of a runbook, where it has numbered ones.
    let firstStep: (String) -> String?

    /// - Parameters:
    ///   - said: earlier messages, for the thread's subject.
    ///   - sequence: the next number within a group.
    func messages(for announcements: [Announcement], said: [OutboxMessage], sequence: (String) -> Int) -> [OutboxMessage] {
        announcements.flatMap { announcement -> [OutboxMessage] in
            guard let receiver = receivers.first(where: { $0.name == announcement.receiver }) else { return [] }
            var notice = notice(for: announcement, sequence: sequence(announcement.groupKey))
            notice.threadSubject = said.filter { $0.receiver == announcement.receiver && $0.incident == announcement.incident && $0.incident != nil && $0.kind != .test }
                .min { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }?.subject
            return receiver.messages(saying: notice)
        }
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
            facts: worst.map { facts($0, announcement) } ?? [], alerts: all.map(alert), closing: closing(announcement), sequence: sequence, createdAt: now)
        notice.runbookURL = worst.flatMap { rules[$0.key.rule]?.runbook }.flatMap { url("runbooks/\($0)/") }
        notice.serviceURL = service.flatMap { url("services/\($0.id)/") }
        notice.incidentURL = announcement.incident.flatMap { url("alerts/\($0)/") }
        notice.siteURL = baseURL
        notice.firstStep = announcement.kind == .resolved ? nil : worst.flatMap { rules[$0.key.rule]?.runbook }.flatMap(firstStep)
        return notice
    }
}

private extension Announcer {
    func url(_ path: String) -> String? { baseURL.map { $0 + tenant.id + "/" + path } }

    func headline(_ announcement: Announcement, title: String) -> String {
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
        if announcement.kind == .resolved {
            let names = announcement.resolved.map { rules[$0.key.rule]?.title ?? $0.key.rule }
            return "Resolved: " + Array(Set(names)).sorted().joined(separator: ", ") + "."
        }
        guard let worst = announcement.firing.first else { return "" }
        let lasting = Quantity.text(Double(dataTo - worst.activeAt), .seconds)
        let reminder = announcement.kind == .reminder ? "Still firing. " : ""
        return "\(reminder)It began \(lasting) ago. " + loss(worst)
    }

    /// What is lost and when: the only thing that may wait for nobody.
    func loss(_ state: AlertState) -> String {
        guard state.key.resource.kind == .queue, let deadline = deadline(of: state.key.resource) else { return "" }
        let left = deadline - dataTo
        return left > 0 ? "Nothing is lost until \(clock.day(deadline)) \(clock.time(deadline))." : "Messages are being deleted unread."
    }

    func deadline(of queue: ResourceID) -> Timestamp? {
        guard let age = latest(queue)["oldest_age"], age > 0, let retention = resources[queue]?.settings[.retention]?.number,
              let left = Int64(exactly: (retention - age).rounded()) else { return nil }
        return dataTo + left
    }

    func facts(_ state: AlertState, _ announcement: Announcement) -> [Notice.Fact] {
        var facts = [Notice.Fact("Since", "\(clock.time(state.activeAt)) \(zone(state.activeAt)) \(clock.day(state.activeAt))")]
        if announcement.kind == .resolved {
            let ended = state.resolvedAt ?? dataTo
            facts.append(.init("Until", "\(clock.time(ended)) \(zone(ended)) \(clock.day(ended)), after \(Quantity.text(Double(ended - state.activeAt), .seconds))"))
        } else if let value = text(state.value, state) {
            facts.append(.init("Value", text(state.limit, state).map { "\(value), limit \($0)" } ?? value))
        }
        let id = state.key.resource, values = latest(id), settings = resources[id]?.settings ?? [:]
        facts.append(.init(Self.kindWord(id.kind), id.name))
        func number(_ name: String) -> String? { values[name].map { Quantity.text($0, .count) } }
        switch id.kind {
        case .queue:
            let parts = [number("visible").map { "\($0) visible" }, number("in_flight").map { "\($0) in flight" }, number("deleted").map { "\($0) deleted in the last step" }]
            if !parts.compactMap({ $0 }).isEmpty { facts.append(.init("Waiting", parts.compactMap { $0 }.joined(separator: ", "))) }
            if announcement.kind != .resolved, let deadline = deadline(of: id), deadline > dataTo {
                facts.append(.init("Deadline", "silent deletion from \(clock.day(deadline)) \(clock.time(deadline)) \(zone(deadline)), in \(Quantity.duration(Double(deadline - dataTo)))"))
            }
            let configured = [settings[.visibilityTimeout]?.number.map { "visibility \(Quantity.text($0, .seconds))" }, settings[.retention]?.number.map { "retention \(Quantity.text($0, .seconds))" },
                              settings[.deadLetterSources]?.text.map { "dead-letter queue of \($0)" } ?? (settings[.redriveTarget] == nil ? "no DLQ" : nil)]
            facts.append(.init("Configured", configured.compactMap { $0 }.joined(separator: ", ")))
        case .function:
            let parts = [number("errors").map { "\($0) errors" }, number("invocations").map { "\($0) runs" }, number("throttles").map { "\($0) throttled" }]
            if !parts.compactMap({ $0 }).isEmpty { facts.append(.init("Last step", parts.compactMap { $0 }.joined(separator: ", "))) }
            let configured = [settings[.timeout]?.number.map { "timeout \(Quantity.text($0, .seconds))" }, settings[.reservedConcurrency]?.number.map { "reserved concurrency \(Quantity.text($0, .count))" }]
            if !configured.compactMap({ $0 }).isEmpty { facts.append(.init("Configured", configured.compactMap { $0 }.joined(separator: ", "))) }
        case .api, .httpAPI, .topic, .bus, .table, .bucket, .stateMachine, .log, .trace, .probe, .balance, .slo:
            break
        }
        return facts
    }

    func alert(_ state: AlertState) -> Notice.Alert {
        let rule = rules[state.key.rule]
        let ended = state.phase == .firing ? nil : state.resolvedAt ?? dataTo
        return Notice.Alert(
            rule: state.key.rule, title: rule?.title ?? state.key.rule, severity: state.severity, isFiring: state.phase == .firing, kind: state.key.resource.kind,
            resource: name(of: state.key.resource), summary: "\(name(of: state.key.resource)): \(words(state))", value: text(state.value, state), limit: text(state.limit, state), startedAt: state.activeAt,
            endedAt: ended, lasted: Quantity.text(Double((ended ?? dataTo) - state.activeAt), .seconds), runbookURL: rule.flatMap { url("runbooks/\($0.runbook)/") },
            pageURL: url("services/\(state.service)/"), suppressedBy: state.suppressedBy)
    }

    func text(_ value: Double?, _ state: AlertState) -> String? {
        guard let value else { return nil }
        return Quantity.text(value, state.memory.unit ?? rules[state.key.rule]?.unit(of: state.severity) ?? .count)
    }

    func closing(_ announcement: Announcement) -> String {
        let data = "Data to \(clock.time(dataTo)) \(zone(dataTo)), evaluated \(clock.time(now))."
        let incident = announcement.incident.map { "Incident \($0). " } ?? ""
        if announcement.kind == .resolved { return incident + data }
        let next = now + announcement.repeatInterval
        return "\(incident)\(data) Next message when it is resolved, when it gets worse, or at \(clock.time(next)) \(zone(next))."
    }

    /// `UTC`, or the offset: a time without its zone is a riddle in a mail.
    func zone(_ time: Timestamp) -> String {
        let offset = clock.offset(at: time)
        guard offset != 0 else { return "UTC" }
        let minutes = abs(offset) / 60
        let rest = minutes % 60
        return "UTC\(offset < 0 ? "−" : "+")\(minutes / 60)" + (rest == 0 ? "" : ":\(rest < 10 ? "0" : "")\(rest)")
    }

    static func kindWord(_ kind: ResourceKind) -> String {
        switch kind {
        case .api: "REST API"
        case .httpAPI: "HTTP API"
        case .function: "Function"
        case .queue: "Queue"
        case .topic: "Topic"
        case .bus: "Event bus"
        case .table: "Table"
        case .bucket: "Bucket"
        case .stateMachine: "State machine"
        case .log: "Log"
        case .trace: "Traces"
        case .probe: "Probe"
        case .balance: "Balance"
        case .slo: "Objective"
        }
    }
}
