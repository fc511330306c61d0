import Signals
import Telemetry

/// Reads each grid once and gives programs their columns, whoever they belong to. One serves a whole evaluation and is handed to every condition, so it is
/// shared, not copied.
final class MeasurementReader {
    // Not a generic parameter: sources live in other modules, so nothing here would be specialised for one, and the source is asked once a resource.
    private let source: any Measurements
    private let resources: [Resource]
    private let grain: Int64
    let settled: Timestamp
    private var current: Resource?
    private var window = TimeWindow(from: Timestamp(seconds: 0), to: Timestamp(seconds: 0))
    /// Of the resource itself.
    private var own: SignalReader?
    private var readers: [ResourceID: SignalReader] = [:]
    private var references: [ColumnReference] = []
    /// One for each reference, as soon as it is asked for.
    private var bound: [BoundColumn?] = []

    init(_ source: any Measurements, resources: [Resource], grain: Int64, settled: Timestamp) {
        self.source = source
        self.resources = resources
        self.grain = grain
        self.settled = settled
    }

    /// Everything read from now on is about this resource and this stretch.
    func turn(to resource: Resource, reading references: [ColumnReference], from: Timestamp, to end: Timestamp, lookback: Int64) throws {
        // Three rows more than asked for: derived signals look back on their own.
        window = TimeWindow(from: (from - lookback).floored(to: grain) - 3 * grain, to: end)
        current = resource
        readers.removeAll(keepingCapacity: true)
        self.references = references
        bound.removeAll(keepingCapacity: true)
        for _ in references { bound.append(nil) }
        own = try made(of: resource)
    }

    var start: Timestamp { window.start }
    var settings: [Setting: SettingValue] { current?.settings ?? [:] }

    func row(endingAt time: Timestamp) -> Int { Int(clamping: (time - window.start) / grain - 1) }

    /// Whether the resource said anything at all in that row.
    func isSilent(row: Int) -> Bool {
        guard let grid = own?.grid else { return true }
        return !grid.columns.values.contains { $0.values.indices.contains(row) && !$0.values[row].isNaN }
    }

    /// The column that stands there among the references.
    func column(at place: Int) throws -> BoundColumn {
        if let known = bound[place] { return known }
        let column = try bind(references[place])
        bound[place] = column
        return column
    }

    func column(_ reference: ColumnReference) throws -> BoundColumn {
        try references.firstIndex(of: reference).map { try column(at: $0) } ?? bind(reference)
    }
}

private extension MeasurementReader {
    // Readers are asked where they lie, so that a signal that they derive is kept and nothing is copied.
    func bind(_ reference: ColumnReference) throws -> BoundColumn {
        if reference.owner == .own, let current {
            let absence = try source.absence(of: SeriesID(current.id, reference.signal))?.reason
            return made(from: own?.column(reference.signal), absence)
        }
        guard let owner = owner(reference.owner) else { return .missing }
        let absence = try source.absence(of: SeriesID(owner.id, reference.signal))?.reason
        if owner.id == current?.id { return made(from: own?.column(reference.signal), absence) }
        if readers[owner.id] == nil { readers[owner.id] = try made(of: owner) }
        return made(from: readers[owner.id]?.column(reference.signal), absence)
    }

    func made(from column: SampleColumn?, _ absence: AbsenceReason?) -> BoundColumn {
        guard let column else { return BoundColumn(values: [], doubts: [], exists: false, absence: absence) }
        return BoundColumn(column, start: window.start, period: grain, settled: settled, absence: absence)
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

    func made(of resource: Resource) throws -> SignalReader {
        let deadLetters = try DerivedSignal.deadLetterQueue(of: resource, among: resources).map { try grid(of: $0.id) }
        return SignalReader(resource, grid: try grid(of: resource.id), deadLetters: deadLetters)
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
