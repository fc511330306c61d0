import Foundation
@testable import Site
import Testing
import Theme

/// Pages in another language: every phrase is found, nothing but words changes, and one line of a file changes one word.
@Suite struct LanguageTests {
    @Test func `English as it is shipped has no table, so nothing is looked up`() throws {
        #expect(try LanguageFile.language("en", in: ThemeFiles()) == nil)
        #expect(LanguageFile.tags(in: ThemeFiles()) == ["de", "en"])
    }

    @Test(arguments: [
        ("All 3 services OK", "All 3 services OK"), ("All \(3) services OK", "Alle 3 Dienste OK"), ("\(2) of \(Words.plural(6, "service")) need attention: \("x is OK" as Phrase), and \(1) more", "2 von 6 Diensten brauchen Aufmerksamkeit: x is OK, und 1 weitere"),
        (" All \(3) services OK ", " Alle 3 Dienste OK "), ("\(Words.midSentence(StateMark.noData.word)), \("OK" as Phrase)", "keine Daten, OK"), (.verbatim("No data"), "No data"),
        (.known("Function fails"), "Funktion schlägt fehl"), (.known("Own words"), "Own words"), ("in\u{A0}1\u{A0}h", "in 1\u{A0}h"), (Words.list(["a", "b", "c"] as [String]), "a, b und c"),
    ] as [(Phrase, String)])
    func `a phrase is said with its values in the places that the language gives them`(phrase: Phrase, german: String) throws {
        #expect(phrase.text(in: try German.language.get()) == german)
    }

    @Test func `names of days and months are those of the language, their order is not`() throws {
        let clock = TenantClock(zone: "UTC", now: SyntheticTenant.now, language: try German.language.get())
        #expect(clock.fullDay(SyntheticTenant.now) == "Do 17 Sep 2026")
        #expect(ReportMonth(year: 2026, month: 3).title.text(in: clock.language) == "März 2026")
    }

    @Test func `no page of the example site asks for a phrase that German does not have`() throws {
        _ = try German.pages.get()
        let missing = try German.recorder.get().missingPhrases
        #expect(missing.isEmpty, "\(missing.count) phrases are not in templates/language-de.yaml:\n\(missing.joined(separator: "\n"))")
    }

    @Test func `German pages are well formed, their links and ids are those of the English ones`() throws {
        let german = try German.pages.get().filter { !$0.path.hasPrefix("fleet/") }, english = try SyntheticTenant.pages()
        #expect(SiteCheck.faults(in: german).isEmpty)
        #expect(Self.paths(german) == Self.paths(english))
        for page in german where page.path.hasSuffix(".html") {
            let text = String(decoding: page.bytes, as: UTF8.self)
            #expect(text.contains("<html lang=\"de\">"), "\(page.path)")
            guard let same = english.first(where: { $0.path == page.path }) else { continue }
            let own = PageText(text), other = PageText(String(decoding: same.bytes, as: UTF8.self))
            #expect(own.ids == other.ids && own.headings == other.headings && own.elements == other.elements, "\(page.path)")
            #expect(own.links.filter { !$0.contains("assets/") } == other.links.filter { !$0.contains("assets/") }, "\(page.path)")
        }
    }

    @Test func `words for programs stay English`() throws {
        let english = try SyntheticTenant.pages()
        for page in try German.pages.get() where page.path.hasSuffix(".json") || page.path.hasSuffix(".csv") {
            guard !page.path.hasPrefix("fleet/") else { continue }
            #expect(english.first { $0.path == page.path }?.bytes == page.bytes, "\(page.path)")
        }
    }

