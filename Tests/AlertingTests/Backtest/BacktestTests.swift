import Telemetry
import Testing
@testable import Alerting

@Suite struct BacktestTests {
    private func backtest(_ values: [Double?], route: Route? = Route(receiver: "mail", repeatInterval: 3_600), critical: Bool = false) throws -> Backtest {
        let world = RecordedMeasurements(.queue, ["visible": values])
        let rules = try compiled(critical ? .mock(nil, critical: "visible > 5") : .mock("visible > 5"))
        let window = TimeWindow(from: world.start, to: world.end(values.count))
        return Backtest(try Evaluator(rules: rules, grain: 300).replay(world, in: window), in: window, route: route, tenant: "acme", grain: 300)
    }

    private func steps(_ backtest: Backtest) -> [String] {
        backtest.messages.map { "\(($0.at - backtest.window.start) / 300) \($0.receiver) \($0.kind.rawValue)" }
    }

    @Test func `an alert has its length, and its beginning and end are told`() throws {
        let test = try backtest([0, 9, 9, 9, 0, 0])
        #expect(test.firings.map { $0.seconds(until: test.window.end) } == [900] && test.firings[0].endedAt != nil)
        #expect(steps(test) == ["2 mail firing", "5 mail resolved"])
    }

    @Test func `a long one is said again at its interval and no more often`() throws {
        #expect(steps(try backtest(Array(repeating: 9, count: 30))) == ["1 mail firing", "13 mail reminder", "25 mail reminder"])
    }

    @Test func `an escalation takes its time`() throws {
        let route = Route(receiver: "mail", repeatInterval: 86_400, routes: [Route(receiver: "chat", repeatInterval: 86_400, match: ["severity": "critical"]),
                                                                              Route(receiver: "pager", repeatInterval: 86_400, match: ["severity": "critical"], after: 900)])
        #expect(steps(try backtest(Array(repeating: 9, count: 8), route: route, critical: true)) == ["1 chat firing", "4 pager firing"])
        #expect(steps(try backtest([9, 9, 0, 0], route: route, critical: true)) == ["1 chat firing", "3 chat resolved"])
    }

    @Test func `without a route alerts fire and nobody is told`() throws {
        let test = try backtest([9, 9], route: nil)
        #expect(test.firings.count == 1 && test.messages.isEmpty)
    }

    @Test func `a record counts flaps, lengths and what never fired`() throws {
        let test = try backtest([9, 0, 9, 0] + Array(repeating: 0, count: 20) + [9])
        let records = RuleRecord.records(of: test.firings, rules: ["rule", "never"])
        #expect(records.map(\.rule) == ["rule", "never"] && records.map(\.fired) == [3, 0])
        #expect(records[0].flaps == 1 && records[0].lengths == [300, 300] && records[0].stillFiring == 1 && records[0].median == 300 && records[0].suppressedShare == 0)
    }

    @Test func `what was stored tells the same as what was replayed`() throws {
        let world = RecordedMeasurements(.queue, ["visible": [0, 9, 9, 0, 9, 0, 0]])
        let window = TimeWindow(from: world.start, to: world.end(7))
        let replay = try Evaluator(rules: try compiled(.mock("visible > 5")), grain: 300).replay(world, in: window)
        #expect(Backtest.Firing.all(in: replay.transitions.reversed()) == Backtest(replay, in: window, route: nil, tenant: "acme", grain: 300).firings)
        // One whose beginning was not read is left out.
        #expect(Backtest.Firing.all(in: replay.transitions.filter { $0.kind == .resolved }).isEmpty)
    }
}
