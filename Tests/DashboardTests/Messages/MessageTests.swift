import Alerting
import Curl
@testable import Dashboard
import Foundation
import JSON
import Storage
import Telemetry
import Testing

@Suite struct MessageTests {
    func messages(of site: MessageSite) throws -> [OutboxMessage] {
        try TenantStore(path: site.trial.statePath("t")).messages(in: TimeWindow(from: MessageSite.start - 86_400, to: MessageSite.start + 30 * 86_400))
    }

    @Test func `a message says what, since when, where to look and how to be silent, and draws the last hours`() async throws {
        let site = try MessageSite(route: "receiver: phone")
        try await site.run(at: 0) { _ in 0 }
        try await site.run(at: 30) { $0 >= 5 ? 1_200 : 0 }
        let text = try #require(site.hooks.calls(to: "phone").first?.body)
        for words in ["https://ops.example/t/alerts/20261120-", "https://ops.example/t/runbooks/", "tidewatch silence add --tenant t --rule queue-age --resource=q0 --for 2h", "▁▁▁", "██", "limit 15"] {
            #expect(text.contains(words), "\(words) in \(text)")
        }
    }

    @Test func `what fires at once in many services is said one by one as far as bearable, the rest in one digest that adds up`() async throws {
        let site = try MessageSite(services: 300)
        try await site.run(at: 0, hours: 1) { _ in 0 }
        try await site.run(at: 25, hours: 1) { $0 >= 5 ? 1_200 : 0 }
        let made = try messages(of: site)
        #expect(made.count { $0.state == .digested } == 280)
        #expect(made.count { $0.state == .sent && $0.kind == .firing } == 20)
        let digest = try #require(site.hooks.calls(to: "chat").map(\.body).first { $0.contains("receiver=chat") || $0.contains("\"receiver\":\"chat\",\"tenant\"") })
        let payload = try JSONValue(parsing: digest)
        #expect((payload["alerts"]?.array.count ?? 0) + (payload["truncatedAlerts"]?.integer ?? 0) == 280)
        #expect(site.hooks.calls(to: "chat").count == 21)
        // Told is told: the next run has nothing to say, and the end of all of them goes the same way.
        try await site.run(at: 30, hours: 1) { $0 >= 5 ? 1_200 : 0 }
        #expect(site.hooks.calls(to: "chat").count == 21)
        try await site.run(at: 55, hours: 1) { (5..<35).contains($0) ? 1_200 : 0 }
        let over = try messages(of: site).filter { $0.kind == .resolved }
        #expect(over.count == 300)
        #expect(over.count { $0.state == .digested } == 300 - over.count { $0.state == .sent })
    }

