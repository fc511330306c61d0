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
        try reading { root throws(MarkdownError) in
            var renderer = Renderer(source: source, linesBefore: linesBefore, outline: Outline(of: root, options: options), options: options)
            return try renderer.rendered(root)
        }
    }

    /// The number of a heading that is a step: `12. Title`.
    package static func stepNumber(of heading: String) -> Int? { Outline.stepNumber(of: heading) }

    /// The headings alone, with the same ids as in the rendered page, so that links from other files can be checked first.
    package func contents(_ options: MarkdownOptions = MarkdownOptions()) throws(MarkdownError) -> [ContentsEntry] {
        try reading { root in Outline(of: root, options: options).contents }
    }

    private func reading<Result>(_ body: (SyntaxNode) throws(MarkdownError) -> Result) throws(MarkdownError) -> Result {
        try SyntaxTree.read(source.bytes[self.body]) { root throws(MarkdownError) in
            if let deep = root.firstDescendant(deeperThan: MarkdownLimits.depth) { throw .nestedTooDeep(line: max(1, deep.line) + linesBefore) }
            return try body(root)
        }
    }
}
