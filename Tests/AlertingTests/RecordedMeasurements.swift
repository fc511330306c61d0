import Telemetry
@testable import Alerting
import Signals

/// Measurements from arrays: five-minute steps from `start` on, nothing where there is no point.
struct RecordedMeasurements: Measurements {
    static let start = Timestamp(seconds: 1_795_132_800)  // 2026-11-20T00:00:00Z

    var start = RecordedMeasurements.start
    var period: Int64 = 300
    var known: [Resource] = []
    var series: [SeriesID: [Double?]] = [:]
    /// Only where it is not `final` throughout.
    var qualities: [SeriesID: [Quality]] = [:]
    var absences: [SeriesID: Absence] = [:]

    func resources() throws -> [Resource] { known.sorted { $0.id < $1.id } }
    func absence(of series: SeriesID) throws -> Absence? { absences[series] }

    func grid(of resource: ResourceID, in window: TimeWindow) throws -> SampleGrid {
        var grid = SampleGrid(start: window.start.floored(to: period), period: period, count: Int((window.seconds + period - 1) / period))
        for (id, values) in series where id.resource == resource {
            var column = SampleColumn(absent: grid.count)
            for row in 0..<grid.count {
                let index = Int((grid.time(row) - start) / period)
                guard grid.time(row) >= start, values.indices.contains(index), let value = values[index] else { continue }
                column.values[row] = value
                if let quality = qualities[id], quality.indices.contains(index) { column.qualities[row] = quality[index] }
            }
            if column.values.contains(where: { !$0.isNaN }) { grid.columns[id.name] = column }
        }
        return grid
    }

    func end(_ steps: Int) -> Timestamp { start + Int64(steps) * period }
}

extension RecordedMeasurements {
    /// One resource with its series.
    init(_ kind: ResourceKind, _ columns: [String: [Double?]], settings: [Setting: SettingValue] = [:], name: String = "thing") {
        add(kind, name, columns, settings: settings)
    }

    mutating func add(_ kind: ResourceKind, _ name: String, _ columns: [String: [Double?]] = [:], settings: [Setting: SettingValue] = [:],
                      feeds: [ResourceID] = [], service: String = "orders", arn: String? = nil) {
        let id = ResourceID(source: "prod", kind: kind, name: name)
        known.append(Resource(id: id, service: service, arn: arn, presence: .alive, settings: settings, feeds: feeds))
        for (signal, values) in columns { series[SeriesID(id, signal)] = values }
    }
}

extension RuleDraft {
    static func mock(_ warning: String?, critical: String? = nil, on kind: ResourceKind = .queue, id: String = "rule", hold: Int64 = 0,
                     recover: Int64 = 0, missing: MissingData? = nil, summary: String = "{{resource}}: {{value}} (limit {{limit}})") -> RuleDraft {
        var draft = RuleDraft(id: id, title: "Title of \(id)", on: kind, runbook: "queue-backlog", summary: summary,
                              origin: RuleOrigin(file: "rules.yaml", line: 3, column: 5))
        draft.warning = warning.map { Text($0, RuleOrigin(file: "rules.yaml", line: 7, column: 14)) }
        draft.critical = critical.map { Text($0, RuleOrigin(file: "rules.yaml", line: 8, column: 15)) }
        draft.forSeconds = hold
        draft.recoverForSeconds = recover
        draft.missing = missing
        return draft
    }
}

/// The compiled rules; the mistakes as text where there are any.
struct Mistakes: Error, CustomStringConvertible {
    var description: String
}

func compiled(_ drafts: RuleDraft...) throws -> [CompiledRule] { try compiled(drafts) }

func compiled(_ drafts: [RuleDraft]) throws -> [CompiledRule] {
    let result = RuleCompiler.compile(drafts, vocabulary: SignalCatalogue.vocabulary)
    guard result.diagnostics.isEmpty else { throw Mistakes(description: result.diagnostics.map(\.description).joined(separator: "\n")) }
    return result.rules
}
