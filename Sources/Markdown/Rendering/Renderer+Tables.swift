extension Renderer {
    mutating func table(_ node: SyntaxNode) throws(MarkdownError) {
        let alignments = node.alignments
        tablesInSection += 1
        html.startLine()
        html.raw("<table class=\"t tight\"><caption class=\"vh\">")
        html.escaped(tablesInSection == 1 ? section : "\(section), table \(tablesInSection)")
        html.raw("</caption>\n")
        var hasBody = false
        for row in node.children {
            try checkRoom(at: row)
            let isHeader = row.kind == .tableHeader
            if isHeader { html.raw("<thead>\n") } else if !hasBody { html.raw("<tbody>\n"); hasBody = true }
            html.raw("<tr>")
            for (column, cell) in row.children.enumerated() {
                try self.cell(cell, isHeader: isHeader, alignment: column < alignments.count ? alignments[column] : 0)
            }
            html.raw("</tr>\n")
            if isHeader { html.raw("</thead>\n") }
            text.endBlock()
        }
        html.raw(hasBody ? "</tbody></table>\n" : "</table>\n")
    }

    private mutating func cell(_ node: SyntaxNode, isHeader: Bool, alignment: UInt8) throws(MarkdownError) {
        // An empty heading heads nothing.
        let isHeading = isHeader && node.firstChild != nil
        if isHeading { html.raw("<th scope=\"col\"") } else { html.raw("<td") }
        switch alignment {
        case UInt8(ascii: "r"): html.raw(" class=\"n\">")
        case UInt8(ascii: "c"): html.raw(" class=\"ctr\">")
        default: html.raw(">")
        }
        try inlines(of: node)
        text.space()
        if isHeading { html.raw("</th>") } else { html.raw("</td>") }
    }
}
