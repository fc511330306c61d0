import Telemetry

/// Finds the stored alert of a rule and a resource. Storage gives states in the order of their keys, rules are walked for each resource in the order of
/// ids: then the one that is wanted is the next of its rule. Whatever comes in another order is looked up.
struct KnownStates {
    private let states: [AlertState]
    /// Of each rule: the place of the state that is expected next.
    private var next: [String: Int] = [:]
    private var places: [AlertKey: Int]?
    /// Whether the states are in the order of their keys.
    let isSorted: Bool

    init(_ states: [AlertState]) {
        self.states = states
        var isSorted = true
        for index in states.indices {
            if index == 0 || states[index].key.rule != states[index - 1].key.rule {
                next[states[index].key.rule] = next[states[index].key.rule] ?? index
                if index > 0, states[index].key.rule < states[index - 1].key.rule { isSorted = false }
            } else if !(states[index - 1].key.resource < states[index].key.resource) {
                isSorted = false
            }
        }
        self.isSorted = isSorted
    }

    /// Where the first state of the rule stands.
    func first(of rule: String) -> Int { next[rule] ?? states.count }

    /// - Parameter cursor: from `first(of:)`, moved on by each find.
    mutating func place(_ rule: String, _ resource: ResourceID, _ cursor: inout Int) -> Int? {
        if cursor < states.count, states[cursor].key.resource == resource, states[cursor].key.rule == rule {
            defer { cursor += 1 }
            return cursor
        }
        if states.isEmpty { return nil }
        let places = self.places ?? Dictionary(states.indices.map { (states[$0].key, $0) }) { first, _ in first }
        self.places = places
        guard let found = places[AlertKey(rule: rule, resource: resource)] else { return nil }
        cursor = found + 1
        return found
    }
}
