import Alerting
import Foundation
@testable import Storage
import Telemetry
import Testing

/// A note of the content as it stands, which nothing survives that is written.
@Suite struct StandingNoteTests {
    private static func path() -> String { FileManager.default.temporaryDirectory.path + "/tidewatch-standing-\(UUID().uuidString).sqlite" }

    private static func withFile(_ body: (String) throws -> Void) throws {
        let path = path()
        defer { for part in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + part) } }
        try body(path)
    }

    @Test func `it is there until something else is written, in this opening of the file or in a later one`() throws {
        try Self.withFile { path in
            do {
                let store = try TenantStore(path: path)
                try store.setNotes(["a": "1"], standing: "whole")
                #expect(try store.standingNote() == "whole" && store.note("a") == "1")
                // What is noted already is not written.
                try store.setNote("a", "1")
                #expect(try store.standingNote() == "whole")
                try store.setNote("a", "2")
                #expect(try store.standingNote() == nil)
                try store.setNotes(["a": "2"], standing: "again")
            }
            let later = try TenantStore(path: path)
            #expect(try later.standingNote() == "again")
            try later.setNote("b", "1")
            #expect(try later.standingNote() == nil)
        }
    }

    @Test func `every kind of writing takes it away`() throws {
        let now = Timestamp(seconds: 1_795_082_400)
        let writings: [(String, (TenantStore) throws -> Void)] = [
            ("points", { _ = try $0.record(Harvest(window: TimeWindow(from: now - 300, to: now)), at: now) }),
            ("a run", { try $0.recordRun(RunRecord(id: "1", startedAt: now)) }),
            ("an evaluation", { try $0.save(EvaluationRecord(states: [], forgotten: [], transitions: [], incidents: [], evaluatedTo: now, at: now)) }),
            ("other notes", { try $0.setNotes(["x": "y"], standing: nil) }),
        ]
        for (name, write) in writings {
            let store = try TenantStore.inMemory()
            try store.setNotes([:], standing: "whole")
            try write(store)
            #expect(try store.standingNote() == nil, "\(name)")
        }
    }

    @Test func `what is not written after all leaves it`() throws {
        struct Refused: Error {}
        let store = try TenantStore.inMemory()
        try store.setNotes([:], standing: "whole")
        #expect(throws: (any Error).self) { try store.write { _ in throw Refused() } }
        #expect(try store.standingNote() == "whole")
        try store.setNote("a", "1")
        #expect(try store.standingNote() == nil)
    }
}
