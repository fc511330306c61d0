import AWS
import Curl
@testable import Dashboard
import Foundation
import JSON
import Simulator
import Telemetry
import Testing

/// What a source may refuse, and what the run, the pages and the operator hear of it.
@Suite struct RefusedSourceTests {
    /// A good run, then one an hour later in which something goes wrong, then a good one.
    private func hourLater(_ faults: FaultPlan = FaultPlan(), variables: [String: String] = [:], transport: (any Transport)? = nil,
                           check: (TrialSite, RunOutcome, _ other: JSONValue) throws -> Void) async throws {
        let site = try TrialSite.pair()
        #expect(try await site.run().exit == .done)
        let kept = try points(site)
        #expect(kept.count > 10)
        let bad = try site.again(variables: variables, faults: faults, now: site.clock.now + 3_600, transport: transport)
        let outcome = try await bad.run()
        try check(bad, outcome, try bad.json("two/status.json"))
        #expect(outcome.problems.allSatisfy { !$0.message.contains(AccessKeys.baseSecret) && !$0.message.contains("external-id") })
        // Nothing is lost: the file is sound, the old points are there, and the next good run fills the gap.
        #expect(try bad.damage(of: "one") == [])
        let after = try points(bad)
        #expect(kept.allSatisfy { after[$0.key] == $0.value })
        let good = try site.again(now: bad.clock.now + 300)
        #expect(try await good.run().exit == .done)
        #expect(try points(good).count >= kept.count + 12)
        #expect(try good.json("one/status.json")["status"]?.string == "ok")
    }

    /// `queue.sent` of tenant one by time.
    private func points(_ site: TrialSite) throws -> [String: String] {
        let lines = try site.text("one/services/orders/data-6h.csv").split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        let column = try #require(lines.first?.firstIndex(of: "queue.sent svc-01-queue"))
        return Dictionary(lines.dropFirst().filter { !$0[column].isEmpty }.map { ($0[0], $0[column]) }, uniquingKeysWith: { $1 })
    }

    @Test func `one denied call is said where its numbers would be, and nowhere else`() async throws {
        let site = try TrialSite.pair(faults: FaultPlan([.init(account: String(TrialSite.one), action: "logs:FilterLogEvents", .deny)]))
        let outcome = try await site.run()
        #expect(outcome.exit == .partial)
        #expect(outcome.problems.map(\.tenant) == ["one"])
        #expect(outcome.problems.first?.message.contains("Allow this action for the role or user of the source.") == true)
        #expect(try site.signal("one", "svc-01-worker", "log.errors")["absent"]?.string == "denied")
        #expect(try site.signal("one", "svc-01-worker", "function.cold_starts")["absent"]?.string == "denied")
        #expect(try site.signal("one", "svc-01-worker", "function.invocations")["absent"] == .null)
        #expect(try site.signal("two", "svc-01-worker", "log.errors")["absent"] == .null)
        #expect(try site.json("one/status.json")["status"]?.string == "ok")
        #expect(try site.text("one/checks/index.html").contains("logs:FilterLogEvents"))
    }

    @Test(arguments: [Fault.deny, .expiredToken, .throttle, .serverError]) func `a tenant that cannot be read says since when and why, and the others are fine`(_ fault: Fault) async throws {
        try await hourLater(FaultPlan([.init(account: String(TrialSite.one), fault)])) { site, outcome, other in
            #expect(outcome.exit == .partial)
            #expect(Set(outcome.problems.map(\.tenant)) == ["one"])
            #expect(other["status"]?.string == "ok")
            let own = try site.json("one/status.json")
            #expect(own["status"]?.string == "stale", "\(own["sentence"]?.string ?? "")")
            #expect(own["data_as_of"]?.string == "2026-11-20T10:05:00Z")
            let page = try site.text("one/index.html")
            #expect(page.contains("No fresh data for 1"), "\(own["sentence"]?.string ?? "")")
            let why = switch fault {
            case .deny: "denied"
            case .expiredToken: "credentials refused"
            case .throttle: "throttled"
            default: "unreachable"
            }
            #expect(own["sentence"]?.string?.contains(why) == true, "\(own["sentence"]?.string ?? "")")
            #expect(try site.text("fleet/index.html").contains("No fresh data for 1"))
        }
    }

