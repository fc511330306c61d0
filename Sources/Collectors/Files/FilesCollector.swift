import JSON
import Signals
import Telemetry

/// Numbers that lie in files: recorded AWS answers, metric CSV, X-Ray documents. For sites without a way out, imports and tests.
package struct FilesCollector: Source {
    package enum Format: Sendable { case getMetricData, batchGetTraces, filterLogEvents, csv }

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

        package init(path: String, format: Format, series: [String: String] = [:], traceGroup: String? = nil, logGroup: String? = nil) {
            self.path = path
            self.format = format
            self.series = series
            self.traceGroup = traceGroup
            self.logGroup = logGroup
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
                do throws(FolderError) {
                    bodies.append((file, try folder.bytes(of: file, limit: Self.fileLimit)))
                } catch {
                    reading.complain(.unreachable, file, "\(error.reason). Check the file and its rights")
                }
            }
            switch entry.format {
            case .getMetricData: for body in bodies { reading.metrics(body.bytes, body.file, entry) }
            case .csv: for body in bodies { reading.table(body.bytes, body.file, entry) }
            case .batchGetTraces: reading.traces(bodies, entry)
            case .filterLogEvents: reading.logs(bodies, entry)
            }
        }
        return reading.finished()
    }
}
