import Telemetry

/// Why rows have no value: stretches of the grid in which nothing that should have come did, and the provisional end.
enum ChartGaps {
    /// Stretches in which none of `names` has a value. The reason of the last stretch comes from what is known of the series now.
    static func gaps(in grid: SampleGrid, of names: [String], absences: [String: Absence]) -> [ChartGap] {
        let columns = names.compactMap { grid.columns[$0] }
        guard !columns.isEmpty, grid.count > 0 else { return [] }
        var gaps: [ChartGap] = [], from: Int?
        for row in 0...grid.count {
            let isMissing = row < grid.count && columns.allSatisfy { !$0.values.indices.contains(row) || $0.values[row].isNaN }
            if isMissing, from == nil { from = row }
            if !isMissing, let start = from {
                gaps.append(ChartGap(TimeWindow(from: grid.time(start), to: grid.time(row)), .noData))
                from = nil
            }
        }
        if let last = gaps.last, last.window.end == grid.window.end {
            switch names.compactMap({ absences[$0]?.reason }).first {
            case .asleep: gaps[gaps.count - 1].reason = .asleep
            case .denied: gaps[gaps.count - 1].reason = .denied
            case .neverSeen, .disabled, .deleted, .sourceError, nil: break
            }
        }
        if let row = columns.first?.qualities.lastIndex(where: { $0 != .partial }), row + 1 < grid.count, columns.first?.qualities.last == .partial {
            gaps.append(ChartGap(TimeWindow(from: grid.time(row + 1), to: grid.window.end), .provisional))
        }
        return gaps
    }
}
