extension Renderer {
    mutating func table(_ node: SyntaxNode) throws(MarkdownError) {
        let alignments = node.alignments
        let labels = labels(of: node)
        // Blocks lose the roles of a table, so a table of cards says them.
        let isStacked = !labels.isEmpty
        tablesInSection += 1
        html.startLine()
        html.raw(isStacked ? "<table role=\"table\" class=\"t tight stack\"><caption class=\"vh\">" : "<table class=\"t tight\"><caption class=\"vh\">")
        html.escaped(tablesInSection == 1 ? section : "\(section), table \(tablesInSection)")
        html.raw("</caption>\n")
        var hasBody = false
        for row in node.children {
            try checkRoom(at: row)
            let isHeader = row.kind == .tableHeader
            if isHeader {
                html.raw(isStacked ? "<thead role=\"rowgroup\">\n" : "<thead>\n")
            } else if !hasBody {
                html.raw(isStacked ? "<tbody role=\"rowgroup\">\n" : "<tbody>\n")
                hasBody = true
            }
            html.raw(isStacked ? "<tr role=\"row\">" : "<tr>")
            for (column, cell) in row.children.enumerated() {
                try self.cell(cell, isHeader: isHeader, isStacked: isStacked, alignment: column < alignments.count ? alignments[column] : 0,
                              label: !isHeader && labels.indices.contains(column) ? labels[column] : "")
            }
            html.raw("</tr>\n")
            if isHeader { html.raw("</thead>\n") }
            text.endBlock()
        }
        html.raw(hasBody ? "</tbody></table>\n" : "</table>\n")
    }

    /// What stands before each cell on a phone, where a row becomes a card: none where the columns fit side by side, or are too many for a card.
    private func labels(of table: SyntaxNode) -> [String] {
        guard let header = table.firstChild, header.kind == .tableHeader else { return [] }
        let labels = header.children.prefix(9).map(\.plainText)
        return (3...8).contains(labels.count) ? labels : []
    }

    private mutating func cell(_ node: SyntaxNode, isHeader: Bool, isStacked: Bool, alignment: UInt8, label: String) throws(MarkdownError) {
        // An empty heading heads nothing.
        let isHeading = isHeader && node.firstChild != nil
        html.raw(isHeading ? (isStacked ? "<th role=\"columnheader\"" : "<th scope=\"col\"") : (isStacked ? "<td role=\"cell\"" : "<td"))
        switch alignment {
        case UInt8(ascii: "r"): html.raw(" class=\"n\"")
        case UInt8(ascii: "c"): html.raw(" class=\"ctr\"")
        default: break
        }
        if !label.isEmpty { html.raw(" data-l=\""); html.escaped(label); html.raw("\"") }
        html.raw(">")
        try inlines(of: node)
        text.space()
        html.raw(isHeading ? "</th>" : "</td>")
    }
}
