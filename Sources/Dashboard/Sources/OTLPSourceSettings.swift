import Collectors
import Telemetry

/// A folder into which an OpenTelemetry collector writes traces.
struct OTLPSourceSettings: SourceSettings {
    static let kind = "otlp"
    static let summary = "Trace files in a folder: OTLP/JSON as the OpenTelemetry Collector's file exporter writes it, or Jaeger's JSON. Each file is read once, and again while it grows."
    static let bringsResources = false
    static let schema = RecordSchema("an otlp source", [
        .init("path", .text, required: true, "The folder."),
        .init("files", .oneOrMore(.text), "File names; * and ? match within a name. Default *.json and *.jsonl."),
        .init("trace_groups", .list(.record(groupSchema)), required: true, "Which traces belong to which trace group; the first that fits has them."),
        .init("attributes", .oneOrMore(.text), "Span attributes that are stored beside those of the semantic conventions, such as app.order.kind. Values are redacted."),
    ])
    private static let groupSchema = RecordSchema("traces of a group", [
        .init("id", .identifier, required: true, "A trace group of a service, which names this source."),
        .init("service_name", .text, "service.name of any span of the trace; * and ? match. Default any."),
        .init("entry", .text, "The name of the span that the trace began with; * and ? match. Default any."),
    ])

    private let path: String
    private let files: [String]
    private let groups: [OTLPCollector.Group]
    private let attributes: Set<String>

    init?(_ record: ConfigurationReader.Record) {
        path = record.text("path") ?? "."
        files = record.has("files") ? record.texts("files") : ["*.json", "*.jsonl"]
        groups = record.records("trace_groups", Self.groupSchema).compactMap { group in
            group.identifier("id").map { OTLPCollector.Group(id: $0, service: group.text("service_name"), entry: group.text("entry")) }
        }
        attributes = Set(record.texts("attributes"))
        if record.has("trace_groups"), groups.isEmpty { record.fail("trace_groups", "names no group: no trace would belong anywhere. Give one an id.") }
    }

    let bringsTracesInFiles = true

    var mentions: [SourceMention] { groups.map { .traceGroup($0.id) } }

    func source(in surroundings: SourceSurroundings) -> any Source {
        OTLPCollector(folder: DiskFolder(path.hasPrefix("/") ? path : surroundings.directory + "/" + path), patterns: files, groups: groups, attributes: attributes)
    }
}
