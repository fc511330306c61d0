@testable import Markdown
import Testing

@Suite struct LimitTests {
    private func refusal(_ text: String) -> MarkdownError? {
        do throws(MarkdownError) { _ = try MarkdownDocument(text).rendered(); return nil } catch { return error }
    }

    @Test func `a table of five thousand columns is refused before it is parsed`() throws {
        let bomb = "text\n\n" + String(repeating: "|a", count: 5000) + "\n" + String(repeating: "|-", count: 5000) + "\n" + String(repeating: "|x\n", count: 500)
        let clock = ContinuousClock()
        let elapsed = clock.measure { #expect(refusal(bomb) == .tooManyColumns(5000, line: 4)) }
        #expect(elapsed < .seconds(1))
    }

    @Test func `short rows under a wide heading are refused`() {
        let wide = String(repeating: "|a", count: 100) + "|\n" + String(repeating: "|-", count: 100) + "|\n"
        #expect(refusal(wide + String(repeating: "a\n", count: 100)) == nil)
        #expect(refusal(wide + String(repeating: "a\n", count: 30_000)) == .tooManyEmptyCells(line: 205))
        #expect(refusal("> " + wide.replacing("\n|-", with: "\n> |-", maxReplacements: 1) + String(repeating: "> a\n", count: 30_000)) == .tooManyEmptyCells(line: 205))
    }

    @Test func `open images, deep nesting and long files are refused with their line`() {
        #expect(refusal("a\n" + String(repeating: "![[]()", count: 40_000)) == .tooManyImages(line: 2))
        #expect(refusal("a\n\n" + String(repeating: "> ", count: 50_000) + "x") == .nestedTooDeep(line: 3))
        #expect(refusal(String(repeating: "- ", count: 200) + "x") == .nestedTooDeep(line: 1))
        #expect(refusal("a\n\n" + String(repeating: "*a **b ", count: 200) + String(repeating: "b** a*", count: 200)) == .nestedTooDeep(line: 3))
        #expect(refusal(String(repeating: "a", count: 262_145)) == .inputTooLong(bytes: 262_145))
        #expect(refusal(String(repeating: "a", count: 262_144)) == nil)
    }

    @Test func `a link definition that is used ten thousand times is stopped at the output's limit`() {
        let bomb = "[a]: " + String(repeating: "x", count: 1000) + "\n\n" + String(repeating: "[a] ", count: 60_000)
        #expect(refusal(bomb) == .outputTooLong(line: 3))
    }

    @Test func `an open front matter is refused and a lone rule is none`() throws {
        #expect(refusal("---\ntitle: x\n\ntext\n") == .frontMatterNotClosed)
        #expect(try MarkdownDocument("---\n\ntext\n").frontMatter == nil)
    }

    @Test(arguments: ["\n", "\r\n"]) func `front matter is cut off and lines are counted on`(end: String) throws {
        let document = try MarkdownDocument(["\u{FEFF}---", "title: x", "tags: [a]", "---", "", "a {{b}}", ""].joined(separator: end))
        #expect(document.frontMatter == FrontMatter(yaml: "title: x\(end)tags: [a]\(end)", yamlLine: 2, bodyLine: 5))
        #expect(try document.rendered(MarkdownOptions(live: MockValues())).problems.map { [$0.line, $0.column] } == [[6, 3]])
    }

    @Test func `every refusal says what to do`() {
        #expect(MarkdownError.tooManyColumns(5000, line: 4).description == "this table has 5000 columns, more than 100. Turn it or split it.")
        #expect(MarkdownError.inputTooLong(bytes: 300_000).description == "the file has 300000 bytes, more than 262144. Split it into several pages.")
    }

    @Test(arguments: [
        "", "\u{0}", "---", "---\n---", "```", "```sh", "|", "|-|", "[^", "[^a]:", "- [ ]", "- [auto", "- [auto]", "{{", "{{a", "{{!", "# ", "![", "[](", "&#0;",
        "\r", "\r\n\r", "1. 2. 3. - [ ] x", "[^a]\n\n[^a]: [^a]", "<", "*", "~~", "> - | a |\n> - |---|", "```chart", "# {{", "### 1. ", "## 1. \n## 3. x",
    ])
    func `every scrap renders`(text: String) throws {
        _ = try RenderedMarkdown.of(text) { options in
            options.numberedHeadingsAreSteps = true
            options.block = { _ in .nothing(because: "") }
            options.resolve = { _, _ in nil }
        }
    }

    @Test func `bytes that are no UTF-8 are repaired`() throws {
        let page = try MarkdownDocument([0x61, 0xFF, 0x7B, 0x7B, 0xC3] as [UInt8]).rendered(MarkdownOptions(live: MockValues()))
        #expect(page.html == "<p>a\u{FFFD}{{\u{FFFD}</p>\n")
    }

    @Test func `pages are parsed side by side without disturbing each other`() async throws {
        let text = "~~a~~ www.x.example | b\n\n| a |\n|---|\n| ~b~ |\n\n- [ ] t\n"
        let expected = try RenderedMarkdown.of(text).html
        let pages = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<200 { group.addTask { try RenderedMarkdown.of(text).html } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(pages == [expected])
    }
}
