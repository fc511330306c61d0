@testable import Signals
import Telemetry
import Testing

struct MapLayoutTests {
    /// `api>a b;a>t` as a topology of functions.
    private func topology(_ text: String) -> Topology {
        var feeds: [String: [String]] = [:]
        for part in text.split(separator: ";") {
            let ends = part.split(separator: ">", omittingEmptySubsequences: false).map(String.init)
            guard let from = ends.first else { continue }
            let targets = ends.count > 1 ? ends[1].split(separator: " ").map(String.init) : []
            feeds[from, default: []] += targets
            for target in targets { feeds[target] = feeds[target] ?? [] }
        }
        return Topology(resources: feeds.map { Resource(id: id($0.key), service: "s", presence: .alive, feeds: $0.value.map(id)) })
    }

    private func id(_ name: String) -> ResourceID { ResourceID(source: "p", kind: .function, name: name) }
    private func places(_ layout: MapLayout) -> [String: String] {
        Dictionary(layout.places.map { (String($0.key.split(separator: "/").last ?? ""), "\($0.value.column)/\($0.value.row)") }) { first, _ in first }
    }

    @Test(arguments: [
        ("a>b;b>c", ["a": "0/0", "b": "1/0", "c": "2/0"]),
        ("a>x y z", ["a": "0/2", "x": "1/0", "y": "1/2", "z": "1/4"]),
        ("a>b;b>c;a>c", ["a": "0/0", "b": "1/0", "c": "2/0"]),
        ("a>b;b>a", ["a": "0/0", "b": "1/0"]),
        ("a>b;x>", ["a": "0/0", "b": "1/0", "x": "0/2"]),
    ] as [(String, [String: String])])
    func `columns go by the way, rows by what hangs below`(_ text: String, _ expected: [String: String]) {
        #expect(places(MapLayout(topology(text))) == expected)
    }

    @Test(arguments: ["a>b;b>c", "api>f g h;f>t;g>t;h>q;q>w;w>t", "a>b;b>a;c>a", "a>;b>;c>"], ["new>", "new>a", "a>new", "a>new;new>b", "b>new"])
    func `a function that comes moves nothing, and one that goes leaves the others where they are`(_ before: String, _ more: String) {
        let first = MapLayout(topology(before)), second = MapLayout(topology(before + ";" + more), remembered: first.places)
        for (key, place) in first.places { #expect(second.places[key] == place, "\(key)") }
        #expect(second.places.count == topology(before + ";" + more).nodes.count)
        #expect(Set(second.places.values).count == second.places.count)
        // It comes back to where it was.
        let gone = MapLayout(topology(before), remembered: second.places), back = MapLayout(topology(before + ";" + more), remembered: second.places)
        #expect(gone == first && back == second)
    }

    @Test(arguments: [
        // In the order of names the two lines of each pair would cross.
        ("a>y;b>x;y>;x>", 0), ("a>z;b>y;c>x", 0), ("a>x y;b>x y", 1), ("a>m;b>l;l>q;m>p", 0),
        ("api>f g h;f>t;g>t;h>q;q>w;w>t", 0),
    ])
    func `lines cross no more than they must`(_ text: String, _ crossings: Int) {
        let topology = topology(text)
        #expect(MapUntangling(MapLayout(topology).places, topology.edges).crossings == crossings)
    }

    @Test func `a felt of lines keeps the order that its parts came in`() {
        let felt = topology((0..<18).map { "f\($0)>" + (0..<18).map { "t\($0)" }.joined(separator: " ") }.joined(separator: ";")), layout = MapLayout(felt)
        #expect(felt.edges.count == 324 && layout.places.count == 36)
        #expect(MapUntangling(layout.places, felt.edges).untangled() == layout.places)
    }

    @Test func `no two parts stand so near that their names meet`() {
        let layout = MapLayout(topology((0..<30).map { "f\($0)>t\($0 % 7) g\($0 % 4)" }.joined(separator: ";")))
        for (key, place) in layout.places {
            for (other, at) in layout.places where key < other && place.column == at.column { #expect(abs(place.row - at.row) >= 2, "\(key) and \(other)") }
        }
    }

    @Test func `of a thousand parts a map holds a hundred and names the others`() {
        let many = topology((0..<1_000).map { "n\($0)>n\(($0 * 7 + 1) % 1_000)" }.joined(separator: ";"))
        let layout = MapLayout(many)
        #expect(layout.places.count <= MapLayout.mostNodes && layout.places.count + layout.leftOut.count == many.nodes.count)
        #expect(layout.places.values.allSatisfy { (0..<MapLayout.columns).contains($0.column) && (0..<MapLayout.rows).contains($0.row) })
        #expect(MapLayout(many) == layout && MapLayout(many, remembered: layout.places).places == layout.places)
    }

    @Test func `a remembered place beyond the map is given up`() {
        let key = "function/p/a"
        #expect(MapLayout(topology("a>b"), remembered: [key: MapPlace(column: -3, row: 1 << 40)]).places[key] == MapPlace(column: 0, row: 0))
    }
}
