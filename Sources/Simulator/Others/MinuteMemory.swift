import Synchronization

/// What a pure function gives for a minute, kept: a search for one trace reads the same hours as the search for the next.
final class MinuteMemory<Item: Sendable>: Sendable {
    /// Minutes; more are forgotten at once, which costs only their making anew.
    private static var limit: Int { 720 }

    private let make: @Sendable (_ minute: Int64) -> [Item]
    private let kept = Mutex<[Int64: [Item]]>([:])

    init(_ make: @escaping @Sendable (_ minute: Int64) -> [Item]) {
        self.make = make
    }

    func items(_ minute: Int64) -> [Item] {
        if let known = kept.withLock({ $0[minute] }) { return known }
        let made = make(minute)
        kept.withLock { kept in
            if kept.count >= Self.limit { kept.removeAll() }
            kept[minute] = made
        }
        return made
    }
}
