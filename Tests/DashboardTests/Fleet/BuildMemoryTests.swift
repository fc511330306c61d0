@testable import Dashboard
import Foundation
import JSON
import Publishers
import Storage
import Telemetry
import Testing
import Theme

/// A tenant whose pages would only be made again is left as it stands; whatever they are made of ends that.
@Suite struct BuildMemoryTests {
    private static let now = TrialSite.firstRun

    /// Collected, then rendered twice for the same moment: the second time everything is remembered.
    private static func site() async throws -> TrialSite {
        let site = try TrialSite.pair()
        try site.write(":root{--sea:#123456}", to: "site/two/custom.css")
        #expect(try await site.run { $0.now = now }.exit == .done)
        for _ in 0..<2 { #expect(try await render(site).exit == .done) }
        return site
    }

    @discardableResult
    private static func render(_ site: TrialSite, at time: Timestamp = now, _ change: (inout RunOptions) -> Void = { _ in }) async throws -> RunOutcome {
        try await site.run { $0.stages = [.render]; $0.now = time; change(&$0) }
    }

    /// A tree that is put in place is another folder than the one before.
    private static func folder(_ site: TrialSite, _ tenant: String) throws -> UInt64 {
        try #require((try FileManager.default.attributesOfItem(atPath: site.directory + "/public/" + tenant)[.systemFileNumber] as? NSNumber)?.uint64Value)
    }

    @Test func `what nothing happened to is left as it stands, and the fleet tells the same of it`() async throws {
        let site = try await Self.site(), before = site.files(), folders = try ["one", "two"].map { try Self.folder(site, $0) }
        let outcome = try await Self.render(site)
        #expect(try ["one", "two"].map { try Self.folder(site, $0) } == folders)
        #expect(outcome.tenants.compactMap(\.pages).allSatisfy { $0 > 40 } && outcome.tenants.map(\.pagesWritten) == [0, 0])
        let after = site.files()
        #expect(before.count > 100 && before.keys.sorted() == after.keys.sorted() && before.keys.filter { before[$0] != after[$0] }.sorted() == [])
    }

    @Test func `a tenant that changed is made anew alone, with the bytes of a whole making`() async throws {
        let site = try await Self.site(), two = try Self.folder(site, "two")
        try site.write(TrialSite.tenant("one", account: TrialSite.one).replacing("title: Orders", with: "title: Purchases"), to: "tenants/one.yaml")
        try await Self.render(site)
        #expect(try Self.folder(site, "two") == two && site.text("one/index.html").contains("Purchases") && site.text("one/services/orders/7d/index.html").contains("Purchases"))
        let shared = site.files()
        for tree in ["public", "state/shadow"] { try FileManager.default.removeItem(atPath: site.directory + "/" + tree) }
        try await Self.render(site)
        let whole = site.files()
        // The fleet tells how large the databases are.
        let told = ["fleet/build.json", "fleet/metrics.prom", "fleet/operation/index.html"]
        #expect(shared.keys.sorted() == whole.keys.sorted() && shared.keys.filter { shared[$0] != whole[$0] && !told.contains($0) }.sorted() == [])
    }

    private struct Change: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// When it is rendered after the change.
        var time = BuildMemoryTests.now
        /// Tenants that are made anew.
        var makes = ["one", "two"]
        var change: @Sendable (TrialSite) throws -> Void = { _ in }
    }

