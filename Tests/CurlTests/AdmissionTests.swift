@testable import Curl
import Testing

@Suite struct AdmissionTests {
    private func expect(_ ids: [UInt64], from admission: inout Admission, sourceLocation: SourceLocation = #_sourceLocation) {
        let taken = taken(&admission)
        #expect(taken == ids, sourceLocation: sourceLocation)
    }

    private func taken(_ admission: inout Admission) -> [UInt64] {
        var ids: [UInt64] = []
        while let ticket = admission.next() { ids.append(ticket.id) }
        return ids
    }

    @Test func `lanes take turns, and within a lane the first comes first`() {
        var admission = Admission(total: 6, perHost: 6)
        for id in 1...4 { admission.enqueue(.init(id: UInt64(id), host: "a"), lane: "large") }
        admission.enqueue(.init(id: 11, host: "a"), lane: "small")
        admission.enqueue(.init(id: 21, host: "a"), lane: "tiny")
        expect([1, 11, 21, 2, 3, 4], from: &admission)
    }

    @Test func `no more than the total and no more than a host's share start`() {
        var admission = Admission(total: 3, perHost: 2)
        for id in 1...3 { admission.enqueue(.init(id: UInt64(id), host: "a"), lane: "x") }
        for id in 4...6 { admission.enqueue(.init(id: UInt64(id), host: "b"), lane: "x") }
        expect([1, 2, 4], from: &admission)
        admission.finish(host: "b")
        expect([5], from: &admission)
        admission.finish(host: "a")
        expect([3], from: &admission)
    }

    @Test func `who withdraws is not started, and the lane's others are`() {
        var admission = Admission(total: 1, perHost: 1)
        for id in 1...3 { admission.enqueue(.init(id: UInt64(id), host: "a"), lane: "x") }
        expect([1], from: &admission)
        let withdrew = [admission.withdraw(2, lane: "x"), admission.withdraw(2, lane: "x")]
        #expect(withdrew == [true, false])
        admission.finish(host: "a")
        expect([3], from: &admission)
    }

    @Test func `everything that is enqueued starts exactly once, whatever the order`() {
        var random = SplitMix(state: 7)
        for _ in 0..<50 {
            var admission = Admission(total: 5, perHost: 2)
            var started: [UInt64] = [], running: [String] = []
            for id in UInt64(0)..<60 {
                admission.enqueue(.init(id: id, host: "h\(random.next() % 4)"), lane: "l\(random.next() % 7)")
                while let ticket = admission.next() { started.append(ticket.id); running.append(ticket.host) }
                #expect(admission.running <= 5)
                if random.next() % 2 == 0, !running.isEmpty { admission.finish(host: running.removeFirst()) }
            }
            while !running.isEmpty {
                admission.finish(host: running.removeFirst())
                while let ticket = admission.next() { started.append(ticket.id); running.append(ticket.host) }
            }
            #expect(started.sorted() == Array(0..<60))
        }
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
