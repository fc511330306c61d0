import Collectors
import Curl
import Signals
import Telemetry

/// A Datadog organization.
struct DatadogSourceSettings: SourceSettings {
    static let kind = "datadog"
    static let summary = "A Datadog organization: what functions tell it and CloudWatch never hears."
    static let bringsResources = false
    static let schema = RecordSchema("a datadog source", [
        .init("site", .text, "Such as datadoghq.eu, as the organization's address shows it. Default datadoghq.com."),
        .init("api_key", .secret, required: true, "Says which organization it is."),
        .init("app_key", .secret, required: true, "Says what may be read: logs_read_data, timeseries_query, apm_read."),
        .init("endpoint_url", .optional(.url), "Instead of https://api.<site>. May be on a private network."),
        .init("ca_file", .optional(.text), "Certificates to trust instead of the system's."),
        .init("backfill", .duration, "How much history the first run asks for. Default 24h."),
        .init("budget", .record(budgetSchema), "What a run may ask for."),
        .init("logs", .list(.record(logSchema)), "Functions whose log events are counted there: errors, warnings, all."),
        .init("metrics", .list(.record(metricSchema)), "Signals that come from a metric query."),
        .init("spans", .list(.record(spanSchema)), "Trace groups, each by the spans that open its traces."),
    ])
    private static let budgetSchema = RecordSchema("a budget of calls", [.init("calls_per_run", .integer(1...10_000), "Calls that one run may make. Default 100; span calls are limited to 300 an hour by default.")])
    private static let logSchema = RecordSchema("a log query", [
        .init("function", .text, required: true, "The function whose log it is."),
        .init("query", .text, required: true, "Datadog's log search, such as service:users functionname:users-login."),
    ])
    private static let metricSchema = RecordSchema("a metric query", [
        .init("series", .text, required: true, "The resource and signal that it gives, such as function(\"users-login\").cold_starts."),
        .init("query", .text, required: true, "A metric query that gives one series, with .rollup(…, $period): $period stands for the seconds of a point."),
        .init("scale", .text, "Multiplies the answer into the signal's base unit, such as 0.001 for milliseconds. Default 1."),
    ])
    private static let spanSchema = RecordSchema("a span query", [
        .init("trace_group", .identifier, required: true, "The trace group; it names this source."),
        .init("query", .text, required: true, "Datadog's span search for the spans that open a trace, such as service:users operation_name:aws.lambda."),
    ])

    private let endpoint: String
    private let isOwnEndpoint: Bool
    private let apiKey: String
    private let appKey: String
    private let caFile: String?
    private let backfill: Int64
    private let callsPerRun: Int
    private let logs: [DatadogCollector.LogQuery]
    private let metrics: [DatadogCollector.MetricQuery]
    private let spans: [DatadogCollector.SpanQuery]

    init?(_ record: ConfigurationReader.Record) {
        let site = record.text("site") ?? "datadoghq.com"
        if !Self.isHost(site) { record.fail("site", "expected a host such as datadoghq.eu, without https://") }
        let own = record.url("endpoint_url")
        endpoint = own ?? "https://api.\(site)"
        isOwnEndpoint = own != nil
        apiKey = record.secret("api_key") ?? ""
        appKey = record.secret("app_key") ?? ""
        for (name, key) in [("api_key", apiKey), ("app_key", appKey)] where !key.allSatisfy({ $0.isASCII && !$0.isWhitespace && !$0.isNewline }) { record.fail(name, "a key has no spaces or line ends") }
        caFile = record.text("ca_file")
        backfill = record.duration("backfill") ?? 86_400
        callsPerRun = record.record("budget", Self.budgetSchema)?.integer("calls_per_run") ?? 100
        logs = record.records("logs", Self.logSchema).compactMap { entry in
            entry.text("function").flatMap { function in entry.text("query").map { .init(function: function, query: $0) } }
        }
        spans = record.records("spans", Self.spanSchema).compactMap { entry in
            entry.identifier("trace_group").flatMap { group in entry.text("query").map { .init(traceGroup: group, query: $0) } }
        }
        metrics = record.records("metrics", Self.metricSchema).compactMap(Self.metric)
        if logs.isEmpty, metrics.isEmpty, spans.isEmpty { record.reader.report(record.mark, record.path, "asks for nothing: give it logs, metrics or spans") }
    }

    private static func metric(_ record: ConfigurationReader.Record) -> DatadogCollector.MetricQuery? {
        guard let text = record.text("series"), let query = record.text("query") else { return nil }
        guard let series = SeriesReference(text) else { record.fail("series", "expected a signal of a resource, such as function(\"users-login\").cold_starts"); return nil }
        guard SignalCatalogue.definition(of: Signal(series.kind, series.signal)) != nil else {
            record.fail("series", "\(series.kind.rawValue) has no signal '\(printable(series.signal))'. "
                + record.reader.suggestion(series.signal, SignalCatalogue.vocabulary.names(of: series.kind)))
            return nil
        }
        let scale = record.text("scale").map { Double($0) } ?? 1
        guard let scale, scale.isFinite, scale > 0 else { record.fail("scale", "expected a number above zero, such as 0.001"); return nil }
        // Without it the length of a point depends on the length of the window.
        if !query.contains(".rollup(") || !query.contains("$period") { record.fail("query", "needs .rollup(sum, $period), or avg or max, so that its points are as long as the site's") }
        return .init(series: series, query: query, scale: scale)
    }

    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253 && text.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || ($0 >= 97 && $0 <= 122) || $0 == 45 || $0 == 46 }
    }

    var mentions: [SourceMention] {
        logs.map { .resource(.function, $0.function) } + metrics.map { .resource($0.series.kind, $0.series.name) } + spans.map { .traceGroup($0.traceGroup) }
    }

    private var service: WebService {
        WebService(title: "Datadog", endpoint: endpoint, headers: ["DD-API-KEY": apiKey, "DD-APPLICATION-KEY": appKey], caFile: caFile, isOwnEndpoint: isOwnEndpoint,
                   keyRemedy: "Check api_key and app_key of the source, and that site is the organization's.",
                   limitHeaders: .init(remaining: "X-RateLimit-Remaining", reset: "X-RateLimit-Reset", isMoment: false), right: DatadogCollector.right)
    }

    func source(in surroundings: SourceSurroundings) -> any Source {
        DatadogCollector(service, metrics: metrics, logs: logs, spans: spans, environment: surroundings.world.webEnvironment)
    }

    func limit(_ order: inout CollectionOrder, spent: [LedgerEntry]) {
        order.backfill = backfill
        order.budget.calls = callsPerRun
    }

    func plan(_ question: SourcePlanQuestion) -> SourcePlan? {
        let calls = DatadogCollector.calls(metrics: metrics.count, logs: logs.count, spans: spans.count)
        let pages = spans.isEmpty ? [] : ["datadog:SearchSpans is one call a thousand spans, one for examples where there are new ones, and one for traces that those link to."]
        return SourcePlan(place: service.host, plan: CollectionPlan(source: question.order.source, everyRun: calls, interval: question.interval, assumptions: pages))
    }
}
