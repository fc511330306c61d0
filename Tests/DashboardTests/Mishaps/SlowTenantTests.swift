import Curl
@testable import Dashboard
import Simulator
import Telemetry
import Testing

/// One tenant whose answers take long, among others that wait for its place.
@Suite struct SlowTenantTests {
    /// The simulated network, on which the calls of one tenant take their time.
    private struct SlowNetwork: Transport {
        let network: TrialNetwork
        let clock: TrialClock
        let tenant: String
        let seconds: Int64
        /// No answer comes at all: each call runs into its time limit.
        var hangs = false

        func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
            if request.lane == tenant { clock.advance(.seconds(seconds)) }
            if hangs, request.lane == tenant { throw TransferError(.timedOut, place: request.url, text: "nothing came for \(seconds) s") }
            return try await network.send(request)
        }
    }

    private static let three = TrialSite.two + 1

    private func site(slow seconds: Int64, hangs: Bool = false) throws -> TrialSite {
        let clock = TrialClock(TrialSite.firstRun), network = TrialNetwork(anchor: TrialSite.anchor, clock: clock)
        let tenants = [("one", TrialSite.one), ("two", TrialSite.two), ("wee", Self.three)]
        let files = Dictionary(tenants.map { ("tenants/\($0.0).yaml", TrialSite.tenant($0.0, account: $0.1)) } + [("tidewatch.yaml", TrialSite.plain)], uniquingKeysWith: { first, _ in first })
        return try TrialSite(files, transport: SlowNetwork(network: network, clock: clock, tenant: "one", seconds: seconds, hangs: hangs), clock: clock)
    }

    @Test func `a slow tenant gives its place free after a quarter of the run, and the others are whole`() async throws {
        let site = try site(slow: 20)
        let outcome = try await site.run { $0.jobs = 1 }
        #expect(outcome.exit == .partial && Set(outcome.problems.map(\.tenant)) == ["one"], "\(outcome.problems)")
        #expect(outcome.problems.contains { $0.message.contains("time") }, "\(outcome.problems)")
        for tenant in ["two", "wee"] { #expect(try site.json("\(tenant)/status.json")["status"]?.string == "ok") }
        // A quarter of the 240 s, and the call that was under way then.
        #expect(site.clock.now - TrialSite.firstRun <= 60 + 20 + 5, "\(site.clock.now - TrialSite.firstRun) s")
        // What it was not asked in time is no zero and no silence of its own.
        #expect(try site.json("one/status.json")["status"]?.string != "ok")
    }

    @Test func `with a place for each, too, one is waited for no longer than a quarter of the run`() async throws {
        let site = try site(slow: 20)
        // All share one clock here, so nothing is said of the others.
        #expect(try await site.run().problems.contains { $0.tenant == "one" && $0.message.contains("time") })
        #expect(site.clock.now - TrialSite.firstRun <= 60 + 20 + 5, "\(site.clock.now - TrialSite.firstRun) s")
    }

    @Test func `a tenant of which nothing is heard holds up a run for two tries`() async throws {
        let site = try site(slow: 10, hangs: true)
        let outcome = try await site.run { $0.jobs = 1 }
        #expect(outcome.exit == .partial && Set(outcome.problems.map(\.tenant)) == ["one"] && outcome.problems.contains { $0.message.contains("nothing came for 10 s") }, "\(outcome.problems)")
        for tenant in ["two", "wee"] { #expect(try site.json("\(tenant)/status.json")["status"]?.string == "ok") }
        #expect(site.clock.now - TrialSite.firstRun <= 21 + 5, "\(site.clock.now - TrialSite.firstRun) s")
        #expect(try site.json("one/status.json")["status"]?.string != "ok")
    }

    @Test func `a tenant alone has all the time of the run`() async throws {
        let site = try site(slow: 20)
        _ = try await site.run { $0.tenants = ["one"] }
        #expect(site.clock.now - TrialSite.firstRun > 60 + 20 + 5, "\(site.clock.now - TrialSite.firstRun) s")
    }

    @Test func `with a place for each nobody is cut off`() async throws {
        let site = try site(slow: 2)
        #expect(try await site.run().exit == .done)
    }
}
