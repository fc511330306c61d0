import Alerting
import Foundation
import Telemetry

/// One recorded series as measurements of one resource. Of several points of a step the last counts, as where a source corrects itself.
struct RecordedSeries: Measurements {
    static let period: Int64 = 300
    private let resource = Resource(id: ResourceID(source: "file", kind: .probe, name: "series"), service: "series", presence: .alive)
    private var values: [Int64: Double] = [:]

    init(path: String) throws {
        for line in try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst() {
            let fields = line.split(separator: ",")
            guard fields.count == 2, let value = Double(fields[1]), let time = Timestamp(rfc3339: fields[0].replacing(" ", with: "T") + "Z") else {
                throw Mistake("\(path): expected 'timestamp,value', found '\(line)'")
            }
            values[time.seconds / Self.period] = value
        }
        guard !values.isEmpty else { throw Mistake("\(path): no points") }
    }

    var window: TimeWindow {
        let steps = values.keys
        return TimeWindow(from: Timestamp(seconds: (steps.min() ?? 0) * Self.period), to: Timestamp(seconds: ((steps.max() ?? 0) + 1) * Self.period))
    }

    func resources() throws -> [Resource] { [resource] }
    func absence(of series: SeriesID) throws -> Absence? { nil }

    func grid(of resource: ResourceID, in window: TimeWindow) throws -> SampleGrid {
        var grid = SampleGrid(start: window.start.floored(to: Self.period), period: Self.period, count: Int(clamping: (window.seconds + Self.period - 1) / Self.period))
        var column = SampleColumn(absent: grid.count)
        for row in 0..<grid.count { column.values[row] = values[grid.time(row).seconds / Self.period] ?? .nan }
        grid.columns["latency"] = column
        return grid
    }
}
