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

    private let resources: [ResourceID: Resource]
    private let signals: [String: Int]
    private let titles: [String: String]

    init(resources: [Resource], rules: [CompiledRule]) {
        self.resources = resources.reduce(into: [:]) { $0[$1.id] = $1 }
        signals = rules.reduce(into: [:]) { $0[$1.id] = $1.signals.count }
        titles = rules.reduce(into: [:]) { $0[$1.id] = $1.title }
    }

    func name(_ evaluation: inout Evaluation) {
        for index in evaluation.states.indices where evaluation.states[index].suppressedBy?.hasPrefix(Self.prefix) == true {
            evaluation.states[index].suppressedBy = nil
        }
        let firing = evaluation.states.filter { $0.phase == .firing }
        var causes: [AlertKey: String] = [:]
        for group in groups(of: firing) where group.count > 1 {
            guard let main = group.min(by: isNearer) else { continue }
            for alert in group where alert.key != main.key {
                causes[alert.key] = "\(Self.prefix)\(main.key.rule) on \(main.key.resource.name)"
            }
        }
        // A silence that is there already says more about why nobody is told.
        for index in evaluation.states.indices where evaluation.states[index].suppressedBy == nil {
            evaluation.states[index].suppressedBy = causes[evaluation.states[index].key]
        }
        retitle(&evaluation, causes)
        for index in evaluation.transitions.indices where evaluation.transitions[index].kind != .resolved {
            let state = evaluation.transitions[index].state
            evaluation.transitions[index].state.suppressedBy = causes[state.key] ?? state.suppressedBy
        }
    }
}

private extension CauseFinder {
    /// An incident that changes is called after its main cause.
    func retitle(_ evaluation: inout Evaluation, _ causes: [AlertKey: String]) {
        for index in evaluation.incidents.indices where evaluation.incidents[index].endedAt == nil {
            let id = evaluation.incidents[index].id
            let main = evaluation.states.filter { $0.phase == .firing && $0.incident == id && causes[$0.key] == nil }.min(by: isNearer)
            if let main { evaluation.incidents[index].title = titles[main.key.rule] ?? main.key.rule }
        }
    }

    func isNearer(_ a: AlertState, _ b: AlertState) -> Bool {
        let left = rank(a), right = rank(b)
        return left == right ? (a.activeAt, a.key) < (b.activeAt, b.key) : left.lexicographicallyPrecedes(right)
    }

    func rank(_ state: AlertState) -> [Int] {
        let isDeadLetters = resources[state.key.resource]?.settings[.deadLetterSources] != nil
        return [state.severity == .critical ? 0 : 1, isDeadLetters ? 1 : 0, -(signals[state.key.rule] ?? 0), -depth(state.key.resource)]
    }

    /// Steps from the farthest source that feeds it, over any resource. A circle ends where it closes.
    func depth(_ id: ResourceID) -> Int {
        var depth = 0, front: Set<ResourceID> = [id], seen: Set<ResourceID> = [id]
        while !front.isEmpty {
            let before = Set(resources.values.filter { !front.isDisjoint(with: $0.feeds) }.map(\.id)).subtracting(seen)
            if before.isEmpty { break }
            seen.formUnion(before)
            front = before
            depth += 1
        }
        return depth
    }

    /// Connected groups of firing alerts, each sorted by key.
    func groups(of firing: [AlertState]) -> [[AlertState]] {
        var rest = firing.sorted { $0.key < $1.key }, groups: [[AlertState]] = []
        while let first = rest.first {
            var group = [first], at = 0
            rest.removeFirst()
            while at < group.count {
                let member = group[at]
                group += rest.filter { hangTogether(member, $0) }
                rest.removeAll { hangTogether(member, $0) }
                at += 1
            }
            groups.append(group.sorted { $0.key < $1.key })
        }
        return groups
    }

    func hangTogether(_ a: AlertState, _ b: AlertState) -> Bool {
        let left = a.key.resource, right = b.key.resource
        if left == right || resources[left]?.feeds.contains(right) == true || resources[right]?.feeds.contains(left) == true { return true }
        if left.name == right.name, left.source == right.source, left.kind == .log || right.kind == .log { return true }
        let summaries: Set<ResourceKind> = [.trace, .balance]
        return a.service == b.service && (summaries.contains(left.kind) || summaries.contains(right.kind))
    }
}
