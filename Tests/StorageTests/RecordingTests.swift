import Storage
import Telemetry
import Testing

@Suite struct RecordingTests {
    @Test func `recording the same harvest again changes nothing`() throws {
        let store = try TenantStore.inMemory()
        let harvest = harvest(batch([(0, 1), (300, 2.5), (600, 1e300)]), batch(orders, "oldest_age", [(0, 7)]))
        let first = try store.record(harvest, at: ten + 900)
        let points = try store.points()
        let second = try store.record(harvest, at: ten + 900)
        #expect(first.new == 4 && first.corrected == 0)
        #expect(second.new == 0 && second.corrected == 0 && second.unchanged == 4)
        #expect(try store.points() == points)
        #expect(points == [0: 1, 300: 2.5, 600: 1e300])
    }

    @Test func `the later value wins and the size of the correction is kept`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest(batch([(0, 10), (300, 20)])), at: ten + 900)
        let summary = try store.record(harvest(batch([(0, 13), (300, 19)])), at: ten + 1_200)
        #expect(summary.corrected == 2)
        #expect(summary.largestCorrection == RecordSummary.Correction(series: SeriesID(orders, "sent"), time: ten, old: 10, new: 13))
        #expect(try store.points() == [0: 13, 300: 19])
        let correction = try #require(try store.corrections()[SeriesID(orders, "sent")])
        #expect(correction == Corrections(count: 2, sum: 4, largest: 3))
    }

    @Test func `unordered and repeated points equal sorted ones`() throws {
        let sorted = try TenantStore.inMemory(), mixed = try TenantStore.inMemory()
        let a = try sorted.record(harvest(batch([(0, 1), (300, 2), (3_600, 3), (7_200, 4)])), at: ten + 8_000)
        let b = try mixed.record(harvest(batch([(7_200, 4), (0, 9), (3_600, 3), (0, 1), (300, 2), (3_600, 3)])), at: ten + 8_000)
        #expect(try sorted.points() == mixed.points())
        #expect(a == b)
    }

    @Test(arguments: [
        (Double.nan, 0), (.infinity, 0), (-.infinity, 0), (1, 4_000), (1, 253_402_300_799 - ten.seconds), (1, -ten.seconds), (1, -400 * 86_400),
        (1, Int64.max / 2), (1, -Int64.max / 2),
    ] as [(Double, Int64)])
    func `one bad point is turned away and the others stay`(_ value: Double, _ time: Int64) throws {
        let store = try TenantStore.inMemory()
        let summary = try store.record(harvest(batch([(300, 1), (time, value), (600, 2)])), at: ten + 900)
        #expect(summary.rejected == 1 && summary.new == 2)
        #expect(try store.points() == [300: 1, 600: 2])
    }

    @Test func `a late point becomes final when it is read again outside the last quarter of an hour`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest(batch([(0, 1), (300, 2)], .late)), at: ten + 610)
        #expect(try store.grid(of: orders, in: window(0, 600), resolution: .raw).columns["sent"]?.qualities == [.late, .late])
        try store.record(harvest(batch([(0, 1), (300, 2)], .late)), at: ten + 1_210)
        #expect(try store.grid(of: orders, in: window(0, 600), resolution: .raw).columns["sent"]?.qualities == [.final, .late])
        try store.record(harvest(batch([(300, 2)])), at: ten + 1_500)
        #expect(try store.grid(of: orders, in: window(0, 600), resolution: .raw).columns["sent"]?.qualities == [.final, .final])
    }

    @Test(arguments: [
        (Quality.final, Quality.zeroFilled, 5.0), (.late, .zeroFilled, 5), (.zeroFilled, .final, 0), (.final, .partial, 5), (.partial, .partial, 0),
        (.partial, .final, 0), (.late, .final, 0), (.final, .late, 0), (.zeroFilled, .partial, 0), (.zeroFilled, .late, 0), (.late, .partial, 5),
        (.partial, .late, 0), (.partial, .zeroFilled, 5), (.late, .late, 0), (.final, .final, 0), (.zeroFilled, .zeroFilled, 0),
    ])
    func `a guess or an unfinished answer does not replace a better one`(_ old: Quality, _ new: Quality, _ expected: Double) throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest(batch([(0, 5)], old)), at: ten + 300)
        try store.record(harvest(batch([(0, 0)], new)), at: ten + 301)
        #expect(try store.points() == [0: expected])
        #expect(try store.grid(of: orders, in: window(0, 300), resolution: .raw).columns["sent"]?.qualities == [expected == 5 ? old : new])
    }

    @Test func `a zero that was filled in is kept as such`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest(batch([(0, 0)], .zeroFilled), batch(orders, "received", [(0, 0)])), at: ten + 300)
        let grid = try store.grid(of: orders, in: window(0, 300), resolution: .raw)
        #expect(grid.columns["sent"]?.qualities == [.zeroFilled])
        #expect(grid.columns["received"]?.qualities == [.final])
    }

    @Test func `a gap stays a gap`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest(batch([(0, 1), (1_200, 2), (10_800, 3)])), at: ten + 11_000)
        let grid = try store.grid(of: orders, in: window(-600, 11_100), resolution: .raw)
        #expect(grid.count == 39)
        #expect((0..<grid.count).filter { grid["sent", $0] != nil } == [2, 6, 38])
        #expect(try store.points(resolution: .hour) == [0: 1.5, 10_800: 3])
    }

    @Test func `what is final tells where the next read starts`() throws {
        let store = try TenantStore.inMemory()
        let series = SeriesID(orders, "sent")
        #expect(try store.cursor(of: series) == nil)
        try store.record(harvest(batch([(0, 1), (300, 1), (600, 1)])), at: ten + 900)
        #expect(try store.cursor(of: series) == ten + 900)
        try store.record(harvest(batch([(900, 1), (1_200, 1)], .late)), at: ten + 1_500)
        #expect(try store.cursor(of: series) == ten + 900)
        try store.record(harvest(batch([(900, 1), (1_200, 1)], .late)), at: ten + 2_400)
        #expect(try store.cursors() == [series: ten + 1_500])
        try store.record(harvest(batch([(1_500, 1)], .partial)), at: ten + 9_000)
        #expect(try store.cursor(of: series) == ten + 1_500)
    }

    @Test func `a count of lines beyond all measure is cut, and sums of it can be read`() throws {
        let store = try TenantStore.inMemory()
        var harvest = Harvest(window: TimeWindow(from: ten, to: ten + 900))
        harvest.fingerprints = [0, 0, 300, 600].map { LogFingerprint(resource: orders, level: .error, text: "boom", count: .max, first: ten + $0, last: ten + $0) }
        try store.record(harvest, at: ten + 900)
        #expect(try store.fingerprints(of: [orders], in: TimeWindow(from: ten, to: ten + 900)).map(\.count) == [3_000_000_000])
    }

    @Test func `the latest sample is at most two hours or two periods old`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest(batch([(0, 1), (300, 2)]), batch(orders, "size", [(-86_400, 9)], period: 86_400)), at: ten + 600)
        let latest = try store.latest(of: orders, notAfter: ten + 600)
        #expect(latest["sent"]?.sample == Sample(ten + 300, 2) && latest["sent"]?.period == 300)
        #expect(latest["size"]?.sample == Sample(ten - 86_400, 9) && latest["size"]?.period == 86_400)
        #expect(try store.latest(of: orders, notAfter: ten + 299)["sent"]?.sample.value == 1)
        #expect(try store.latest(of: orders, notAfter: ten + 7_501)["sent"] == nil)
    }

    @Test(arguments: [(0, 0), (Int64.min / 4, Int64.max / 4), (0, Int64.max / 4), (600, 0)] as [(Int64, Int64)])
    func `a wild window neither traps nor fills the memory`(_ from: Int64, _ to: Int64) throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest(batch([(0, 1)])), at: ten + 600)
        for resolution in Resolution.allCases {
            let grid = try store.grid(of: orders, in: TimeWindow(from: Timestamp(seconds: from), to: Timestamp(seconds: to)), resolution: resolution)
            #expect(grid.count <= 120_000)
        }
    }
}
