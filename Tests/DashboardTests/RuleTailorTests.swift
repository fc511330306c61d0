import Alerting
@testable import Dashboard
import Telemetry
import Testing

@Suite struct RuleTailorTests {
    static func draft() -> RuleDraft {
        var draft = RuleDraft(id: "queue-age", title: "Too old", on: .queue, runbook: "queue-backlog", summary: "", origin: RuleOrigin(file: "built-in"))
        draft.warning = .init("oldest_age > 15m", draft.origin)
        draft.critical = .init("oldest_age > 1h or retention_used > 50%", draft.origin)
        return draft
    }

    func tailored(_ rules: String, resourceRules: String = "") throws -> ([String], [String]) {
        let text = "id: acme\nsources: {p: {aws: {region: eu-central-1}}}\nservices:\n  - {id: a, rules: {\(rules)}, resources: [{kind: queue, name: q, rules: {\(resourceRules)}}]}\n  - {id: b}\n"
        let configuration = try ConfigurationTests.load(["/site/tidewatch.yaml": "title: T", "/site/tenants/acme.yaml": text])
        let tenant = try #require(configuration.tenants.first), diagnostics = Diagnostics()
        let drafts = RuleTailor(drafts: [Self.draft()]).drafts(for: tenant, diagnostics: diagnostics) ?? []
        return (drafts.map { "\($0.services.joined(separator: "+"))\($0.resources.map { "/" + $0 } ?? ""): \($0.warning?.text ?? "–") | \($0.critical?.text ?? "–") | \($0.forSeconds)" }, diagnostics.errors.map(\.description))
    }

    @Test func `a quantity replaces the limit, for one service only`() throws {
        #expect(try tailored("queue-age: {warning: 10m, for: 5m}").0 == [
            "b: oldest_age > 15m | oldest_age > 1h or retention_used > 50% | 0", "a: oldest_age > 10m | oldest_age > 1h or retention_used > 50% | 300",
        ])
    }

    @Test func `an expression replaces the whole condition and false switches off`() throws {
        #expect(try tailored("queue-age: {critical: visible > 10}").0.last == "a: oldest_age > 15m | visible > 10 | 0")
        #expect(try tailored("queue-age: {enabled: false}").0 == ["b: oldest_age > 15m | oldest_age > 1h or retention_used > 50% | 0"])
    }

    @Test func `a resource is nearer than its service`() throws {
        #expect(try tailored("queue-age: {warning: 10m}", resourceRules: "queue-age: {warning: 1h}").0.first == "a/q: oldest_age > 1h | oldest_age > 1h or retention_used > 50% | 0")
    }

    @Test func `a service may have hours of its own`() throws {
        let text = "id: acme\nsources: {p: {aws: {region: eu-central-1}}}\nservices:\n  - {id: a, rules: {queue-age: {active: {days: mon-fri, from: \"08:00\", to: \"18:00\", zone: Europe/Berlin}}}}\n  - {id: b}\n"
        let configuration = try ConfigurationTests.load(["/site/tidewatch.yaml": "title: T", "/site/tenants/acme.yaml": text])
        let drafts = RuleTailor(drafts: [Self.draft()]).drafts(for: try #require(configuration.tenants.first), diagnostics: Diagnostics()) ?? []
        #expect(drafts.map { "\($0.services.joined()): \($0.active?.words ?? "always") \($0.origins["active"]?.file ?? "-")" } == ["b: always -", "a: mon-fri 08:00–18:00 Europe/Berlin tenants/acme.yaml"])
    }

    @Test func `a rule that does not exist is named with its neighbour`() throws {
        let mistakes = try tailored("queue-aeg: {warning: 10m}").1
        #expect(mistakes == ["tenants/acme.yaml:4:32: no rule is called 'queue-aeg'. Did you mean 'queue-age'?"])
    }

    @Test(arguments: [("oldest_age > 15m", "15m"), ("rate(errors, 5m) >= 2", "2"), ("a > b", nil), ("up == 0", nil), ("(x < 3) or y", "3")] as [(String, String?)])
    func `the limit of a condition`(_ text: String, _ limit: String?) {
        #expect(RuleTailor.firstLimit(in: text).map { String(text[$0]) } == limit)
    }
}
