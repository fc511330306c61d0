import AWS
@testable import Dashboard
import Foundation
import Simulator
import Storage
import Telemetry
import Testing

/// What `doctor` says of sites with one thing wrong.
@Suite struct DoctorTests {
    private static func findings(_ site: TrialSite, offline: Bool = false) async throws -> [String: [DoctorFinding]] {
        let doctor = try await Doctor(directory: site.directory, world: site.world(), tenants: [], offline: offline)
        return Dictionary(doctor.sections.map { ($0.name, $0.findings) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `a site that runs is fine, and each source says who we are to it`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        let found = try await Self.findings(site)
        #expect(found["clock"]?.map(\.grade) == [.ok])
        #expect(found["lock"] == [DoctorFinding(.ok, nil, "free.")])
        #expect(found["credentials"]?.map(\.subject) == ["one/aws", "two/aws"] && found["credentials"]?.first?.text.contains("assumed-role/tidewatch-read/tidewatch-one in eu-central-1") == true, "\(found["credentials"] ?? [])")
        #expect(found["databases"]?.compactMap(\.subject) == ["one", "two", "fleet"] && found["databases"]?.allSatisfy { $0.grade == .ok } == true)
        #expect(found["runs"]?.allSatisfy { $0.grade == .ok } == true, "\(found["runs"] ?? [])")
        #expect(found["orphans"] == [DoctorFinding(.ok, nil, "nothing is kept of tenants without a file")])
        #expect(found["channels"] == [DoctorFinding(.warning, nil, "no receiver is configured: alerts reach nobody. Add receivers to tidewatch.yaml.")])
    }

    @Test(arguments: [(Int64(20), DoctorFinding.Grade.ok), (-90, .warning), (400, .failure)])
    func `the clock is compared with that of the sources`(_ seconds: Int64, _ grade: DoctorFinding.Grade) async throws {
        let site = try TrialSite.pair(faults: FaultPlan([.init(.skewedDate(seconds: seconds))]))
        let clock = try #require(try await Self.findings(site)["clock"]?.first)
        #expect(clock.grade == grade && clock.text.contains(seconds > 0 ? "behind" : "ahead of"), "\(clock)")
    }

    @Test func `a tenant that reached one of its limits in the last run is named`() async throws {
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "tenants/one.yaml": TrialSite.tenant("one", account: TrialSite.one, more: "limits: {calls: 3}"), "tenants/two.yaml": TrialSite.tenant("two", account: TrialSite.two)])
        #expect(try await Self.findings(site, offline: true)["limits"] == [])
        try await site.run()
        let found = try #require(try await Self.findings(site, offline: true)["limits"])
        #expect(found.map(\.grade) == [.warning] && found.first?.subject == "one" && found.first?.text.hasPrefix("The limit is reached of 3 calls in one run (limits.calls)") == true, "\(found)")
    }

