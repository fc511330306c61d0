import Telemetry

/// One metric as CloudWatch knows it, with the statistic to ask for and the factor to the base unit.
package struct CloudWatchMetric: Hashable, Sendable {
    package var namespace: String
    package var metric: String
    package var statistic: MetricStatistic
    /// Multiplies the source's number into the signal's base unit: 0.001 for milliseconds.
    package var scale: Double
    /// The metric exists only by operation; each of these is asked for, and the answers are combined.
    package var operations: [String]

    package init(_ namespace: String, _ metric: String, _ statistic: MetricStatistic, scale: Double = 1, operations: [String] = []) {
        self.namespace = namespace
        self.metric = metric
        self.statistic = statistic
        self.scale = scale
        self.operations = operations
    }

    /// How answers by operation (or by rule) become one: counts add up, of everything else the worst is told.
    package func combined(_ a: Double, _ b: Double) -> Double {
        switch statistic {
        case .sum, .sampleCount: a + b
        case .average, .maximum, .percentile: max(a, b)
        case .minimum: min(a, b)
        }
    }
}

/// A statistic of CloudWatch. The word is the one its API takes.
package enum MetricStatistic: Hashable, Sendable {
    case sum, average, maximum, minimum, sampleCount
    /// Between 0 and 100.
    case percentile(Double)

    package var word: String {
        switch self {
        case .sum: "Sum"
        case .average: "Average"
        case .maximum: "Maximum"
        case .minimum: "Minimum"
        case .sampleCount: "SampleCount"
        case .percentile(let rank): rank == rank.rounded() && abs(rank) < 1_000 ? "p\(Int64(rank))" : "p\(rank)"
        }
    }

    /// Reads `Sum`, `p99` or `p99.9`, as users write them.
    package init?(_ word: some StringProtocol) {
        switch word.lowercased() {
        case "sum": self = .sum
        case "average", "avg": self = .average
        case "maximum", "max": self = .maximum
        case "minimum", "min": self = .minimum
        case "samplecount": self = .sampleCount
        case let word:
            guard word.hasPrefix("p"), let rank = Double(word.dropFirst()), rank.isFinite else { return nil }
            self = .percentile(rank)
        }
    }
}

/// One dimension of a metric, as CloudWatch compares it: exactly.
package struct MetricDimension: Hashable, Comparable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package static func < (a: MetricDimension, b: MetricDimension) -> Bool { (a.name, a.value) < (b.name, b.value) }
}
