/// Counts in bins whose edges grow by half each: 1 ms, 1.5 ms, 2.25 ms… The shape that pages draw and that merges by adding.
package struct LogHistogram: Hashable, Sendable {
    /// Lower edge of bin 0, in seconds.
    package static let base = 0.001
    package static let factor = 1.5
    /// Bin 40 starts near 11 hours; everything longer is counted there.
    package static let binCount = 44

    /// Bin index to count; sparse.
    package private(set) var counts: [Int: Int]

    package init(counts: [Int: Int] = [:]) { self.counts = counts }

    package mutating func add(_ seconds: Double, count: Int = 1) {
        guard seconds.isFinite, seconds >= 0, count > 0 else { return }
        counts[Self.bin(of: seconds), default: 0] += count
    }

    package mutating func add(_ other: LogHistogram) {
        for (bin, count) in other.counts { counts[bin, default: 0] += count }
    }

    package var total: Int { counts.values.reduce(0, +) }
    package var isEmpty: Bool { counts.isEmpty }

    /// The bin that holds `seconds`; all values under `base` share bin 0.
    package static func bin(of seconds: Double) -> Int {
        var bin = 0, upper = base * factor
        while seconds >= upper, bin < binCount - 1 {
            bin += 1
            upper *= factor
        }
        return bin
    }

    /// Lower edge of a bin, in seconds.
    package static func edge(_ bin: Int) -> Double {
        var edge = base
        for _ in 0..<max(0, min(bin, binCount)) { edge *= factor }
        return edge
    }
}
