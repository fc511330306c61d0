import Signals
import Telemetry

/// What only Datadog was told: metrics by query, log counts by status, and traces. Nothing is listed there; configuration says what belongs to whom.
package struct DatadogCollector: Source {
    /// One series by a metric query.
    package struct MetricQuery: Sendable {
        package var series: SeriesReference
        /// `$period` stands for the seconds of a point.
        package var query: String
        /// Makes the answer's unit the signal's base unit.
        package var scale: Double

        package init(series: SeriesReference, query: String, scale: Double = 1) {
            self.series = series
            self.query = query
            self.scale = scale
        }
    }

    /// The log events of one function.
    package struct LogQuery: Sendable {
        package var function: String
        package var query: String

        package init(function: String, query: String) {
            self.function = function
            self.query = query
        }
    }

    /// The spans that open the traces of one group.
    package struct SpanQuery: Sendable {
        package var traceGroup: String
        package var query: String

        package init(traceGroup: String, query: String) {
            self.traceGroup = traceGroup
            self.query = query
        }
    }

    private let service: WebService
    private let environment: WebEnvironment
    private let metrics: [MetricQuery]
    private let logs: [LogQuery]
    private let spans: [SpanQuery]

    package init(_ service: WebService, metrics: [MetricQuery] = [], logs: [LogQuery] = [], spans: [SpanQuery] = [], environment: WebEnvironment) {
        self.service = service
        self.metrics = metrics
        self.logs = logs
        self.spans = spans
        self.environment = environment
    }

    package func harvest(_ order: CollectionOrder) async -> Harvest {
        let desk = WebDesk(service, order: order, environment: environment)
        var harvest = Harvest(window: TimeWindow(from: order.now, to: order.now))
        // One after the other: limits are small and counted by the hour, and what comes first matters most.
        for part in [await DatadogLogs(desk, logs).harvest(), await DatadogMetrics(desk, metrics).harvest(), await DatadogTraces(desk, spans).harvest()] {
            if part.window.start < harvest.window.start { harvest.window = part.window }
            harvest.merge(part)
        }
        harvest.problems = await desk.problems
        harvest.ledger = await desk.ledger
        harvest.series.sort { $0.series < $1.series }
        harvest.resources.sort { $0.id < $1.id }
        return harvest
    }

    /// The calls of an ordinary run, by operation.
    package static func calls(metrics: Int, logs: Int, spans: Int) -> [(operation: String, calls: Int)] {
        [("datadog:AggregateLogs", logs), ("datadog:QueryMetrics", metrics), ("datadog:AggregateSpans", spans * 2), ("datadog:SearchSpans", spans * 2)].filter { $0.1 > 0 }
    }

    /// The permission of the application key that an operation needs.
    /// https://docs.datadoghq.com/account_management/rbac/permissions/
    package static func right(_ operation: String) -> String? {
        switch operation {
        case "datadog:AggregateLogs": "logs_read_data"
        case "datadog:QueryMetrics": "timeseries_query"
        case "datadog:AggregateSpans", "datadog:SearchSpans": "apm_read"
        default: nil
        }
    }
}

extension SourceReading {
    /// One row for one kind of question: how many of them went wrong, and how.
    init(_ desk: WebDesk, _ what: String, asked: Int, refusals: [WebRefusal], to end: Timestamp) {
        let state: State = refusals.isEmpty ? .ok : refusals.count < asked ? .partial : refusals.allSatisfy { $0.absence == .denied } ? .denied : .failed
        self.init(source: desk.order.source, what: what, state: state, dataTo: refusals.count < asked ? end : nil, detail: refusals.first?.detail)
    }
}
