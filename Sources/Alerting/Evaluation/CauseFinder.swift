import Signals
import Telemetry

/// Names one main cause for alerts that fire together and hang together, and marks the others as suppressed by it.
///
/// Two firing resources hang together if one feeds the other, if they are a function or API and its log, or if one is a trace group or a
/// balance of the other's service. Of such a group the main cause is, in this order: critical before warning; the rule that looks at more
/// signals (a blocked group says more than an old message); the resource further along the flow, since the callee explains its
/// caller; dead-letter queues last; what began first; then by name.
struct CauseFinder {
    /// How a cause is written into `suppressedBy`.
    static let prefix = "upstream: "

    /// What speaks for a whole service instead of one part of it.
    private static let summaries: Set<ResourceKind> = [.trace, .balance, .slo]

    private let resources: [ResourceID: Resource]
    private let signals: [String: Int]
    private let titles: [String: String]
    /// Who feeds a resource.
    private let feeders: [ResourceID: [ResourceID]]

    /// - Parameters:
    ///   - signals: how many signals each rule looks at, by its id.
    ///   - titles: of the rules, by id.
    init(resources: [Resource], signals: [String: Int], titles: [String: String]) {
        self.resources = resources.reduce(into: [:]) { $0[$1.id] = $1 }
        self.signals = signals
        self.titles = titles
        feeders = resources.reduce(into: [:]) { feeders, resource in
            for target in resource.feeds { feeders[target, default: []].append(resource.id) }
        }
    }

    func name(_ evaluation: inout Evaluation) {
        for index in evaluation.states.indices where evaluation.states[index].suppressedBy?.hasPrefix(Self.prefix) == true {
            evaluation.states[index].suppressedBy = nil
        }
        let firing = evaluation.states.filter { $0.phase == .firing }
        var causes: [AlertKey: String] = [:]
        for group in groups(of: firing) where group.count > 1 {
            guard let main = main(of: group) else { continue }
            for alert in group where alert.key != main.key {
                causes[alert.key] = AlertState.upstream(main.key)
            }
        }
        // A silence that is there already says more about why nobody is told.
        for index in evaluation.states.indices where evaluation.states[index].suppressedBy == nil {
            evaluation.states[index].suppressedBy = causes[evaluation.states[index].key]
        }
        retitle(&evaluation, causes)
        for index in evaluation.transitions.indices where evaluation.transitions[index].kind != .resolved {
            let state = evaluation.transitions[index].state
            // What explained it before may be over.
            let kept = state.suppressedBy?.hasPrefix(Self.prefix) == true ? nil : state.suppressedBy
            evaluation.transitions[index].state.suppressedBy = causes[state.key] ?? kept
        }
    }
}

extension AlertState {
    /// What `suppressedBy` says where that alert is the cause.
    package static func upstream(_ cause: AlertKey) -> String {
        // A literal of its own: languages find it by the words between its values.
        let words = "\(cause.rule) on \(cause.resource.name)"
        return CauseFinder.prefix + words
    }
}

private extension CauseFinder {
    /// An incident that changes is called after its main cause.
    func retitle(_ evaluation: inout Evaluation, _ causes: [AlertKey: String]) {
        for index in evaluation.incidents.indices where evaluation.incidents[index].endedAt == nil {
            let id = evaluation.incidents[index].id
            let loud = evaluation.states.filter { $0.phase == .firing && $0.incident == id && causes[$0.key] == nil }
            if let main = main(of: loud) { evaluation.incidents[index].title = titles[main.key.rule] ?? main.key.rule }
        }
    }

    func main(of group: [AlertState]) -> AlertState? {
        group.map { (rank: rank($0), state: $0) }.min { a, b in
            a.rank == b.rank ? (a.state.activeAt, a.state.key) < (b.state.activeAt, b.state.key) : a.rank.lexicographicallyPrecedes(b.rank)
        }?.state
    }

    func rank(_ state: AlertState) -> [Int] {
        let isDeadLetters = resources[state.key.resource]?.settings[.deadLetterSources] != nil
        return [state.severity == .critical ? 0 : 1, isDeadLetters ? 1 : 0, -(signals[state.key.rule] ?? 0), -depth(state.key.resource)]
    }

    /// Steps from the farthest source that feeds it, over any resource. A circle ends where it closes.
    func depth(_ id: ResourceID) -> Int {
        var depth = 0, front = [id], seen: Set<ResourceID> = [id]
        while true {
            let before = front.flatMap { feeders[$0] ?? [] }.filter { seen.insert($0).inserted }
            if before.isEmpty { return depth }
            front = before
            depth += 1
        }
    }

    /// Connected groups of firing alerts, each sorted by key.
    func groups(of firing: [AlertState]) -> [[AlertState]] {
        let alerts = Dictionary(grouping: firing, by: \.key.resource)
        var services: [ResourceID: String] = [:], rest = Set(alerts.keys), groups: [[AlertState]] = []
        for state in firing { services[state.key.resource] = state.service }
        let summaries = Dictionary(grouping: alerts.keys.filter { Self.summaries.contains($0.kind) }) { services[$0] ?? "" }
        let members = Dictionary(grouping: alerts.keys) { services[$0] ?? "" }
        for first in alerts.keys.sorted() where rest.contains(first) {
            rest.remove(first)
            var group = [first], at = 0
            while at < group.count {
                let member = group[at], service = services[member] ?? ""
                let near = neighbours(member) + ((Self.summaries.contains(member.kind) ? members : summaries)[service] ?? [])
                for other in near.sorted() where rest.remove(other) != nil { group.append(other) }
                at += 1
            }
            groups.append(group.flatMap { alerts[$0] ?? [] }.sorted { $0.key < $1.key })
        }
        return groups
    }

    func neighbours(_ id: ResourceID) -> [ResourceID] {
        let namesakes = ResourceKind.allCases.filter { id.kind == .log || $0 == .log }.map { ResourceID(source: id.source, kind: $0, name: id.name) }
        return (resources[id]?.feeds ?? []) + (feeders[id] ?? []) + namesakes
    }
}
