@testable import Dashboard
import Foundation
import JSON
import Storage
import Telemetry
import Testing

/// Copies of all databases, taken and put back.
@Suite struct SnapshotTests {
    private static func trial() async throws -> (site: TrialSite, folder: String) {
        let site = try TrialSite.pair()
        try await site.run()
        return (site, site.directory + "/backups")
    }

    private static func snapshot(_ site: TrialSite, _ folder: String, keep: Int? = nil) throws -> Snapshot {
        try Snapshot(directory: site.directory, world: site.world(), tenants: [], into: folder, keep: keep)
    }

    private static func points(_ site: TrialSite, _ tenant: String = "one") throws -> Int {
        let store = try TenantStore(path: site.statePath(tenant))
        let resource = try #require(try store.resources().first { $0.id.kind == .queue }?.id)
        let grid = try store.grid(of: resource, in: TimeWindow(from: TrialSite.anchor - 86_400, to: TrialSite.anchor + 86_400), resolution: .raw)
        return grid.columns["sent"]?.values.count { !$0.isNaN } ?? 0
    }

    @Test func `what was kept comes back, and what stood there stays beside it`() async throws {
        let (site, folder) = try await Self.trial()
        let kept = try Self.points(site), snapshot = try Self.snapshot(site, folder)
        #expect(snapshot.manifest.files.map(\.name) == ["fleet", "one", "two"])
        site.clock.set(site.clock.now + 3_600)
        try await site.run()
        let later = try Self.points(site)
        #expect(later > kept)
        let done = try Restoration(directory: site.directory, world: site.world(), tenants: [], from: snapshot.path)
        #expect(done.entries.map(\.name) == ["fleet", "one", "two"] && done.entries.allSatisfy { $0.kept?.hasSuffix(".before-restore-1") == true })
        #expect(try Self.points(site) == kept && site.damage(of: "one").isEmpty)
        // The next run reads what is missing again.
        #expect(try await site.run().exit == .done)
        #expect(try Self.points(site) == later)
    }

    @Test func `a tenant whose file has a mistake is kept like the others`() async throws {
        let (site, folder) = try await Self.trial()
        try site.write("id: [", to: "tenants/one.yaml")
        let snapshot = try Self.snapshot(site, folder)
        #expect(snapshot.manifest.files.map(\.name) == ["fleet", "one", "two"] && snapshot.notes.isWhole)
    }

    @Test func `a database that cannot be read keeps no other from being kept, and no older snapshot is given up for it`() async throws {
        let (site, folder) = try await Self.trial()
        let first = try Self.snapshot(site, folder, keep: 1)
        try DoctorTests.setSchema(99, of: site.statePath("one"))
        site.clock.set(site.clock.now + 60)
        let second = try Self.snapshot(site, folder, keep: 1)
        #expect(second.manifest.files.map(\.name) == ["fleet", "two"] && !second.notes.isWhole)
        #expect(second.notes.texts.count == 1 && second.notes.texts[0].hasPrefix("one: The database has schema 99"))
        #expect(second.deleted.isEmpty && FileManager.default.fileExists(atPath: first.path))
        let pruned = try Pruning(directory: site.directory, world: site.world(), tenants: [], compacts: false)
        #expect(pruned.entries.map(\.name) == ["fleet", "two"] && pruned.notes.texts == second.notes.texts)
        let noise = try NoiseReport(directory: site.directory, world: site.world(), tenants: [], since: 86_400, now: nil)
        #expect(noise.tenants.map(\.id) == ["two"] && noise.notes.texts == second.notes.texts && !noise.notes.isWhole)
    }

    @Test func `one tenant alone comes back and the others stay as they are`() async throws {
        let (site, folder) = try await Self.trial()
        let kept = try Self.points(site), snapshot = try Self.snapshot(site, folder)
        site.clock.set(site.clock.now + 3_600)
        try await site.run()
        let later = try Self.points(site, "two")
        let done = try Restoration(directory: site.directory, world: site.world(), tenants: ["one"], from: snapshot.path)
        #expect(done.entries.map(\.name) == ["one"])
        #expect(try Self.points(site) == kept && Self.points(site, "two") == later)
    }

