import JSON
import Telemetry

/// A GetMetricData request that holds to the service's limits.
struct MetricDataRequest: Sendable {
    static let queryLimit = 500
    static let datapointLimit = 100_800

    var start: Timestamp
    var end: Timestamp
    var queries: [MetricDataQuery]
    var isAscending: Bool
    var maxDatapoints: Int
    var offset: Int

    init(_ call: Call) throws(ServiceError) {
        let input = call.input
        guard let start = Self.time(input["StartTime"]), let end = Self.time(input["EndTime"]) else {
            throw .invalid("The parameters StartTime and EndTime are required.")
        }
        guard start < end else { throw .invalid("The parameter StartTime must be less than the parameter EndTime.") }
        let items = input["MetricDataQueries"]?.array ?? []
        guard !items.isEmpty, items.count <= Self.queryLimit else {
            throw .invalid("The collection MetricDataQueries must not have a size greater than \(Self.queryLimit).")
        }
        var queries: [MetricDataQuery] = []
        for item in items { queries.append(try MetricDataQuery(item)) }
        guard Set(queries.map(\.id)).count == queries.count else { throw .invalid("The values for parameter id in MetricDataQueries must be unique.") }
        self.start = start
        self.end = end
        self.queries = queries
        isAscending = input["ScanBy"]?.string == "TimestampAscending"
        maxDatapoints = min(max(1, input["MaxDatapoints"]?.integer ?? Self.datapointLimit), Self.datapointLimit)
        offset = try Page([0], token: input["NextToken"]?.string, size: 1).start
    }

    private static func time(_ value: JSONValue?) -> Timestamp? {
        value?.number.flatMap(Timestamp.init(epoch:)) ?? value?.string.flatMap { Timestamp(rfc3339: $0) }
    }
}

/// One metric, one statistic, one period.
struct MetricDataQuery: Sendable {
    var id: String
    var label: String
    var key: MetricKey
    var statistic: MetricStatistic
    var period: Int64
    var returnsData: Bool

    init(_ value: JSONValue) throws(ServiceError) {
        guard let id = value["Id"]?.string, id.first.map({ $0.isLowercase && $0.isASCII }) == true else {
            throw .invalid("The value for parameter id in MetricDataQueries must start with a lower-case letter.")
        }
        guard let stat = value["MetricStat"], let namespace = stat["Metric"]?["Namespace"]?.string, let name = stat["Metric"]?["MetricName"]?.string else {
            throw .invalid("The simulator computes no expressions: query '\(id)' needs a MetricStat.")
        }
        guard let period = stat["Period"]?.integer, period > 0, period % 60 == 0 else {
            throw .invalid("The parameter Period must be a multiple of 60 (query '\(id)').")
        }
        guard let statistic = stat["Stat"]?.string.flatMap(MetricStatistic.init) else {
            throw .invalid("The value for parameter Stat of query '\(id)' is not a valid statistic.")
        }
        var dimensions: [String: String] = [:]
        for item in stat["Metric"]?["Dimensions"]?.array ?? [] { dimensions[item["Name"]?.string ?? ""] = item["Value"]?.string ?? "" }
        self.id = id
        self.statistic = statistic
        self.period = Int64(period)
        key = MetricKey(namespace, name, dimensions)
        label = value["Label"]?.string ?? name
        returnsData = value["ReturnData"]?.bool ?? true
    }

    /// Points in the order asked for; buckets start at multiples of the period.
    func points(in request: MetricDataRequest, _ call: Call) -> [(time: Timestamp, value: Double)] {
        guard let series = call.system.metrics.series[key] else { return [] }
        let end = min(request.end, call.now)
        var points: [(time: Timestamp, value: Double)] = []
        var bucket = request.start.floored(to: period)
        while bucket < end {
            if let point = series.point(from: bucket.minute, to: (bucket + period).minute, now: call.now) {
                points.append((bucket, statistic.value(of: point)))
            }
            bucket = bucket + period
        }
        return request.isAscending ? points : points.reversed()
    }

    func result(_ points: [(time: Timestamp, value: Double)], isWhole: Bool) -> JSONValue {
        .object([
            .init("Id", .string(id)), .init("Label", .string(label)),
            .init("Timestamps", .array(points.map { JSONValue($0.time.seconds) })),
            .init("Values", .array(points.map { .number($0.value) })),
            .init("StatusCode", isWhole ? "Complete" : "PartialData"),
        ])
    }
}

/// How a bucket becomes one number.
enum MetricStatistic: Equatable, Sendable {
    case sum, average, minimum, maximum, sampleCount
    /// A share between 0 and 1.
    case percentile(Double)

    init?(_ text: String) {
        switch text {
        case "Sum": self = .sum
        case "Average": self = .average
        case "Minimum": self = .minimum
        case "Maximum": self = .maximum
        case "SampleCount": self = .sampleCount
        default:
            guard text.first == "p", let percent = Double(text.dropFirst()), (0...100).contains(percent) else { return nil }
            self = .percentile(percent / 100)
        }
    }

    func value(of point: MetricPoint) -> Double {
        switch self {
        case .sum: point.sum
        case .average: point.average
        case .minimum: point.minimum
        case .maximum: point.maximum
        case .sampleCount: point.count
        case .percentile(let share): point.percentile(share)
        }
    }
}