    private static let changes: [Change] = [
        Change(testDescription: "nothing", makes: []),
        Change(testDescription: "time, by a second", time: now + 1),
        Change(testDescription: "time, backwards", time: now - 1),
        Change(testDescription: "the site's configuration") { try $0.write(TrialSite.plain.replacing("Trial", with: "Other"), to: "tidewatch.yaml") },
        Change(testDescription: "the tenant's configuration", makes: ["one"]) { try $0.write(TrialSite.tenant("one", account: TrialSite.one, more: "# seen"), to: "tenants/one.yaml") },
        Change(testDescription: "a rule") { try $0.write("rules:\n  - {id: own, title: Own, on: queue, warning: oldest_age > 15m, runbook: queue-backlog, summary: x}\n", to: "rules/own.yaml") },
        Change(testDescription: "a silence") { try $0.write("match: {tenant: one}\nauthor: anna\nreason: x\nuntil: 2026-12-01T00:00:00Z\n", to: "silences/planned.yaml") },
        Change(testDescription: "a template") { try $0.write("All times {{zone}}, or not.", to: "templates/footer.mustache") },
        Change(testDescription: "a tenant's template", makes: ["two"]) { try $0.write("Two, {{zone}}.", to: "templates/two/footer.mustache") },
        Change(testDescription: "a tenant's asset", makes: ["two"]) { try $0.write(":root{--sea:#654321}", to: "site/two/custom.css") },
        Change(testDescription: "a text") { site in
            let text = String(decoding: ThemeFiles().file("content/runbooks/queue-backlog.md") ?? [], as: UTF8.self)
            try site.write(text + "\nOne more sentence.\n", to: "content/runbooks/queue-backlog.md")
        },
        Change(testDescription: "anything in the database", makes: ["one"]) { try TenantStore(path: $0.statePath("one")).setNote("anything", "new") },
        Change(testDescription: "a page that is gone", makes: ["one"]) { try FileManager.default.removeItem(atPath: $0.directory + "/public/one/index.html") },
        Change(testDescription: "the tree that is live", makes: ["one"]) { try $0.write("{}", to: "public/one/build.json") },
        Change(testDescription: "no tree", makes: ["one"]) { try FileManager.default.removeItem(atPath: $0.directory + "/public/one") },
    ]

    private static let prepared = Task { try await site() }

    /// Tenants whose pages would be made anew.
    private static func made(_ site: TrialSite, at time: Timestamp) throws -> [String] {
        var options = RunOptions()
        options.now = time
        let loaded = try LoadedSite(directory: site.directory, world: site.world()), context = RunContext(loaded, world: site.world(), options: options)
        return try loaded.configuration.tenants.filter { tenant in
            let store = try context.store(at: context.statePath(tenant.id))
            return BuildMemory(tenant, context: context, run: TenantOutcome(id: tenant.id), stages: [.render])?.standing(in: store) == nil
        }.map(\.id)
    }

    @Test(arguments: changes) private func `whatever pages are made of makes them anew`(_ change: Change) async throws {
        let copy = FileManager.default.temporaryDirectory.path + "/tidewatch-copy-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: try await Self.prepared.value.directory, toPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let site = try TrialSite([:], at: copy)
        #expect(try Self.made(site, at: Self.now) == [])
        try change.change(site)
        #expect(try Self.made(site, at: change.time) == change.makes)
    }

    @Test func `a run that asks or tells remembers nothing, nor does one into another folder`() async throws {
        let site = try await Self.site()
        func memory(_ tenant: String = "one") throws -> String? { try TenantStore(path: site.statePath(tenant)).standingNote() }
        #expect(try memory() != nil)
        try await Self.render(site) { $0.out = site.directory + "/past" }
        #expect(FileManager.default.fileExists(atPath: site.directory + "/past/one/index.html"))
        try await site.run { $0.now = Self.now }
        #expect(try memory() == nil)
        let before = try Self.folder(site, "one")
        try await Self.render(site)
        #expect(try Self.folder(site, "one") != before && memory() != nil)
    }

    @Test func `another release, or a problem of the run, makes the pages anew`() async throws {
        let site = try await Self.site(), store = try TenantStore(path: site.statePath("one"))
        var options = RunOptions()
        options.now = Self.now
        let loaded = try LoadedSite(directory: site.directory, world: site.world()), context = RunContext(loaded, world: site.world(), options: options)
        let tenant = try #require(loaded.configuration.tenants.first)
        func standing(_ outcome: TenantOutcome, _ version: String = ProductVersion.text, _ stages: Set<RunOptions.Stage> = [.render, .publish]) -> Bool {
            BuildMemory(tenant, context: context, run: outcome, stages: stages, version: version)?.standing(in: store) != nil
        }
        let fine = TenantOutcome(id: "one")
        var troubled = fine, limited = fine
        troubled.problems = [RunProblem(tenant: "one", stage: .collect, message: "x")]
        limited.limits = ["x"]
        #expect(standing(fine) && !standing(fine, "0.0.0") && !standing(troubled) && !standing(limited))
        for stage in [RunOptions.Stage.collect, .evaluate, .notify] { #expect(!standing(fine, ProductVersion.text, [.render, stage])) }
    }
}
