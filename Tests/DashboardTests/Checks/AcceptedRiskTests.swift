@testable import Dashboard
import Signals
import Telemetry
import Testing

@Suite struct AcceptedRiskTests {
    private func tenant(_ accept: String) -> String { TrialSite.tenant("one", account: TrialSite.one, more: "    accept:\n      - {\(accept)}\n") }

    @Test(arguments: [
        ("check: no-dql, reason: order, owner: payments, until: 2026-12-31", "no check is called 'no-dql'. Did you mean 'no-dlq'?"),
        ("check: no-dlq, owner: payments, until: 2026-12-31", "the key 'reason' is missing: text"),
        ("check: no-dlq, reason: order, until: 2026-12-31", "the key 'owner' is missing: text"),
        ("check: no-dlq, reason: order, owner: payments", "the key 'until' is missing: a day such as 2026-12-31"),
        ("check: no-dlq, reason: order, owner: payments, until: 2026-02-30", "expected a day such as 2026-12-31, found '2026-02-30'"),
        ("check: no-dlq, reason: ' ', owner: payments, until: 2026-12-31", "must not be empty"),
    ]) func `a risk that is not fully signed for is an error`(accept: String, message: String) throws {
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "tenants/one.yaml": tenant(accept)])
        let found = SiteRun.validate(directory: site.directory, world: site.world()).map(\.description)
        #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
    }

    @Test func `an accepted finding is shown as accepted until its last day, and then again`() async throws {
        let text = tenant("check: no-dlq, reason: order must hold, owner: payments team, until: 2026-11-20")
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "tenants/one.yaml": text])
        try await site.run()
        let page = try site.text("one/checks/index.html")
        #expect(page.contains("Accepted by payments team until 2026-11-20: order must hold."))
        #expect(page.contains(">Accepted<"))
        let open = try #require(site.json("one/status.json")["findings"]?.double)

        let later = try site.again(now: TrialSite.anchor + 86_400)
        try await later.run()
        #expect(try later.text("one/checks/index.html").contains("Accepted by payments team") == false)
        #expect(try later.json("one/status.json")["findings"]?.double == open + 1)
    }

    @Test func `a finding keeps its first day until it is mended, and begins anew when it returns`() {
        var ledger = FindingLedger()
        let finding = Finding(check: "no-dlq", grade: .warning, resource: ResourceID(source: "aws", kind: .queue, name: "q"), service: "s", title: "t", detail: "d")
        let day = Timestamp(year: 2026, month: 11, day: 20)
        ledger.note([finding], at: day)
        ledger.note([finding], at: day + 300)
        #expect(ledger.standing.map(\.firstSeen) == [day] && ledger.standing.map(\.lastSeen) == [day + 300])
        ledger.note([], at: day + 600)
        #expect(ledger.standing.isEmpty && ledger.entries.count == 1)
        ledger.note([finding], at: day + 900)
        #expect(ledger.standing.map(\.firstSeen) == [day + 900])
        ledger.note([], at: day + 100 * 86_400)
        #expect(ledger.entries.isEmpty)
    }
}
