extension Renderer {
    /// - Parameter count: bytes of the first text that are not shown (the number of a step, the mark of a task).
    mutating func inlines(of node: SyntaxNode, leavingOut count: Int = 0) throws(MarkdownError) {
        var rest = count
        for child in node.children {
            try inline(child, leavingOut: rest)
            rest = 0
        }
    }

    private mutating func inline(_ node: SyntaxNode, leavingOut count: Int = 0) throws(MarkdownError) {
        try checkRoom(at: node)
        switch node.kind {
        case .text: liveText(UnsafeBufferPointer(rebasing: node.literal.dropFirst(count)), at: node)
        case .softBreak: html.raw("\n"); text.space()
        case .lineBreak: html.raw("<br>\n"); text.space()
        case .code:
            html.raw("<code>")
            plainLive(node.literal, at: node)
            html.raw("</code>")
        case .emphasis: html.raw("<em>"); try inlines(of: node); html.raw("</em>")
        case .strong: html.raw("<strong>"); try inlines(of: node); html.raw("</strong>")
        case .strikethrough: html.raw("<del>"); try inlines(of: node); html.raw("</del>")
        case .link: try link(node)
        case .image: image(node)
        case .htmlInline: refuseHTML(node)
        case .footnoteReference: footnoteReference(node)
        case .document, .blockQuote, .list, .item, .task, .codeBlock, .htmlBlock, .paragraph, .heading, .thematicBreak, .table,
             .tableHeader, .tableRow, .tableCell, .footnoteDefinition, .other:
            break
        }
    }

    private mutating func footnoteReference(_ node: SyntaxNode) {
        let number = String(decoding: node.literal, as: UTF8.self)
        let count = (footnoteReferences[number] ?? 0) + 1
        footnoteReferences[number] = count
        html.raw("<sup><a href=\"#fn-")
        html.escaped(number)
        html.raw("\" id=\"fnref-")
        html.escaped(count == 1 ? number : "\(number)-\(count)")
        html.raw("\" aria-label=\"Note ")
        html.escaped(number)
        html.raw("\">")
        html.escaped(number)
        html.raw("</a></sup>")
    }
}
