/// Where a tenant's numbers come from.
package struct SourceConfiguration: Sendable {
    package enum Kind: Sendable {
        case aws(AWSSourceConfiguration)
        case files(FilesSourceConfiguration)
    }

    /// The key under `sources:`.
    package var key: String
    package var kind: Kind
}

package struct AWSSourceConfiguration: Sendable {
    package var region: String
    package var profile: String?
    package var roleARN: String?
    package var externalID: String?
    package var endpointURL: String?
    package var caFile: String?
    package var callsPerRun: Int?
    package var metricsPerDay: Int?
    /// Seconds of history that the first run asks for.
    package var backfill: Int64
}

package struct FilesSourceConfiguration: Sendable {
    /// One file or glob and what it holds.
    package struct Entry: Sendable {
        package enum Format: String, CaseIterable, Sendable {
            case getMetricData = "get_metric_data", batchGetTraces = "batch_get_traces", filterLogEvents = "filter_log_events", csv
        }

        package var path: String
        package var format: Format
        /// `queue("name").signal` of the series in a CSV, or of a label in a GetMetricData body.
        package var series: [String: String]
        package var traceGroup: String?
        package var logGroup: String?
    }

    /// Absolute, or relative to the site's directory.
    package var path: String
    package var entries: [Entry]
}

extension SourceConfiguration {
    static let fields: [RecordSchema.Field] = [
        .init("aws", .record(awsSchema), "An AWS account and region, read over its APIs."),
        .init("files", .record(filesSchema), "Recorded AWS answers, metric CSV and X-Ray documents in a folder."),
    ]

    private static let awsSchema = RecordSchema("an AWS source", [
        .init("region", .text, required: true, "Such as eu-central-1."),
        .init("profile", .optional(.text), "A profile of the shared AWS files; else the standard chain."),
        .init("role_arn", .optional(.secret), "The role to assume."),
        .init("external_id", .optional(.secret), "What the role's trust policy asks for."),
        .init("endpoint_url", .optional(.url), "Instead of AWS's own addresses."),
        .init("ca_file", .optional(.text), "Certificates to trust instead of the system's."),
        .init("backfill", .duration, "How much history the first run asks for. Default 24h."),
        .init("budget", .record(budgetSchema), "What a run and a day may ask for."),
    ])
    private static let budgetSchema = RecordSchema("a budget", [
        .init("calls_per_run", .integer(1...1_000_000), "Calls that one run may make."),
        .init("metrics_per_day", .integer(1...1_000_000_000), "Metrics that may be requested in 24 hours."),
    ])
    private static let filesSchema = RecordSchema("a files source", [
        .init("path", .text, required: true, "The folder."),
        .init("files", .list(.record(entrySchema)), required: true, "What lies in it."),
    ])
    private static let entrySchema = RecordSchema("an entry of a files source", [
        .init("path", .text, required: true, "A file name; * and ? match within a name."),
        .init("format", .choice(FilesSourceConfiguration.Entry.Format.allCases.map(\.rawValue)), required: true, "What the file holds."),
        .init("series", .map(.text), "Column or label to series, such as value: queue(\"orders\").oldest_age."),
        .init("trace_group", .text, "The trace group that the traces belong to."),
        .init("log_group", .text, "The function whose log it is."),
    ])

    init?(key: String, _ union: ConfigurationUnion) {
        self.key = key
        if union.name == "aws", let record = union.body(Self.awsSchema) {
            let budget = record.record("budget", Self.budgetSchema)
            let region = record.text("region") ?? ""
            if !region.isEmpty, !isIdentifier(region) { record.fail("region", "expected a region such as eu-central-1") }
            kind = .aws(AWSSourceConfiguration(
                region: region, profile: record.text("profile"), roleARN: record.secret("role_arn"), externalID: record.secret("external_id"),
                endpointURL: record.url("endpoint_url"), caFile: record.text("ca_file"), callsPerRun: budget?.integer("calls_per_run"),
                metricsPerDay: budget?.integer("metrics_per_day"), backfill: record.duration("backfill") ?? 86_400))
        } else if union.name == "files", let record = union.body(Self.filesSchema) {
            kind = .files(FilesSourceConfiguration(path: record.text("path") ?? ".", entries: record.records("files", Self.entrySchema).compactMap { entry in
                guard let path = entry.text("path"), let format: FilesSourceConfiguration.Entry.Format = entry.choice("format") else { return nil }
                var series: [String: String] = [:]
                for (name, node, path) in entry.entries("series") {
                    if let text = node.string { series[name] = text } else { entry.reader.expected("text", at: node, path: path) }
                }
                return .init(path: path, format: format, series: series, traceGroup: entry.text("trace_group"), logGroup: entry.text("log_group"))
            }))
        } else {
            return nil
        }
    }
}