    @Test func `a wrong secret key is one refusal a tenant, exit 12, and the key is in no message`() async throws {
        try await hourLater(variables: ["AWS_SECRET_ACCESS_KEY": "wrong-secret-key-0123456789"]) { _, outcome, other in
            #expect(outcome.exit == .credentials)
            #expect(outcome.problems.count == 2)
            let remedy = "Check the credentials, the profile or the role of the source and its trust policy."
            #expect(outcome.problems.allSatisfy { $0.message.contains(remedy) && !$0.message.contains("wrong-secret-key") }, "\(outcome.problems)")
            #expect(other["status"]?.string == "stale")
            // Refused credentials cost at most two calls a tenant.
            #expect(outcome.tenants.allSatisfy { $0.calls <= 2 })
        }
    }

    @Test func `a role that may not be assumed is that tenant's alone`() async throws {
        let site = try TrialSite.pair()
        try site.write(TrialSite.tenant("one", account: TrialSite.one, externalID: "wrong"), to: "tenants/one.yaml")
        let outcome = try await site.run()
        #expect(outcome.exit == .partial)
        #expect(outcome.problems.count == 1)
        #expect(outcome.problems.first?.message.contains("sts:AssumeRole") == true)
        #expect(try site.json("two/status.json")["status"]?.string == "ok")
        #expect(try site.json("one/status.json")["status"]?.string == "no_data")
    }

    @Test func `expired credentials cost two calls a run at most, for as long as that lasts`() async throws {
        let faults = FaultPlan([.init(account: String(TrialSite.one), .expiredToken)])
        let first = try TrialSite.pair(faults: faults)
        var site = first
        for _ in 0..<3 {
            #expect(try await site.run().exit == .partial)
            // The first with the role as it was, the second with the role assumed anew.
            #expect(site.network.actions.filter { $0.key.hasPrefix("\(TrialSite.one) ") }.values.reduce(0, +) <= 2, "\(site.network.actions)")
            site = try first.again(faults: faults, now: site.clock.now + 300)
        }
        withExtendedLifetime(first) {}
    }

    @Test func `no credentials at all is exit 12`() async throws {
        let site = try TrialSite.pair(variables: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"])
        let outcome = try await site.run()
        #expect(outcome.exit == .credentials)
        #expect(outcome.problems.allSatisfy { $0.message.contains("credentials") })
    }

    @Test func `a closed port is unreachable, in few tries`() async throws {
        // The discard port: nobody listens there.
        let client = try HTTPClient()
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "tenants/one.yaml": TrialSite.tenant("one", account: TrialSite.one, endpoint: "http://127.0.0.1:9")], transport: client)
        let outcome = try await site.run()
        #expect(outcome.exit == .partial)
        #expect(outcome.problems.contains { $0.message.contains("Failed to connect") && $0.message.contains("port 9") && $0.message.contains("The next run asks again.") }, "\(outcome.problems)")
        #expect(try site.json("one/status.json")["status"]?.string == "no_data")
        // Seconds of a clock that only waiting between tries moves.
        #expect(site.clock.now - TrialSite.firstRun < 30)
    }

    @Test func `throttling for the whole run ends by the deadline with a site`() async throws {
        try await hourLater(FaultPlan([.init(.throttle)])) { site, outcome, _ in
            #expect(outcome.exit == .partial)
            #expect(site.clock.now - (TrialSite.firstRun + 3_600) <= 240)
            #expect(outcome.problems.contains { $0.message.contains("Rate exceeded") && $0.message.contains("the next run asks again") })
            #expect(outcome.tenants.allSatisfy { $0.calls < 100 })
        }
    }

    @Test func `a deadline that is over before the first call leaves a site that says so`() async throws {
        let site = try TrialSite.pair()
        try site.write(TrialSite.tenant("one", account: TrialSite.one, more: "    trace_groups: [{id: all, filter: ''}]"), to: "tenants/one.yaml")
        try await site.run()
        let later = try site.again(now: site.clock.now + 3_600)
        let outcome = try await later.run { $0.deadline = 0 }
        #expect(outcome.exit == .deadline)
        #expect(outcome.problems.contains { $0.message.contains("the time of this run is used up") })
        #expect(later.network.actions.isEmpty)
        // Nobody counted traces: that is no zero.
        #expect(try site.signal("one", "all", "trace.count")["value"] == .null)
        #expect(try later.json("one/status.json")["status"]?.string == "stale")
    }
}
