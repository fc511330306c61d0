import Signals
import Telemetry

/// Reads each grid once and gives programs their columns, whoever they belong to.
struct MeasurementReader {
    // Not a generic parameter: sources live in other modules, so nothing here would be specialised for one, and the source is asked once a resource.
    private let source: any Measurements
    private let resources: [Resource]
    private let grain: Int64
    let settled: Timestamp
    private var current: Resource?
    private var window = TimeWindow(from: Timestamp(seconds: 0), to: Timestamp(seconds: 0))
    private var readers: [ResourceID: SignalReader] = [:]
    private var bound: [ColumnReference: BoundColumn] = [:]

    init(_ source: any Measurements, resources: [Resource], grain: Int64, settled: Timestamp) {
        self.source = source
        self.resources = resources
        self.grain = grain
        self.settled = settled
    }

    /// Everything read from now on is about this resource and this stretch.
    mutating func turn(to resource: Resource, from: Timestamp, to end: Timestamp, lookback: Int64) throws {
        // Three rows more than asked for: derived signals look back on their own.
        window = TimeWindow(from: (from - lookback).floored(to: grain) - 3 * grain, to: end)
        current = resource
        readers = [:]
        bound = [:]
        _ = try reader(of: resource)
    }

    var start: Timestamp { window.start }
    var settings: [Setting: SettingValue] { current?.settings ?? [:] }

    func row(endingAt time: Timestamp) -> Int { Int(clamping: (time - window.start) / grain - 1) }

    /// Whether the resource said anything at all in that row.
    func isSilent(row: Int) -> Bool {
        guard let current, let grid = readers[current.id]?.grid else { return true }
        return !grid.columns.values.contains { $0.values.indices.contains(row) && !$0.values[row].isNaN }
    }

    mutating func column(_ reference: ColumnReference) throws -> BoundColumn {
        if let known = bound[reference] { return known }
        let column = try bind(reference)
        bound[reference] = column
        return column
    }
}

private extension MeasurementReader {
    mutating func bind(_ reference: ColumnReference) throws -> BoundColumn {
        guard let owner = owner(reference.owner) else { return .missing }
        let grid = try reader(of: owner).grid
        let absence = try source.absence(of: SeriesID(owner.id, reference.signal))?.reason
        // Where the reader lies, so that a signal that it derives is kept and nothing is copied.
        guard let column = readers[owner.id]?.column(reference.signal) else {
            return BoundColumn(values: [], doubts: [], exists: false, absence: absence)
        }
        return BoundColumn(column, grid: grid, settled: settled, absence: absence)
    }

    func owner(_ owner: ColumnReference.Owner) -> Resource? {
        guard let current else { return nil }
        switch owner {
        case .own: return current
        case .namesake(let kind): return named(kind, current.id.name)
        case .named(let kind, let name): return named(kind, name)
        }

        // The same source first: two accounts of a tenant may use the same name.
        func named(_ kind: ResourceKind, _ name: String) -> Resource? {
            let found = resources.filter { $0.id.kind == kind && $0.id.name == name }
            return found.first { $0.id.source == current.id.source } ?? found.first
        }
    }

    mutating func reader(of resource: Resource) throws -> SignalReader {
        if let known = readers[resource.id] { return known }
        let deadLetters = try DerivedSignal.deadLetterQueue(of: resource, among: resources).map { try grid(of: $0.id) }
        let reader = SignalReader(resource, grid: try grid(of: resource.id), deadLetters: deadLetters)
        readers[resource.id] = reader
        return reader
    }

    /// On exactly the rows of the window, whatever rows the source gave.
    func grid(of resource: ResourceID) throws -> SampleGrid {
        let grid = try source.grid(of: resource, in: window)
        let count = Int(clamping: window.seconds / grain)
        guard grid.start != window.start || grid.period != grain || grid.count != count else { return grid }
        var aligned = SampleGrid(start: window.start, period: grain, count: count)
        for (name, column) in grid.columns {
            var values = SampleColumn(absent: count)
            for row in 0..<count {
                guard let from = grid.row(at: aligned.time(row)), column.values.indices.contains(from), column.qualities.indices.contains(from) else { continue }
                values.values[row] = column.values[from]
                values.qualities[row] = column.qualities[from]
            }
            aligned.columns[name] = values
        }
        return aligned
    }
}