    @Test func `a copy that is not what was written is refused before anything is changed`() async throws {
        let (site, folder) = try await Self.trial()
        let snapshot = try Self.snapshot(site, folder)
        var bytes = try #require(FileManager.default.contents(atPath: snapshot.path + "/two.sqlite"))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: snapshot.path + "/two.sqlite"))
        let before = try FileManager.default.contentsOfDirectory(atPath: site.directory + "/state").sorted()
        let error = #expect(throws: Snapshot.Failed.self) { try Restoration(directory: site.directory, world: site.world(), tenants: [], from: snapshot.path) }
        #expect(error?.description.hasSuffix("two.sqlite is not what was written: its digest differs. Use another snapshot.") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.directory + "/state").sorted() == before)
    }

    @Test func `a snapshot of a newer release is refused with what to do`() async throws {
        let (site, folder) = try await Self.trial()
        let snapshot = try Self.snapshot(site, folder), path = snapshot.path + "/one.sqlite"
        try DoctorTests.setSchema(99, of: path)
        let (bytes, digest) = try Snapshot.digest(of: path)
        var manifest = snapshot.manifest
        manifest.files[1] = SnapshotManifest.File(name: "one", bytes: bytes, sha256: digest, schema: 99)
        try Data(manifest.json.bytes()).write(to: URL(fileURLWithPath: snapshot.path + "/snapshot.json"))
        #expect(throws: StoreError.newer(path: path, version: 99)) { try Restoration(directory: site.directory, world: site.world(), tenants: [], from: snapshot.path) }
    }

    @Test func `a copy that is another tenant's is refused before anything is changed`() async throws {
        let (site, folder) = try await Self.trial()
        let snapshot = try Self.snapshot(site, folder), path = snapshot.path + "/one.sqlite"
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: snapshot.path + "/two.sqlite", toPath: path)
        let (bytes, digest) = try Snapshot.digest(of: path)
        var manifest = snapshot.manifest
        manifest.files[1] = SnapshotManifest.File(name: "one", bytes: bytes, sha256: digest, schema: StoreHeader.newestSchema)
        try Data(manifest.json.bytes()).write(to: URL(fileURLWithPath: snapshot.path + "/snapshot.json"))
        let before = FileManager.default.contents(atPath: site.statePath("one"))
        let error = #expect(throws: Snapshot.Failed.self) { try Restoration(directory: site.directory, world: site.world(), tenants: [], from: snapshot.path) }
        #expect(error?.description == "\(path) is not the database of 'one' but that of 'two'. Use another snapshot.")
        #expect(FileManager.default.contents(atPath: site.statePath("one")) == before)
    }

    @Test(arguments: ["", "{}", #"{"schema":1,"taken_at":"2026-11-20T10:05:00Z","version":"1","files":[{"name":"../../etc/passwd","bytes":1,"sha256":"","schema":5}]}"#])
    func `what is no manifest, or leads out of its folder, is no snapshot`(_ text: String) async throws {
        let site = try TrialSite.pair()
        try site.write(text, to: "backups/x/snapshot.json")
        let error = #expect(throws: Snapshot.Failed.self) { try Restoration(directory: site.directory, world: site.world(), tenants: [], from: site.directory + "/backups/x") }
        #expect(error?.description.contains("is no snapshot") == true)
    }

    @Test func `only so many are kept, and nothing else in the folder is touched`() async throws {
        let (site, folder) = try await Self.trial()
        try site.write("mine", to: "backups/readme")
        var paths: [String] = []
        for _ in 0..<4 {
            paths.append(try Self.snapshot(site, folder, keep: 2).path)
            site.clock.set(site.clock.now + 60)
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(left == paths.suffix(2).map { String($0.split(separator: "/").last ?? "") } + ["readme"])
    }

    @Test func `a snapshot waits for no run and a run for no snapshot`() async throws {
        let (site, folder) = try await Self.trial()
        let lock = try RunLock(stateDirectory: site.directory + "/state", owner: "pid 1")
        #expect(throws: RunLock.Held.self) { try Self.snapshot(site, folder) }
        withExtendedLifetime(lock) {}
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
