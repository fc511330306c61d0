import Alerting
@testable import Dashboard
import Foundation
import Simulator
import Storage
import Telemetry
import Testing

/// Calm by construction: a week in which nothing is wrong gives no alert, whatever the system.
@Suite struct QuietWeekTests {
    private static let week: Int64 = 7 * 86_400

    @Test(arguments: ["acme", "globex", "hooli", "initech", "umbrella", "wayne"]) func `a healthy tenant gives no alert in seven days`(tenant: String) async throws {
        let clock = TrialClock(TrialSite.firstRun)
        let network = TrialNetwork(world: SimulatedWorld(seed: 7, anchor: TrialSite.anchor, isHealthy: true), clock: clock)
        let site = try SystemFindingsTests.site(tenant, history: "7d", transport: network)
        let outcome = try await site.run { $0.stages = [.collect] }
        #expect(outcome.problems == [])

        let loaded = try LoadedSite(directory: site.directory, world: site.world())
        let rules = loaded.rules.own[tenant] ?? loaded.rules.shared
        let store = try TenantStore(path: site.statePath(tenant)), end = TrialSite.anchor
        let replay = try Evaluator(rules: rules, grain: store.grain).replay(store, in: TimeWindow(from: end - Self.week, to: end))
        #expect(replay.transitions.map { "\($0.kind.rawValue) \($0.state.key.rule) \($0.state.key.resource.name) \($0.at.rfc3339) \($0.state.summary)" } == [])
        // It was watched, and for all of the week.
        #expect(replay.states.count >= 5 && replay.states.allSatisfy { $0.evaluatedTo == end })
        let points = try store.resources().reduce(0) { sum, resource in
            sum + (try store.grid(of: resource.id, in: TimeWindow(from: end - Self.week, to: end - Self.week + 86_400), resolution: .raw).columns.values.reduce(0) { $0 + $1.values.count { !$0.isNaN } })
        }
        #expect(points > 1_000, "the first day has \(points) points")
    }
}
