import Foundation
import Storage
import Telemetry
import Testing

@Suite struct FileTests {
    @Test func `what was recorded is there when the file is opened again`() throws {
        let folder = try TemporaryFolder()
        do {
            let store = try TenantStore(path: folder.database)
            try store.record(harvest(batch([(0, 1), (300, 2)])), at: ten + 600)
        }
        let store = try TenantStore(path: folder.database)
        #expect(try store.points() == [0: 1, 300: 2])
        #expect(try store.integrityProblems().isEmpty)
        #expect(store.byteSize > 0)
    }

    @Test func `a file keeps its grain`() throws {
        let folder = try TemporaryFolder()
        do { _ = try TenantStore(path: folder.database, grain: 60) }
        #expect(try TenantStore(path: folder.database, grain: 300).grain == 60)
    }

    @Test(arguments: [(Int64(0), Int64(60)), (7, 60), (70, 72), (300, 300), (100_000, 3_600)])
    func `an impossible grain becomes a possible one`(_ asked: Int64, _ given: Int64) throws {
        #expect(try TenantStore.inMemory(grain: asked).grain == given)
    }

    @Test func `what is no database is refused and can be set aside`() throws {
        let folder = try TemporaryFolder()
        try Data(repeating: 0x41, count: 10_000).write(to: URL(fileURLWithPath: folder.database))
        let error = #expect(throws: StoreError.self) { try TenantStore(path: folder.database) }
        guard case .corrupt(folder.database, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try TenantStore.setAside(path: folder.database) == folder.database + ".corrupt-1")
        #expect(try TenantStore(path: folder.database).points().isEmpty)
        #expect(try TenantStore.setAside(path: folder.database) == folder.database + ".corrupt-2")
    }

    @Test func `two owners at once are refused`() throws {
        let folder = try TemporaryFolder()
        let first = try TenantStore(path: folder.database)
        #expect(throws: StoreError.busy(path: folder.database)) { try TenantStore(path: folder.database) }
        #expect(try first.points().isEmpty)
    }

    @Test func `a snapshot is a whole store`() throws {
        let folder = try TemporaryFolder()
        let store = try TenantStore(path: folder.database)
        try store.record(harvest(batch([(0, 1)])), at: ten + 600)
        try store.snapshot(to: folder.path + "/copy.sqlite")
        #expect(try TenantStore(path: folder.path + "/copy.sqlite").points() == [0: 1])
        #expect(throws: StoreError.self) { try store.snapshot(to: folder.path + "/copy.sqlite") }
    }
}
