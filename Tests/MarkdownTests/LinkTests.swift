@testable import Markdown
import Testing

@Suite struct LinkTests {
    @Test(arguments: [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#x6A;avascript:alert(1)", "java&#10;script:alert(1)", "data:text/html,x", "vbscript:x",
        "file:///etc/passwd", "http://example.com", "//example.com/x", "/\\example.com", "\\\\\\\\example.com", "https:example.com", "https://",
        "/etc", "ftp://x", "blob:x", "x:y/z",
    ])
    func `a link that is not https, mailto or relative is left out with a warning`(target: String) throws {
        let page = try RenderedMarkdown.of("a [text](\(target)) b")
        #expect(page.html == "<p>a text b</p>\n")
        #expect(page.warnings.count == 1 && page.errors == [] && page.links == [])
    }

    @Test(arguments: [
        ("https://example.com/a?b=1&c='", "https://example.com/a?b=1&amp;c='"), ("mailto:a@b.example", "mailto:a@b.example"),
        ("../x/y.html#z", "../x/y.html#z"), ("HTTPS://x.example/%41", "HTTPS://x.example/%41"), ("a:b/../c?d:e", nil), ("./a:b", "./a:b"),
        ("<a b\">", "a%20b%22"), ("a%2", "a%252"), ("%%41%zz", "%25%41%25zz"),
    ])
    func `a good link is escaped and kept`(target: String, href: String?) throws {
        let page = try RenderedMarkdown.of("[t](\(target))")
        #expect(page.html == (href.map { "<p><a href=\"\($0)\">t</a></p>\n" } ?? "<p>t</p>\n"))
    }

    @Test(arguments: ["http://x.example/a.png", "https://x.example/a.png", "//x.example/a.png", "data:image/png;base64,AAAA"])
    func `a remote image becomes its words`(target: String) throws {
        let page = try RenderedMarkdown.of("![a <b> c](\(target))")
        #expect(page.html == "<p>a  c</p>\n" || page.html == "<p>a &lt;b&gt; c</p>\n")
        #expect(page.warnings.count == 1 && page.links == [])
    }

    @Test func `an image beside the page stays`() throws {
        let page = try RenderedMarkdown.of("![A \"map\"](img/map.svg)")
        #expect(page.html == "<p><img src=\"img/map.svg\" alt=\"A &quot;map&quot;\"></p>\n")
        #expect(page.links.map(\.isImage) == [true])
    }

    @Test func `links between files go through the resolver and are reported where they break`() throws {
        let page = try RenderedMarkdown.of("---\ntitle: x\n---\n\nSee [a](../runbooks/a.md#top).\nAnd [b](b.md), [b](b.md).\n") {
            $0.resolve = { target, fragment in target == "../runbooks/a.md" ? "../a/index.html#\(fragment ?? "")" : nil }
        }
        #expect(page.html == "<p>See <a href=\"../a/index.html#top\">a</a>.\nAnd b, b.</p>\n")
        #expect(page.reports == [
            "6:9: the link to 'b.md' leads nowhere. Name a file and a heading that exist.",
            "6:20: the link to 'b.md' leads nowhere. Name a file and a heading that exist.",
        ])
        #expect(page.links == [MarkdownLink(target: "../runbooks/a.md#top", href: "../a/index.html#top", isImage: false, line: 5, column: 9)])
    }

    @Test func `a resolver cannot lead out of the site`() throws {
        let page = try RenderedMarkdown.of("[a](a.md)") { $0.resolve = { _, _ in "javascript:alert(1)" } }
        #expect(page.html == "<p>a</p>\n" && page.errors.count == 1)
    }

    @Test func `a fragment without its heading is an error`() throws {
        let page = try RenderedMarkdown.of("## Verify it\n\n[x](#verify) [y](#verify-it) [z](#main)\n")
        #expect(page.reports == ["3:5: no heading of this page has the id 'verify'. Did you mean '#verify-it'?"])
        #expect(page.html.contains("<a href=\"#verify-it\">y</a> <a href=\"#main\">z</a>"))
    }

    @Test func `raw HTML is left out`() throws {
        let page = try RenderedMarkdown.of("<script>alert(1)</script>\n\na <b onclick=x>c</b> <!-- quiet -->\n\n<!-- quiet -->\n")
        #expect(page.html == "<p>a c </p>\n")
        #expect(page.reports.map { String($0.prefix(4)) } == ["1:1:", "3:3:", "3:17"])
    }
}
