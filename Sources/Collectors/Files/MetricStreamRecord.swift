import JSON
import Signals
import Telemetry

/// One line of a CloudWatch metric stream in its JSON form: what one metric did in one minute.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-metric-streams-formats-json.html
package struct MetricStreamRecord: Equatable, Sendable {
    package var metric: StreamedMetric
    package var time: Timestamp
    package var values: StatisticSet

    /// Nothing where a part is missing or of another type.
    package init?(_ record: JSONValue) {
        guard let namespace = record["namespace"]?.string, !namespace.isEmpty, let name = record["metric_name"]?.string, !name.isEmpty,
              case .object(let members)? = record["dimensions"], let milliseconds = record["timestamp"]?.number,
              let time = Timestamp(epoch: (milliseconds / 1_000).rounded(.down)), let values = record["value"].flatMap(StatisticSet.init) else { return nil }
        var dimensions: [MetricDimension] = []
        for member in members {
            guard let value = member.value.string else { return nil }
            dimensions.append(MetricDimension(member.key, value))
        }
        metric = StreamedMetric(account: record["account_id"]?.string ?? "", region: record["region"]?.string ?? "", namespace: namespace, name: name,
                                dimensions: dimensions.sorted())
        self.time = time
        self.values = values
    }
}

/// A metric of a stream, which may carry those of several accounts and regions.
package struct StreamedMetric: Hashable, Comparable, Sendable {
    package var account: String
    package var region: String
    package var namespace: String
    package var name: String
    /// By name.
    package var dimensions: [MetricDimension]

    /// As lists of files name it: `AWS/EC2/CPUUtilization/i-0123`.
    package var label: String { ([namespace, name] + dimensions.map(\.value)).joined(separator: "/") }

    package static func < (a: StreamedMetric, b: StreamedMetric) -> Bool {
        (a.account, a.region, a.namespace, a.name, a.label) < (b.account, b.region, b.namespace, b.name, b.label)
    }
}

/// What CloudWatch says of the values of one minute, without the values.
package struct StatisticSet: Equatable, Sendable {
    package var sum: Double
    package var count: Double
    package var minimum: Double
    package var maximum: Double
    /// What the stream was told to send besides, by CloudWatch's word: `p99`.
    package var others: [String: Double]

    init?(_ value: JSONValue) {
        guard let sum = value["sum"]?.number, let count = value["count"]?.number, let minimum = value["min"]?.number, let maximum = value["max"]?.number,
              count >= 0, minimum <= maximum else { return nil }
        self.sum = sum
        self.count = count
        self.minimum = minimum
        self.maximum = maximum
        others = [:]
        for member in value.members where member.key.hasPrefix("p") { others[member.key] = member.value.number }
    }

    /// The statistic over several minutes. Those of the set itself are exact; of percentiles the worst minute's is told, and none where a minute has none.
    package static func value(of statistic: MetricStatistic, over minutes: [StatisticSet]) -> Double? {
        guard !minutes.isEmpty else { return nil }
        switch statistic {
        case .sum: return minutes.reduce(0) { $0 + $1.sum }
        case .sampleCount: return minutes.reduce(0) { $0 + $1.count }
        case .average:
            let count = minutes.reduce(0) { $0 + $1.count }
            return count > 0 ? minutes.reduce(0) { $0 + $1.sum } / count : nil
        case .minimum: return minutes.map(\.minimum).min()
        case .maximum: return minutes.map(\.maximum).max()
        case .percentile:
            // Of values that are all the same every percentile is that value.
            let each = minutes.map { $0.minimum == $0.maximum ? $0.maximum : $0.others[statistic.word] }
            return each.contains(nil) ? nil : each.compactMap(\.self).max()
        }
    }
}
