import Storage
import Telemetry
import Testing

@Suite struct RollUpTests {
    /// Twelve points, a spike among them.
    private let hour = (0..<12).map { (Int64($0) * 300, $0 == 7 ? 1_000.0 : Double($0)) }

    @Test(arguments: [Int64(3_600), 86_400]) func `an hour keeps its spike, its sum and its count, rolled up or not`(_ later: Int64) throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest(batch(hour)), at: ten + 3_600)
        try store.record(harvest(batch([(later, 1)])), at: ten + later + 300)
        let column = try #require(try store.grid(of: orders, in: window(0, 3_600), resolution: .hour).columns["sent"])
        #expect(column.values == [1_059.0 / 12] && column.minima == [0] && column.maxima == [1_000] && column.counts == [12])
    }

    @Test func `a correction reaches the roll-up`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest(batch(hour)), at: ten + 7_200)
        try store.record(harvest(batch([(2_100, 7)])), at: ten + 7_500)
        let column = try #require(try store.grid(of: orders, in: window(0, 3_600), resolution: .hour).columns["sent"])
        #expect(column.values == [66.0 / 12] && column.maxima == [11])
    }

    @Test func `late data of a settled hour reaches the roll-up`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest(batch([(86_000, 1)])), at: ten + 86_400)
        try store.record(harvest(batch([(0, 4), (300, 8)])), at: ten + 86_400)
        #expect(try store.points(in: window(0, 7_200), resolution: .hour) == [0: 6])
    }

    @Test func `a grain of a minute has five-minute rows too`() throws {
        let store = try TenantStore.inMemory(grain: 60)
        let minutes = (0..<60).map { (Int64($0) * 60, Double($0)) }
        for now in [ten + 3_600, ten + 9_000] {
            try store.record(harvest(batch(minutes, period: 60)), at: now)
            let column = try #require(try store.grid(of: orders, in: window(300, 900), resolution: .fiveMinutes).columns["sent"])
            #expect(column.values == [7, 12] && column.minima == [5, 10] && column.maxima == [9, 14] && column.counts == [5, 5])
        }
    }

    @Test func `the quality of an hour is the worst of its points`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest(batch([(0, 1)]), batch([(300, 1)], .partial), batch(orders, "a", [(0, 0), (300, 0)], .zeroFilled)), at: ten + 9_000)
        let grid = try store.grid(of: orders, in: window(0, 3_600), resolution: .hour)
        #expect(grid.columns["sent"]?.qualities == [.partial])
        #expect(grid.columns["a"]?.qualities == [.zeroFilled])
    }

    @Test func `two greatest numbers add up to a number`() throws {
        let store = try TenantStore.inMemory()
        let most = Double.greatestFiniteMagnitude
        try store.record(harvest(batch([(0, most), (300, most)])), at: ten + 9_000)
        let column = try #require(try store.grid(of: orders, in: window(0, 3_600), resolution: .hour).columns["sent"])
        #expect(column.values[0].isFinite && column.maxima == [most])
    }

    @Test func `each resolution has its own retention and hours survive their points`() throws {
        let retention = Retention(raw: 86_400, fiveMinutes: 86_400, hour: 10 * 86_400)
        let store = try TenantStore.inMemory(retention: retention)
        try store.record(harvest(batch(hour)), at: ten + 3_600)
        try store.record(harvest(batch([(3 * 86_400, 1)])), at: ten + 3 * 86_400 + 300)
        #expect(try store.prune(at: ten + 3 * 86_400 + 300) > 0)
        #expect(try store.points(in: window(0, 86_400)).isEmpty)
        #expect(try store.grid(of: orders, in: window(0, 3_600), resolution: .hour).columns["sent"]?.maxima == [1_000])
        try store.record(harvest(batch([(12 * 86_400, 1)])), at: ten + 12 * 86_400 + 300)
        try store.prune(at: ten + 12 * 86_400 + 300)
        #expect(try store.points(in: window(0, 86_400), resolution: .hour).isEmpty)
    }

    @Test func `a resource that went silent is rolled up before its points go`() throws {
        let store = try TenantStore.inMemory(retention: Retention(raw: 86_400, fiveMinutes: 86_400, hour: 90 * 86_400))
        try store.record(harvest(batch(hour)), at: ten + 3_600)
        try store.record(harvest(batch(checkout, "invocations", [(5 * 86_400, 1)])), at: ten + 5 * 86_400 + 300)
        try store.prune(at: ten + 5 * 86_400 + 300)
        #expect(try store.points(in: window(0, 86_400)).isEmpty)
        #expect(try store.grid(of: orders, in: window(0, 3_600), resolution: .hour).columns["sent"]?.maxima == [1_000])
    }

    @Test func `a clock that jumps ahead prunes nothing`() throws {
        let store = try TenantStore.inMemory()
        try store.record(harvest(batch(hour)), at: ten + 3_600)
        #expect(try store.prune(at: ten + 20 * 365 * 86_400) == 0)
        #expect(try store.points().count == 12)
    }
}
