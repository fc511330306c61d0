/// A Markdown file that was accepted: split from its front matter and small enough to be parsed safely.
package struct MarkdownDocument: Sendable {
    package let frontMatter: FrontMatter?
    let source: SourceText
    let body: Range<Int>
    /// Lines before the body, which every line number of the parser has to be moved by.
    let linesBefore: Int

    /// - Throws: `MarkdownError` where a limit is passed or the front matter has no end.
    package init(_ bytes: some Sequence<UInt8>) throws(MarkdownError) {
        let source = SourceText(Array(bytes))
        guard source.bytes.count <= MarkdownLimits.inputBytes else { throw .inputTooLong(bytes: source.bytes.count) }
        frontMatter = try FrontMatter(startOf: source)
        linesBefore = (frontMatter?.bodyLine ?? 1) - 1
        let start = linesBefore < source.lines.count ? source.lines[linesBefore].lowerBound : source.bytes.count
        body = min(start, source.bytes.count)..<source.bytes.count
        self.source = source
        try MarkdownLimits.check(source, from: linesBefore)
    }

    package init(_ text: String) throws(MarkdownError) { try self.init(text.utf8) }

    /// The page body as HTML that cannot carry anything active, and everything that was noticed on the way.
    package func rendered(_ options: MarkdownOptions = MarkdownOptions()) throws(MarkdownError) -> RenderedMarkdown {
        let tree = try tree()
        var renderer = Renderer(source: source, linesBefore: linesBefore, outline: Outline(of: tree.root, options: options), options: options)
        return try renderer.rendered(tree.root)
    }

    /// The headings alone, with the same ids as in the rendered page, so that links from other files can be checked first.
    package func contents(_ options: MarkdownOptions = MarkdownOptions()) throws(MarkdownError) -> [ContentsEntry] {
        Outline(of: try tree().root, options: options).contents
    }

    private func tree() throws(MarkdownError) -> SyntaxTree {
        let tree = SyntaxTree(parsing: source.bytes[body])
        if let deep = tree.root.firstDescendant(deeperThan: MarkdownLimits.depth) { throw .nestedTooDeep(line: deep.line + linesBefore) }
        return tree
    }
}
