@testable import Dashboard
import Foundation
import Signals
import Telemetry
import Testing
import Theme

@Suite struct ContentCoverageTests {
    private func mistakes(_ files: [String: String]) throws -> [String] {
        let site = try TrialSite(files.merging(["tidewatch.yaml": TrialSite.plain]) { own, _ in own })
        return SiteRun.validate(directory: site.directory, world: site.world()).map(\.description)
    }

    private func runbook(alerts: String, without heading: String = "", more: String = "") -> String {
        let headings = ["Meaning", "Impact", "Diagnosis", "Mitigation", "Escalate", "Verify"].filter { $0 != heading }
        return "---\ntitle: Own\nsummary: Own.\n\(alerts)---\n\n" + headings.map { "## \($0)\n\nText.\n" }.joined(separator: "\n") + more
    }

    @Test func `the built-in texts cover the built-in rules`() throws { #expect(try mistakes([:]) == []) }

    @Test func `every check is explained by a paragraph that is there`() {
        let coverage = ContentCoverage(library: ContentLibrary(theme: ThemeFiles()), rules: [])
        for check in Check.all { #expect(coverage.leads(to: check.explanation), "\(check.id): \(check.explanation)") }
    }

    @Test(arguments: [
        ("alerts: [queue-agee]\n", "", "", "content/runbooks/own.md:4:1: alerts: no rule is called 'queue-agee'. Did you mean 'queue-age'?"),
        ("", "", "", "content/runbooks/own.md:2:1: alerts: the runbook names no rule, so nobody is led to it. Name the rules that it serves."),
        ("alerts: [queue-age]\n", "Verify", "", "content/runbooks/own.md:1:1: the heading '## Verify' is missing: a tired reader looks for each of them."),
        ("alerts: [queue-age]\n", "", "\n[on](dead-letters.md#meanin)\n", "content/runbooks/own.md:31:6: content/runbooks/dead-letters.md has no heading with the id 'meanin'. Did you mean 'meaning'?"),
        ("alerts: [queue-age]\n", "", "\n[on](nowhere.md)\n", "content/runbooks/own.md:31:6: the link to 'nowhere.md' leads nowhere. Name a file and a heading that exist."),
    ]) func `a gap in a text is an error with its place`(alerts: String, without: String, more: String, expected: String) throws {
        let found = try mistakes(["content/runbooks/own.md": runbook(alerts: alerts, without: without, more: more)])
        #expect(found == [expected])
    }

    @Test func `a rule without a runbook is an error`() throws {
        let rule = "rules:\n  - {id: own, title: Own, on: queue, warning: visible > 5, runbook: not-there, summary: much}\n"
        #expect(try mistakes(["rules/own.yaml": rule]) == ["rules/own.yaml:2:69: the rule 'own' names the runbook 'not-there', which is not there. Write content/runbooks/not-there.md."])
    }

    @Test func `a review is overdue from the day on which it ran out`() throws {
        func overdue(_ reviewed: String, _ every: String, _ now: Timestamp) throws -> String? {
            let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "content/runbooks/own.md": runbook(alerts: "alerts: [queue-age]\nreviewed: \(reviewed)\nreview_every: \(every)\n")])
            let library = try LoadedSite(directory: site.directory, world: site.world()).library
            return try #require(library.document(.runbook, "own")).front.reviewOverdue(at: now)
        }
        #expect(try overdue("2026-05-01", "30d", Timestamp(year: 2026, month: 5, day: 31)) == "2026-05-31")
        #expect(try overdue("2026-05-01", "30d", Timestamp(year: 2026, month: 5, day: 31) - 1) == nil)
    }
}
