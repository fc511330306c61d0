import Signals
import Telemetry
import Testing

@Suite struct BalanceComputationTests {
    private let queue = ResourceID(source: "prod", kind: .queue, name: "orders")
    private func balance(slack: Double = 5) -> Balance {
        Balance(id: ResourceID(source: "prod", kind: .balance, name: "b"), service: "s", inputs: [.init(queue, "sent")], outputs: [.init(queue, "deleted"), .init(queue, "backlog_change")], slack: slack, window: 900)
    }
    private func share(_ columns: [String: [Double]], qualities: [Quality] = [.final, .final, .final], slack: Double = 5) -> SampleColumn? {
        balance(slack: slack).imbalance(rows: 3, period: 300) { term in columns[term.signal].map { SampleColumn(values: $0, qualities: qualities) } }
    }

    @Test(arguments: [
        ([100.0, 100, 100], [100.0, 90, 90], [0.0, 10, 10], 0.0), ([100, 100, 100], [100, 80, 80], [0, 5, 5], 0.1),
        ([100, 100, 100], [110, 120, 100], [0, 0, 0], -0.1), ([2, 2, 2], [1, 1, 1], [0, 0, 0], 0),
    ] as [([Double], [Double], [Double], Double)]) func `the share is what came in and did not come out, over the window`(sent: [Double], deleted: [Double], change: [Double], expected: Double) throws {
        let column = try #require(share(["sent": sent, "deleted": deleted, "backlog_change": change]))
        #expect(column.values[0].isNaN && column.values[1].isNaN && abs(column.values[2] - expected) < 1e-12)
    }

    @Test func `nothing came in: no share, and no division`() { #expect(share(["sent": [0, 0, 0], "deleted": [0, 9, 9], "backlog_change": [0, 0, 0]])?.values[2].isNaN == true) }

    @Test func `a term that nobody counts leaves no balance`() { #expect(share(["sent": [1, 1, 1], "deleted": [1, 1, 1]]) == nil) }

    @Test(arguments: [([Quality.final, .partial, .final], Quality.partial), ([.final, .final, .late], .late), ([.zeroFilled, .final, .final], .final)] as [([Quality], Quality)])
    func `a share is as doubtful as the worst of its terms`(qualities: [Quality], expected: Quality) {
        #expect(share(["sent": [9, 9, 9], "deleted": [9, 9, 9], "backlog_change": [0, 0, 0]], qualities: qualities)?.qualities[2] == expected)
    }

    @Test func `a hole in the window makes it partial, more holes than points make it absent`() {
        #expect(share(["sent": [9, .nan, 9], "deleted": [9, 9, 9], "backlog_change": [0, 0, 0]], slack: 20)?.qualities[2] == .partial)
        #expect(share(["sent": [9, .nan, .nan], "deleted": [9, 9, 9], "backlog_change": [0, 0, 0]])?.values[2].isNaN == true)
    }

    @Test func `a pattern's balances follow the topology`() {
        func id(_ kind: ResourceKind, _ name: String) -> ResourceID { ResourceID(source: "prod", kind: kind, name: name) }
        func resource(_ kind: ResourceKind, _ name: String, _ settings: [Setting: SettingValue] = [:], feeds: [ResourceID] = []) -> Resource {
            Resource(id: id(kind, name), service: "s", presence: .alive, settings: settings, feeds: feeds)
        }
        let webhook = [resource(.api, "api", feeds: [id(.function, "publish")]), resource(.function, "publish", feeds: [id(.queue, "q.fifo")]), resource(.queue, "q.fifo", [.fifo: true])]
        let found = BuiltInBalances.balances(pattern: "webhook-buffer", service: "s", among: webhook)
        #expect(found.map(\.id.name) == ["api: accepted and queued", "q.fifo: sent and done"])
        #expect(found.first?.inputs.map(\.factor) == [1, -1, -1] && found.first?.outputs.map(\.signal) == ["sent", "deduplicated"])
        let fan = [resource(.topic, "t", feeds: ["a", "b", "c"].map { id(.function, $0) })] + ["a", "b", "c"].map { resource(.function, $0) }
        #expect(BuiltInBalances.balances(pattern: "object-fan-out", service: "s", among: fan).first?.inputs == [.init(id(.topic, "t"), "published", factor: 3)])
        #expect(BuiltInBalances.balances(pattern: "no-such-pattern", service: "s", among: fan).isEmpty)
    }
}
