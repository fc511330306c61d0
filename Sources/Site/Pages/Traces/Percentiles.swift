import Telemetry

/// Percentiles with the courage to say nothing. Of a sample there is none below a hundred values; of all runs, as REPORT lines tell them, each
/// needs as many as lie beyond it: p50 two, p95 twenty, p99 a hundred.
enum Percentiles {
    static let fewest = 100

    /// Nearest rank of sorted values.
    static func exact(_ sorted: [Double], _ share: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let rank = scaled((share * Double(sorted.count)).rounded(.up), by: 1)
        return sorted[max(0, min(sorted.count - 1, rank - 1))]
    }

    static func words(_ sorted: [Double], _ share: Double) -> Phrase {
        known(sorted, share).map { .verbatim(Words.duration($0)) } ?? (sorted.isEmpty ? "–" : Words.plural(sorted.count, "sample"))
    }

    /// Nothing where the values are too few for it.
    static func known(_ sorted: [Double], _ share: Double) -> Double? { sorted.count >= fewest ? exact(sorted, share) : nil }

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
        Double(histogram.total) * (1 - share) >= 0.995 ? value(histogram, share) : nil
    }

    static func words(_ histogram: LogHistogram, _ share: Double) -> Phrase {
        known(histogram, share).map { .verbatim(Words.duration($0)) } ?? (histogram.total == 0 ? "–" : "too few (\(histogram.total))")
    }
}
