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

    @Test func `a tenant's pages are in its language, the fleet's and the other's in theirs, and one word may be the tenant's own`() async throws {
        let site = try TrialSite.pair(), own = site.directory + "/tenants/one.yaml"
        try site.write(try String(contentsOfFile: own, encoding: .utf8) + "language: de\n", to: "tenants/one.yaml")
        try site.write("Overview: Start", to: "templates/one/language-de.yaml")
        let outcome = try await site.run()
        #expect(outcome.exit == .done, "\(outcome.problems)")
        let one = try site.text("one/index.html"), two = try site.text("two/index.html"), fleet = try site.text("fleet/index.html")
        #expect(one.contains("<html lang=\"de\">") && one.contains("Aktive Alarme") && one.contains(">Start</a>") && !one.contains("Active alerts"))
        #expect(two.contains("<html lang=\"en\">") && two.contains("Active alerts") && two.contains(">Overview</a>") && !two.contains("Alarme"))
        #expect(fleet.contains("<html lang=\"en\">") && fleet.contains("Needs a look"))
        try site.write(try String(contentsOfFile: site.directory + "/tidewatch.yaml", encoding: .utf8) + "language: de\n", to: "tidewatch.yaml")
        site.clock.advance(.seconds(300))
        try await site.run()
        let after = try site.text("two/index.html")
        #expect(after.contains("<html lang=\"de\">") && after.contains("Aktive Alarme") && after.contains(">Übersicht</a>"))
        #expect(try site.text("fleet/index.html").contains("Zu prüfen"))
    }

    @Test(arguments: [("de_DE", nil, "tenants/one.yaml:LINE:1: language: no language 'de_DE'. There are de, en; write templates/language-TAG.yaml for another."), ("ed", nil, "tenants/one.yaml:LINE:1: language: no language 'ed'. Did you mean 'de'?"),
                      ("de", "Overwiew: x", "templates/language-de.yaml:1:1: no page says 'Overwiew'. Did you mean 'Overview'?")])
    func `validate refuses a language that is not there and words that no page says`(tag: String, words: String?, message: String) throws {
        let site = try TrialSite.pair(), own = try String(contentsOfFile: site.directory + "/tenants/one.yaml", encoding: .utf8)
        try site.write(own + "language: \(tag)\n", to: "tenants/one.yaml")
        if let words { try site.write(words, to: "templates/language-de.yaml") }
        let found = SiteRun.validate(directory: site.directory, world: site.world()).map(\.description)
        let line = own.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(found.contains(message.replacing("LINE", with: "\(line)")), "\(found)")
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