    @Test func `the script speaks the language, under a name of its own`() throws {
        let theme = try German.theme.get(), path = try #require(theme.assetPaths["tidewatch.js"])
        let script = String(decoding: try #require(theme.assets.first { $0.path == path }).bytes, as: UTF8.self)
        #expect(script.contains("\"Diese Seite ist veraltet. Ihr Alter: \"") && script.contains("\" von \"") && script.contains("\"use strict\""))
        #expect(try SyntheticTenant.theme().assetPaths["tidewatch.js"] != path)
    }

    @Test func `German words are escaped like all else`() throws {
        let language = try Self.language(["own/templates/language-de.yaml": "OK: '<b>\"gut\" & schön</b>'\nOverview: '<i>'"])
        var out = Markup(language)
        out.text(StateMark.ok.word)
        #expect(out.string == "&lt;b&gt;&quot;gut&quot; &amp; schön&lt;/b&gt;")
        #expect(try TemplateWords("<h2>{{#t}}OK{{/t}}</h2>", file: "x").text(in: language) == "<h2>&lt;b&gt;&quot;gut&quot; &amp; schön&lt;/b&gt;</h2>")
    }

    @Test func `a tenant's word stands over the fleet's, and the fleet's over the built-in one`() throws {
        let files = ["own/templates/language-de.yaml": "Runbook: Anleitung\nOverview: Start", "own/templates/acme/language-de.yaml": "Runbook: Handzettel"]
        func words(_ tenant: String?) throws -> [String] {
            let language = try Self.language(files, tenant: tenant)
            return ["Runbook" as Phrase, "Overview", "Alerts"].map { $0.text(in: language) }
        }
        #expect(try words("acme") == ["Handzettel", "Start", "Alarme"])
        #expect(try words("globex") == ["Anleitung", "Start", "Alarme"])
    }

    @Test func `a fleet may say one English word differently`() throws {
        let language = try #require(try Self.language(["own/templates/language-en.yaml": "Runbook: Playbook"], tag: "en"))
        #expect(language.tag == "en" && ("Runbook" as Phrase).text(in: language) == "Playbook" && ("No data" as Phrase).text(in: language) == "No data")
    }

    @Test(arguments: [
        ("Runbok: x", "language-de.yaml:1: no page says 'Runbok'. Did you mean 'Runbook'?"),
        ("OK: gut\n\"All {0} services OK\": Alle Dienste OK", "language-de.yaml:2: 'All {0} services OK': '{0}' is missing, so something would be left unsaid"),
        ("\"All {0} services OK\": \"{0} {1}\"", "language-de.yaml:1: 'All {0} services OK': '{1}' stands for nothing there; it has {0}"),
        ("Overview: \"{0}\"", "language-de.yaml:1: 'Overview': '{0}' stands for nothing there; the phrase has no holes"),
        ("Overview: ''", "language-de.yaml:1: 'Overview' says nothing; take the line away to keep the English words"),
        ("Overview: '{{title}}'", "language-de.yaml:1: 'Overview': '{{' cannot stand in words"),
        ("Overview: [a]", "language-de.yaml:1: 'Overview': expected a text on each side"),
        ("- Overview", "language-de.yaml:1: expected lines of the form \"English\": \"what is said instead\""),
        ("Overview: a\nOverview: b", "language-de.yaml:1: 'Overview' stands more than once. Keep one."),
        ("Overview: \"a", "language-de.yaml:1: not valid YAML: found unexpected end of stream"),
    ])
    func `a mistake in a language's file names the file, the line and the phrase`(text: String, message: String) throws {
        let error = try #require(throws: LanguageFile.Mistakes.self) { try Self.language(["own/templates/language-de.yaml": text]) }
        #expect(error.errors.map(\.description) == ["own/templates/" + message])
    }

    @Test(arguments: [("a\n{{#t}}b", "x:2: '{{#t}}' is not closed; put '{{/t}}' behind the words"),
                      ("{{#t}}<b>x</b>{{/t}}", "x:1: between '{{#t}}' and '{{/t}}' stand words and values alone; put tags and sections outside")])
    func `a mistake around the words of a template names the file and the line`(template: String, message: String) {
        let error = #expect(throws: TemplateError.self) { try TemplateWords(template, file: "x") }
        #expect(error?.description == message)
    }

    @Test func `words of a template keep their values, wherever the language puts them`() throws {
        let words = try TemplateWords("<p>{{#t}}All times {{zone}}, {{today}} unless a date is shown.{{/t}}</p>", file: "x")
        #expect(words.text(in: nil) == "<p>All times {{zone}}, {{today}} unless a date is shown.</p>")
        #expect(words.text(in: try German.language.get()) == "<p>Alle Zeiten {{zone}}, {{today}}, wenn kein Datum dabeisteht.</p>")
    }

    private static func paths(_ pages: [SitePage]) -> Set<String> { Set(pages.map { (page: SitePage) in page.path }.filter { !$0.hasPrefix("assets/") }) }

    private static func language(_ files: [String: String], tag: String = "de", tenant: String? = nil) throws -> Language? {
        let reader = ThemeFiles.Reader(file: { files[$0].map { Array($0.utf8) } },
                                       files: { folder in files.keys.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }.sorted() })
        return try LanguageFile.language(tag, in: ThemeFiles(site: "own", tenant: tenant, tenants: ["acme", "globex"], reader: reader))
    }
}

/// The example site in German, made once, with a note of every phrase that it asked for in vain.
private enum German {
    static let language: Result<Language, any Error> = Result { try #require(try LanguageFile.language("de", in: ThemeFiles())) }
    static let recorder: Result<Language, any Error> = language.map { $0.recording() }
    static let theme: Result<SiteTheme, any Error> = Result { try SiteTheme(file: ThemeFiles().file, language: try recorder.get()) }

    static let pages: Result<[SitePage], any Error> = Result {
        let theme = try Self.theme.get(), now = SyntheticTenant.now
        var pages: [SitePage] = []
        let digest = try SiteBuilder(theme: theme, now: now).build(SyntheticTenant.site(), store: try SyntheticTenant.store()) { pages.append($0) }
        // More kinds of things and of trouble than an example has; its pages are not looked at.
        try SiteBuilder(theme: theme, now: now).build(HostileTenant.site(), store: try HostileTenant.store()) { _ in }
        var fleet = FleetBuilder(title: "Fleet", theme: theme, interval: 300, tenants: FleetDigests([digest, TenantDigest(id: "b", title: "B", state: .stale, headline: "No data"), TenantDigest(id: "c", title: "C", state: .ok, headline: "No data")]),
                                 runs: [.init(startedAt: now, seconds: 3, state: .warning, word: "Partial", pages: 1, requests: 1)], now: now)
        fleet.channels = [.init(name: "mail", lastAccepted: nil, lastDrill: nil, failingSince: now, disabled: nil)]
        fleet.operation = OperationPage(runs: [.init(startedAt: now, seconds: 3, exit: nil, failed: 1, tenants: 2, pages: 1, calls: 1, stages: [])],
                                        tenants: [.init(id: "acme", seconds: 1, databaseBytes: 9, dollars: 1, budgets: [.init(source: "prod", calls: 1, callsPerRun: 1, metrics: 1, metricsPerDay: nil)], overrides: ["a"])], interval: 300)
        try fleet.allPages { pages.append(SitePage("fleet/" + $0.path, $0.bytes)) }
        // For the browser: `TIDEWATCH_GERMAN_SITE=FOLDER swift test --filter LanguageTests`.
        if let folder = ProcessInfo.processInfo.environment["TIDEWATCH_GERMAN_SITE"] {
            for page in pages {
                let file = URL(fileURLWithPath: folder).appendingPathComponent(page.path)
                try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(page.bytes).write(to: file)
            }
        }
        return pages
    }
}
