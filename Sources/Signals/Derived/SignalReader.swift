import Telemetry

/// Gives any stored or derived signal of one resource as a column. A stored column wins over a derived one of the same name.
package struct SignalReader {
    package let resource: Resource
    package let grid: SampleGrid
    private let deadLetters: SampleGrid?
    private var derived: [String: SampleColumn] = [:]

    /// `deadLetters` is the grid of the dead-letter queue that `resource` feeds, over the same rows.
    package init(_ resource: Resource, grid: SampleGrid, deadLetters: SampleGrid? = nil) {
        self.resource = resource
        self.grid = grid
        self.deadLetters = deadLetters
    }

    /// NaN where there is no point; infinite where a queue never drains. Nothing where the signal has no point in the whole window.
    package mutating func column(_ name: String) -> SampleColumn? {
        if let stored = grid.columns[name] { return stored }
        if let known = derived[name] { return known }
        guard let definition = DerivedSignal.named(Signal(resource.id.kind, name)) else { return nil }
        let column = definition.column(DerivedSignal.Input(resource: resource, grid: grid, deadLetters: deadLetters))
        if let column { derived[name] = column }
        return column
    }
}
