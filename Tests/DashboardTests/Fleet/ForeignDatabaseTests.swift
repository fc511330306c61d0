@testable import Dashboard
import Foundation
import JSON
import Storage
import Testing

/// A database under a name that is not its own: a slip of `cp`, or somebody's intent.
@Suite struct ForeignDatabaseTests {
    private static func put(_ from: String, inPlaceOf to: String, of site: TrialSite) throws {
        for part in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: site.statePath(to) + part) }
        try FileManager.default.copyItem(atPath: site.statePath(from), toPath: site.statePath(to))
    }

    @Test(arguments: ["two", "fleet"]) func `a database of another's is set aside, and the tenant's pages show nothing of it but a gap`(_ other: String) async throws {
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "tenants/one.yaml": TrialSite.tenant("one", account: TrialSite.one),
                                  "tenants/two.yaml": TrialSite.tenant("two", account: TrialSite.two).replacing("svc-01", with: "svc-02")])
        try await site.run()
        try Self.put(other, inPlaceOf: "one", of: site)
        let foreign = try #require(FileManager.default.contents(atPath: site.statePath("one")))
        let outcome = try await site.run()
        #expect(outcome.exit == .partial && outcome.problems.map(\.tenant) == ["one"], "\(outcome.problems)")
        #expect(outcome.problems.first?.message == "the database was not this tenant's and was set aside as \(site.statePath("one")).foreign-1. A new one begins now; history before is not shown.")
        #expect(FileManager.default.contents(atPath: site.statePath("one") + ".foreign-1") == foreign)
        for page in ["index.html", "checks/index.html"] { #expect(try site.text("one/" + page).contains("The database was not this tenant&#39;s and was set aside"), "\(page)") }
        for (path, bytes) in site.files("one") { #expect(!String(decoding: bytes, as: UTF8.self).contains("svc-02"), "\(path)") }
        #expect(try site.text("two/index.html").contains("Tenant two"))
        #expect(try await site.run().exit == .done)
    }

    @Test func `a tenant's database in place of the fleet's is set aside, and everybody is rendered`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        try Self.put("one", inPlaceOf: "fleet", of: site)
        let outcome = try await site.run()
        #expect(outcome.exit == .partial && outcome.problems.map(\.tenant) == [nil], "\(outcome.problems)")
        #expect(outcome.problems.first?.message.contains("the fleet's database was that of tenant 'one' and was set aside as \(site.statePath("fleet")).foreign-1. A new one begins now") == true, "\(outcome.problems)")
        #expect(try await site.run().exit == .done)
    }

    @Test func `verbs that look back show nothing of it and say whose it is`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        try Self.put("two", inPlaceOf: "one", of: site)
        let error = StoreError.foreign(path: site.statePath("one"), owner: "two")
        #expect(error.description.contains("The database lies in the wrong place: \(site.statePath("one")) (it is that of \"two\"). Move it to where it belongs"))
        let check = try IntegrityCheck(directory: site.directory, world: site.world(), tenants: [])
        #expect(check.entries.map(\.problems) == [[], [error.description], []])
        let doctor = try await Doctor(directory: site.directory, world: site.world(), tenants: [], offline: true)
        #expect(doctor.sections.first { $0.name == "databases" }?.findings.contains(DoctorFinding(.failure, "one", error.description)) == true)
        let noise = try NoiseReport(directory: site.directory, world: site.world(), tenants: [], since: 86_400, now: nil)
        #expect(noise.tenants.map(\.id) == ["two"] && noise.notes.texts == ["one: \(error)"])
        #expect(throws: error) { try IncidentExport(directory: site.directory, world: site.world()).report("20261120-1000-orders", tenant: "one") }
        #expect(try await SitePlan(directory: site.directory, world: site.world(), tenants: ["one"]).notes == ["one: \(error)"])
    }

    @Test func `one of an earlier release goes on as it is, and is its tenant's from then on`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        for name in ["one", "two", "fleet"] { try TenantStore(path: site.statePath(name)).setNote("owner", nil) }
        #expect(try await site.run().exit == .done)
        for name in ["one", "two", "fleet"] {
            #expect(throws: StoreError.foreign(path: site.statePath(name), owner: name)) { try TenantStore(path: site.statePath(name), owner: "somebody") }
        }
    }
}
