import CCmarkGFM
import Foundation
@testable import Markdown
import Testing

@Suite struct ConformanceTests {
    @Test(.enabled(if: SharedData.isThere, "needs ../shared/data/markdown"))
    func `the examples of the GFM specification are read as it says`() throws {
        let examples = try SharedData.examples()
        #expect(examples.count == 459)
        let differing = examples.filter { html(of: $0, options: CMARK_OPT_UNSAFE) != $0.html }.map(\.example)
        #expect(differing == [])
    }

    @Test(.enabled(if: SharedData.isThere, "needs ../shared/data/markdown"))
    func `without its dress our HTML is that of cmark`() throws {
        var same = 0, apart = 0
        for example in try SharedData.examples() {
            let document = try MarkdownDocument(example.markdown)
            let rendered = try document.rendered(MarkdownOptions())
            // What was left out on purpose, a title that the page shows, and front matter cannot be the same.
            guard rendered.problems.isEmpty, rendered.title == nil, document.frontMatter == nil, !example.html.contains("<!--") else {
                apart += 1
                continue
            }
            let all = SpecificationExample(example: 0, section: "", extensions: SyntaxTree.extensions, markdown: example.markdown, html: "")
            let ours = undressed(rendered.html), theirs = undressed(html(of: all, options: 0))
            #expect(ours == theirs, "example \(example.example): \(example.markdown)")
            same += ours == theirs ? 1 : 0
        }
        #expect(same == 323)
        #expect(apart == 136)
    }

    @Test(.enabled(if: SharedData.isThere, "needs ../shared/data/markdown"))
    func `real runbooks render without an error and without anything active`() throws {
        let files = try SharedData.runbooks()
        #expect(files.count == 274)
        for file in files {
            var options = MarkdownOptions()
            options.numberedHeadingsAreSteps = true
            let rendered = try MarkdownDocument([UInt8](Data(contentsOf: file))).rendered(options)
            #expect(rendered.errors == [], "\(file.lastPathComponent)")
            #expect(!rendered.html.isEmpty || rendered.title != nil || file.lastPathComponent == "_index.md", "\(file.lastPathComponent)")
            for active in ["<script", "<iframe", "<style", " style=", " onclick", " onerror", "javascript:", "src=\"http", "href=\"http:", "href=\"//"] {
                #expect(!rendered.html.lowercased().contains(active), "\(file.lastPathComponent): \(active)")
            }
        }
    }

    private func html(of example: SpecificationExample, options: Int32) -> String {
        SyntaxTree.read(Array(example.markdown.utf8)[...], extensions: example.extensions) { root in
            var list: UnsafeMutablePointer<cmark_llist>?
            for name in example.extensions {
                list = cmark_llist_append(cmark_get_default_mem_allocator(), list, UnsafeMutableRawPointer(cmark_find_syntax_extension(name)))
            }
            defer { cmark_llist_free(cmark_get_default_mem_allocator(), list) }
            guard let text = cmark_render_html(root.pointer, options | CMARK_OPT_FOOTNOTES, list) else { return "" }
            defer { free(text) }
            return String(cString: text)
        }
    }

    /// Both ways of writing the same: void elements, levels and ids of headings, our classes.
    private func undressed(_ html: String) -> String {
        var text = html
        for (dressed, plain) in [
            (" />", ">"), ("<th scope=\"col\"", "<th"), (" class=\"n\"", " align=\"right\""), (" class=\"ctr\"", " align=\"center\""),
            ("<ul class=\"d\">", "<ul>"), ("<ol class=\"d\"", "<ol"), ("<pre class=\"src\">", "<pre>"), (" align=\"left\"", ""),
        ] { text = text.replacing(dressed, with: plain) }
        return text
            .replacing(/<table[^>]*>(<caption.*<\/caption>)?/, with: "<table>")
            .replacing(/<(\/?)h[1-6][^>]*>/) { "<\($0.output.1)h>" }
            .replacing(/(<\/tbody>)\s*/, with: "</tbody>").replacing(/(<t[rdh]|<\/t[rdh])/) { $0.output.1 }
            .replacing(/\s*(<\/?(?:tr|th|td|thead|tbody|table)\b[^>]*>)\s*/) { String($0.output.1) }
    }
}
