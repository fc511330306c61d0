import Signals
import Telemetry
import Testing
@testable import Alerting

/// What compares a series with its own past says so while it has none.
@Suite struct LearningTests {
    private func states(_ condition: String, _ values: [Double?], missing: MissingData? = nil) throws -> [AlertState] {
        let measurements = RecordedMeasurements(.api, ["requests": values])
        return try Evaluator(rules: compiled(.mock(condition, on: .api, missing: missing)), grain: 300)
            .evaluate(states: [], measurements: measurements, from: measurements.end(values.count - 1), to: measurements.end(values.count), now: measurements.end(values.count + 12)).states
    }

    @Test(arguments: [
        ("novel(requests, 14d) > 10%", 0, 0), ("novel(requests, 14d) > 10%", 300, 50), ("novel(requests, 14d) > 10%", 586, 99), ("novel(requests, 14d) > 10%", 589, nil),
        ("requests < 50% * baseline(requests, 7d)", 1_011, 50), ("requests < 50% * baseline(requests, 7d)", 2_100, nil),
    ] as [(String, Int, Int?)]) func `a rule that learns says how far it is, and decides nothing`(_ condition: String, _ steps: Int, _ learned: Int?) throws {
        for missing in [nil, MissingData.breach, .ok] {
            let state = try #require(try states(condition, Array(repeating: 5, count: steps) + [nil, 5], missing: missing).first)
            #expect(state.memory.learned == learned)
            #expect(state.phase == .inactive && state.unknownSince == nil)
        }
    }

    @Test(arguments: [("burn_rate(slo, 10m) > 2", ResourceKind.slo, ["bad": 9.0, "allowed": 1]), ("novel(requests, 14d) > 10%", .api, ["requests": 99])])
    func `what a later read may turn round waits until it is settled`(_ condition: String, _ kind: ResourceKind, _ last: [String: Double]) throws {
        let steps = 600
        var measurements = RecordedMeasurements(kind, last.mapValues { Array(repeating: 1, count: steps - 2) + [$0, $0] })
        for id in measurements.series.keys { measurements.qualities[id] = Array(repeating: .final, count: steps - 2) + [.late, .late] }
        let evaluator = try Evaluator(rules: compiled(.mock(condition, on: kind)), grain: 300), end = measurements.end(steps)
        func phase(_ now: Timestamp) throws -> AlertPhase? { try evaluator.evaluate(states: [], measurements: measurements, from: end - 600, to: end, now: now).states.first?.phase }
        #expect(try phase(end) == .inactive && phase(end + 900) == .firing)
        for id in measurements.series.keys { measurements.qualities[id] = Array(repeating: .final, count: steps - 2) + [.partial, .partial] }
        #expect(try phase(end + 86_400) == .inactive)
    }

    @Test func `a gap after learning is a gap`() throws {
        let state = try #require(try states("novel(requests, 14d) > 10%", Array(repeating: 5, count: 700) + [nil], missing: .unknown).first)
        #expect(state.memory.learned == nil && state.unknownSince != nil)
    }

    @Test func `a step says the same whether it is looked at alone or in a sweep, and whatever comes after it`() throws {
        var random = Seeded(31)
        let values = (0..<900).map { row in random.next(in: 0...9) == 0 ? Double.nan : Double(random.next(in: 0...60) + (row % 50 == 0 ? row / 10 : 0)) }
        let novelty = Novelty(window: 2.5 * 86_400, period: 300), all = novelty.values(of: values)
        #expect(all.contains { $0 > 0.1 } && all.contains(0))
        for row in stride(from: 0, to: 900, by: 7) {
            let cut = novelty.values(of: Array(values[...row])).last ?? .nan
            #expect(cut == all[row] || cut.isNaN && all[row].isNaN)
            // Nothing older than the window and two hours counts.
            let recent = novelty.values(of: Array(values[max(0, row - 720 - 24)...row])).last ?? .nan
            #expect(recent == all[row] || recent.isNaN && all[row].isNaN)
        }
    }

    @Test(arguments: [(7, 7, 0), (0.1, 0.1, 0), (0, 1, .infinity)] as [(Double, Double, Double)])
    func `a series that never moved`(_ past: Double, _ now: Double, _ expected: Double) {
        #expect(Novelty(window: 14 * 86_400, period: 300).values(of: Array(repeating: past, count: 700) + [now]).last == expected)
    }
}
