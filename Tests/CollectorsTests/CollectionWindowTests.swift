import Collectors
import Telemetry
import Testing

@Suite struct `Collection window` {
    private let now = Timestamp(year: 2026, month: 11, day: 20, hour: 10, minute: 7, second: 42)
    private func at(_ hour: Int, _ minute: Int) -> Timestamp { Timestamp(year: 2026, month: 11, day: 20, hour: hour, minute: minute) }

    @Test func `it ends three minutes ago, on a whole point`() {
        #expect(CollectionWindow.end(now: now, period: 300) == at(10, 0))
        #expect(CollectionWindow.end(now: now, period: 60) == at(10, 4))
    }

    @Test func `first sight reads the history, as long as the source keeps it`() {
        #expect(CollectionWindow.window(cursor: nil, now: now, period: 300, backfill: 7_200) == TimeWindow(from: at(8, 0), to: at(10, 0)))
        #expect(CollectionWindow.window(cursor: nil, now: now, period: 60, backfill: 90 * 86_400)?.seconds == Int64(15 * 86_400 - 60))
    }

    @Test func `a cursor is followed however long ago, with fifteen minutes again`() {
        #expect(CollectionWindow.window(cursor: at(9, 55), now: now, period: 300, backfill: 0) == TimeWindow(from: at(9, 40), to: at(10, 0)))
        #expect(CollectionWindow.window(cursor: at(2, 0), now: now, period: 300, backfill: 0)?.start == at(1, 45))
    }

    @Test func `slow signals wait for their turn`() {
        #expect(CollectionWindow.window(cursor: at(9, 50), now: now, period: 300, every: 900, backfill: 0) == nil)
        #expect(CollectionWindow.window(cursor: at(9, 45), now: now, period: 300, every: 900, backfill: 0) != nil)
    }

    @Test func `a clock that was set back does not stop collection`() {
        #expect(CollectionWindow.window(cursor: at(18, 0), now: now, period: 300, every: 900, backfill: 0) == TimeWindow(from: at(9, 45), to: at(10, 0)))
    }
}
