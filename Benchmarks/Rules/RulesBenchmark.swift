import Alerting
import Foundation
import Signals
import Telemetry

/// Threshold rules as the evaluator runs them.
///
/// `rules-bench day FILE` reads a line a series (`name limit value value…`, a value each five minutes), holds each against its own rule with
/// `for: 15m`, step by step, and prints the names that fire at the end: what promtool is asked beside it.
/// `rules-bench cycle TENANTS` evaluates the newest steps of tenants of twenty queues with six rules each, and prints the CPU time a rule.
@main
enum RulesBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        switch (arguments.dropFirst().first, arguments.count) {
        case ("day", 3): try day(String(contentsOfFile: arguments[2], encoding: .utf8))
        case ("cycle", 3): try cycle(tenants: Int(arguments[2]) ?? 0)
        default: throw Usage()
        }
    }

    private static func day(_ text: String) throws {
        var drafts: [RuleDraft] = [], resources: [Resource] = [], columns: [ResourceID: [Double]] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2 else { throw Usage() }
            let name = String(fields[0]), id = ResourceID(source: "bench", kind: .queue, name: name)
            resources.append(Resource(id: id, service: "bench", presence: .alive))
            columns[id] = fields.dropFirst(2).compactMap { Double($0) }
            drafts.append(draft(name, "visible > \(fields[1])", resource: name))
        }
        let rows = columns.values.map(\.count).max() ?? 0
        let tenant = Tenant(all: resources, grids: columns.mapValues { Tenant.grid(["visible": $0], rows: rows) })
        let evaluation = try Evaluator(rules: compiled(drafts), grain: 300).evaluate(
            states: [], measurements: tenant, from: Tenant.start, to: Tenant.start + Int64(rows) * 300, now: Tenant.start + Int64(rows) * 300 + 900)
        for state in evaluation.states where state.phase == .firing { print(state.key.resource.name) }
    }

    private static func cycle(tenants: Int) throws {
        let signals = ["deleted", "in_flight", "oldest_age", "received", "sent", "visible"], rows = 24
        let rules = try compiled(signals.map { draft("high-\($0)", "\($0) > \($0 == "oldest_age" ? "1000s" : "1000")", resource: nil) })
        let evaluator = Evaluator(rules: rules, grain: 300)
        let resources = (0..<20).map { Resource(id: ResourceID(source: "bench", kind: .queue, name: "queue-\($0)"), service: "svc-\($0)", presence: .alive) }.sorted { $0.id < $1.id }
        var grids: [ResourceID: SampleGrid] = [:]
        for (index, resource) in resources.enumerated() {
            var columns: [String: [Double]] = [:]
            for (place, signal) in signals.enumerated() { columns[signal] = (0..<rows).map { Double(($0 * 7 + index * 13 + place * 31) % 900) } }
            grids[resource.id] = Tenant.grid(columns, rows: rows)
        }
        let tenant = Tenant(all: resources, grids: grids)
        let end = Tenant.start + Int64(rows) * 300
        let before = try evaluator.evaluate(states: [], measurements: tenant, from: end - 3_600, to: end - 300, now: end - 120)
        var evaluated = 0
        let began = clock()
        for _ in 0..<tenants {
            evaluated += try evaluator.evaluate(states: before.states, measurements: tenant, from: before.cursor, to: end, now: end + 180).states.count
        }
        let microseconds = Double(clock() - began) / Double(CLOCKS_PER_SEC) * 1_000_000
        print("cycle, a rule: \((microseconds / Double(max(1, evaluated)) * 100).rounded() / 100) µs")
    }

    private static func draft(_ id: String, _ condition: String, resource: String?) -> RuleDraft {
        let origin = RuleOrigin(file: "bench.yaml")
        var draft = RuleDraft(id: id, title: id, on: .queue, runbook: "queue-backlog", summary: "{resource}: {value}", origin: origin)
        draft.critical = .init(condition, origin)
        draft.forSeconds = 900
        draft.recoverForSeconds = 0
        draft.resources = resource
        return draft
    }

    private static func compiled(_ drafts: [RuleDraft]) throws -> [CompiledRule] {
        let result = RuleCompiler.compile(drafts, vocabulary: SignalCatalogue.vocabulary)
        if let mistake = result.diagnostics.first { throw Mistake(description: mistake.message) }
        return result.rules
    }

    struct Mistake: Error, CustomStringConvertible { var description: String }

    struct Usage: Error, CustomStringConvertible {
        var description: String { "usage: rules-bench day FILE | rules-bench cycle TENANTS" }
    }
}

/// One tenant's numbers in memory: what is measured is the evaluator alone.
private struct Tenant: Measurements {
    static let start = Timestamp(seconds: 1_795_082_400)

    let all: [Resource]
    let grids: [ResourceID: SampleGrid]
    private let cuts = Cuts()

    init(all: [Resource], grids: [ResourceID: SampleGrid]) {
        self.all = all
        self.grids = grids
    }

    static func grid(_ columns: [String: [Double]], rows: Int) -> SampleGrid {
        SampleGrid(start: start, period: 300, count: rows, columns: columns.mapValues { SampleColumn(values: $0, qualities: Array(repeating: .final, count: $0.count)) })
    }

    func resources() throws -> [Resource] { all }
    func absence(of series: SeriesID) throws -> Absence? { nil }

    func grid(of resource: ResourceID, in window: TimeWindow) throws -> SampleGrid {
        if cuts.window == window, let known = cuts.grids[resource] { return known }
        guard let whole = grids[resource] else { return SampleGrid(start: window.start, period: 300, count: 0) }
        let rows = Int(clamping: window.seconds / 300), offset = Int(clamping: (window.start - whole.start) / 300)
        var cut = SampleGrid(start: window.start, period: 300, count: rows)
        let from = max(0, offset), to = min(whole.count, offset + rows)
        for (name, column) in whole.columns {
            var values = Array(repeating: Double.nan, count: rows)
            for row in from..<max(from, to) { values[row - offset] = column.values[row] }
            cut.columns[name] = SampleColumn(values: values, qualities: Array(repeating: .final, count: rows))
        }
        if cuts.window != window { (cuts.window, cuts.grids) = (window, [:]) }
        cuts.grids[resource] = cut
        return cut
    }
}

/// Every tenant of a cycle asks for the same stretch: cutting it out is no work of the evaluator.
private final class Cuts {
    var window: TimeWindow?
    var grids: [ResourceID: SampleGrid] = [:]
}
