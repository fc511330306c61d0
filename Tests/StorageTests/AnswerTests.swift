import Storage
import Telemetry
import Testing

@Suite struct AnswerTests {
    private let api = ResourceID(source: "prod", kind: .api, name: "shop")

    private func answer(_ offset: Int64, _ count: Int, status: Int = 200, party: AnswerCount.Party = .code, route: String = "GET /") -> AnswerCount {
        AnswerCount(resource: api, route: route, party: party, status: status, time: ten + offset, count: count)
    }

    private func edited(_ edit: (inout Harvest) -> Void) -> Harvest {
        var harvest = Harvest(window: window(0, 3_600))
        edit(&harvest)
        return harvest
    }

    @Test func `answers are added up by the hour, and a stretch that is read again is counted once`() throws {
        let store = try TenantStore.inMemory()
        try store.record(edited { $0.answers = [answer(0, 3), answer(300, 2), answer(300, 1), answer(3_600, 5), answer(0, 1, status: 502)] }, at: ten + 4_000)
        // The second reading saw less of the first bucket and more of the second.
        try store.record(edited { $0.answers = [answer(0, 2), answer(300, 4)] }, at: ten + 4_300)
        #expect(try store.answers(of: [api], in: window(0, 7_200)) == [answer(0, 7), answer(0, 1, status: 502), answer(3_600, 5)])
        #expect(try store.answers(of: [api], in: window(3_600, 7_200)) == [answer(3_600, 5)])
        #expect(try store.answers(of: [orders], in: window(0, 7_200)).isEmpty)
    }

    @Test(arguments: [(0, 200), (-1, 200), (5, 99), (5, 600)]) func `what cannot be is turned away`(_ count: Int, _ status: Int) throws {
        let store = try TenantStore.inMemory()
        try store.record(edited { $0.answers = [answer(0, count, status: status), answer(0, 1)] }, at: ten + 300)
        #expect(try store.answers(of: [api], in: window(0, 3_600)) == [answer(0, 1)])
    }

    @Test func `when a shape of lines was first seen outlives its counts`() throws {
        let store = try TenantStore.inMemory()
        func line(_ offset: Int64) -> LogFingerprint { LogFingerprint(resource: checkout, level: .error, text: "refused", count: 1, first: ten + offset, last: ten + offset) }
        try store.record(edited { $0.fingerprints = [line(0)] }, at: ten + 300)
        let later: Int64 = 120 * 86_400
        try store.record(edited {
            $0.fingerprints = [line(later)]
            $0.series = [batch([(later, 1)])]
        }, at: ten + later + 300)
        try store.prune(at: ten + later + 300)
        let found = try store.fingerprints(of: [checkout], in: window(0, later + 3_600))
        #expect(found.map(\.first) == [ten + later] && found.map(\.firstEver) == [ten])
    }
}
