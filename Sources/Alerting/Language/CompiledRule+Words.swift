extension CompiledRule {
    /// What decides beside the condition and its hold time, in words for the rule's row: steps, floor, growth, hours, and what an absent value does.
    package var manners: [String] {
        var words: [String] = []
        if let datapoints { words.append("\(datapoints.breaching) of \(datapoints.outOf) steps") }
        if let minimumCount { words.append("from \(minimumCount.atLeast.words) \(minimumCount.signal) on") }
        if let growth {
            let share = growth.ratio.isFinite && growth.ratio > 0 ? "\((growth.ratio * 100).words)%" : nil, amount = growth.amount.isFinite && growth.amount > 0 ? growth.amount.words : nil
            let either = if let share, let amount { "\(share) or \(amount)" } else { share ?? amount ?? "" }
            words.append("again when it grows by \(either)")
        }
        if let active { words.append(active.words) }
        let absent = "no value: \(missing.words)"
        words.append(missingIsDefault ? "\(absent) (default of its signals)" : absent)
        return words
    }
}

private extension MissingData {
    var words: String {
        switch self {
        case .ignore: "stays as it is"
        case .ok: "as if false"
        case .breach: "as if true"
        case .unknown: "unknown"
        }
    }
}

private extension Double {
    var words: String { Int(exactly: rounded()).map { Double($0) == self ? String($0) : "\(self)" } ?? "\(self)" }
}
