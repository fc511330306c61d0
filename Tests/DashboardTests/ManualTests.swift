import Alerting
@testable import Dashboard
import Foundation
import Signals
import Testing
import Theme

/// Manuals that are generated cannot drift: these tests compare the files with what the code says now.
@Suite struct ManualTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    func expectFile(_ path: String, _ text: String) throws {
        let url = Self.root.appendingPathComponent(path)
        if ProcessInfo.processInfo.environment["TIDEWATCH_UPDATE"] != nil { try Data(text.utf8).write(to: url) }
        let stored = FileManager.default.contents(atPath: url.path).map { String(decoding: $0, as: UTF8.self) }
        #expect(stored == text, "\(path) is out of date: TIDEWATCH_UPDATE=1 swift test --filter ManualTests writes it anew")
    }

    @Test func `docs/configuration.md says what the reader accepts`() throws { try expectFile("docs/configuration.md", ConfigurationManual.markdown) }

    @Test func `docs/content.md says what pages may hold`() throws { try expectFile("docs/content.md", ContentManual.markdown) }

    @Test func `docs/checks.md is the list of checks`() throws { try expectFile("docs/checks.md", Check.manual) }

    @Test func `docs/signals.md is the catalogue`() throws { try expectFile("docs/signals.md", SignalCatalogue.markdown()) }

    @Test func `docs/rules.md is the language and the pack`() throws {
        let diagnostics = Diagnostics()
        let drafts = RuleFile.drafts(in: try #require(ThemeFiles().file("content/rules/default.yaml")), file: "content/rules/default.yaml", diagnostics: diagnostics)
        let compiled = RuleCompiler.compile(drafts, vocabulary: SignalCatalogue.vocabulary)
        #expect(diagnostics.sorted == [])
        #expect(compiled.diagnostics == [])
        try expectFile("docs/rules.md", RuleManual.markdown(rules: compiled.rules))
    }
}
