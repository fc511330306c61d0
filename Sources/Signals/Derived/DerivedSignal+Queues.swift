import Telemetry

extension DerivedSignal {
    static let queues: [DerivedSignal] = [
        DerivedSignal(Signal(.queue, "backlog_change"), SignalType(.count, .gauge, onlyRises: false), lookback: 1,
                      meaning: "Visible, in-flight and delayed messages, less those of the step before.") { backlogChange($0.grid) },
        DerivedSignal(Signal(.queue, "drain_time"), SignalType(.seconds, .ratio, onlyRises: false), lookback: 2,
                      meaning: "Seconds until the visible messages are gone at the delete rate of the last three steps; without end where messages wait and none is deleted, absent where none waits and none is deleted.") { drainTime($0.grid) },
        DerivedSignal(Signal(.queue, "retention_used"), SignalType(.ratio, .ratio, onlyRises: true),
                      meaning: "Age of the oldest message as a share of the queue's retention: at 100 % messages are lost silently.") {
            .ratio($0.grid.columns["oldest_age"], of: $0.resource.settings[.retention]?.number)
        },
        DerivedSignal(Signal(.queue, "dead_letters"), SignalType(.count, .counter, onlyRises: false), lookback: 1,
                      meaning: "Messages moved to the dead-letter queue that this queue feeds: growth of its visible messages and what was deleted from it, never below zero.") { deadLetters($0.deadLetters) },
    ]

    /// The dead-letter queue of a queue, found by the target of its redrive policy.
    package static func deadLetterQueue(of resource: Resource, among resources: some Sequence<Resource>) -> Resource? {
        guard resource.id.kind == .queue, let target = resource.settings[.redriveTarget]?.text else { return nil }
        let name = target.split(separator: ":").last.map(String.init) ?? target
        return resources.first { $0.arn == target }
            ?? resources.first { $0.id.kind == .queue && $0.id.source == resource.id.source && $0.id.name == name }
    }

    private static func backlogChange(_ grid: SampleGrid) -> SampleColumn? {
        guard var total = SampleColumn.combining(grid.columns["visible"], grid.columns["in_flight"], +) else { return nil }
        // Delay timers are read more seldom than the rest, and most queues have none: where nothing is known of them they count as none.
        if let delayed = grid.columns["delayed"] {
            for row in total.values.indices where delayed.values.indices.contains(row) && !delayed.values[row].isNaN { total.values[row] += delayed.values[row] }
        }
        return total.changes()
    }

    private static func deadLetters(_ grid: SampleGrid?) -> SampleColumn? {
        guard let grid, let growth = grid.columns["visible"]?.changes() else { return nil }
        let moved = SampleColumn.combining(growth, grid.columns["deleted"], +) ?? growth
        return SampleColumn(values: moved.values.map { $0.isNaN ? .nan : max(0, $0) }, qualities: moved.qualities)
    }

    /// Gross, not net, deletes: what consumers achieve. A queue that grows while it is drained shows in its age.
    private static func drainTime(_ grid: SampleGrid) -> SampleColumn? {
        guard let visible = grid.columns["visible"], let deleted = grid.columns["deleted"] else { return nil }
        let count = min(visible.values.count, deleted.values.count, visible.qualities.count, deleted.qualities.count)
        var drain = SampleColumn(absent: count)
        for row in 0..<count where !visible.values[row].isNaN && !deleted.values[row].isNaN {
            var sum = 0.0, rows = 0.0, quality = visible.qualities[row]
            for earlier in max(0, row - 2)...row where !deleted.values[earlier].isNaN {
                sum += deleted.values[earlier]
                rows += 1
                quality = Quality.worse(quality, deleted.qualities[earlier])
            }
            let rate = sum / (rows * Double(grid.period))
            if rate > 0 { drain.values[row] = visible.values[row] / rate }
            else if visible.values[row] > 0 { drain.values[row] = .infinity }
            drain.qualities[row] = quality
        }
        return drain
    }
}

private extension SampleColumn {
    /// Each row less the row before; absent where either is.
    func changes() -> SampleColumn {
        var change = SampleColumn(absent: values.count)
        for row in values.indices.dropFirst() where !values[row].isNaN && !values[row - 1].isNaN && qualities.indices.contains(row) {
            change.values[row] = values[row] - values[row - 1]
            change.qualities[row] = Quality.worse(qualities[row], qualities[row - 1])
        }
        return change
    }
}
