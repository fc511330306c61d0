@testable import Dashboard
import Foundation
import Storage
import Telemetry
import Testing

@Suite struct ReceiverTrialTests {
    func trial(_ site: MessageSite) throws -> ReceiverTrial { try ReceiverTrial(directory: site.trial.directory, world: site.trial.world()) }

    @Test func `a test message goes out at once and its answer comes back`() async throws {
        let site = try MessageSite()
        #expect(try await trial(site).test("chat") == [.init(subject: "[TEST] tidewatch: a test of chat", answer: "HTTP 200", isAccepted: true)])
        site.hooks.answer("chat", with: 401)
        #expect(try await trial(site).test("chat")?.map(\.answer) == ["HTTP 401"])
        #expect(try await trial(site).test("nobody") == nil)
        #expect(site.hooks.calls.count == 2)
        #expect(!FileManager.default.fileExists(atPath: site.trial.statePath("t")))
    }

    @Test func `a preview says what would be said of everything that fires, and neither sends nor stores it`() async throws {
        let site = try MessageSite(services: 2, route: "receiver: chat, routes: [{match: {service: s1}, receiver: phone}]")
        try await site.run(at: 0, stages: [.collect, .evaluate]) { _ in 0 }
        try await site.run(at: 30, stages: [.collect, .evaluate]) { $0 >= 5 ? 1_200 : 0 }
        let before = try TenantStore(path: site.trial.statePath("t")).waitingMessages()
        let drafts = try trial(site).preview(tenant: nil, receiver: nil)
        #expect(drafts.map(\.receiver) == ["chat", "phone"])
        #expect(drafts.first?.subject == "[WARNING] t: Service 0: oldest message 20\u{A0}min (limit 15\u{A0}min)")
        #expect(try trial(site).preview(tenant: "t", receiver: "phone").count == 1)
        #expect(try TenantStore(path: site.trial.statePath("t")).waitingMessages() == before)
        #expect(site.hooks.calls.isEmpty)
    }

    @Test func `a report of an incident is one file that needs nothing else`() async throws {
        let site = try MessageSite()
        try await site.run(at: 0) { _ in 0 }
        try await site.run(at: 30) { $0 >= 5 ? 1_200 : 0 }
        let incident = try #require(try TenantStore(path: site.trial.statePath("t")).incidents(in: TimeWindow(from: MessageSite.start, to: MessageSite.start + 86_400)).first)
        let export = try IncidentExport(directory: site.trial.directory, world: site.trial.world())
        guard case .report(let bytes) = try export.report(incident.id, tenant: nil) else {
            Issue.record("the incident is there")
            return
        }
        let page = String(decoding: bytes, as: UTF8.self)
        for words in ["<style>", "Timeline", "What fired", "What changed before", "Log lines", "Traces", "Notifications", "Runbook steps", "taken at", "https://ops.example/t/runbooks/queue-backlog/"] {
            #expect(page.contains(words), "\(words)")
        }
        for words in ["<script", "<link", "href=\"../", "href=\"assets"] { #expect(!page.contains(words), "\(words)") }
        guard case .unknown(let newest) = try export.report("nothing", tenant: nil) else {
            Issue.record("there is no such incident")
            return
        }
        #expect(newest == [incident.id])
    }
}
