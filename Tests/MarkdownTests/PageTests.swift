@testable import Markdown
import Testing

@Suite struct PageTests {
    @Test func `the opening heading is the page's title and the others hang below it`() throws {
        let page = try RenderedMarkdown.of("# A *page*\n\nFirst `words`.\n\n## One\n\n#### Deep\n\n#### Deep\n\n# Two\n")
        #expect(page.title == "A page")
        #expect(page.summary == "First words.")
        #expect(page.contents.map { "\($0.level) \($0.id)" } == ["2 one", "3 deep", "3 deep-1", "2 two"])
        #expect(page.html.contains("<h3 id=\"deep-1\">Deep</h3>"))
        #expect(!page.html.contains("<h1"))
    }

    @Test(arguments: [
        ("Roll back", "roll-back"), ("1. Buy time, if near", "1-buy-time-if-near"), ("`a_b` & Ünï", "a_b--ünï"), ("!!!", "section"),
        ("Main", "main-1"), ("I ok", "i-ok-1"), ("FN 1", "fn-1-1"),
    ])
    func `ids are GitHub's and never those of the page`(heading: String, id: String) throws {
        #expect(try RenderedMarkdown.of("## \(heading)").contents.map(\.id) == [id])
    }

    @Test func `contents are the same without rendering`() throws {
        let text = "# T\n\n## A\n\n## A\n\n### 1. B {{queue.name}}\n"
        #expect(try MarkdownDocument(text).contents().map(\.id) == RenderedMarkdown.of(text).contents.map(\.id))
    }

    @Test func `numbered headings become steps that end with their section`() throws {
        let page = try RenderedMarkdown.of("## Do\n\n### 1. Look\n\nx\n\n#### Aside\n\n### 2. Act\n\ny\n\n## Then\n") { $0.numberedHeadingsAreSteps = true }
        #expect(page.html == """
            <h2 id="do">Do</h2>
            <ol class="steps">
            <li>
            <h3 id="1-look">Look</h3>
            <p>x</p>
            <h4 id="aside">Aside</h4>
            </li>
            <li>
            <h3 id="2-act">Act</h3>
            <p>y</p>
            </li>
            </ol>
            <h2 id="then">Then</h2>

            """)
    }

    @Test func `steps without a section above them get a hidden one`() throws {
        let page = try RenderedMarkdown.of("## 1. Look\n\n## 2. Act\n") { $0.numberedHeadingsAreSteps = true }
        #expect(page.html.hasPrefix("<h2 class=\"vh\">Steps</h2>\n<ol class=\"steps\">\n<li>\n<h3 id=\"1-look\">Look</h3>\n</li>\n<li>"))
        #expect(page.html.hasSuffix("</li>\n</ol>\n"))
    }

    @Test func `tables have a caption, scopes and alignment by class`() throws {
        let page = try RenderedMarkdown.of("## Limits\n\n|   | n | c |\n|---|--:|:-:|\n| <b> | 1 |\n")
        #expect(page.html.contains("""
            <table role="table" class="t tight stack"><caption class="vh">Limits</caption>
            <thead role="rowgroup">
            <tr role="row"><td role="cell"></td><th role="columnheader" class="n">n</th><th role="columnheader" class="ctr">c</th></tr>
            </thead>
            <tbody role="rowgroup">
            <tr role="row"><td role="cell"></td><td role="cell" class="n" data-l="n">1</td><td role="cell" class="ctr" data-l="c"></td></tr>
            </tbody></table>
            """))
    }

    @Test func `a table of two columns, or of more than eight, stays a table on a phone`() throws {
        for columns in [2, 9] {
            let row = "|" + String(repeating: " a |", count: columns)
            let page = try RenderedMarkdown.of("\(row)\n|\(String(repeating: "---|", count: columns))\n\(row)\n")
            #expect(page.html.hasPrefix("<table class=\"t tight\">"))
            #expect(!page.html.contains("data-l"))
        }
    }

    @Test func `a shell block has one code element for each command`() throws {
        let page = try RenderedMarkdown.of("""
            ```sh
            # don't stop here
            aws sqs x \\
              --y 'a

            b' # it's done
            for i in 1 2; do
              echo "$i"
            done

            $ ls | \\
              wc
            ```

            """)
        #expect(page.html == """
            <pre class="cmd" tabindex="0"><samp># don't stop here</samp><code>aws sqs x \\
              --y 'a

            b' # it's done</code><code>for i in 1 2; do
              echo &quot;$i&quot;
            done</code><code>ls | \\
              wc</code></pre>

            """)
    }

    @Test func `a console block shows what is printed apart`() throws {
        let page = try RenderedMarkdown.of("```console\n$ date\nSat <b>\n```\n")
        #expect(page.html == "<pre class=\"cmd\" tabindex=\"0\"><code>date</code><samp>Sat &lt;b&gt;</samp></pre>\n")
    }

    @Test func `footnotes can be reached and left`() throws {
        let page = try RenderedMarkdown.of("A[^x] and B[^x].\n\n[^x]: Note *well*.\n")
        #expect(page.html.contains("<sup><a href=\"#fn-1\" id=\"fnref-1\" aria-label=\"Note 1\">1</a></sup>"))
        #expect(page.html.contains("id=\"fnref-1-2\""))
        #expect(page.html.hasSuffix("""
            <section class="notes" aria-label="Footnotes"><ol class="d">
            <li id="fn-1">
            <p>Note <em>well</em>.</p>
            <a href="#fnref-1" aria-label="Back to the text, note 1">↩</a></li>
            </ol></section>

            """))
    }

    @Test func `the words of a page are kept for the search`() throws {
        let page = try RenderedMarkdown.of("## A `b`\n\nOne *two*\nthree {{queue.visible}}.\n\n- x\n- [ ] y\n\n| h |\n|---|\n| c |\n")
        #expect(page.text == "A b\nOne two three 312.\nx\ny\nh \nc ")
    }
}
