import Alerting
import Foundation
import Storage
import Telemetry
import Testing

@Suite struct FaultTests {
    private static let values: [Int64: Double] = Dictionary((0..<200).map { (Int64($0) * 300, Double($0) * 1.37) }) { first, _ in first }

    /// A closed file with 200 points of one series.
    private static func closedFile(in folder: TemporaryFolder) throws -> [UInt8] {
        do {
            let store = try TenantStore(path: folder.database)
            try store.record(harvest(batch(values.sorted { $0.key < $1.key })), at: ten + 200 * 300)
        }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.database)))
    }

    @Test func `a changed byte is a gap or an error, never another value`() throws {
        let folder = try TemporaryFolder()
        let sound = try Self.closedFile(in: folder)
        var refused = 0, gaps = 0, harmless = 0
        // An odd step visits all pages, and other places in each.
        for place in stride(from: 0, to: sound.count, by: sound.count / 300 | 1) {
            var damaged = sound
            damaged[place] ^= 0x10
            try Data(damaged).write(to: URL(fileURLWithPath: folder.database))
            defer { try? FileManager.default.removeItem(atPath: folder.database + "-wal") }
            do {
                let store = try TenantStore(path: folder.database)
                let points = try store.points(in: window(0, 90_000))
                for (time, value) in points { #expect(Self.values[time] == value, "byte \(place)") }
                if points.count == Self.values.count { harmless += 1 } else { gaps += 1 }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 0 && gaps > 0 && harmless > 0, "\(refused) refused, \(gaps) gaps, \(harmless) harmless")
    }

    @Test func `a damaged block is a gap that is named, and the next record heals it`() throws {
        let folder = try TemporaryFolder()
        var bytes = try Self.closedFile(in: folder)
        // The bit pattern of one value as it lies in the file.
        let pattern = withUnsafeBytes(of: (150 * 1.37).bitPattern.littleEndian) { [UInt8]($0) }
        let place = try #require(bytes.indices.dropLast(8).first { Array(bytes[$0..<$0 + 8]) == pattern })
        bytes[place] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: folder.database))
        let store = try TenantStore(path: folder.database)
        #expect(try store.points(in: window(0, 90_000)).count == 188)
        #expect(store.damage.count == 1)
        #expect(try store.integrityProblems().contains { $0.hasPrefix("raw block") })
        try store.record(harvest(batch(Self.values.sorted { $0.key < $1.key })), at: ten + 200 * 300)
        #expect(try store.points(in: window(0, 90_000)) == Self.values)
        #expect(try store.integrityProblems().isEmpty)
    }

    @Test func `a file of a newer release is refused and left as it is`() throws {
        let folder = try TemporaryFolder()
        var bytes = try Self.closedFile(in: folder)
        // user_version: https://www.sqlite.org/fileformat.html#user_version
        bytes.replaceSubrange(60..<64, with: [0, 0, 0, 99])
        try Data(bytes).write(to: URL(fileURLWithPath: folder.database))
        #expect(throws: StoreError.newer(path: folder.database, version: 99)) { try TenantStore(path: folder.database) }
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.database)))[60..<64] == [0, 0, 0, 99])
    }

    @Test func `somebody else's database is refused`() throws {
        let folder = try TemporaryFolder()
        var bytes = try Self.closedFile(in: folder)
        // application_id: https://www.sqlite.org/fileformat.html#application_id
        bytes.replaceSubrange(68..<72, with: [0, 0, 0, 7])
        try Data(bytes).write(to: URL(fileURLWithPath: folder.database))
        let error = #expect(throws: StoreError.self) { try TenantStore(path: folder.database) }
        #expect(error?.description.contains("another program") == true)
    }

    @Test(arguments: [0.05, 0.3, 0.6, 0.95]) func `a journal cut off anywhere opens at the last whole commit`(_ share: Double) throws {
        let folder = try TemporaryFolder()
        let copy = folder.path + "/copy.sqlite"
        let store = try TenantStore(path: folder.database)
        for step: Int64 in 0..<20 { try store.record(harvest(batch([(step * 300, Double(step))])), at: ten + step * 300 + 300) }
        // What a kill leaves: the file and its journal as they are while the store is open.
        var journal = try Data(contentsOf: URL(fileURLWithPath: folder.database + "-wal"))
        journal = journal.prefix(Int(exactly: (Double(journal.count) * share).rounded()) ?? 0)
        try FileManager.default.copyItem(atPath: folder.database, toPath: copy)
        try journal.write(to: URL(fileURLWithPath: copy + "-wal"))
        let reopened = try TenantStore(path: copy)
        let points = try reopened.points()
        #expect(try reopened.integrityProblems().isEmpty)
        #expect(points == Dictionary((0..<Int64(points.count)).map { ($0 * 300, Double($0)) }) { first, _ in first }, "a prefix of what was recorded")
    }

    @Test func `the three parts of an error are there`() {
        #expect(StoreError.diskFull(path: "/srv/state/acme.sqlite").description
            == "The disk is full: /srv/state/acme.sqlite. Free some space; what was stored before is intact.")
        #expect(StoreError.readOnly(path: "/srv/a.sqlite").description
            == "The database cannot be written: /srv/a.sqlite. Give the user that runs Tidewatch write access to the file and its folder.")
    }
}