    @Test func `what came and went while no run took place is told in one message, and nothing fires for it`() async throws {
        let site = try MessageSite()
        try await site.run(at: 0) { _ in 0 }
        try await site.run(at: 240, hours: 5) { (60..<100).contains($0) ? 1_200 : 0 }
        #expect(site.hooks.calls.count == 1)
        let payload = try JSONValue(parsing: try #require(site.hooks.calls.first?.body))
        #expect(payload["groupLabels"]?["runs"]?.string == "missed")
        #expect(payload["alerts"]?.array.first?["status"]?.string == "resolved")
        #expect(try messages(of: site).first?.subject.hasPrefix("[DIGEST] t: no run from 0") == true)
    }

    @Test func `what began while no run took place is told as firing since then`() async throws {
        let site = try MessageSite()
        try await site.run(at: 0) { _ in 0 }
        try await site.run(at: 240, hours: 5) { $0 >= 60 ? 1_200 : 0 }
        let kinds = try messages(of: site).map(\.kind.rawValue).sorted()
        #expect(kinds == ["digest", "firing"])
        let firing = try site.hooks.calls.map { try JSONValue(parsing: $0.body) }.first { $0["groupLabels"]?["runs"] == nil }
        #expect(firing?["alerts"]?.array.first?["startsAt"]?.string == "2026-11-20T07:05:00Z")
    }

    @Test func `a receiver that is dead for a week costs one try a run; the fallback hears of it, and nothing is lost without a word`() async throws {
        let site = try MessageSite(interval: "2h", more: "fallback: phone")
        try await site.run(at: 0) { _ in 0 }
        site.hooks.answer("chat", with: nil)
        for hour in stride(from: Int64(2), through: 168, by: 2) {
            // Two hours of trouble, four of peace.
            let outcome = try await site.run(at: hour * 60, hours: 8) { ($0 / 60) % 6 < 2 ? 1_200 : 0 }
            #expect(outcome.exit == .undelivered || outcome.exit == .done)
        }
        let dead = try messages(of: site).filter { $0.state == .dead }
        #expect(dead.count > 10)
        #expect(dead.allSatisfy { $0.receiver == "chat" && $0.reportedIn != nil })
        let phone = site.hooks.calls(to: "phone").map(\.body)
        #expect(phone.count { $0.contains("chat does not answer since") } == 1)
        let reported = phone.reduce(0) { $0 + $1.components(separatedBy: "out of date before the next try").count + $1.components(separatedBy: "given up after").count - 2 }
        #expect(reported >= dead.count)
        #expect(Set(site.hooks.calls(to: "phone").compactMap(\.id)).count == phone.count)
        let tries = site.hooks.calls(to: "chat").count
        #expect(tries <= 84 + 2 * 5)
        // It is back: what is not out of date arrives, in order and under its own id.
        site.hooks.answer("chat", with: 200)
        for hour in stride(from: Int64(170), through: 176, by: 2) { try await site.run(at: hour * 60, hours: 8) { ($0 / 60) % 6 < 2 ? 1_200 : 0 } }
        #expect(try messages(of: site).allSatisfy { $0.state == .sent || $0.state == .dead || $0.state == .superseded })
    }

    @Test func `a receiver that was tried and never took a message is failing, not untried`() async throws {
        let site = try MessageSite()
        try await site.run(at: 0) { _ in 0 }
        site.hooks.answer("chat", with: 503)
        try await site.run(at: 60, stages: Set(RunOptions.Stage.allCases)) { $0 >= 20 ? 1_200 : 0 }
        #expect(site.hooks.calls(to: "chat").count == 2)
        #expect(try site.trial.json("fleet/status.json")["channels"]?.array.map { $0["status"]?.string } == ["failing", "untried"])
        #expect(try site.trial.text("fleet/index.html").contains("since 07:03"))
        #expect(try site.trial.text("fleet/metrics.prom").contains("tidewatch_receiver_up{receiver=\"chat\"} 0\n"))
        let doctor = try await Doctor(directory: site.trial.directory, world: site.trial.world(), tenants: [], offline: true)
        let found = doctor.sections.first { $0.name == "channels" }?.findings ?? []
        #expect(found.contains(DoctorFinding(.failure, "chat", "2 failures in a row since 2026-11-20T07:03:00Z. Try it: tidewatch notify test chat")), "\(found)")
        #expect(found.contains(DoctorFinding(.note, "phone", "never used. Try it: tidewatch notify test phone")), "\(found)")
    }

    @Test func `410 ends it at once, the fallback is told, and a new address begins anew`() async throws {
        let site = try MessageSite(more: "fallback: phone")
        try await site.run(at: 0) { _ in 0 }
        site.hooks.answer("chat", with: 410)
        try await site.run(at: 60) { $0 >= 20 ? 1_200 : 0 }
        #expect(site.hooks.calls(to: "chat").count == 1)
        #expect(site.hooks.calls(to: "phone").first?.body.contains("chat did not get 1 message") == true)
        try await site.run(at: 120) { (20..<70).contains($0) ? 1_200 : 0 }
        #expect(site.hooks.calls(to: "chat").count == 1)
        #expect(site.hooks.calls(to: "phone").count == 2)
    }

    @Test(arguments: ["UTC", "Europe/Berlin", "America/New_York"])
    func `a daily summary goes out once, at its time in the tenant's zone`(_ zone: String) async throws {
        let hour = ["UTC": "08:00", "Europe/Berlin": "09:00", "America/New_York": "03:00"][zone] ?? ""
        let site = try MessageSite(more: "digests: [{receiver: phone, every: day, at: \"\(hour)\"}]", timezone: zone)
        try await site.run(at: 0) { _ in 0 }
        for minute in stride(from: Int64(20), through: 112, by: 20) { try await site.run(at: minute) { $0 >= 20 ? 1_200 : 0 } }
        #expect(site.hooks.calls(to: "phone").isEmpty)
        for minute in [Int64(118), 123, 140] { try await site.run(at: minute) { $0 >= 20 ? 1_200 : 0 } }
        let summaries = site.hooks.calls(to: "phone").map(\.body)
        #expect(summaries.count == 1)
        for words in ["1 incident, 1 firing now", "Firing now, the oldest first", "1 × Oldest message", "1: 1 sent"] { #expect(summaries.first?.contains(words) == true, "\(words)") }
    }

    @Test func `a drill tries every receiver, again after its time, sooner after a failure, and the fleet page says so`() async throws {
        let site = try MessageSite(more: "drill: 7d")
        site.hooks.answer("phone", with: 503)
        let all = Set(RunOptions.Stage.allCases)
        let outcome = try await site.run(at: 0, stages: all) { _ in 0 }
        #expect(outcome.exit == .undelivered)
        #expect(outcome.problems.map(\.message) == ["the test message did not reach phone: HTTP 503"])
        func drills() -> [String] { site.hooks.calls.filter { $0.body.contains("the regular test of") }.map(\.name) }
        #expect(drills() == ["chat", "phone"])
        try await site.run(at: 30, stages: all) { _ in 0 }
        #expect(drills().count == 2)
        let page = try site.trial.text("fleet/index.html")
        #expect(page.contains("Failing") && page.contains("Last drill taken"))
        site.hooks.answer("phone", with: 200)
        #expect(try await site.run(at: 60, stages: all) { _ in 0 }.exit == .done)
        #expect(drills() == ["chat", "phone", "phone"])
        let channels = try site.trial.json("fleet/status.json")["channels"]?.array ?? []
        #expect(channels.map { $0["status"]?.string } == ["ok", "ok"])
        try await site.run(at: 7 * 1_440 + 5, stages: all) { _ in 0 }
        #expect(drills().count { $0 == "chat" } == 2)
    }

    @Test(arguments: ["https://hc.example/ping/uuid", "https://hc.example/ping/uuid?x=1"])
    func `the heartbeat says start, end and what happened`(_ url: String) async throws {
        let site = try MessageSite(more: "heartbeat: {url: \"\(url)\"}")
        site.hooks.answer("uuid", with: 200)
        let all = Set(RunOptions.Stage.allCases)
        try await site.run(at: 0, stages: all) { _ in 0 }
        let calls = site.hooks.calls
        #expect(calls.count == 2)
        #expect(calls.first?.name == (url.hasSuffix("1") ? "start?x=1" : "start"))
        #expect(calls.last?.body.hasPrefix("exit 0\n1 tenants, ") == true)
        #expect(Set(calls.compactMap { $0.headers["x-tidewatch-run"] }).count == 1)
    }
}
