import JSON
import Telemetry

/// Metric streams of CloudWatch, as Firehose leaves them in files.
extension FileReading {
    /// Minutes become points of the grain, as CloudWatch itself would have put them together.
    mutating func metricStream(_ bodies: [(file: String, bytes: [UInt8])], _ entry: FilesCollector.Entry) {
        let names = StreamedMetricNames(order, declared: harvest.resources, labels: entry.series)
        var parts: [StreamedMetric: (targets: [StreamedMetricNames.Target], minutes: [Int64: StatisticSet])] = [:]
        var records = 0, deliveredTo = Timestamp(seconds: 0)
        for body in bodies {
            var refused = 0, found = 0
            let broken = TraceFile.forEachDocument(in: body.bytes) { value in
                guard let record = MetricStreamRecord(value), record.time <= order.now else { refused += 1; return }
                found += 1
                deliveredTo = max(deliveredTo, record.time + 60)
                if parts[record.metric] == nil {
                    let targets = names.targets(of: record.metric)
                    if targets.isEmpty { return }
                    guard parts.count < order.budget.series else { leftOut += 1; return }
                    parts[record.metric] = (targets, [:])
                }
                // A minute that is sent again is corrected.
                parts[record.metric]?.minutes[record.time.seconds] = record.values
            }
            records += found
            if broken > 0 { complain(.badAnswer, body.file, found + refused == 0 ? "is no JSON. Expected records of a metric stream, one a line" : "\(broken) lines are no JSON. The others are kept") }
            if refused > 0 { complain(.badAnswer, body.file, "\(refused) records are none of a metric stream: one needs namespace, metric_name, dimensions, a timestamp that is past, and sum, count, min and max of a value. The others are kept") }
        }
        if parts.isEmpty, records > 0 {
            complain(.missing, entry.path, "none of its \(records) records is of a resource that is watched here. Name the resources in their service, or single metrics under series, such as AWS/EC2/CPUUtilization/i-0123")
        }
        record(parts, deliveredTo: deliveredTo, entry)
    }

    private mutating func record(_ parts: [StreamedMetric: (targets: [StreamedMetricNames.Target], minutes: [Int64: StatisticSet])], deliveredTo: Timestamp,
                                 _ entry: FilesCollector.Entry) {
        let end = CollectionWindow.end(now: order.now, period: order.grain)
        var places: [SeriesID: (account: String, region: String)] = [:], values: [SeriesID: [Int64: Double]] = [:], elsewhere = 0
        for (streamed, part) in parts.sorted(by: { $0.key < $1.key }) {
            let grains = Dictionary(grouping: part.minutes.sorted { $0.key < $1.key }) { Timestamp(seconds: $0.key).floored(to: order.grain).seconds }
            for target in part.targets {
                let place = places[target.series] ?? (streamed.account, streamed.region)
                guard place == (streamed.account, streamed.region) else { elsewhere += 1; continue }
                places[target.series] = place
                var own: [Int64: Double] = [:]
                for (time, minutes) in grains { own[time] = StatisticSet.value(of: target.metric.statistic, over: minutes.map(\.value)).map { $0 * target.metric.scale } }
                values[target.series, default: [:]].merge(own, uniquingKeysWith: target.metric.combined)
                owners[target.series.resource] = target.service
            }
        }
        for (series, points) in values.sorted(by: { $0.key < $1.key }) {
            for (seconds, value) in points {
                let time = Timestamp(seconds: seconds)
                // The minutes that are still to come belong to the newest point.
                add(value, at: time, to: series, time + order.grain > deliveredTo ? .partial : CollectionWindow.quality(of: time, end: end), period: order.grain)
            }
        }
        if elsewhere > 0 { complain(.limit, entry.path, "\(elsewhere) metrics have the name of another account's or region's and are left out. Give each account and region a source and files of its own") }
    }
}
