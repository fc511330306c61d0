extension Renderer {
    mutating func block(_ node: SyntaxNode, isTight: Bool) throws(MarkdownError) {
        try checkRoom(at: node)
        switch node.kind {
        case .paragraph: try paragraph(node, isTight: isTight)
        case .heading: try heading(node)
        case .codeBlock: codeBlock(node)
        case .list: try list(node)
        case .table: try table(node)
        case .blockQuote:
            html.startLine()
            html.raw("<blockquote>\n")
            for child in node.children { try block(child, isTight: false) }
            html.startLine()
            html.raw("</blockquote>\n")
        case .thematicBreak:
            html.startLine()
            html.raw("<hr>\n")
        case .htmlBlock: refuseHTML(node)
        case .footnoteDefinition: try footnote(node)
        case .document, .item, .task, .tableHeader, .tableRow, .tableCell, .text, .softBreak, .lineBreak, .code, .htmlInline,
             .emphasis, .strong, .strikethrough, .link, .image, .footnoteReference, .other:
            break
        }
    }

    private mutating func paragraph(_ node: SyntaxNode, isTight: Bool) throws(MarkdownError) {
        if isTight {
            try inlines(of: node)
            text.endBlock()
        } else {
            html.startLine()
            html.raw("<p>")
            text.beginParagraph()
            try inlines(of: node)
            text.endParagraph()
            html.raw("</p>\n")
        }
    }

    private mutating func list(_ node: SyntaxNode) throws(MarkdownError) {
        if node.children.contains(where: isTask) { return try tasks(node) }
        html.startLine()
        if node.isOrderedList {
            html.raw("<ol class=\"d\"")
            if node.listStart != 1 {
                html.raw(" start=\"")
                html.number(node.listStart)
                html.raw("\"")
            }
            html.raw(">\n")
        } else {
            html.raw("<ul class=\"d\">\n")
        }
        for item in node.children {
            html.startLine()
            html.raw("<li>")
            for child in item.children { try block(child, isTight: node.isTightList) }
            html.raw("</li>\n")
        }
        if node.isOrderedList { html.raw("</ol>\n") } else { html.raw("</ul>\n") }
    }

    private mutating func heading(_ node: SyntaxNode) throws(MarkdownError) {
        guard let heading = outline.headings[node.pointer] else { return }
        if let open = openSteps, node.headingLevel <= open, node.parent?.kind == .document {
            if heading.step == nil || heading.step?.isFirst == true { closeSteps() } else { html.raw("</li>\n") }
        }
        if let step = heading.step { openStep(step, level: node.headingLevel) }
        html.startLine()
        tag("<h", heading.level, " id=\"")
        html.escaped(heading.id)
        html.raw("\">")
        let words = node.plainText
        (section, tablesInSection) = (quietlyShown(words), 0)
        // The list counts its steps itself.
        let prefix = heading.step == nil ? 0 : (words.firstIndex(of: ".").map { words[...$0].utf8.count } ?? 0) + 1
        try inlines(of: node, leavingOut: prefix)
        text.endBlock()
        tag("</h", heading.level, ">\n")
    }

    private mutating func openStep(_ step: Outline.Step, level: Int) {
        html.startLine()
        if step.isFirst {
            if step.needsSection {
                tag("<h", options.outerHeadingLevel + 1, " class=\"vh\">Steps")
                tag("</h", options.outerHeadingLevel + 1, ">\n")
            }
            html.raw("<ol class=\"steps\">\n")
        }
        html.raw("<li>")
        openSteps = level
    }

    mutating func closeSteps() {
        guard openSteps != nil else { return }
        html.startLine()
        html.raw("</li>\n</ol>\n")
        openSteps = nil
    }

    private mutating func tag(_ start: StaticString, _ level: Int, _ end: StaticString) {
        html.raw(start)
        html.number(min(6, level))
        html.raw(end)
    }

    mutating func refuseHTML(_ node: SyntaxNode) {
        // A comment was never meant to be seen.
        guard !node.literal.starts(with: "<!--".utf8) else { return }
        report(.warning, at: place(of: node), "HTML is left out. Write it as Markdown, or as `code` to show it.")
    }

    private mutating func footnote(_ node: SyntaxNode) throws(MarkdownError) {
        closeSteps()
        footnotes += 1
        html.startLine()
        if footnotes == 1 { html.raw("<section class=\"notes\" aria-label=\"Footnotes\"><ol class=\"d\">\n") }
        html.raw("<li id=\"fn-")
        html.number(footnotes)
        html.raw("\">")
        for child in node.children { try block(child, isTight: false) }
        html.raw("<a href=\"#fnref-")
        html.number(footnotes)
        html.raw("\" aria-label=\"Back to the text, note ")
        html.number(footnotes)
        html.raw("\">↩</a></li>\n")
    }
}
