@testable import Dashboard
import Foundation
import Simulator
import Storage
import Telemetry
import Testing

/// A run that is ended from outside, at its first call of a tenant: the site stays whole and the next run finishes the work.
@Suite(.serialized) struct InterruptedRunTests {
    /// The built command against a server whose metrics take for ever; `signal` is raised once they were asked for.
    private func interrupted(by number: Int32, check: (TrialSite, ChildProcess.Ended, Duration) async throws -> Void) async throws {
        // The real clock, because the command has no other.
        let began = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        let clock: @Sendable () -> Timestamp = { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
        let asked = AsyncStream<Void>.makeStream()
        let rule = FaultPlan.Rule(account: String(TrialSite.one), action: "cloudwatch:GetMetricData", .slow(seconds: 60))
        let slow = SimulatorServer(world: SimulatedWorld(seed: 7, anchor: began, faults: FaultPlan([rule])), clock: { asked.continuation.yield(); return clock() })
        let ports = AsyncStream<UInt16>.makeStream()
        let serving = Task { try await slow.run(port: 0) { ports.continuation.yield($0) } }
        let port = try #require(await ports.stream.first { _ in true })
        defer { serving.cancel() }

        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "tenants/one.yaml": TrialSite.tenant("one", account: TrialSite.one, endpoint: "http://127.0.0.1:\(port)")])
        // A good site of an hour ago is there.
        let earlier = SimulatedWorld(seed: 7, anchor: began)
        _ = try await site.again(now: began - 3_600, transport: TrialNetwork(world: earlier, clock: TrialClock(began - 3_600))).run()
        let before = site.files("one")
        #expect(!before.isEmpty)

        let child = try TidewatchCommand.child(["--site", site.directory, "run"], variables: ["AWS_ACCESS_KEY_ID": AccessKeys.baseID, "AWS_SECRET_ACCESS_KEY": AccessKeys.baseSecret])
        async let ended = child.run()
        for await _ in asked.stream { if slow.requests.keys.contains(where: { $0.hasPrefix("\(TrialSite.one) ") }) { break } }
        let asking = ContinuousClock.now
        kill(child.process.processIdentifier, number)
        let end = try await ended, took = ContinuousClock.now - asking
        await slow.stop()

        // Whole, whichever it is.
        #expect(try site.text("one/index.html").contains("</html>"))
        #expect(try site.damage(of: "one") == [])
        try await check(site, end, took)
        let next = try await site.again(now: began + 300, transport: TrialNetwork(world: earlier, clock: TrialClock(began + 300))).run()
        #expect(next.exit == .done, "\(next.problems)")
        #expect(try site.json("one/status.json")["status"]?.string == "ok")
        // The hour that the ended run was asking for is there without a gap: reading goes on where it stopped.
        let known = (began - 180).floored(to: 300), store = try TenantStore(path: site.statePath("one"))
        let sent = try store.grid(of: ResourceID(source: "aws", kind: .queue, name: "svc-01-queue"), in: TimeWindow(from: known - 7_200, to: known), resolution: .raw).columns["sent"]?.values ?? []
        #expect(sent.count == 24 && sent.allSatisfy { !$0.isNaN }, "\(sent)")
    }

    @Test func `a killed run leaves the old site, and the next run heals`() async throws {
        try await interrupted(by: SIGKILL) { site, ended, _ in
            let status = try site.json("one/status.json")
            #expect(ended.code == 128 + SIGKILL)
            #expect(status["generated_at"]?.string != nil)
        }
    }

    @Test func `a terminated run ends with 143 within ten seconds, and is consistent`() async throws {
        try await interrupted(by: SIGTERM) { _, ended, took in
            #expect(ended.code == 143)
            #expect(took < .seconds(10), "\(took)")
        }
    }

    @Test func `a second run at the same time ends with 11 and changes nothing`() async throws {
        let site = try FilesSite()
        let first = try await TidewatchCommand.run("--site", site.directory, "run")
        #expect(first.code == 0)
        let before = site.published
        let lock = try RunLock(stateDirectory: site.directory + "/state", owner: "pid 1, since 10:05")
        let second = try await TidewatchCommand.run("--site", site.directory, "run")
        withExtendedLifetime(lock) {}
        #expect(second.code == 11)
        #expect(second.messages.contains("another run holds \(site.directory)/state/lock (pid 1, since 10:05). Nothing was changed."))
        #expect(site.published == before && !before.isEmpty)
    }
}
