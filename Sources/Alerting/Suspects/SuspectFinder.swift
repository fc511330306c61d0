/// Names the parts that an incident may come from: own failures or own time in excess of what their callees explain.
///
/// For each part, its excess is what it failed or took in the incident beyond what its calls cost just before. Its own excess is that less
/// the excess of all that it calls. A part is suspected where its own excess is more than twice what nine of ten stretches of the past
/// stayed within, and explains a fifth of what the alerting part has in excess. It knows parts by their place only, never by name.
package struct SuspectFinder: Sendable {
    /// Fewer failures than these are no pattern.
    static let leastFailures = 3.0
    /// How often the usual distance an own excess must be, and what usual means.
    static let factor = 2.0, usualShare = 0.9
    /// The part of the target's excess that a suspect must explain.
    static let leastShare = 0.2
    /// With fewer stretches in the past nobody knows what is usual.
    static let leastHistory = 24

    private let parts: [Running]
    /// Whom each part calls.
    private let callees: [[Int]]

    package init(parts: [CallSeries], callees: [[Int]]) {
        self.parts = parts.map(Running.init)
        self.callees = parts.indices.map { part in callees.indices.contains(part) ? callees[part].filter { $0 != part && parts.indices.contains($0) } : [] }
    }

    /// The most suspected first; none where nothing stands out.
    /// - Parameters:
    ///   - target: the part that alerts. Only what it calls, directly or not, and itself can be the cause.
    ///   - rows: the steps of the incident so far.
    ///   - before: how many steps right before it tell what a call costs otherwise.
    ///   - history: steps of the past, to learn how far off a stretch may be.
    ///   - period: seconds a step.
    package func suspects(of target: Int, _ trouble: Suspect.Trouble, in rows: Range<Int>, before: Int, history: Range<Int>, period: Int64) -> [Suspect] {
        let length = parts.map(\.count).min() ?? 0
        let history = history.clamped(to: 0..<length), rows = rows.clamped(to: 0..<length), before = max(1, before)
        guard parts.indices.contains(target), !rows.isEmpty, history.count >= Self.leastHistory + before + rows.count else { return [] }
        let reached = reached(from: target)
        func excess(_ rows: Range<Int>) -> [Double] {
            var excess = Array(repeating: 0.0, count: parts.count)
            for part in reached { excess[part] = parts[part].excess(trouble, in: rows, before: before, history: history) }
            return excess
        }
        let now = excess(rows)
        // A part that counts its calls and is no worse than before has no trouble of this kind.
        if parts[target].calls(in: rows) > 0, now[target] <= 0 { return [] }
        var usual = Array(repeating: [Double](), count: parts.count)
        for start in history.lowerBound + before...history.upperBound - rows.count {
            let then = excess(start..<start + rows.count)
            for part in reached { usual[part].append(abs(own(part, then))) }
        }
        return reached.compactMap { part -> Suspect? in
            let own = own(part, now), limit = usual[part].sorted()[Int(Double(usual[part].count - 1) * Self.usualShare)]
            guard own > Self.factor * limit, own > 0, own >= Self.leastShare * now[target], trouble == .time || own >= Self.leastFailures else { return nil }
            return Suspect(part: part, trouble: trouble, excess: now[part], own: own, usual: limit, calls: parts[part].calls(in: rows), amount: parts[part].amount(trouble, in: rows),
                           level: parts[part].level(trouble, before: rows.lowerBound, before, history: history) ?? 0, span: Double(rows.count) * Double(period))
        }.sorted { a, b in a.own == b.own ? a.part < b.part : a.own > b.own }
    }
}

private extension SuspectFinder {
    /// What is left of a part's excess without that of its callees. A callee that others call too may explain more than its share.
    func own(_ part: Int, _ excess: [Double]) -> Double {
        callees[part].reduce(excess[part]) { $0 - max(0, excess[$1]) }
    }

    func reached(from target: Int) -> [Int] {
        var reached = [target], seen: Set<Int> = [target], at = 0
        while at < reached.count {
            for next in callees[reached[at]] where seen.insert(next).inserted { reached.append(next) }
            at += 1
        }
        return reached.sorted()
    }

    /// Running sums of a part's series: any stretch in constant time.
    struct Running: Sendable {
        private let calls: [Double], failures: [Double], seconds: [Double]

        init(_ series: CallSeries) {
            func sums(_ values: [Double]) -> [Double] { values.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) } }
            calls = sums(series.calls)
            failures = sums(series.failures)
            seconds = sums(series.seconds)
        }

        var count: Int { calls.count - 1 }

        func calls(in rows: Range<Int>) -> Double { calls[rows.upperBound] - calls[rows.lowerBound] }

        func amount(_ trouble: Suspect.Trouble, in rows: Range<Int>) -> Double {
            let sums = trouble == .failures ? failures : seconds
            return sums[rows.upperBound] - sums[rows.lowerBound]
        }

        /// A call's cost in the steps before a row; over all of the past where nobody called then; nothing where nobody ever did.
        func level(_ trouble: Suspect.Trouble, before row: Int, _ count: Int, history: Range<Int>) -> Double? {
            for rows in [max(0, row - count)..<row, history] where calls(in: rows) > 0 { return amount(trouble, in: rows) / calls(in: rows) }
            return nil
        }

        func excess(_ trouble: Suspect.Trouble, in rows: Range<Int>, before: Int, history: Range<Int>) -> Double {
            // Who calls what he never called has changed himself: of the callee nothing can be told.
            level(trouble, before: rows.lowerBound, before, history: history).map { amount(trouble, in: rows) - $0 * calls(in: rows) } ?? 0
        }
    }
}
