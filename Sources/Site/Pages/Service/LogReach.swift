import Telemetry

/// How far back the logs of a service were read: what is said of their lines reaches no further.
struct LogReach {
    /// By function or log group: when the first count of its lines begins.
    private let first: [String: Timestamp]

    /// - Parameter grids: of the log groups, which count the lines that were read; others are left out.
    init(_ grids: [ResourceID: SampleGrid]) {
        var first: [String: Timestamp] = [:]
        for (id, grid) in grids where id.kind == .log {
            guard let row = grid.columns["errors"]?.values.firstIndex(where: { !$0.isNaN }) else { continue }
            first[id.name] = grid.time(row)
        }
        self.first = first
    }

    /// Since when all of them were read.
    var start: Timestamp? { first.values.max() }

    /// Since when the lines of a function, or of a log group itself, were read.
    func start(of resource: ResourceID) -> Timestamp? { first[resource.name] }

    /// `6 hours`, or less where reading began later.
    func words(_ range: Phrase, in window: TimeWindow, period: Int64) -> Phrase {
        guard let start, start - window.start > 2 * period, window.end > start else { return range }
        return "\(Words.span(window.end - start)), as far back as they were read"
    }
}
