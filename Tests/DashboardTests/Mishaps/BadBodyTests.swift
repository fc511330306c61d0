import AWS
import Curl
@testable import Dashboard
import JSON
import Simulator
import Telemetry
import Testing

/// Answers that no service should give, over the wire: bounded in time and memory, the good parts kept, the rest said.
@Suite(.serialized) struct BadBodyTests {
    /// Runs two tenants through a real client against a server that misbehaves for the first.
    private func run(_ fault: Fault, check: (TrialSite, RunOutcome) throws -> Void) async throws {
        let clock = TrialClock(TrialSite.firstRun)
        let rule = FaultPlan.Rule(account: String(TrialSite.one), action: "cloudwatch:GetMetricData", fault)
        let server = SimulatorServer(world: SimulatedWorld(seed: 7, anchor: TrialSite.anchor, faults: FaultPlan([rule])), clock: { clock.now })
        let ports = AsyncStream<UInt16>.makeStream()
        let serving = Task { try await server.run(port: 0) { ports.continuation.yield($0) } }
        let port = try #require(await ports.stream.first { _ in true })
        let endpoint = "http://127.0.0.1:\(port)"
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "tenants/one.yaml": TrialSite.tenant("one", account: TrialSite.one, endpoint: endpoint),
                                  "tenants/two.yaml": TrialSite.tenant("two", account: TrialSite.two, endpoint: endpoint)], transport: try HTTPClient())
        let outcome = try await site.run()
        await server.stop()
        _ = await serving.result
        #expect(outcome.exit == .partial)
        #expect(Set(outcome.problems.map(\.tenant)) == ["one"], "\(outcome.problems)")
        #expect(try site.damage(of: "one") == [])
        #expect(try site.json("two/status.json")["status"]?.string == "ok")
        // What no answer told is no zero.
        let sent = try site.signal("one", "svc-01-queue", "queue.sent")
        #expect(sent["value"] == .null && sent["absent"]?.string == "source_error", "\(sent)")
        // Other calls of the same tenant went well.
        #expect(try site.signal("one", "svc-01-worker", "log.errors")["absent"] == .null)
        try check(site, outcome)
    }

    @Test func `fifty megabytes are refused at the limit`() async throws {
        try await run(.huge(bytes: 50 << 20)) { _, outcome in
            #expect(outcome.problems.contains { $0.message.contains("cloudwatch:GetMetricData") && $0.message.contains("Ask for less at a time.") }, "\(outcome.problems)")
            #expect(outcome.tenants.first.map { $0.bytes < 200 << 20 } == true)
        }
    }

    @Test func `a body without an end is cut at the limit`() async throws {
        try await run(.endless) { _, outcome in
            #expect(outcome.problems.contains { $0.message.contains("cloudwatch:GetMetricData") && $0.message.contains("Ask for less at a time.") }, "\(outcome.problems)")
        }
    }

    @Test func `a body that is no document is named with its call`() async throws {
        try await run(.garbage) { _, outcome in
            #expect(outcome.problems.contains { $0.message.contains("cloudwatch:GetMetricData in eu-central-1: the answer is no JSON") }, "\(outcome.problems)")
        }
    }

    @Test func `a body that breaks off is no answer`() async throws {
        try await run(.truncated) { _, outcome in
            #expect(outcome.problems.contains { $0.message.contains("cloudwatch:GetMetricData") && $0.message.contains("The next run asks again.") }, "\(outcome.problems)")
        }
    }

    @Test func `NaN and Infinity are counted and stored nowhere`() async throws {
        let site = try TrialSite.pair(faults: FaultPlan([.init(account: String(TrialSite.one), action: "cloudwatch:GetMetricData", .notNumbers)]))
        let outcome = try await site.run()
        #expect(outcome.exit == .partial)
        #expect(outcome.problems.map(\.tenant) == ["one"])
        #expect(outcome.problems.first?.message.contains("points were no numbers, had no time or lay outside the window. The others are kept.") == true, "\(outcome.problems)")
        for (path, bytes) in site.files("one") where path.hasSuffix(".json") || path.hasSuffix(".csv") || path.hasSuffix(".html") {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("NaN") && !text.contains("Infinity") && !text.contains(">nan") && !text.contains(",inf"), "\(path)")
        }
        #expect(try site.damage(of: "one") == [])
    }

    @Test(arguments: [Fault.wrongTypes, .tokenLoop]) func `wrong types and pages that never end keep what is good`(_ fault: Fault) async throws {
        let site = try TrialSite.pair(faults: FaultPlan([.init(account: String(TrialSite.one), fault)]))
        let outcome = try await site.run()
        #expect([.done, .partial].contains(outcome.exit))
        #expect(try site.json("two/status.json")["status"]?.string == "ok")
        #expect(try site.damage(of: "one") == [])
        #expect(site.network.actions.filter { $0.key.hasPrefix(String(TrialSite.one)) }.allSatisfy { $0.value < 20 }, "\(site.network.actions)")
    }
}
