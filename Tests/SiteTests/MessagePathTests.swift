@testable import Site
import Telemetry
import Testing

struct MessagePathTests {
    private static func resources(_ feeds: [(String, ResourceKind, [String])]) -> [ResourcePicture] {
        let ids = Dictionary(feeds.map { ($0.0, ResourceID(source: "prod", kind: $0.1, name: $0.0)) }) { first, _ in first }
        return feeds.compactMap { name, _, targets in
            ids[name].map { id in
                ResourcePicture(site: ResourceSite(id), resource: Resource(id: id, service: "s", presence: .alive, feeds: targets.compactMap { ids[$0] }), absences: [:], alerts: [],
                                day: SampleGrid(start: Timestamp(seconds: 0), period: 300, count: 12), state: .ok, word: nil)
            }
        }
    }

    @Test(arguments: [
        ("fan-out and back", [("api", ResourceKind.api, ["a", "b"]), ("a", .function, ["t"]), ("b", .function, ["t"]), ("t", .table, [])], [["api"], ["a", "b"], ["t"]]),
        ("the longest way counts", [("api", .api, ["a", "t"]), ("a", .function, ["t"]), ("t", .table, [])], [["api"], ["a"], ["t"]]),
        ("nothing feeds anything: the order of the file", [("b", .function, []), ("a", .function, [])], [["b"], ["a"]]),
        ("what is linked to nothing stands beside", [("a", .function, ["t"]), ("x", .queue, []), ("t", .table, [])], [["a"], ["t"]]),
        ("a circle ends", [("a", .function, ["b"]), ("b", .queue, ["a"])], [["a"], ["b"]]),
    ] as [(String, [(String, ResourceKind, [String])], [[String]])])
    func `hops that nothing parts stand in one column`(_ name: String, _ feeds: [(String, ResourceKind, [String])], _ expected: [[String]]) {
        #expect(MessagePath.layers(of: Self.resources(feeds)).map { $0.map(\.id.name) } == expected, "\(name)")
    }
}
