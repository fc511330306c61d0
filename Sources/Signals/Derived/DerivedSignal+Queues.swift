import Telemetry

extension DerivedSignal {
    static let queues: [DerivedSignal] = [
        DerivedSignal(Signal(.queue, "backlog_change"), SignalType(.count, .gauge, onlyRises: false), lookback: 1,
                      meaning: "Visible and in-flight messages, less those of the step before.") { backlogChange($0.grid) },
        DerivedSignal(Signal(.queue, "drain_time"), SignalType(.seconds, .ratio, onlyRises: false), lookback: 2,
                      meaning: "Seconds until the visible messages are gone at the delete rate of the last three steps; without end where messages wait and none is deleted, absent where none waits and none is deleted.") { drainTime($0.grid) },
        DerivedSignal(Signal(.queue, "retention_used"), SignalType(.ratio, .ratio, onlyRises: true),
                      meaning: "Age of the oldest message as a share of the queue's retention: at 100 % messages are lost silently.") {
            .ratio($0.grid.columns["oldest_age"], of: $0.resource.settings[.retention]?.number)
        },
        DerivedSignal(Signal(.queue, "dead_letters"), SignalType(.count, .gauge),
                      meaning: "Visible messages of the dead-letter queue that this queue feeds.") { $0.deadLetters?.columns["visible"] },
    ]

    /// The dead-letter queue of a queue, found by the target of its redrive policy.
    package static func deadLetterQueue(of resource: Resource, among resources: some Sequence<Resource>) -> Resource? {
        guard resource.id.kind == .queue, let target = resource.settings[.redriveTarget]?.text else { return nil }
        let name = target.split(separator: ":").last.map(String.init) ?? target
        return resources.first { $0.arn == target }
            ?? resources.first { $0.id.kind == .queue && $0.id.source == resource.id.source && $0.id.name == name }
    }

    private static func backlogChange(_ grid: SampleGrid) -> SampleColumn? {
        guard let total = SampleColumn.combining(grid.columns["visible"], grid.columns["in_flight"], +) else { return nil }
        var change = SampleColumn(absent: total.values.count)
        for row in total.values.indices.dropFirst() where !total.values[row].isNaN && !total.values[row - 1].isNaN {
            change.values[row] = total.values[row] - total.values[row - 1]
            change.qualities[row] = Quality.worse(total.qualities[row], total.qualities[row - 1])
        }
        return change
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
