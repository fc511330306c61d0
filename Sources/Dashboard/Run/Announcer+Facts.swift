import Alerting
import Notifiers
import Signals
import Site
import Telemetry

// The table of a message: what a person would otherwise have to look up.
extension Announcer {
    func facts(_ state: AlertState, _ announcement: Announcement) -> [Notice.Fact] {
        var facts = [Notice.Fact("Since", "\(clock.time(state.activeAt)) \(zone(state.activeAt)) \(clock.day(state.activeAt))")]
        if announcement.kind == .resolved {
            let ended = state.resolvedAt ?? dataTo
            facts.append(.init("Until", "\(clock.time(ended)) \(zone(ended)) \(clock.day(ended)), after \(Quantity.text(Double(ended - state.activeAt), .seconds))"))
        } else if state.limit == 0, let conditions = rules[state.key.rule]?.conditionsBesideZero(of: state.severity) {
            facts.append(.init("Fires", "because \(conditions == 2 ? "both" : "all \(conditions)") of its conditions hold"))
        } else if let value = text(state.value, state) {
            facts.append(.init("Value", text(state.limit, state).map { "\(value), limit \($0)" } ?? value))
        }
        let id = state.key.resource, values = background.latest[id] ?? [:], settings = resources[id]?.settings ?? [:]
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
        if announcement.kind != .resolved {
            if let changes = background.changes[state.key], !changes.isEmpty { facts.append(.init("Change before", changes.joined(separator: "; "))) }
            if let suspect = background.suspects[state.key]?.first { facts.append(.init("Suspected cause", "\(name(of: suspect.resource)). \(suspect.suspect.evidence)")) }
            if let effects = effects(of: state) { facts.append(.init("Explains", effects)) }
        }
        return facts
    }

    /// What it explains in other services: `3 alerts of Search, Order intake`.
    private func effects(of state: AlertState) -> String? {
        let cause = AlertState.upstream(state.key)
        let effects = states.filter { $0.phase == .firing && $0.suppressedBy == cause && $0.service != state.service }
        guard !effects.isEmpty else { return nil }
        let services = Set(effects.map(\.service)).map { id in tenant.services.first { $0.id == id }?.title ?? id }.sorted()
        return "\(effects.count) \(effects.count == 1 ? "alert" : "alerts") of \(services.joined(separator: ", "))"
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
