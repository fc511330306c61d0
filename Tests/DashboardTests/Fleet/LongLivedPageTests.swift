@testable import Dashboard
import Foundation
import Telemetry
import Testing

/// Pages that are made once in hours: what may keep one, and what may not.
@Suite struct LongLivedPageTests {
    private static let page = "one/services/orders/7d/index.html"

    private static func run(_ site: TrialSite, after seconds: Int64) async throws {
        site.clock.set(TrialSite.firstRun + seconds)
        #expect(try await site.run().exit == .done)
    }

    @Test func `one stays as it was made, until a rule changes`() async throws {
        let site = try TrialSite.pair()
        try await Self.run(site, after: 0)
        let first = try site.text(Self.page)
        try await Self.run(site, after: 300)
        #expect(try site.text(Self.page) == first)
        try site.write("rules:\n  - {id: own, title: Own rule, on: queue, warning: oldest_age > 15m, runbook: queue-backlog, summary: x}\n", to: "rules/own.yaml")
        try await Self.run(site, after: 600)
        #expect(try site.text(Self.page).contains("Own rule"))
    }

    @Test func `one of a tree that never became the live one is made again`() async throws {
        let site = try TrialSite.pair(), tree = site.directory + "/public/one"
        try await Self.run(site, after: 0)
        try FileManager.default.copyItem(atPath: tree, toPath: site.directory + "/before")
        try site.write(TrialSite.tenant("one", account: TrialSite.one).replacing("title: Orders", with: "title: Purchases"), to: "tenants/one.yaml")
        try await Self.run(site, after: 300)
        #expect(try site.text(Self.page).contains("Purchases"))
        // As a run leaves it that dies before the trees are exchanged.
        try FileManager.default.removeItem(atPath: tree)
        try FileManager.default.moveItem(atPath: site.directory + "/before", toPath: tree)
        #expect(try !site.text(Self.page).contains("Purchases"))
        try await Self.run(site, after: 600)
        #expect(try site.text(Self.page).contains("Purchases"))
    }

    @Test func `what is edited while a run goes on counts in the next`() throws {
        let site = try TrialSite.pair(), loaded = try LoadedSite(directory: site.directory, world: site.world()), context = RunContext(loaded, world: site.world(), options: RunOptions())
        let tenant = try #require(loaded.configuration.tenants.first), before = context.inputDigest(of: tenant)
        try site.write(TrialSite.tenant("one", account: TrialSite.one, more: "# seen"), to: "tenants/one.yaml")
        #expect(context.inputDigest(of: tenant) == before)
        let next = RunContext(try LoadedSite(directory: site.directory, world: site.world()), world: site.world(), options: RunOptions())
        #expect(next.inputDigest(of: tenant) != before)
    }
}
