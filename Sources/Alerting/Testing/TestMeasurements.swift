import Telemetry

/// The series of a test as the evaluator reads them: rows from the test's start on, absent everywhere else.
struct TestMeasurements: Measurements {
    let start: Timestamp
    let period: Int64
    let subjects: [RuleTest.Subject]

    func resources() throws -> [Resource] { subjects.map(\.resource).sorted { $0.id < $1.id } }

    func absence(of series: SeriesID) throws -> Absence? {
        subjects.first { $0.resource.id == series.resource }?.absences[series.name].map { Absence($0, since: start) }
    }

    func grid(of resource: ResourceID, in window: TimeWindow) throws -> SampleGrid {
        let first = window.start.floored(to: period)
        var grid = SampleGrid(start: first, period: period, count: Int(clamping: (window.end - first + period - 1) / period))
        for (name, values) in subjects.first(where: { $0.resource.id == resource })?.series ?? [:] {
            var column = SampleColumn(absent: grid.count), isEmpty = true
            for row in 0..<grid.count {
                let index = Int(clamping: (grid.time(row) - start) / period)
                guard grid.time(row) >= start, values.indices.contains(index), let value = values[index] else { continue }
                column.values[row] = value
                isEmpty = false
            }
            if !isEmpty { grid.columns[name] = column }
        }
        return grid
    }
}
