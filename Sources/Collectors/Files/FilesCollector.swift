import JSON
import Signals
import Telemetry

/// What lies in files: recorded AWS answers, metric CSV, traces, reports of smoke tests, deployments. For sites without a way out, imports and tests.
package struct FilesCollector: Source {
    package enum Format: Sendable, CaseIterable { case getMetricData, metricStream, batchGetTraces, filterLogEvents, csv, otlpTraces, jaegerTraces, datadogTraces, jUnit, smokeTest, deployments }

    /// One file or pattern and what it holds.
    package struct Entry: Sendable {
        /// Relative to the folder; `*` and `?` match within the last part.
        package var path: String
        package var format: Format
        /// Label, id or column to series: `queue("orders").oldest_age`.
        package var series: [String: String]
        package var traceGroup: String?
        /// The function whose log it is.
        package var logGroup: String?
        /// Whose smoke tests or deployments they are.
        package var service: String?

        package init(path: String, format: Format, series: [String: String] = [:], traceGroup: String? = nil, logGroup: String? = nil, service: String? = nil) {
            self.path = path
            self.format = format
            self.series = series
            self.traceGroup = traceGroup
            self.logGroup = logGroup
            self.service = service
        }
    }

    /// A larger file is refused.
    package static let fileLimit = 64 << 20

    private let folder: any ReadableFolder
    private let entries: [Entry]

    package init(folder: any ReadableFolder, entries: [Entry]) {
        self.folder = folder
        self.entries = entries
    }

    package func harvest(_ order: CollectionOrder) async -> Harvest {
        var reading = FileReading(order: order)
        for entry in entries {
            guard !order.isOutOfTime() else { break }
            let files = FilePattern.matches(entry.path, in: folder)
            if files.isEmpty { reading.complain(.missing, entry.path, "no file of that name. Check path and files of the source") }
            var bodies: [(file: String, bytes: [UInt8])] = []
            for file in files {
                // What was last changed before the time that is imported holds nothing of it.
                if let since = order.since, let stamp = folder.stamp(of: file), stamp.modified < since { continue }
                do throws(FolderError) {
                    bodies.append((file, try folder.bytes(of: file, limit: Self.fileLimit)))
                } catch {
                    reading.complain(.unreachable, file, "\(error.reason). Check the file and its rights")
                }
            }
            switch entry.format {
            case .getMetricData: for body in bodies { reading.metrics(body.bytes, body.file, entry) }
            case .metricStream: reading.metricStream(bodies, entry)
            case .csv: for body in bodies { reading.table(body.bytes, body.file, entry) }
            case .batchGetTraces: reading.traces(bodies, entry)
            case .filterLogEvents: reading.logs(bodies, entry)
            case .otlpTraces, .jaegerTraces, .datadogTraces: reading.foreignTraces(bodies, entry)
            case .jUnit: for body in bodies { reading.smokeTest(body.file, entry) { () throws(ReportError) in try JUnitReport.report(body.bytes, modified: folder.stamp(of: body.file)?.modified) } }
            case .smokeTest: for body in bodies { reading.smokeTest(body.file, entry) { () throws(ReportError) in try SmokeReport.json(body.bytes, modified: folder.stamp(of: body.file)?.modified) } }
            case .deployments: for body in bodies { reading.deployments(body.bytes, body.file, entry) }
            }
        }
        return reading.finished()
    }
}
