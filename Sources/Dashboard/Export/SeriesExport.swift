import Signals
import Site
import Storage
import Telemetry

/// What `export` gives out: every stored point of the chosen series, by tenant, resource, signal and time, written as it is read.
package struct SeriesExport {
    /// Which points are wanted.
    package struct Wish: Sendable {
        package var tenants: Set<String> = []
        /// `queue.oldest_age`, or a kind alone; empty: all.
        package var signals: [String] = []
        package var since: Since = .seconds(86_400)
        package var now: Timestamp?
        /// Nothing: raw where raw points reach back so far, else hours.
        package var resolution: Resolution?
        package init() {}
    }

    package enum Since: Sendable {
        case seconds(Int64)
        case time(Timestamp)
    }

    package struct Failed: Error, CustomStringConvertible, Sendable {
        package var description: String
    }

    private let history: SiteHistory
    private let window: TimeWindow
    private let resolution: Resolution
    private let kinds: Set<ResourceKind>
    private let signals: Set<Signal>

    /// - Throws: `ConfigurationError`, `RunLock.Held`, or `Failed` where a signal is not known or not stored.
    package init(directory: String, world: World, wish: Wish) throws {
        var kinds: Set<ResourceKind> = [], signals: Set<Signal> = []
        for text in wish.signals {
            if let kind = ResourceKind(rawValue: text) { kinds.insert(kind) } else { signals.insert(try Self.signal(text)) }
        }
        history = try SiteHistory(directory: directory, world: world, tenants: wish.tenants, now: wish.now, owner: "export")
        let now = history.context.now
        let start = switch wish.since {
        case .seconds(let seconds): now - seconds
        case .time(let time): time
        }
        window = TimeWindow(from: start, to: now)
        resolution = wish.resolution ?? (now - start <= history.context.configuration.site.retention.raw ? .raw : .hour)
        self.kinds = kinds
        self.signals = signals
    }

    /// - Returns: which tenants had to be left out, and why.
    /// - Throws: what `sink` throws.
    package func write(_ format: ExportFormat, to sink: ([UInt8]) throws -> Void) throws -> HistoryNotes {
        var writer = format.writer
        try writer.begin(window, resolution, sink)
        let notes = try history.forEachStore { tenant, store in
            for resource in try store.resources().sorted(by: { $0.id < $1.id }) where isWanted(resource.id.kind) {
                let grid = try store.grid(of: resource.id, in: window, resolution: resolution)
                for (name, column) in grid.columns.sorted(by: { $0.key < $1.key }) where isWanted(Signal(resource.id.kind, name)) {
                    try writer.series(ExportedSeries(tenant: tenant.id, service: resource.service, id: SeriesID(resource.id, name), start: grid.start, period: grid.period, column: column), sink)
                }
            }
        }
        try writer.end(sink)
        return notes
    }

    private func isWanted(_ kind: ResourceKind) -> Bool { (kinds.isEmpty && signals.isEmpty) || kinds.contains(kind) || signals.contains { $0.kind == kind } }
    private func isWanted(_ signal: Signal) -> Bool { (kinds.isEmpty && signals.isEmpty) || kinds.contains(signal.kind) || signals.contains(signal) }

    private static func signal(_ text: String) throws(Failed) -> Signal {
        let known = SignalCatalogue.definitions.map(\.signal.description)
        guard let signal = Signal(text), let definition = SignalCatalogue.definition(of: signal) else {
            let near = nearestWord(to: text, among: known + ResourceKind.allCases.map(\.rawValue)).map { " Did you mean '\($0)'?" } ?? " docs/signals.md lists them."
            throw Failed(description: "--signal: no signal is called '\(printable(text))'.\(near)")
        }
        if case .derived(let formula) = definition.origin {
            throw Failed(description: "--signal: \(text) is worked out where it is read (\(formula)) and is not stored. Export what it is made of.")
        }
        return signal
    }
}

/// One series with its points, on its way out.
struct ExportedSeries {
    var tenant: String
    var service: String?
    var id: SeriesID
    var start: Timestamp
    /// Seconds.
    var period: Int64
    var column: SampleColumn

    var unit: MetricUnit { SignalCatalogue.definition(of: id.signal)?.unit ?? .count }
    var isRolledUp: Bool { !column.counts.isEmpty }

    struct Point {
        var time: Timestamp
        var value: Double
        var quality: Quality
        /// Least, greatest and count of the raw points, where this one stands for several.
        var parts: (minimum: Double, maximum: Double, count: Int)?
    }

    /// Those that are there, the oldest first.
    func forEachPoint(_ body: (Point) throws -> Void) rethrows {
        for (row, value) in column.values.enumerated() where value.isFinite {
            var parts: (Double, Double, Int)?
            if column.counts.indices.contains(row), column.minima.indices.contains(row), column.maxima.indices.contains(row) {
                parts = (column.minima[row], column.maxima[row], Int(column.counts[row]))
            }
            let quality = column.qualities.indices.contains(row) ? column.qualities[row] : .final
            try body(Point(time: start + Int64(row) * period, value: value, quality: quality, parts: parts))
        }
    }
}

/// The forms that `export` knows. To add one: its file in this folder and its case.
package enum ExportFormat: String, CaseIterable, Sendable {
    case csv, json, openmetrics

    var writer: any SeriesWriter {
        switch self {
        case .csv: CSVWriter()
        case .json: JSONSeriesWriter()
        case .openmetrics: OpenMetricsWriter()
        }
    }
}

/// Writes series one after the other, so that no export is ever held in memory whole where its form allows that.
protocol SeriesWriter {
    mutating func begin(_ window: TimeWindow, _ resolution: Resolution, _ sink: ([UInt8]) throws -> Void) throws
    mutating func series(_ series: ExportedSeries, _ sink: ([UInt8]) throws -> Void) throws
    mutating func end(_ sink: ([UInt8]) throws -> Void) throws
}

/// The shortest digits that read back the same, whole numbers without a point.
func digits(_ value: Double) -> String {
    if let whole = Int64(exactly: value), abs(value) < 9_007_199_254_740_992 { return String(whole) }
    return value.description
}
