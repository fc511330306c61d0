import Signals
import Storage
import Telemetry
import Testing

struct MapMemoryTests {
    private let now = Timestamp(year: 2026, month: 11, day: 20, hour: 10)

    private func topology(_ feeds: [String: [String]]) -> Topology {
        func id(_ name: String) -> ResourceID { ResourceID(source: "p", kind: .function, name: name) }
        return Topology(resources: feeds.map { Resource(id: id($0.key), service: "s", presence: .alive, feeds: $0.value.map(id)) })
    }

    @Test func `places are remembered, and what came or went is listed`() throws {
        let store = try TenantStore.inMemory(), first = topology(["a": ["b"], "b": []]), layout = MapLayout(first)
        try store.remember(first, layout, at: now)
        #expect(try store.mapPlaces() == layout.places && store.mapChanges(in: TimeWindow(from: now, to: now + 1)) == [])
        let second = topology(["a": ["b", "c"], "b": [], "c": []])
        try store.remember(second, MapLayout(second, remembered: try store.mapPlaces()), at: now + 300)
        let third = topology(["a": ["c"], "c": []])
        try store.remember(third, MapLayout(third, remembered: try store.mapPlaces()), at: now + 600)
        let changes = try store.mapChanges(in: TimeWindow(from: now, to: now + 601))
        #expect(changes.map { "\($0.at - now) \($0.key.suffix(1))\($0.target.map { " > \($0.suffix(1))" } ?? "") \($0.isNew ? "new" : "gone")" } == ["600 b gone", "600 a > b gone", "300 c new", "300 a > c new"])
        // Whoever comes back within a season stands where it stood.
        #expect(try store.mapPlaces()["function/p/b"] == layout.places["function/p/b"])
        // A place that changes within a day is the one that stays.
        try store.remember(third, MapLayout(third, remembered: ["function/p/a": MapPlace(column: 3, row: 8)]), at: now + 900)
        #expect(try store.mapPlaces()["function/p/a"] == MapPlace(column: 3, row: 8))
        try store.remember(third, MapLayout(third, remembered: try store.mapPlaces()), at: now + 100 * 86_400)
        #expect(try store.mapPlaces().keys.sorted() == ["function/p/a", "function/p/c"])
    }

    @Test func `the first map's width stays`() throws {
        let store = try TenantStore.inMemory()
        #expect(try store.mapWidth() == nil)
        try store.rememberMapWidth(6)
        try store.rememberMapWidth(8)
        #expect(try store.mapWidth() == 6)
    }

    @Test func `of two readings of one hour the fuller one counts`() throws {
        let store = try TenantStore.inMemory()
        func edge(_ ok: Int) -> CallEdge {
            CallEdge(source: "p", hour: now, from: CallNode("a", type: "t"), to: CallNode("b", type: "t"), figures: CallFigures(ok: ok, errors: 1, throttles: 2, faults: 3, durations: LogHistogram(counts: [3: ok, 40: 2])))
        }
        for count in [5, 9, 7] {
            var harvest = Harvest(window: TimeWindow(from: now, to: now))
            harvest.calls = [edge(count)]
            try store.record(harvest, at: now)
        }
        #expect(try store.calls(in: TimeWindow(from: now + 60, to: now + 61)) == [edge(9)])
        #expect(try store.calls(in: TimeWindow(from: now + 3_600, to: now + 7_200)) == [])
    }

    @Test func `names that change with each call do not fill the disk`() throws {
        let store = try TenantStore.inMemory()
        func harvest(_ names: Range<Int>) -> Harvest {
            var harvest = Harvest(window: TimeWindow(from: now, to: now))
            harvest.calls = names.map { CallEdge(source: "p", hour: now, from: CallNode("a", type: "t"), to: CallNode("request \($0)", type: "remote"), figures: CallFigures(ok: $0 == 7 ? 900 : 1)) }
            return harvest
        }
        #expect(try store.record(harvest(0..<1_990), at: now).leftOut == [])
        let summary = try store.record(harvest(1_980..<2_100), at: now + 300)
        #expect(summary.leftOut.map(\.message) == ["Calls of source 'p': 100 pairs of caller and callee are more than the 2000 an hour that are kept. The most frequent have figures; let spans name services and not requests."])
        #expect(try store.calls(in: TimeWindow(from: now, to: now + 1)).count == 2_000)
    }

    @Test func `of a day's traces the slowest, the failed and the ordinary stay with their spans`() throws {
        let store = try TenantStore.inMemory(), start = Double(now.seconds) - 20_000
        var harvest = Harvest(window: TimeWindow(from: now - 86_400, to: now))
        for index in 0..<100 {
            let id = "1-6aab5e29-" + String(repeating: "0", count: 21) + (index < 10 ? "00" : "0") + String(index), at = start + Double(index) * 60
            harvest.summaries.append(TraceSummary(id: id, group: "g", start: at, duration: Double(index), hasFault: index % 10 == 3))
            harvest.traces.append(Trace(id: id, group: "g", spans: [TraceSpan(id: "0000000000000001", name: "a", start: at, end: at + 1)]))
        }
        try store.record(harvest, at: now)
        var budget = ExemplarBudget()
        (budget.slowest, budget.failed, budget.ordinary) = (3, 4, 2)
        #expect(try store.thinTraces(at: now, budget: budget) == 91)
        let kept = try store.keptTraces(group: "g", in: TimeWindow(from: now - 86_400, to: now)).compactMap { Int($0.suffix(3)) }.sorted()
        #expect(kept == [49, 50, 63, 73, 83, 93, 97, 98, 99])
        #expect(try store.thinTraces(at: now, budget: budget) == 0)
        #expect(try store.traceSummaries(group: "g", in: TimeWindow(from: now - 86_400, to: now), limit: 1_000).count == 100)
    }

    @Test func `an id is found in either way of writing, and links are found from their end`() throws {
        let store = try TenantStore.inMemory(), at = Double(now.seconds)
        var harvest = Harvest(window: TimeWindow(from: now, to: now))
        let span = TraceSpan(id: "0000000000000001", name: "a", start: at, end: at + 1)
        harvest.traces = [Trace(id: "5759e988bd862e3fe1be46a994272793", group: "g", spans: [span]),
                          Trace(id: "1-5759e988-000000000000000000000001", group: "g", spans: [span], links: [SpanLink(spanID: span.id, linkedTraceID: "1-5759e988-bd862e3fe1be46a994272793", kind: "AWSTraceHeader", name: "x")])]
        try store.record(harvest, at: now)
        #expect(try store.trace("1-5759e988-bd862e3fe1be46a994272793") == harvest.traces[0])
        #expect(try store.trace(harvest.traces[1].id) == harvest.traces[1])
        #expect(try store.traces(linkingTo: harvest.traces[0].id, limit: 5) == [harvest.traces[1].id])
    }
}
