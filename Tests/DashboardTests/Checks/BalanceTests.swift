import Alerting
@testable import Dashboard
import Foundation
import Signals
import Storage
import Telemetry
import Testing

@Suite struct BalanceTests {
    @Test(arguments: [
        ("queue.sent", Signal(.queue, "sent"), nil as String?, false), ("-api.errors_5xx", Signal(.api, "errors_5xx"), nil, true),
        ("function(\"worker\").async_received", Signal(.function, "async_received"), "worker", false),
        ("-function(\"a.b-c\").errors", Signal(.function, "errors"), "a.b-c", true),
    ]) func `a term names a signal, and perhaps a resource`(text: String, signal: Signal, name: String?, isTakenAway: Bool) throws {
        #expect(try BalanceTermText.parsed(text).get() == BalanceTermText(signal: signal, name: name, isTakenAway: isTakenAway))
    }

    @Test(arguments: [
        ("queeu.sent", "no kind of resource is called 'queeu'. Did you mean 'queue'?"), ("queue.snet", "queue has no signal 'snet'. Did you mean 'sent'?"),
        ("queue", "expected a signal after 'queue', such as queue.backlog_change"), ("queue(\"\").sent", "expected queue(\"name\").signal"),
        ("queue(\"a", "expected queue(\"name\").signal"), ("queue(\"a)b\").sent", "expected queue(\"name\").signal"),
    ]) func `a mistaken term says what was meant`(text: String, message: String) {
        guard case .failure(let mistake) = BalanceTermText.parsed(text) else { Issue.record("\(text) was taken"); return }
        #expect(mistake.message == message)
    }

    @Test(arguments: [("initech", "order-completed", 0.0), ("acme", "orders-webhook", 0.0)])
    func `a configured balance becomes a series that rules can read`(tenant: String, name: String, share: Double) async throws {
        let site = try SystemFindingsTests.site(tenant, history: "3h")
        try await site.run { $0.stages = [.collect] }
        let store = try TenantStore(path: site.statePath(tenant)), id = ResourceID(source: "prod", kind: .balance, name: name)
        let grid = try store.grid(of: id, in: TimeWindow(from: TrialSite.anchor - 3_600, to: TrialSite.anchor), resolution: .raw)
        let known = (grid.columns["imbalance"]?.values ?? []).filter { !$0.isNaN }
        #expect(known.count == 12 && known.allSatisfy { abs($0 - share) < 1e-9 }, "\(known)")
        #expect(try store.resources().first { $0.id == id }?.settings[.tolerance] == .number(0.02))
    }

    @Test func `patterns bring their balances, and the lossy branch stays within what is dropped`() async throws {
        let site = try SystemFindingsTests.site("globex", history: "6h")
        try await site.run { $0.stages = [.collect] }
        let store = try TenantStore(path: site.statePath("globex"))
        let names = try store.resources().filter { $0.id.kind == .balance }.map(\.id.name)
        #expect(names.contains("TheXRayTracerSnsFanOutTopic: published and received") && names.contains("TheXrayHttpFlow-http: received and done"))
        for name in names {
            let id = ResourceID(source: "prod", kind: .balance, name: name)
            let grid = try store.grid(of: id, in: TimeWindow(from: TrialSite.anchor - 7_200, to: TrialSite.anchor), resolution: .raw)
            let known = (grid.columns["imbalance"]?.values ?? []).filter { !$0.isNaN }
            #expect(!known.isEmpty && known.allSatisfy { $0 == 0 }, "\(name): \(known)")
        }
    }

    @Test func `writes that a function swallows are missed, although it never fails`() async throws {
        let site = try SystemFindingsTests.site("umbrella", history: "6h")
        let path = site.directory + "/tenants/umbrella.yaml", text = try String(contentsOfFile: path, encoding: .utf8)
        let balance = """
                balance:
                  - {in: ['function("xraystarter-ts").invocations', 'function("xraystarter-py").invocations', 'function("xraystarter-go").invocations'], out: ['table("items").consumed_write'], tolerance: 0.1%, window: 2h}
                trace_groups:
            """
        try site.write(text.replacing("    trace_groups:", with: balance), to: "tenants/umbrella.yaml")
        for _ in 0..<12 {
            try await site.run { $0.stages = [.collect, .evaluate] }
            site.clock.set(site.clock.now + 600)
        }
        let store = try TenantStore(path: site.statePath("umbrella"))
        let alert = try #require(try store.alertStates().first { $0.key.rule == "conservation" && $0.phase == .firing })
        // Six of a thousand runs of one of three functions: two of a thousand writes.
        #expect(alert.key.resource.name == "uploads" && (0.0005...0.006).contains(alert.value ?? 0), "\(alert)")
        #expect(try store.alertStates().allSatisfy { $0.key.rule != "fn-errors" || $0.phase != .firing })
    }
}