    @Test func `a clock that went back is told by the last run`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        site.clock.set(site.clock.now - 3_600)
        let found = try await Self.findings(site, offline: true)
        #expect(found["clock"]?.last?.grade == .failure && found["clock"]?.last?.text.contains("in the future") == true)
    }

    @Test func `a run that is under way is told, with the runs that were skipped, and its databases are left alone`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        let lock = try RunLock(stateDirectory: site.directory + "/state", owner: "pid 1, since then")
        for _ in 0..<3 { #expect(throws: RunLock.Held.self) { try RunLock(stateDirectory: site.directory + "/state", owner: "late") } }
        let found = try await Self.findings(site, offline: true)
        withExtendedLifetime(lock) {}
        #expect(found["lock"]?.map(\.grade) == [.failure])
        #expect(found["lock"]?.first?.text.hasPrefix("held by pid 1, since then, so the databases were not looked at. 3 runs were skipped in a row") == true)
        #expect(found["databases"]?.count == 1 && found["runs"]?.isEmpty == true)
    }

    @Test func `a lock that a dead run left blocks nobody and is named`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        try site.write("pid 7, since then", to: "state/lock")
        #expect(try await Self.findings(site, offline: true)["lock"]?.map(\.grade) == [.note])
        #expect(try await site.run().exit == .done)
    }

    @Test func `a source that refuses us is named with its own words, the other is fine`() async throws {
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "tenants/one.yaml": TrialSite.tenant("one", account: TrialSite.one, externalID: "wrong"),
                                  "tenants/two.yaml": TrialSite.tenant("two", account: TrialSite.two)])
        let found = try await Self.findings(site)["credentials"] ?? []
        #expect(found.map(\.grade) == [.failure, .ok] && found.first?.text.contains("AssumeRole") == true)
    }

    @Test func `a database is older, newer or none, and looking at it changes nothing`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        try Self.setSchema(1, of: site.statePath("one"))
        try Self.setSchema(99, of: site.statePath("two"))
        let before = FileManager.default.contents(atPath: site.statePath("one"))
        let found = try await Self.findings(site, offline: true)["databases"] ?? []
        #expect(found.first { $0.subject == "one" }?.grade == .note && found.first { $0.subject == "one" }?.text.hasPrefix("schema 1; the next run brings it to ") == true)
        #expect(found.first { $0.subject == "two" }?.grade == .failure && found.first { $0.subject == "two" }?.text.contains("has schema 99") == true)
        #expect(FileManager.default.contents(atPath: site.statePath("one")) == before)
        try site.write("no database at all, but long enough to be looked at as one", to: "state/one.sqlite")
        #expect(try await Self.findings(site, offline: true)["databases"]?.first { $0.subject == "one" }?.grade == .failure)
    }

    @Test func `a tenant's file with a mistake is a failure, and its names and pages are looked at all the same`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        try site.write("id: one\nservices: 7\n", to: "tenants/one.yaml")
        let found = try await Self.findings(site, offline: true)
        #expect(found["configuration"]?.map(\.grade) == [.failure, .failure] && found["configuration"]?.allSatisfy { $0.subject == "one" } == true)
        #expect(found["configuration"]?.last?.text.hasPrefix("left out of every run: tenants/one.yaml:2:11: services: expected a list") == true, "\(found["configuration"] ?? [])")
        #expect(found["databases"]?.contains { $0.subject == "one" && $0.grade == .ok } == true)
        #expect(found["leak scan"]?.first?.text.contains("names of 2 tenants") == true, "\(found["leak scan"] ?? [])")
    }

    @Test func `what is left of a tenant whose file is gone is named, and what else lies there is not`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        try FileManager.default.removeItem(atPath: site.directory + "/tenants/two.yaml")
        for path in ["public/photos/x.png", "public/old/build.json", "state/one.sqlite.before-restore-1"] { try site.write("x", to: path) }
        #expect(try await Self.findings(site, offline: true)["orphans"] == [
            DoctorFinding(.warning, "old", "public/old without a tenants/old.yaml: no run touches them. Remove them with 'tidewatch tenant remove old', or put the file back."),
            DoctorFinding(.warning, "two", "state/two.sqlite and public/two without a tenants/two.yaml: no run touches them. Remove them with 'tidewatch tenant remove two', or put the file back."),
        ])
    }

    @Test func `runs that stopped coming are a failure`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        site.clock.set(site.clock.now + 3_600)
        let run = try #require(try await Self.findings(site, offline: true)["runs"]?.first)
        #expect(run.grade == .failure && run.text.contains("Look at the crontab or timer."))
    }

    /// The user version lies at byte 60 of the header.
    static func setSchema(_ version: UInt8, of path: String) throws {
        var bytes = try #require(FileManager.default.contents(atPath: path))
        bytes.replaceSubrange(60..<64, with: [0, 0, 0, version])
        try bytes.write(to: URL(fileURLWithPath: path))
    }
}
