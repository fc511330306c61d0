/// What a service reports for one metric over some minutes: a set of values, from which every statistic is taken.
package struct MetricPoint: Sendable {
    package private(set) var count: Double
    package private(set) var sum: Double
    package private(set) var minimum: Double
    package private(set) var maximum: Double
    /// Each value with its weight, for percentiles.
    private var weights: [Weighted]

    private struct Weighted { var value: Double, weight: Double }

    /// One reading.
    package init(_ value: Double) { self.init(value, count: 1) }

    /// The same value so many times.
    package init(_ value: Double, count: Double) {
        self.count = count
        sum = value * count
        minimum = value
        maximum = value
        weights = [Weighted(value: value, weight: count)]
    }

    /// Single values; nothing where there are none.
    package init?(_ values: [Double]) {
        guard let first = values.first else { return nil }
        self.init(first)
        for value in values.dropFirst() { add(MetricPoint(value)) }
    }

    /// A 0/1 metric as API Gateway and Lambda report it: one value for each of `total` requests, `hits` of them 1.
    package init?(hits: Int, of total: Int) {
        guard total > 0 else { return nil }
        self.init(0, count: Double(max(0, total - hits)))
        guard hits > 0 else { return }
        let ones = MetricPoint(1, count: Double(hits))
        if hits >= total { self = ones } else { add(ones) }
    }

    package mutating func add(_ other: MetricPoint) {
        count += other.count
        sum += other.sum
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
        weights += other.weights
    }

    package var average: Double { count > 0 ? sum / count : 0 }

    /// The value below which this share of the weight lies, by nearest rank: never beyond the greatest value.
    package func percentile(_ share: Double) -> Double {
        let sorted = weights.sorted { $0.value < $1.value }
        let rank = share * count
        var passed = 0.0
        for item in sorted {
            passed += item.weight
            if passed >= rank - 1e-9 { return item.value }
        }
        return maximum
    }

    /// The same point as long as some of it is still on its way: a little less of everything that is counted.
    package func arriving(missing chance: Double) -> MetricPoint? {
        let lost = (sum * 0.03 + chance).rounded(.down)
        guard lost > 0 else { return self }
        guard sum - lost > 0 else { return nil }
        var point = self
        point.sum -= lost
        point.minimum = min(minimum, point.sum)
        point.maximum = count == 1 ? point.sum : maximum
        return point
    }
}
