@testable import Dashboard
import Foundation
import Simulator
import Testing

@Suite struct DiscoveringPlanTests {
    private static let site = ["tidewatch.yaml": TrialSite.plain, "tenants/hooli.yaml": """
        id: hooli
        title: Hooli
        sources:
          prod:
            aws: {region: us-east-1, role_arn: "arn:aws:iam::555555555555:role/tidewatch-read", external_id: hooli-external-id}
        services:
          - {id: all, title: All, source: prod, discover: {stack: gofaas}}

        """]

    @Test func `a site that finds its resources is planned by asking what there is, and nothing is written`() async throws {
        let site = try TrialSite(Self.site)
        let blind = try await SitePlan(directory: site.directory, world: site.world(), tenants: [])
        #expect(site.network.actions.isEmpty)
        let seeing = try await SitePlan(directory: site.directory, world: site.world(), tenants: [], discovers: true)
        let before = try #require(blind.entries.first).plan, after = try #require(seeing.entries.first).plan
        #expect(before.metrics == 0 && before.assumptions.contains { $0.contains("What discovery will find is not counted yet") })
        #expect(after.metrics > 500_000 && !after.assumptions.contains { $0.contains("What discovery will find") })
        #expect(seeing.notes.contains { $0.hasPrefix("hooli / prod: ") && $0.hasSuffix(" resources.") })
        // Settings and lists; no number, no line and no trace.
        let asked = Set(site.network.actions.keys.compactMap { $0.split(separator: " ").last.map(String.init) })
        #expect(asked.contains("cloudformation:ListStackResources") && asked.isDisjoint(with: ["cloudwatch:GetMetricData", "logs:FilterLogEvents", "xray:GetTraceSummaries"]))
        #expect(!FileManager.default.fileExists(atPath: site.directory + "/state"))
    }

    @Test func `what is found is what the first run asks for`() async throws {
        let site = try TrialSite(Self.site)
        let plan = try #require(try await SitePlan(directory: site.directory, world: site.world(), tenants: [], discovers: true).entries.first).plan
        _ = try await site.run { $0.stages = [.collect] }
        let known = try #require(try await SitePlan(directory: site.directory, world: site.world(), tenants: []).entries.first).plan
        #expect(plan.metrics == known.metrics && plan.metricsPerRun == known.metricsPerRun)
    }

    @Test func `the pages that are planned are those that the first run makes`() async throws {
        let site = try TrialSite(Self.site)
        let plan = try #require(try await SitePlan(directory: site.directory, world: site.world(), tenants: [], discovers: true).pages.first)
        _ = try await site.run()
        let made = site.files("hooli").keys.filter { $0.hasSuffix(".html") }.count
        let known = try #require(try await SitePlan(directory: site.directory, world: site.world(), tenants: []).pages.first)
        #expect(known.pages == made)
        // What was found says nothing yet of incidents and traces.
        #expect(plan.tenant == "hooli" && plan.pages > 30 && plan.pages <= made, "\(plan.pages) of \(made)")
    }

    @Test func `an account that refuses is told, and the plan is what the files say`() async throws {
        let site = try TrialSite(Self.site, faults: FaultPlan([.init(account: "555555555555", .deny)]))
        let plan = try await SitePlan(directory: site.directory, world: site.world(), tenants: [], discovers: true)
        #expect(plan.entries.first?.plan.metrics == 0 && plan.notes.contains { $0.contains("Allow this action") })
    }
}
