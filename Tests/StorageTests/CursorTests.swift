import Storage
import Telemetry
import Testing

@Suite struct CursorTests {
    private static func asked(_ cursors: [SeriesID: Timestamp], _ batches: SeriesBatch...) -> Harvest {
        var harvest = Harvest(window: window(0, 3_600))
        harvest.series = batches
        harvest.cursors = cursors
        return harvest
    }

    @Test func `a silent series goes on from where it was asked, not from the beginning`() throws {
        let store = try TenantStore.inMemory()
        let silent = SeriesID(orders, "delayed"), other = SeriesID(checkout, "errors")
        try store.record(Self.asked([silent: ten + 900, other: ten + 600]), at: ten + 1_100)
        #expect(try store.cursors() == [silent: ten + 900, other: ten + 600])
        try store.record(Self.asked([silent: ten + 1_200]), at: ten + 1_400)
        #expect(try store.cursors() == [silent: ten + 1_200, other: ten + 600])
    }

    @Test func `how far a series was asked counts, not how far its points are final`() throws {
        let store = try TenantStore.inMemory()
        let sent = SeriesID(orders, "sent")
        try store.record(Self.asked([sent: ten + 900], batch([(0, 1), (300, 1), (600, 1)], .late)), at: ten + 1_100)
        #expect(try store.cursors() == [sent: ten + 900])
    }

    @Test func `a series whose answer was not whole goes on from what is final`() throws {
        let store = try TenantStore.inMemory()
        try store.record(Self.asked([:], batch([(0, 1)]), batch(orders, "received", [(0, 1), (300, 2)], .partial)), at: ten + 900)
        #expect(try store.cursors() == [SeriesID(orders, "sent"): ten + 300, SeriesID(orders, "received"): ten])
    }

    @Test func `a clock that was set back moves a cursor back`() throws {
        let store = try TenantStore.inMemory()
        let sent = SeriesID(orders, "sent")
        try store.record(Self.asked([sent: ten + 90_000]), at: ten + 90_200)
        try store.record(Self.asked([sent: ten]), at: ten + 200)
        #expect(try store.cursors() == [sent: ten])
    }

    @Test func `when settings were read is kept until they are read again`() throws {
        let store = try TenantStore.inMemory()
        var harvest = Harvest(window: window(0, 3_600)), queue = Resource(id: orders, service: "shop", presence: .alive)
        queue.checkedAt = ten
        harvest.resources = [queue]
        try store.record(harvest, at: ten)
        harvest.resources[0].checkedAt = nil
        try store.record(harvest, at: ten + 300)
        #expect(try store.resources().map(\.checkedAt) == [ten])
    }
}
