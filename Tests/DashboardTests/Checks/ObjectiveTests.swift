@testable import Dashboard
import JSON
import Signals
import Storage
import Telemetry
import Testing

/// `slos:` of a service, from the tenant's file to the page, the documents and the alert.
@Suite struct ObjectiveTests {
    private static func site(_ objectives: String) throws -> TrialSite {
        let tenant = try String(contentsOfFile: FiveSystems.folder + "/tenants/globex.yaml", encoding: .utf8)
        let marker = "  - id: http-flow\n"
        #expect(tenant.contains(marker))
        return try TrialSite(["tidewatch.yaml": TrialSite.plain,
                              "tenants/globex.yaml": tenant.replacing("    aws:\n", with: "    aws:\n      backfill: 3h\n").replacing(marker, with: marker + "    slos:\n" + objectives)],
                             variables: FiveSystems.variables)
    }

    /// The series of the first objective over three hours.
    private static func counts(_ site: TrialSite) throws -> [String: SampleColumn] {
        let store = try TenantStore(path: site.statePath("globex")), id = ResourceID(source: "prod", kind: .slo, name: "http-flow/runs")
        return try store.grid(of: id, in: TimeWindow(from: TrialSite.anchor - 10_800, to: TrialSite.anchor), resolution: .raw).columns
    }

    @Test func `an objective that is missed shows on the page, in status and as one alert`() async throws {
        let site = try Self.site("      - {id: runs, title: Runs that end well, objective: 99%, error_rate: function.error_rate}\n      - {id: lax, objective: 50%, total: function.invocations, bad: function.errors}\n")
        let outcome = try await site.run { $0.stages = [.collect, .evaluate, .render] }
        #expect(outcome.problems.isEmpty, "\(outcome.problems)")
        let status = try site.json("globex/status.json"), service = try #require(status["services"]?.first(["id": "http-flow"]))
        let runs = try #require(service["slos"]?.first(["id": "runs"]))
        let counts = try Self.counts(site)
        let total = counts["total"]?.values.filter { !$0.isNaN } ?? [], bad = counts["bad"]?.values.filter { !$0.isNaN } ?? []
        let share = bad.reduce(0, +) / total.reduce(0, +)
        #expect(share > 0.1 && total.count > 30 && bad.count == total.count)
        // Three hours of thirty days are known; the budget is that of a month with as much to do.
        let left = try #require(runs["budget_left"]?.number), rate = try #require(runs["burn_rate"]?["1h"]?.number)
        #expect(abs(left - (1 - share / 0.01 * Double(total.count) / 8_640)) < 1e-9)
        #expect(runs["objective"]?.number == 0.99 && service["slos"]?.first(["id": "lax"])?["objective"]?.number == 0.5 && runs["window"]?.number == 2_592_000 && rate > 14.4)
        #expect(abs((runs["exhausts_in"]?.number ?? 0) - left * 2_592_000 / rate) < 1e-3)
        #expect(try #require(service["slos"]?.first(["id": "lax"])?["budget_left"]?.number) > 0)
        let alerts = (status["alerts"]?.array ?? []).filter { $0["rule"]?.string == "slo-burn" }
        #expect(alerts.map { $0["resource"]?.string } == ["http-flow/runs"] && alerts.first?["runbook"]?.string == "runbooks/error-budget/")
        let page = try site.text("globex/services/http-flow/index.html")
        for words in ["Objectives", "Runs that end well", "99\u{A0}% over 30\u{A0}d", "learning"] { #expect(page.contains(words), "\(words)") }
        // Run again: the counts are the same.
        try await site.run { $0.stages = [.collect] }
        #expect(try Self.counts(site) == counts)
    }

    @Test(arguments: [
        ("{id: a, objective: 100%, error_rate: function.error_rate}", "expected at least 50% and less than 100%"), ("{id: a, objective: 99%}", "an objective needs total with either bad or good, or error_rate alone"),
        ("{id: a, objective: 99%, total: function.invocations, bad: function.errors, good: function.errors}", "an objective needs total with"),
        ("{id: a, objective: 99%, total: function.invocatoins, bad: function.errors}", "Did you mean 'invocations'?"), ("{id: a, objective: 99%, window: 1h, error_rate: function.error_rate}", "expected between 1d and 90d"),
        ("{id: a, objective: 99%, error_rate: function.errors}", "function.errors is not a share of failures. Did you mean 'function.error_rate'?"),
        ("{id: a, objective: 99%, total: function.concurrency, bad: function.errors}", "function.concurrency is a level, not a count of events"), ("{objective: 99%, error_rate: function.error_rate}", "id"),
        ("{id: a, objective: 99%, error_rate: function.error_rate}\n      - {id: a, objective: 99%, error_rate: function.error_rate}", "the objective 'a' is defined twice"),
    ]) func `a mistaken objective says what is wrong with it`(_ objective: String, _ message: String) async throws {
        let outcome = try await Self.site("      - \(objective)\n").run { $0.stages = [.evaluate] }
        #expect(outcome.problems.contains { $0.message.contains(message) }, "\(outcome.problems)")
    }
}
