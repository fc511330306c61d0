@testable import Dashboard
import Foundation
import Testing

/// One tenant's look is its own: logo, colours, foot and any template, beside the fleet's.
@Suite struct TenantThemeTests {
    @Test func `a tenant's logo, colours and foot are on its pages and on no others`() async throws {
        let site = try TrialSite.pair()
        try site.write("<b>Umbra</b>", to: "templates/one/logo.mustache")
        try site.write("Umbra operations. All times {{zone}}.", to: "templates/one/footer.mustache")
        try site.write(":root{--sea:#123456}", to: "site/one/custom.css")
        try site.write("Fleet foot, {{zone}}.", to: "templates/footer.mustache")
        let outcome = try await site.run()
        #expect(outcome.exit == .done, "\(outcome.problems)")
        let one = try site.text("one/index.html"), two = try site.text("two/index.html"), fleet = try site.text("fleet/index.html")
        #expect(one.contains("<b>Umbra</b>") && one.contains("Umbra operations. All times UTC.") && one.contains("assets/custom."))
        #expect(two.contains("Tidewatch") && two.contains("Fleet foot, UTC.") && !two.contains("assets/custom."))
        #expect(fleet.contains("Fleet foot, UTC.") && !fleet.contains("Umbra"))
        #expect(site.files("one").contains { $0.key.contains("custom.") } && !site.files("two").contains { $0.key.contains("custom.") })
    }

    @Test func `a name that no page has is found by validate, with file, line and page`() throws {
        let site = try TrialSite.pair()
        try site.write("All times {{zone}}.\n{{impressum}}", to: "templates/two/footer.mustache")
        let found = SiteRun.validate(directory: site.directory, world: site.world()).map(\.description)
        #expect(found.contains { $0.hasPrefix("templates/two/footer.mustache:2:1: unknown name 'impressum' for page index.html") }, "\(found)")
    }

    @Test func `a template that cannot be read costs its tenant alone`() async throws {
        let site = try TrialSite.pair()
        try site.write("{{#open}}", to: "templates/two/footer.mustache")
        let outcome = try await site.run()
        #expect(outcome.exit == .partial)
        #expect(outcome.problems.contains { $0.tenant == "two" && $0.message.contains("templates/two/footer.mustache") }, "\(outcome.problems)")
        #expect(outcome.tenants.map(\.id) == ["one"])
    }
}
