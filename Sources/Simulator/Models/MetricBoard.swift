import Telemetry

/// What names a series in CloudWatch.
package struct MetricKey: Hashable, Comparable, Sendable {
    package var namespace: String
    package var name: String
    /// `Name=Value`, sorted.
    package var dimensions: [String]

    package init(_ namespace: String, _ name: String, _ dimensions: [String: String]) {
        self.namespace = namespace
        self.name = name
        self.dimensions = dimensions.map { "\($0)=\($1)" }.sorted()
    }

    package static func < (a: MetricKey, b: MetricKey) -> Bool {
        (a.namespace, a.name, a.dimensions.joined(separator: ",")) < (b.namespace, b.name, b.dimensions.joined(separator: ","))
    }
}

/// One series: a function from a minute to what was reported in it.
package struct MetricSeries: Sendable {
    package enum Nature: Sendable {
        /// Sums grow for some minutes while late reports come in.
        case counter
        case reading
    }

    package var nature: Nature
    package var point: @Sendable (_ minute: Int64) -> MetricPoint?
    private var dice: Dice

    package init(_ nature: Nature, dice: Dice, point: @escaping @Sendable (Int64) -> MetricPoint?) {
        self.nature = nature
        self.dice = dice
        self.point = point
    }

    /// All that is known at `now` of the minutes from `start` up to `end`.
    package func point(from start: Int64, to end: Int64, now: Timestamp) -> MetricPoint? {
        let known = (now - MetricSeries.delay).minute
        var sum: MetricPoint?
        var minute = start
        while minute < min(end, known) {
            if let point = reported(minute, now: now) { if sum == nil { sum = point } else { sum?.add(point) } }
            minute += 1
        }
        return sum
    }

    /// Seconds until CloudWatch shows anything of a minute.
    package static let delay: Int64 = 120
    /// Seconds until nothing changes any more.
    package static let settled: Int64 = 600

    private func reported(_ minute: Int64, now: Timestamp) -> MetricPoint? {
        let whole = point(minute)
        guard nature == .counter, now - Timestamp(minute: minute + 1) < Self.settled else { return whole }
        return whole?.arriving(missing: dice.unit(minute))
    }
}

/// All series of one system.
package struct MetricBoard: Sendable {
    package private(set) var series: [MetricKey: MetricSeries] = [:]
    private var dice: Dice

    package init(dice: Dice) { self.dice = dice.named("late") }

    package mutating func add(_ namespace: String, _ name: String, _ dimensions: [String: String], _ nature: MetricSeries.Nature,
                              point: @escaping @Sendable (Int64) -> MetricPoint?) {
        series[MetricKey(namespace, name, dimensions)] = MetricSeries(nature, dice: dice, point: point)
    }
}
