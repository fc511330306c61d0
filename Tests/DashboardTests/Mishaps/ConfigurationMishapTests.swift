@testable import Dashboard
import Foundation
import Testing

/// Mistakes in a site's files: nothing is asked, nothing is written, what was published stays.
@Suite struct ConfigurationMishapTests {
    static let mistakes: [(file: String, text: String, message: String)] = [
        ("tidewatch.yaml", "titel: Trial\n", "tidewatch.yaml:1:1: titel: unknown key 'titel'. Did you mean 'title'?"),
        ("tidewatch.yaml", "receivers:\n  - {name: chat, webhook: {url: 'https://chat.example.com/', secret: '${CHAT_SECRET}'}}\n",
         "tidewatch.yaml:2:70: receivers[0].webhook.secret: the environment variable CHAT_SECRET is not set. Set it where tidewatch runs, or use file:/path."),
        ("rules/own.yaml", "rules:\n  - {id: own, title: Own, on: queue, warning: oldest_agge > 15m, runbook: queue-backlog, summary: x}\n", "oldest_agge"),
        ("rules/own.yaml", "rules:\n  - {id: own, title: Own, on: queue, warning: oldest_age > 15m, runbook: queue-baklog, summary: x}\n", "Did you mean 'queue-backlog'?"),
    ]

    static let texts: [(file: String, text: String, message: String, shows: String)] = [
        ("runbooks/queue-backlog.md", "---\ntitle: Own\nsumary: x\n  - broken: [\n---\nOwn words.\n", "content/runbooks/queue-backlog.md:", "oldest"),
        ("runbooks/ours.md", "---\ntitle: [\n---\nOwn words.\n", "content/runbooks/ours.md:", "There is a mistake in <code>content/runbooks/ours.md</code>"),
        ("runbooks/ours.md", String(repeating: "words and words ", count: 40_000), "content/runbooks/ours.md:", "There is a mistake in <code>content/runbooks/ours.md</code>"),
    ]

    @Test(arguments: texts) func `a text that cannot be read has another in its place, and the rest is built`(_ file: String, _ text: String, _ message: String, _ shows: String) async throws {
        let site = try TrialSite.pair()
        try site.write(text, to: "content/" + file)
        let outcome = try await site.run()
        #expect(outcome.exit == .partial && outcome.problems.count == 1 && outcome.problems.first?.message.contains(message) == true, "\(outcome.problems)")
        let page = try String(contentsOfFile: site.directory + "/public/one/" + file.replacing(".md", with: "/index.html"), encoding: .utf8)
        #expect(page.contains(shows) && !page.contains("Own words") && FileManager.default.fileExists(atPath: site.directory + "/public/two/index.html"))
        #expect(SiteRun.validate(directory: site.directory, world: site.world()).contains { $0.grade == .error && $0.description.contains(message) })
    }

    @Test(arguments: mistakes) func `a mistake of the whole site stops the run before it begins`(_ file: String, _ text: String, _ message: String) async throws {
        let site = try TrialSite.pair()
        try await site.run()
        let before = site.files()
        try site.write(text, to: file)
        let error = await #expect(throws: ConfigurationError.self) { try await site.run() }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(site.files() == before && !before.isEmpty)
        // Exit code 4 and the same words come from the command.
        let ended = try await TidewatchCommand.run("--site", site.directory, "run")
        #expect(ended.code == 4)
        #expect(ended.messages.contains(message))
        #expect(site.files() == before)
        #expect(try site.damage(of: "one") == [])
    }

    static let tenantMistakes: [(id: String, text: String, message: String)] = [
        ("three", "id: three\nsources: {aws: {aws: {regoin: eu-central-1}}}\n", "unknown key 'regoin'. Did you mean 'region'?"),
        ("three", TrialSite.tenant("three", account: TrialSite.one, externalID: "${GONE}"), "the environment variable GONE is not set"),
        ("three", TrialSite.tenant("three", account: TrialSite.one).replacing("id: orders", with: "id: ../../etc"), "expected an id of a-z, 0-9 and '-'"),
        ("three", TrialSite.tenant("three", account: TrialSite.one).replacing("id: orders", with: "id: Orders"), "expected an id of a-z, 0-9 and '-'"),
        ("fleet", TrialSite.tenant("fleet", account: TrialSite.one), "'fleet' is reserved for the operator's pages"),
        ("shadow", TrialSite.tenant("shadow", account: TrialSite.one), "'shadow' is reserved for the folder of the builds that are kept"),
        ("lock", TrialSite.tenant("lock", account: TrialSite.one), "'lock' is reserved for the file that keeps two runs apart"),
    ]

    @Test(arguments: tenantMistakes) func `a mistake in one tenant's file is that tenant's alone`(_ id: String, _ text: String, _ message: String) async throws {
        let site = try TrialSite.pair()
        try site.write(text, to: "tenants/\(id).yaml")
        let outcome = try await site.run()
        #expect(outcome.exit == .partial)
        #expect(outcome.problems.contains { $0.tenant == id && $0.message.contains(message) }, "\(outcome.problems)")
        #expect(outcome.tenants.map(\.id) == ["one", "two"] && outcome.tenants.allSatisfy { $0.exit == .done })
        #expect(try site.json("one/status.json")["status"]?.string == "ok")
        #expect(site.files("three").isEmpty && !FileManager.default.fileExists(atPath: site.directory + "/etc"))
    }

    @Test func `a tenant that was fine yesterday keeps its pages while its file is broken`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        let before = site.files("one")
        try site.write("id: one\nsourcs: {}\n", to: "tenants/one.yaml")
        let outcome = try await site.run()
        #expect(outcome.exit == .partial)
        #expect(site.files("one") == before && !before.isEmpty)
        #expect(try site.text("fleet/index.html").contains("Its configuration is invalid"))
    }
}
