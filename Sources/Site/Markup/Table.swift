/// A table cell: finished markup with its class, and the label that stands before it on a phone.
package struct Cell: Sendable {
    package var content: Markup
    package var name: String
    package var label: String?
    package var isHeader: Bool

    package init(_ text: String, class name: String = "", label: String? = nil, isHeader: Bool = false) {
        content = Markup()
        content.text(text)
        self.name = name
        self.label = label
        self.isHeader = isHeader
    }

    package init(_ content: Markup, class name: String = "", label: String? = nil, isHeader: Bool = false) {
        self.content = content
        self.name = name
        self.label = label
        self.isHeader = isHeader
    }

    package static func state(_ state: StateMark, word: String? = nil, class name: String = "") -> Cell {
        var out = Markup()
        out.state(state, word: word)
        return Cell(out, class: name)
    }
}

/// A table of finished cells. Those that become blocks on a phone carry explicit roles, because `display: block` takes theirs away.
package struct Table: Sendable {
    package struct Column: Sendable {
        package var title: String
        package var name: String
        package init(_ title: String, class name: String = "") { self.title = title; self.name = name }
    }
    /// `t stack q`
    package var name: String
    package var caption: String
    package var columns: [Column]
    package var rows: [[Cell]]
    package var foot: [Cell]
    package var isFilterable: Bool

    package init(_ name: String, caption: String, columns: [Column], rows: [[Cell]], foot: [Cell] = [], isFilterable: Bool = false) {
        self.name = name
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.foot = foot
        self.isFilterable = isFilterable
    }

    private var hasRoles: Bool { name.contains("stack") || name.contains("lst") || name.contains("wf") }

    package func write(into out: inout Markup) {
        let roles = hasRoles
        out.trusted(roles ? "<table role=\"table\" class=\"" : "<table class=\""); out.trusted(name); out.raw("\"")
        if isFilterable { out.raw(" data-f") }
        out.raw("><caption>"); out.text(caption)
        out.trusted(roles ? "</caption><thead role=\"rowgroup\"><tr role=\"row\">" : "</caption><thead><tr>")
        for column in columns {
            out.trusted(roles ? "<th role=\"columnheader\"" : "<th scope=\"col\"")
            if !column.name.isEmpty { out.raw(" class=\""); out.trusted(column.name); out.raw("\"") }
            out.raw(">"); out.text(column.title); out.raw("</th>")
        }
        out.trusted(roles ? "</tr></thead><tbody role=\"rowgroup\">\n" : "</tr></thead><tbody>\n")
        for row in rows { write(row, roles, into: &out) }
        out.raw("</tbody>")
        if !foot.isEmpty { out.raw("<tfoot>"); write(foot, roles, into: &out); out.raw("</tfoot>") }
        out.raw("</table>\n")
    }

    private func write(_ row: [Cell], _ roles: Bool, into out: inout Markup) {
        out.trusted(roles ? "<tr role=\"row\">" : "<tr>")
        for cell in row {
            out.trusted(cell.isHeader ? (roles ? "<th role=\"rowheader\"" : "<th scope=\"row\"") : (roles ? "<td role=\"cell\"" : "<td"))
            // Elsewhere words of a table stay whole.
            let name = !cell.name.hasSuffix("lw") && cell.content.hasLongWord ? cell.name.isEmpty ? "lw" : cell.name + " lw" : cell.name
            if !name.isEmpty { out.raw(" class=\""); out.trusted(name); out.raw("\"") }
            if let label = cell.label { out.raw(" data-l=\""); out.text(label); out.raw("\"") }
            out.raw(">"); out.append(cell.content)
            out.trusted(cell.isHeader ? "</th>" : "</td>")
        }
        out.raw("</tr>\n")
    }
}
