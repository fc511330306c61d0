@testable import Dashboard
import Foundation
import JSON
import Testing

/// A tenant goes: whole, and with nobody else touched.
@Suite struct TenantRemovalTests {
    @Test func `what is kept of a tenant is deleted and named, and every other tree stays as it is`() async throws {
        let site = try CanaryFleet.site(tenants: [1, 2, 3])
        try await site.run()
        // Copies before an upgrade and what was set aside are its data as well; a tenant of a longer name is another.
        for name in ["t002.sqlite.before-9-from-8", "t002.sqlite.corrupt-1", "t0022.sqlite", "snapshots/t002.sqlite"] { try site.write("x", to: "state/" + name) }
        let before = site.files().filter { !$0.key.hasPrefix("t002/") }

        let asked = try await TidewatchCommand.run("--site", site.directory, "tenant", "remove", "t002", "--dry-run")
        #expect(asked.code == 0 && asked.output.contains("would delete public/t002 ("), "\(asked)")
        #expect(FileManager.default.fileExists(atPath: site.statePath("t002")) && site.files("t002").count > 10)

        let done = try await TidewatchCommand.run("--site", site.directory, "tenant", "remove", "t002")
        #expect(done.code == 0, "\(done)")
        let named = done.output.split(separator: "\n").compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
        #expect(Set(named).isSuperset(of: ["state/snapshots/t002.sqlite", "state/t002.sqlite", "state/t002.sqlite.before-9-from-8", "state/t002.sqlite.corrupt-1", "public/t002"]), "\(named)")
        #expect(done.messages.contains("tenants/t002.yaml stays"), "\(done.messages)")
        #expect(site.files() == before)
        let left = FileManager.default.enumerator(atPath: site.directory)?.compactMap { $0 as? String }.filter { $0.split(separator: "/").last?.hasPrefix("t002") == true && !$0.hasPrefix("numbers/") } ?? []
        #expect(left.sorted() == ["state/t0022.sqlite", "tenants/t002.yaml"])
        #expect(try await TidewatchCommand.run("--site", site.directory, "tenant", "remove", "t002").code == 1)
    }

    @Test(arguments: ["../one", "fleet", "shadow", "lock", "skips", "A", "", "a/b"]) func `what is no tenant's id is refused`(_ id: String) async throws {
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "state/shadow/one/index.html": "x", "state/skips": "x"])
        let ended = try await TidewatchCommand.run("--site", site.directory, "tenant", "remove", id)
        #expect(ended.code == 4 || ended.code == 2, "\(ended)")
        #expect(FileManager.default.fileExists(atPath: site.directory + "/state/shadow/one/index.html") && FileManager.default.fileExists(atPath: site.directory + "/state/skips"))
    }

    @Test func `a tenant that is called like a folder of everybody's pages takes only its own`() throws {
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "state/shadow/one/services/index.html": "x", "state/shadow/services/index.html": "x", "public/services/index.html": "x"])
        #expect(try TenantRemoval("services", directory: site.directory).found.map(\.path) == ["state/shadow/services", "public/services"])
    }

    @Test func `what lies behind a link is left alone`() throws {
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "state/skips": "", "outside/one/index.html": "x", "public/one/index.html": "x"])
        try FileManager.default.createSymbolicLink(atPath: site.directory + "/state/shadow", withDestinationPath: site.directory + "/outside")
        #expect(try TenantRemoval("one", directory: site.directory).found.map(\.path) == ["public/one"])
    }
}
