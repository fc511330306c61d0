@testable import Dashboard
import Testing

@Suite struct ReferenceCheckTests {
    private func mistakes(service: String = "", rule: String = "", site: String = "") throws -> [String] {
        let site = try TrialSite([
            "tidewatch.yaml": "title: T\n" + site,
            "tenants/a.yaml": "id: a\nsources: {p: {aws: {region: eu-west-1}}}\nservices:\n  - id: shop\n    resources: [{kind: queue, name: orders}]\n    \(service)\n",
            "rules/own.yaml": rule.isEmpty ? "rules: []\n" : "rules:\n  - {id: own, title: Own, on: queue, warning: visible > 1, runbook: queue-backlog, summary: x, \(rule)}\n",
        ])
        return SiteRun.validate(directory: site.directory, world: site.world()).map(\.description)
    }

    @Test(arguments: [
        ("pattern: webhook-bufer", "", "tenants/a.yaml:6:14: services[0].pattern: no pattern is called 'webhook-bufer'. Did you mean 'webhook-buffer'?"),
        ("deploy: webhook-buffer-cdkk", "", "tenants/a.yaml:6:13: services[0].deploy: no deploy is called 'webhook-buffer-cdkk'. Did you mean 'webhook-buffer-cdk'?"),
        ("", "services: [shopp]", "rules/own.yaml:2:106: rules.own.services: no service is called 'shopp'. Did you mean 'shop'?"),
        ("", "resources: order", "rules/own.yaml:2:107: rules.own.resources: no queue is called 'order'. Did you mean 'orders'?"),
        ("", "critical: 'queue(\"ordrs\").visible > 5'", "rules/own.yaml:2:106: rules.own.critical: no queue is called 'ordrs'. Did you mean 'orders'?"),
    ]) func `what nothing is called is an error with the nearest name`(_ service: String, _ rule: String, _ message: String) throws {
        #expect(try mistakes(service: service, rule: rule) == [message])
    }

    @Test func `what may be found in an account is a warning`() throws {
        let found = try mistakes(service: "discover: {name_prefix: shop-}", rule: "resources: 'shop-*'")
        #expect(found.count == 1 && found[0].contains("warning") && found[0].contains("no queue is called 'shop-*'"), "\(found)")
    }

    @Test func `what is there is no mistake`() throws {
        #expect(try mistakes(service: "pattern: webhook-buffer", rule: "services: [shop], resources: 'ord*', critical: 'queue(\"orders\").visible > 5'") == [])
    }

    @Test func `a query that counts over another stretch than the step is an error`() throws {
        let site = try TrialSite(["tidewatch.yaml": "title: T\n", "tenants/a.yaml": "id: a\nsources:\n  p:\n    prometheus: {url: 'https://p.example', queries: [{series: 'queue(\"q\").sent', query: 'increase(x[7m])'}]}\nservices: [{id: s, resources: [{kind: queue, name: q}]}]\n"])
        #expect(SiteRun.validate(directory: site.directory, world: site.world()).map(\.message) == ["sources.p.prometheus.queries[0].query: the query counts over 420 s where a step is 300 s: write [$period]"])
    }

    private static let route = "receivers: [{name: chat, webhook: {url: 'https://x.example/'}}]\nroute: {receiver: chat, routes: [{match: {MATCH}, receiver: chat}]}\n"

    @Test(arguments: [("service", "shoop", ". Did you mean 'shop'?"), ("tenant", "b", "."), ("rule", "qeue-age", ". Did you mean 'queue-age'?")])
    func `a route to what nobody has is an error`(_ label: String, _ word: String, _ hint: String) throws {
        let found = try mistakes(site: Self.route.replacing("MATCH", with: "\(label): \(word)"))
        #expect(found.count == 1 && found[0].contains("route.routes[0].match.\(label): no \(label) is called '\(word)'\(hint)"), "\(found)")
    }

    @Test func `a route to a tenant that is gone ends no run`() async throws {
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain + Self.route.replacing("MATCH", with: "tenant: elsewhere"), "tenants/one.yaml": TrialSite.tenant("one", account: TrialSite.one)])
        #expect(try await site.run().exit == .done)
        #expect(SiteRun.validate(directory: site.directory, world: site.world()).map(\.message) == ["route.routes[0].match.tenant: no tenant is called 'elsewhere'."])
    }
}
