import Telemetry

/// Percentiles with the courage to say nothing: below a hundred values there is none.
enum Percentiles {
    static let fewest = 100

    /// Nearest rank of sorted values.
    static func exact(_ sorted: [Double], _ share: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let rank = scaled((share * Double(sorted.count)).rounded(.up), by: 1)
        return sorted[max(0, min(sorted.count - 1, rank - 1))]
    }

    static func words(_ sorted: [Double], _ share: Double) -> Phrase {
        known(sorted, share).map { .verbatim(Words.duration($0)) } ?? few(sorted.count)
    }

    /// Nothing where the values are too few for it.
    static func known(_ sorted: [Double], _ share: Double) -> Double? { sorted.count >= fewest ? exact(sorted, share) : nil }

    private static func few(_ count: Int) -> Phrase { count == 0 ? "–" : Words.plural(count, "sample") }

    /// From bins: inside a bin the values are taken as evenly spread.
    static func value(_ histogram: LogHistogram, _ share: Double) -> Double? {
        let total = histogram.total
        guard total > 0 else { return nil }
        var rest = share * Double(total)
        for (bin, count) in histogram.counts.sorted(by: { $0.key < $1.key }) {
            if Double(count) >= rest {
                let low = bin == 0 ? 0 : LogHistogram.edge(bin), high = LogHistogram.edge(bin + 1)
                return low + (high - low) * max(0, min(1, rest / Double(max(1, count))))
            }
            rest -= Double(count)
        }
        return nil
    }

    /// Nothing where the values are too few for it.
    static func known(_ histogram: LogHistogram, _ share: Double) -> Double? {
        histogram.total >= fewest ? value(histogram, share) : nil
    }

    static func words(_ histogram: LogHistogram, _ share: Double) -> Phrase {
        known(histogram, share).map { .verbatim(Words.duration($0)) } ?? few(histogram.total)
    }
}
