@testable import Markdown
import Testing

@Suite struct LiveTests {
    @Test func `values stand in text, code and links`() throws {
        let page = try RenderedMarkdown.of("In `{{queue.name}}` wait {{queue.visible}}, {{queue.in_flight}} in [{{ region }}](https://x.example/{{hostile}}).")
        #expect(page.html == """
            <p>In <code>orders.fifo</code> wait <span class="live x-crit">312</span>, <span class="live">1</span> in \
            <a href="https://x.example/%3Cimg%20src%3Dx%20onerror%3Da%28%29%3E%20%27%24%28id%29%27%20%60id%60%EF%BF%BD%22"><var>REGION</var></a>.</p>

            """)
        #expect(page.problems == [])
    }

    @Test func `a hostile value stays text wherever it stands`() throws {
        let text = "# {{hostile}}\n\n## {{hostile}}\n\n{{hostile}} `{{hostile}}` [x]({{hostile}}) ![{{hostile}}](a.png)\n\n```\n{{hostile}}\n```\n\n| {{hostile}} |\n|---|\n\n- [auto hostile = 1] {{hostile}}\n"
        let page = try RenderedMarkdown.of(text)
        #expect(!page.html.contains("<img src=x") && !page.html.contains("\u{202E}") && page.errors == [])
        #expect(page.html.contains("id=\"hostile\""))
        #expect(page.html.contains("&lt;img src=x onerror=a()&gt; '$(id)' `id`\u{FFFD}&quot;"))
    }

    @Test func `braces can be shown and those of other tools stay`() throws {
        let page = try RenderedMarkdown.of("`{{!queue.name}}` {{!x}} `{{.Name}}` {{ $labels.x }} {{#each}} {{}}")
        #expect(page.html == "<p><code>{{queue.name}}</code> {{x}} <code>{{.Name}}</code> {{ $labels.x }} {{#each}} {{}}</p>\n")
        #expect(page.problems == [])
    }

    @Test func `an unknown name is an error at its own place`() throws {
        let page = try RenderedMarkdown.of("---\na: b\n---\nä {{queue.nmae}} and\n{{queue.nmae}} {{open\n\n```sh\necho x\necho {{nope}}\n```\n")
        #expect(page.reports == [
            "4:3: there is no live value 'queue.nmae'. The manual lists them.",
            "5:1: there is no live value 'queue.nmae'. The manual lists them.",
            "5:16: '{{open' is not closed by '}}' after a name. Write {{!name}} to show braces.",
            "9:6: there is no live value 'nope'. The manual lists them.",
        ])
        #expect(page.errors.count == 4)
    }

    @Test func `without live values everything stays as it is written`() throws {
        let page = try RenderedMarkdown.of("{{x}}\n\n- [auto x] y\n\n```chart\na\n```\n", live: false)
        #expect(page.html == "<p>{{x}}</p>\n<ul class=\"d\">\n<li>[auto x] y</li>\n</ul>\n<pre class=\"src\"><code class=\"language-chart\">a\n</code></pre>\n")
    }

    @Test func `steps that the build checks say how they stand`() throws {
        let page = try RenderedMarkdown.of("""
            - [auto queue.visible > 0 and queue.oldest_age >= 15m] waits: {{queue.visible}}
            - [auto queue.in_flight = 0] empty
            - [auto queue.gone = 0] gone
            - [auto region = 0] there
            - [ ] ask **them**
            - [x] done

              more
            - plain
            """)
        #expect(page.html == """
            <div class="ck">
            <p class="st ok"><svg class="i" aria-hidden="true"><use href="#i-ok"/></svg><span>Holds: waits: <span class="live x-crit">312</span></span></p>
            <p class="st warn"><svg class="i" aria-hidden="true"><use href="#i-warn"/></svg><span>Does not hold: empty</span></p>
            <p class="st mut"><svg class="i" aria-hidden="true"><use href="#i-nodata"/></svg><span>Not known now: gone</span></p>
            <p class="st mut"><svg class="i" aria-hidden="true"><use href="#i-off"/></svg><span>Checked on a tenant's page: there</span></p>
            <label><input type="checkbox"><span>ask <strong>them</strong></span></label>
            <label><input type="checkbox" checked><span>done</span></label>
            <p>more</p>
            <p>plain</p>
            </div>

            """)
        #expect(page.icons == ["nodata", "off", "ok", "warn"])
    }

    @Test(arguments: [
        ("", "no condition is given"), ("queue.visible", "'queue.visible' compares nothing"), ("queue.visible > ", "no number follows '>'"),
        ("queue.visible => 1", "'=>' is no comparison; there are < <= > >= = !="), ("queue.visible > x", "'x' is no number"),
        ("1x > 1", "'1x' is no name of a live value"), ("queue.visible > 1 and", "nothing follows 'and'"), ("queue.visible > 1e9", nil),
        ("queue.visible > 1 parsec", "'parsec' is no unit; there are % B GB GiB KiB MB MiB d h kB m min ms s"), ("queue.visible > .", "'.' is no number"),
    ])
    func `a condition that cannot be read is an error`(condition: String, reason: String?) throws {
        let page = try RenderedMarkdown.of("Text\n\n- [auto \(condition)] step\n")
        let expected = reason ?? "'e9' is no unit; there are % B GB GiB KiB MB MiB d h kB m min ms s"
        #expect(page.reports == ["3:3: this step cannot be checked: \(expected). Write it as in '[auto queue.oldest_age < 15m]'."])
    }

    @Test func `a condition on an unknown name is an error`() throws {
        #expect(try RenderedMarkdown.of("- [auto queue.nmae > 1] step\n").reports == ["1:9: there is no live value 'queue.nmae'. The manual lists them."])
    }

    @Test(arguments: [
        ("queue.oldest_age < 47min", false), ("queue.oldest_age <= 47m", true), ("queue.oldest_age = 2820s", true), ("queue.oldest_age == 2820", true),
        ("trace.fault_rate <= 1%", true), ("queue.oldest_age < 1h", true), ("queue.visible != 312", false), ("queue.visible > -1", true),
    ])
    func `numbers are compared in base units`(condition: String, holds: Bool) throws {
        #expect(try Condition(parsing: condition).holding(in: MockValues()) == (holds ? .holds : .fails))
    }

    @Test func `fenced blocks become what the page draws`() throws {
        let page = try RenderedMarkdown.of("```chart p99\nsignal: a\n```\n\n```alerts\n```\n\n```table\nx\n```\n") { options in
            options.block = { block in
                switch block.kind {
                case .chart: .finished(html: "<figure>\(block.argument) \(block.line) \(block.body.count)</figure>")
                case .alerts: .nothing(because: "No alerts <now>.")
                case .traces, .table: .mistake("no column 'x'.")
                }
            }
        }
        #expect(page.html == "<figure>p99 1 10</figure>\n<p class=\"soft\">No alerts &lt;now&gt;.</p>\n")
        #expect(page.reports == ["8:1: no column 'x'."])
    }
}
