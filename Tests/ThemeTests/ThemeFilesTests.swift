import Foundation
import Testing
import Theme

@Suite struct ThemeFilesTests {
    private let reader = ThemeFiles.Reader(
        file: { ["own/templates/a/page.mustache": "a", "own/templates/page.mustache": "fleet", "own/templates/b/page.mustache": "b",
                 "own/site/a/tidewatch.css": "a's colours", "own/content/runbooks/new.md": "new", "own/secret": "secret"][$0].map { Array($0.utf8) } },
        files: { ["own/templates": ["a/page.mustache", "b/page.mustache", "page.mustache"], "own/templates/a": ["page.mustache"],
                  "own/content": ["runbooks/new.md", "../secret", ".hidden"]][$0] ?? [] })

    private func text(_ path: String, tenant: String?) -> String? {
        ThemeFiles(site: "own", tenant: tenant, tenants: ["a", "b", "c"], reader: reader).file(path).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `a tenant's template wins over the fleet's, and the fleet's over the built-in one`() {
        #expect(text("templates/page.mustache", tenant: "a") == "a")
        #expect(text("templates/page.mustache", tenant: "c") == "fleet")
        #expect(text("templates/page.mustache", tenant: nil) == "fleet")
        #expect(text("site/tidewatch.css", tenant: "a") == "a's colours")
        #expect(text("site/tidewatch.css", tenant: "c") == ThemeFiles().file("site/tidewatch.css").map { String(decoding: $0, as: UTF8.self) })
    }

    @Test func `whoever has to mend a file is told where it lies`() {
        let theme = ThemeFiles(site: "own", tenant: "a", tenants: ["a", "b"], reader: reader)
        #expect(theme.override(of: "templates/page.mustache") == "own/templates/a/page.mustache")
        #expect(theme.override(of: "site/tidewatch.css") == "own/site/a/tidewatch.css")
        #expect(theme.override(of: "templates/note.mustache") == nil && theme.override(of: "templates/../secret") == nil)
    }

    @Test(arguments: ["templates/b/page.mustache", "content/../secret", "content/./x", "/etc/passwd", "", "content//x", "site", "content/.hidden"])
    func `nothing outside the theme or of another tenant is read`(path: String) {
        #expect(text(path, tenant: "a") == nil)
    }

    @Test func `own files are listed among the built-in ones, each once and in order`() {
        let theme = ThemeFiles(site: "own", tenant: "a", tenants: ["a", "b"], reader: reader)
        let runbooks = theme.paths(under: "content/runbooks")
        #expect(runbooks.contains("content/runbooks/new.md"))
        #expect(runbooks == Set(runbooks).sorted())
        #expect(!theme.paths(under: "").contains { $0.hasPrefix("templates/a/") || $0.hasPrefix("templates/b/") || $0.contains("secret") })
        #expect(theme.paths(under: "cont") == [])
    }
}
