import Signals
import Telemetry

/// A metric under the name that an exporter gives it, and the signal that is the same number here.
struct PrometheusMetric {
    var signal: Signal
    var unit: MetricUnit
    /// Multiplies the exporter's number into the signal's base unit.
    var scale: Double
    /// Labels that tell one resource from the other.
    var identity: Set<String>

    /// Metrics of Prometheus itself and of the blackbox exporter.
    static let probes: [String: String] = ["up": "up", "probe_success": "up", "probe_duration_seconds": "latency", "probe_http_status_code": "status"]
    /// A moment, from which `time()` is taken away.
    static let certificateEnd = "probe_ssl_earliest_cert_expiry"
    private static let probeIdentity: Set<String> = ["job", "instance", "target"]

    /// The signal, or why there is none.
    static func named(_ name: String, offset: Int) throws(PromQLMistake) -> PrometheusMetric {
        if let probe = name == certificateEnd ? "tls_expires_in" : probes[name], let definition = SignalCatalogue.definition(of: Signal(.probe, probe)) {
            return PrometheusMetric(signal: definition.signal, unit: definition.unit, scale: 1, identity: probeIdentity)
        }
        let plain = squashed(name)
        if let definition = byName[plain], case .cloudWatch(let metric) = definition.origin {
            return PrometheusMetric(signal: definition.signal, unit: definition.unit, scale: metric.scale, identity: identity(definition.kind))
        }
        if let other = statistics.filter({ plain.hasPrefix($0.key) && isStatistic(plain.dropFirst($0.key.count)) }).max(by: { $0.key.count < $1.key.count })?.value {
            throw PromQLMistake(offset: offset, message: "'\(name)' is collected here as \(other)")
        }
        throw PromQLMistake(offset: offset, message: name.isEmpty ? "a selector without a metric's name" : "'\(name)' is no signal of a resource that is watched here")
    }

    /// Exporters write the same name with and without underscores (`5_xxerror`, `5xxerror`).
    private static func squashed(_ name: some StringProtocol) -> String { name.lowercased().filter { $0 != "_" } }
    private static func isStatistic(_ text: Substring) -> Bool { ["sum", "average", "maximum", "minimum", "samplecount"].contains(String(text)) || text.hasPrefix("p") && Double(text.dropFirst()) != nil }

    private static func bare(_ metric: CloudWatchMetric) -> String { squashed(metric.namespace.replacing("/", with: "") + metric.metric) }

    private static let measured: [(String, SignalDefinition, CloudWatchMetric)] = SignalCatalogue.definitions.compactMap { definition in
        guard case .cloudWatch(let metric) = definition.origin, metric.operations.isEmpty else { return nil }
        return (bare(metric), definition, metric)
    }
    private static let byName = Dictionary(measured.map { ($0.0 + squashed($0.2.statistic.word), $0.1) }, uniquingKeysWith: { first, _ in first })
    /// The statistics that are collected of a metric, by its bare name.
    private static let statistics = Dictionary(grouping: measured, by: \.0).mapValues { Set($0.map(\.2.statistic.word)).sorted().joined(separator: " and ") }

    private static func identity(_ kind: ResourceKind) -> Set<String> {
        func both(_ snake: String, _ camel: String) -> Set<String> { [snake, camel, "dimension_\(camel)"] }
        return switch kind {
        case .queue: both("queue_name", "QueueName")
        case .function: both("function_name", "FunctionName")
        case .api, .httpAPI: both("api_name", "ApiName").union(both("api_id", "ApiId"))
        case .topic: both("topic_name", "TopicName")
        case .bus: both("rule_name", "RuleName")
        case .table: both("table_name", "TableName")
        case .bucket: both("bucket_name", "BucketName")
        case .stateMachine: both("state_machine_arn", "StateMachineArn")
        case .log: both("log_group_name", "LogGroupName")
        case .probe, .trace, .balance, .slo: probeIdentity
        }
    }
}
