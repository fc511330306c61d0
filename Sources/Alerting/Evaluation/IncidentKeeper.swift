import Telemetry

/// Opens an incident with the first alert of a service that fires, adds those that fire meanwhile, closes it with the last that resolves.
struct IncidentKeeper {
    let known: [Incident]
    /// Titles of rules by id.
    let titles: [String: String]
    /// Who fired before this evaluation.
    let firing: Set<AlertKey>

    func keep(_ evaluation: inout Evaluation) {
        var open: [String: Incident] = [:]
        for incident in known.sorted(by: { $0.id < $1.id }) where incident.endedAt == nil { open[incident.service] = incident }
        var touched: [String: Incident] = [:]
        var ids = Set(known.map(\.id))
        var firing: [String: Set<AlertKey>] = [:]
        // An incident lists all that ever belonged to it; those that fire keep it open.
        for incident in open.values { firing[incident.service] = self.firing.intersection(incident.alerts) }

        for index in evaluation.transitions.indices {
            let transition = evaluation.transitions[index], service = transition.state.service
            if transition.kind != .resolved {
                var incident = open[service] ?? opened(service, transition, &ids)
                if !incident.alerts.contains(transition.state.key) { incident.alerts = (incident.alerts + [transition.state.key]).sorted() }
                incident.severity = max(incident.severity, transition.state.severity)
                open[service] = incident
                touched[incident.id] = incident
                firing[service, default: []].insert(transition.state.key)
            }
            evaluation.transitions[index].state.incident = open[service]?.id ?? transition.state.incident
            if transition.kind == .resolved, var incident = open[service] {
                firing[service, default: []].remove(transition.state.key)
                if firing[service, default: []].isEmpty {
                    incident.endedAt = transition.at
                    open[service] = nil
                    touched[incident.id] = incident
                }
            }
        }
        let last = Dictionary(evaluation.transitions.map { ($0.state.key, $0.state.incident) }, uniquingKeysWith: { $1 })
        for index in evaluation.states.indices {
            if let incident = last[evaluation.states[index].key] { evaluation.states[index].incident = incident }
        }
        evaluation.incidents = touched.values.sorted { $0.id < $1.id }
    }
}

private extension IncidentKeeper {
    func opened(_ service: String, _ transition: AlertTransition, _ ids: inout Set<String>) -> Incident {
        let c = transition.at.civil()
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let base = "\(c.year)\(two(c.month))\(two(c.day))-\(two(c.hour))\(two(c.minute))-\(service)"
        var id = base, number = 2
        while !ids.insert(id).inserted {
            id = "\(base)-\(number)"
            number += 1
        }
        let key = transition.state.key
        return Incident(id: id, service: service, title: titles[key.rule] ?? key.rule, severity: transition.state.severity,
                        startedAt: transition.at, alerts: [key])
    }
}
