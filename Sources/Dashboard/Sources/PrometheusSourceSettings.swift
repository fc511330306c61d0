import Collectors
import Curl
import Digests
import Signals
import Telemetry

/// A server that speaks Prometheus's query API.
struct PrometheusSourceSettings: SourceSettings {
    static let kind = "prometheus"
    static let summary = "A server that speaks Prometheus's query API (Prometheus, Thanos, Mimir, VictoriaMetrics): one range query a signal."
    static let schema = RecordSchema("a prometheus source", [
        .init("url", .url, required: true, "Where /api/v1 lies, such as https://prometheus.example.com; a path before it is kept. May be on a private network."),
        .init("bearer_token", .secret, "Sent as Authorization: Bearer."),
        .init("username", .secret, "For basic authentication, with password."),
        .init("password", .secret, "For basic authentication."),
        .init("headers", .map(.secret), "Further headers, such as X-Scope-OrgID for the tenant of a shared server."),
        .init("ca_file", .text, "Certificates to trust instead of the system's."),
        .init("backfill", .duration, "How much history the first run asks for. Default 24h."),
        .init("budget", .record(budgetSchema), "What a run may ask for."),
        .init("queries", .list(.record(querySchema)), required: true, "Which signals come from it."),
    ])
    private static let budgetSchema = RecordSchema("a budget of queries", [.init("calls_per_run", .integer(1...100_000), "Queries that one run may make.")])
    private static let querySchema = RecordSchema("a query", [
        .init("series", .text, required: true, "The resource and signal that it gives, such as queue(\"orders\").visible."),
        .init("query", .text, required: true, "PromQL that gives one series. $period stands for the step: increase(x[$period])."),
        .init("scale", .text, "Multiplies the answer into the signal's base unit, such as 0.001 for milliseconds. Default 1."),
    ])

    private let url: String
    private let headers: HTTPHeaders
    private let caFile: String?
    private let backfill: Int64
    private let callsPerRun: Int?
    let queries: [PromQLQuery]
    /// Where each is written.
    let places: [Diagnostic]

    init?(_ record: ConfigurationReader.Record) {
        guard let url = record.url("url") else { return nil }
        self.url = url
        caFile = record.text("ca_file")
        backfill = record.duration("backfill") ?? 86_400
        callsPerRun = record.record("budget", Self.budgetSchema)?.integer("calls_per_run")
        headers = Self.headers(record)
        let written = record.records("queries", Self.querySchema).compactMap { query in Self.query(query).map { ($0, query.place(of: "query")) } }
        queries = written.map(\.0)
        places = written.map(\.1)
        var seen: Set<SeriesReference> = []
        for query in queries where !seen.insert(query.series).inserted {
            record.fail("queries", "two queries give \(query.series.kind.rawValue) '\(printable(query.series.name))' \(query.series.signal). Remove one.")
        }
    }

    private static func headers(_ record: ConfigurationReader.Record) -> HTTPHeaders {
        var headers = HTTPHeaders()
        for (name, value) in record.secrets("headers").sorted(by: { $0.key < $1.key }) { headers[name] = value }
        if record.has("bearer_token"), record.has("username") { record.fail("bearer_token", "either a bearer token or a user name, not both") }
        if record.has("username") != record.has("password") { record.fail(record.has("username") ? "username" : "password", "basic authentication needs username and password") }
        if let token = record.secret("bearer_token") { headers["Authorization"] = "Bearer \(token)" }
        if let user = record.secret("username"), let password = record.secret("password") { headers["Authorization"] = "Basic \(base64(Array("\(user):\(password)".utf8)))" }
        return headers
    }

    private static func query(_ record: ConfigurationReader.Record) -> PromQLQuery? {
        guard let text = record.text("series"), let expression = record.text("query") else { return nil }
        guard let series = SeriesReference(text) else { record.fail("series", "expected a signal of a resource, such as queue(\"orders\").visible"); return nil }
        guard let definition = SignalCatalogue.definition(of: Signal(series.kind, series.signal)) else {
            record.fail("series", "\(series.kind.rawValue) has no signal '\(printable(series.signal))'. "
                + record.reader.suggestion(series.signal, SignalCatalogue.vocabulary.names(of: series.kind)))
            return nil
        }
        if case .derived(let formula) = definition.origin { record.fail("series", "\(definition.signal) is worked out from other signals (\(formula)): give those"); return nil }
        let scale = record.text("scale").map { Double($0) } ?? 1
        guard let scale, scale.isFinite, scale > 0 else { record.fail("scale", "expected a number above zero, such as 0.001"); return nil }
        if expression.utf8.count > 8_000 { record.fail("query", "longer than 8000 bytes: make a recording rule of it"); return nil }
        let query = PromQLQuery(series: series, expression: expression, scale: scale)
        for finding in query.findings { record.fail("query", finding) }
        return query
    }

    var mentions: [SourceMention] { Set(queries.map { .resource($0.series.kind, $0.series.name) }).sorted { "\($0)" < "\($1)" } }

    func source(in surroundings: SourceSurroundings) -> any Source {
        let service = WebService(title: "Prometheus", endpoint: url, headers: headers, caFile: caFile, isOwnEndpoint: true,
                                 keyRemedy: "Check bearer_token, or username and password, and what they may read.")
        return PrometheusCollector(service, queries: queries, environment: surroundings.world.webEnvironment)
    }

    var budget: SourceBudget { SourceBudget(callsPerRun: callsPerRun) }

    func limit(_ order: inout CollectionOrder, spent: [LedgerEntry]) {
        order.backfill = backfill
        order.budget.calls = callsPerRun ?? order.budget.calls
    }

    func plan(_ question: SourcePlanQuestion) -> SourcePlan? {
        SourcePlan(place: WebAddress.host(of: url) ?? "a server",
                   plan: CollectionPlan(source: question.order.source, everyRun: [("prometheus:query_range", queries.count)], interval: question.interval))
    }
}
