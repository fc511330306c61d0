import Signals
import Telemetry
import Testing

@Suite struct ServiceLevelTests {
    private static let api = ResourceID(source: "prod", kind: .api, name: "shop")
    private static let requests = Balance.Term(api, "requests"), failed = Balance.Term(api, "errors_5xx")

    private func level(_ count: ServiceLevel.Count = .bad([failed], of: [requests]), objective: Double = 0.999, window: Int64 = 30 * 86_400) -> ServiceLevel {
        ServiceLevel(id: ResourceID(source: "prod", kind: .slo, name: "orders/availability"), service: "orders", title: "Answered", objective: objective, window: window, count: count)
    }

    private func events(_ count: ServiceLevel.Count, _ columns: [String: [Double]]) -> (total: [Double], bad: [Double]) {
        let events = level(count).events(rows: 3) { term in columns[term.signal].map { SampleColumn(values: $0, qualities: $0.map { _ in .final }) } }
        return (events.total.values, events.bad.values)
    }

    @Test func `events are counted as bad, as good, or by their share`() {
        let bad = events(.bad([Self.failed], of: [Self.requests]), ["requests": [100, 0, 10], "errors_5xx": [3, 0, 12]])
        #expect(bad.total == [100, 0, 10] && bad.bad == [3, 0, 10])
        let good = events(.good([Self.failed], of: [Self.requests]), ["requests": [100, 0, 10], "errors_5xx": [97, 0, 12]])
        #expect(good.total == [100, 0, 10] && good.bad == [3, 0, 0])
        let share = events(.share(Self.failed, of: Self.requests), ["requests": [100, 0, 10], "errors_5xx": [0.03, .nan, 1]])
        #expect(share.total == [100, 0, 10] && share.bad == [3, 0, 10])
    }

    @Test func `a step in which one count is not known is not counted`() {
        let found = events(.bad([Self.failed], of: [Self.requests]), ["requests": [100, .nan, 10], "errors_5xx": [.nan, 1, 2]])
        #expect(found.total.map(\.isNaN) == [true, true, false] && found.bad.map(\.isNaN) == [true, true, false])
        let uncounted = events(.bad([Self.failed], of: [Self.requests]), ["requests": [1, 2, 3]])
        #expect(uncounted.total.map(\.isNaN) == [true, true, true])
    }

    @Test(arguments: [
        // A month of a thousand a step, one in a thousand bad: spent to the last event.
        (Array(repeating: 1.0, count: 8_640), 0.0, 1.0, 0.0), (Array(repeating: 0.0, count: 8_640), 1, 0, nil), (Array(repeating: 0.5, count: 8_640), 0.5, 0.5, 30 * 86_400.0),
        (Array(repeating: 2.0, count: 8_640), -1, 2, 0), (Array(repeating: 0.0, count: 8_628) + Array(repeating: 144, count: 12), 1 - 0.2, 144, 0.8 * 30 * 86_400 / 144),
    ] as [([Double], Double, Double, Double?)]) func `the budget, its rate and its end`(_ bad: [Double], _ left: Double, _ rate: Double, _ end: Double?) throws {
        let budget = try #require(level().budgets(total: Array(repeating: 1_000, count: 8_640), bad: bad, period: 300, last: 1).first ?? nil)
        #expect(abs(budget.left - left) < 1e-9 && abs((budget.burnRate[.hour] ?? .nan) - rate) < 1e-9 && budget.watched == 1)
        #expect((budget.exhaustsIn == nil) == (end == nil) && abs((budget.exhaustsIn ?? 0) - (end ?? 0)) < 1e-3)
    }

    @Test func `a new objective spends from the budget of a whole month with as much to do`() throws {
        // One day of thirty, thirty times too fast: the month's budget is gone.
        let budget = try #require(level().budgets(total: Array(repeating: 1_000, count: 288), bad: Array(repeating: 30, count: 288), period: 300, last: 1).first ?? nil)
        #expect(abs(budget.left) < 1e-9 && abs(budget.watched - 1 / 30.0) < 1e-9 && abs(budget.exhaustsIn ?? 1) < 1e-3)
    }

    @Test func `what was not watched of a span counts as good, as it does in rules`() throws {
        let budget = try #require(level().budgets(total: Array(repeating: 1_000, count: 6), bad: Array(repeating: 30, count: 6), period: 300, last: 1).first ?? nil)
        #expect(abs((budget.burnRate[.hour] ?? 0) - 15) < 1e-9 && abs((budget.burnRate[.sixHours] ?? 0) - 2.5) < 1e-9)
    }

    @Test func `old events leave the window, and rows that are not known say nothing`() {
        let level = level(window: 86_400), bad = [Double](repeating: 5, count: 288) + Array(repeating: 0, count: 287) + [.nan, 0]
        let budgets = level.budgets(total: Array(repeating: 1_000, count: 577), bad: bad, period: 300, last: 3)
        #expect(budgets.map { $0?.left.rounded() } == [1, nil, 1])
        #expect(level.budgets(total: [], bad: [], period: 300, last: 5).isEmpty)
        #expect(level.budgets(total: [0], bad: [0], period: 300, last: 5).map { $0?.left } == [1])
    }
}
