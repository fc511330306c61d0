import Telemetry

/// What a run knows of the tenants that a worker has: which wait, which are in hand and with what, which are done. From it follows who is
/// worked on again when the worker dies.
struct BatchProgress: Sendable {
    /// What a tenant is in hand with.
    struct Work: Hashable, Sendable {
        enum Kind: Hashable, Sendable { case reading, opening, stage(RunOptions.Stage) }
        var kind: Kind
        var since: Timestamp

        /// Whether it waits for others, and may take as long as they do.
        var waitsForOthers: Bool { kind == .stage(.collect) || kind == .stage(.notify) }

        /// The beginning of a clause.
        var words: String {
            switch kind {
            case .reading: "while its file was read "
            case .opening: "while its database was opened "
            case .stage(let stage): "during \(stage.rawValue) "
            }
        }
    }

    /// Who is to blame for a worker's end, and what becomes of the others.
    struct Verdict: Equatable, Sendable {
        var culprits: [String] = []
        /// Groups that are worked on again, each in a worker of its own.
        var again: [[String]] = []
        /// Tenants that stand in the queue as before.
        var waiting: [String] = []
    }

    let batch: [String]
    /// Whether it was made to find a culprit.
    let isTrial: Bool
    private(set) var left: [String]
    private(set) var inHand: [String: Work] = [:]
    private(set) var results: [TenantResult] = []

    var isDone: Bool { left.isEmpty && inHand.isEmpty }

    init(_ batch: [String], isTrial: Bool) {
        self.batch = batch
        self.isTrial = isTrial
        left = batch
    }

    mutating func hear(_ word: WorkerWord, at now: Timestamp) {
        switch word {
        case .reads(let id): inHand = id.map { [$0: Work(kind: .reading, since: now)] } ?? [:]
        case .tenant(.begun(let id)):
            left.removeAll { $0 == id }
            inHand[id] = Work(kind: .opening, since: now)
        case .tenant(.stage(let id, let stage)): inHand[id] = Work(kind: .stage(stage), since: now)
        case .tenant(.stageEnded): break
        case .tenant(.ended(let result)):
            left.removeAll { $0 == result.outcome.id }
            inHand[result.outcome.id] = nil
            results.append(result)
        }
    }

    /// - Parameter limit: seconds that a work may take.
    func overdue(at now: Timestamp, limit: (Work) -> Int64) -> [String] {
        inHand.filter { now - $0.value.since > limit($0.value) }.map(\.key).sorted()
    }

    /// - Parameter overdue: tenants for which the worker was ended.
    func verdict(overdue: [String] = []) -> Verdict {
        let hand = inHand.keys.sorted(), others = left.filter { inHand[$0] == nil }
        guard !hand.isEmpty else {
            if left.isEmpty { return Verdict() }
            guard results.isEmpty else { return Verdict(waiting: left) }
            // It did not even begin. A second worker that does not, either, ends the trying.
            return isTrial ? Verdict(culprits: left) : Verdict(again: [left])
        }
        // One that waits for others may have been kept from going on by a neighbour; one that works for itself holds its thread itself.
        if overdue.count == 1 || (!overdue.isEmpty && overdue.allSatisfy { inHand[$0]?.waitsForOthers == false }) {
            return Verdict(culprits: overdue, waiting: hand.filter { !overdue.contains($0) } + others)
        }
        if batch.count == 1 { return Verdict(culprits: hand) }
        let half = (hand.count + 1) / 2
        return Verdict(again: [hand.prefix(half), hand.dropFirst(half)].filter { !$0.isEmpty }.map(Array.init), waiting: others)
    }
}
