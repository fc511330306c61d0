@testable import Alerting
import Telemetry
import Testing

@Suite struct KnownStatesTests {
    private static func key(_ rule: String, _ name: String) -> AlertKey { AlertKey(rule: rule, resource: ResourceID(source: "aws", kind: .queue, name: name)) }

    private static func state(_ key: AlertKey) -> AlertState {
        AlertState(key: key, service: "s", since: Timestamp(seconds: 0), activeAt: Timestamp(seconds: 0), evaluatedTo: Timestamp(seconds: 0))
    }

    private static let sorted = [key("age", "a"), key("age", "c"), key("age", "d"), key("depth", "a"), key("depth", "b")]
    private static let mixed = [sorted[3], sorted[1], sorted[4], sorted[0], sorted[2]]

    @Test(arguments: [sorted, mixed], [["a", "b", "c", "d", "e"], ["d", "a", "e", "c", "b"]])
    func `each state is found by its rule and resource, whatever the order`(_ keys: [AlertKey], _ names: [String]) {
        var known = KnownStates(keys.map(Self.state))
        #expect(known.isSorted == (keys == Self.sorted))
        for rule in ["age", "depth", "none"] {
            var cursor = known.first(of: rule)
            for name in names {
                let wanted = Self.key(rule, name), found = known.place(rule, wanted.resource, &cursor)
                #expect(found == keys.firstIndex(of: wanted), "\(rule) on \(name)")
            }
        }
    }

    @Test func `two alerts of one key count as not sorted and the first is found`() {
        var known = KnownStates([Self.key("age", "a"), Self.key("age", "a")].map(Self.state)), cursor = known.first(of: "age")
        #expect(!known.isSorted)
        #expect(known.place("age", Self.key("age", "a").resource, &cursor) == 0)
        #expect(known.place("age", Self.key("age", "b").resource, &cursor) == nil)
    }
}
