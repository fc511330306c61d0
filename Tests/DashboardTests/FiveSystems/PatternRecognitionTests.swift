@testable import Dashboard
import Foundation
import Signals
import Storage
import Theme
import Telemetry
import Testing

/// What discovery makes of the five systems, had nobody written which pattern they follow.
@Suite struct PatternRecognitionTests {
    @Test(arguments: [("acme", "webhook-buffer"), ("globex", "xray-tracer"), ("hooli", "api-and-worker"), ("initech", "event-backed-service"), ("umbrella", "object-fan-out")])
    func `each system is recognised by what was found in its account`(_ tenant: String, _ pattern: String) async throws {
        let site = try await FiveSystems.firstRun.value.site
        let resources = try TenantStore(path: site.statePath(tenant)).resources()
        let suggestions = ContentLibrary(theme: ThemeFiles()).suggestions(for: resources)
        #expect(suggestions.map(\.pattern) == [pattern])
        #expect(suggestions.first?.deployments.isEmpty == false)
    }

    @Test func `a service without a pattern is told which one it looks like`() async throws {
        let site = try FiveSystems.site(only: ["acme"])
        let path = site.directory + "/tenants/acme.yaml"
        try site.write(try String(contentsOfFile: path, encoding: .utf8).replacing("    pattern: webhook-buffer\n", with: "").replacing("    deploy: webhook-buffer-cdk\n", with: ""), to: "tenants/acme.yaml")
        let outcome = try await site.run()
        #expect(outcome.exit == .done)
        let page = try site.text("acme/services/orders-webhook/index.html")
        #expect(page.contains("<dt>Looks like</dt>"))
        #expect(page.contains("<code>pattern: webhook-buffer</code> and deploy: webhook-buffer-cdk"))
    }
}
