import Collectors
import Telemetry

/// Recorded answers, tables, traces and reports in a folder.
struct FilesSourceSettings: SourceSettings {
    static let kind = "files"
    static let summary = "Recorded AWS answers, metric streams, metric CSV, traces, reports of smoke tests and deployments in a folder."
    static let schema = RecordSchema("a files source", [
        .init("path", .text, required: true, "The folder."),
        .init("files", .list(.record(entrySchema)), required: true, "What lies in it."),
    ])
    private static let entrySchema = RecordSchema("an entry of a files source", [
        .init("path", .text, required: true, "A file name; * and ? match within a name."),
        .init("format", .choice(Format.allCases.map(\.rawValue)), required: true, "What the file holds."),
        .init("series", .map(.text), "Column or label to series, such as value: queue(\"orders\").oldest_age."),
        .init("trace_group", .text, "The trace group that the traces belong to."),
        .init("log_group", .text, "The function whose log it is."),
        .init("service", .identifier, "The service whose smoke tests or deployments they are."),
    ])

    private enum Format: String, CaseIterable {
        case getMetricData = "get_metric_data", metricStream = "metric_stream", batchGetTraces = "batch_get_traces", filterLogEvents = "filter_log_events", csv
        case otlpTraces = "otlp_traces", jaegerTraces = "jaeger_traces", datadogTraces = "datadog_traces", jUnit = "junit", smokeTest = "smoke_test", deployments

        var read: FilesCollector.Format {
            switch self {
            case .getMetricData: .getMetricData
            case .metricStream: .metricStream
            case .batchGetTraces: .batchGetTraces
            case .filterLogEvents: .filterLogEvents
            case .csv: .csv
            case .otlpTraces: .otlpTraces
            case .jaegerTraces: .jaegerTraces
            case .datadogTraces: .datadogTraces
            case .jUnit: .jUnit
            case .smokeTest: .smokeTest
            case .deployments: .deployments
            }
        }
    }

    /// Absolute, or relative to the site's directory.
    private let path: String
    private let entries: [FilesCollector.Entry]

    init?(_ record: ConfigurationReader.Record) {
        path = record.text("path") ?? "."
        entries = record.records("files", Self.entrySchema).compactMap { entry in
            guard let path = entry.text("path"), let format: Format = entry.choice("format") else { return nil }
            return FilesCollector.Entry(path: path, format: format.read, series: entry.textMap("series"), traceGroup: entry.text("trace_group"), logGroup: entry.text("log_group"),
                                         service: entry.identifier("service"))
        }
    }

    var mentions: [SourceMention] { entries.compactMap(\.service).map(SourceMention.service) }

    func source(in surroundings: SourceSurroundings) -> any Source {
        FilesCollector(folder: DiskFolder(path.hasPrefix("/") ? path : surroundings.directory + "/" + path), entries: entries)
    }
}
