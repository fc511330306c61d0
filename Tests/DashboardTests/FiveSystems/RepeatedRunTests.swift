@testable import Dashboard
import Foundation
import Simulator
import Telemetry
import Testing

/// The same input gives the same bytes, and what was said once is not said again.
@Suite struct RepeatedRunTests {
    @Test func `a second run five minutes later has nothing new to say`() async throws {
        let site = try FiveSystems.site(only: ["acme", "initech"])
        try await site.run()
        let hooks = site.network.hooks.count, mails = site.mailbox.mails.count
        #expect(hooks == 2 && mails >= 2)
        site.clock.set(site.clock.now + 300)
        let outcome = try await site.run()
        #expect(outcome.exit == .done)
        #expect(site.network.hooks.count == hooks && site.mailbox.mails.count == mails)
        // Only what is new was asked for: the overlap and one more step.
        #expect(outcome.tenants.allSatisfy { $0.newPoints > 0 })
        #expect(try site.json("acme/status.json")["data_as_of"]?.string == "2026-11-20T10:10:00Z")
    }

    @Test func `the same run again changes nothing but what it says of its own cost`() async throws {
        let site = try FiveSystems.site(only: ["acme"])
        try await site.run()
        let before = site.files("acme"), sent = site.mailbox.mails.count
        let outcome = try await site.run()
        #expect(outcome.tenants.first?.newPoints == 0)
        #expect(site.mailbox.mails.count == sent)
        // The report of the run, and the table of this month's requests on the overview.
        #expect(differences(before, site.files("acme")) == ["build.json", "index.html"])
    }

    @Test func `configuration, state and now decide every byte`() async throws {
        let site = try FiveSystems.site(only: ["acme", "globex"], backfill: "1h")
        try await site.run()
        let made = site.files()
        let copies = try (0..<2).map { _ -> TrialSite in
            let folder = FileManager.default.temporaryDirectory.path + "/tidewatch-copy-" + UUID().uuidString
            try FileManager.default.copyItem(atPath: site.directory, toPath: folder)
            for old in ["/public", "/state/shadow"] { try FileManager.default.removeItem(atPath: folder + old) }
            // A clock that shows another time: only --now counts.
            return try TrialSite([:], at: folder, variables: FiveSystems.variables, now: site.clock.now + 86_400)
        }
        defer { for copy in copies { try? FileManager.default.removeItem(atPath: copy.directory) } }
        for copy in copies {
            let outcome = try await copy.run { $0.stages = [.render]; $0.now = site.clock.now }
            #expect(outcome.exit == .done)
        }
        let first = copies[0].files()
        #expect(first.count > 100)
        #expect(differences(first, copies[1].files()) == [])
        // And they are the bytes that the run itself made, but for the report of what it did.
        #expect(differences(made, first).allSatisfy { $0.hasSuffix("build.json") || $0.hasPrefix("fleet/") }, "\(differences(made, first))")
    }

    @Test(arguments: [Fault.deny, .expiredToken, .garbage]) func `one tenant's failure leaves the bytes of the others as they are`(_ fault: Fault) async throws {
        let tenants = ["acme", "initech", "globex"]
        let good = try FiveSystems.site(only: tenants, backfill: "1h")
        // A time that is given: else build.json tells how long each run took.
        try await good.run { $0.now = TrialSite.firstRun }
        let bad = try FiveSystems.site(only: tenants, backfill: "1h", faults: FaultPlan([.init(account: "333333333333", fault)]))
        let outcome = try await bad.run { $0.now = TrialSite.firstRun }
        #expect(outcome.exit == .partial)
        #expect(Set(outcome.problems.map(\.tenant)) == ["globex"])
        for tenant in ["acme", "initech"] { #expect(differences(good.files(tenant), bad.files(tenant)) == []) }
        #expect(try bad.json("globex/status.json")["status"]?.string != "ok")
        #expect(try bad.damage(of: "globex") == [])
    }

    /// Paths that only one side has, or whose bytes differ.
    private func differences(_ a: [String: [UInt8]], _ b: [String: [UInt8]]) -> [String] {
        Set(a.keys).union(b.keys).filter { a[$0] != b[$0] }.sorted()
    }
}
