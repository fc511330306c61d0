/// A table cell: finished markup with its class, and the label that stands before it on a phone.
package struct Cell: Sendable {
    package enum Content: Sendable {
        case markup(Markup)
        case words(Phrase)
        case state(StateMark, word: Phrase?)
    }

    package var content: Content
    package var name: String
    package var label: Phrase?
    package var isHeader: Bool

    package init(_ words: Phrase, class name: String = "", label: Phrase? = nil, isHeader: Bool = false) {
        self.init(.words(words), class: name, label: label, isHeader: isHeader)
    }

    /// Names, numbers, what users wrote.
    package init(verbatim text: String, class name: String = "", label: Phrase? = nil, isHeader: Bool = false) {
        self.init(.words(.verbatim(text)), class: name, label: label, isHeader: isHeader)
    }

    package init(_ content: Markup, class name: String = "", label: Phrase? = nil, isHeader: Bool = false) {
        self.init(.markup(content), class: name, label: label, isHeader: isHeader)
    }

    private init(_ content: Content, class name: String, label: Phrase? = nil, isHeader: Bool = false) {
        self.content = content
        self.name = name
        self.label = label
        self.isHeader = isHeader
    }

    package static func state(_ state: StateMark, word: Phrase? = nil, class name: String = "") -> Cell { Cell(.state(state, word: word), class: name) }

    fileprivate func write(into out: inout Markup) {
        switch content {
        case .markup(let markup): out.append(markup)
        case .words(let words): out.text(words)
        case .state(let state, let word): out.state(state, word: word)
        }
    }

    /// Elsewhere words of a table stay whole.
    fileprivate func hasLongWord(in language: Language?) -> Bool {
        switch content {
        case .markup(let markup): return markup.hasLongWord
        // What is short as a whole need not be written first to find out.
        case .words(let words) where language == nil && words.english.utf8.count <= Markup.longWord: return false
        case .state(_, let word) where language == nil && (word?.english.utf8.count ?? 0) <= Markup.longWord: return false
        case .words, .state:
            var out = Markup(language)
            write(into: &out)
            return out.hasLongWord
        }
    }
}

/// A table of finished cells. Those that become blocks on a phone carry explicit roles, because `display: block` takes theirs away.
package struct Table: Sendable {
    package struct Column: Sendable {
        package var title: Phrase
        package var name: String
        package init(_ title: Phrase, class name: String = "") { self.title = title; self.name = name }
    }
    /// `t stack q`
    package let name: String
    package var caption: Phrase
    package var columns: [Column]
    package var rows: [[Cell]]
    package var foot: [Cell]
    package var isFilterable: Bool

    package init(_ name: String, caption: Phrase, columns: [Column], rows: [[Cell]], foot: [Cell] = [], isFilterable: Bool = false) {
        self.name = name
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.foot = foot
        self.isFilterable = isFilterable
        let kinds = name.split(separator: " ")
        hasRoles = kinds.contains("stack") || kinds.contains("lst") || kinds.contains("wf")
    }

    private let hasRoles: Bool

    package func write(into out: inout Markup) {
        begin(into: &out)
        for row in rows { write(row, into: &out) }
        end(into: &out)
    }

    /// Up to the first row.
    func begin(into out: inout Markup) {
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
    }

    /// What follows the last row.
    func end(into out: inout Markup) {
        out.raw("</tbody>")
        if !foot.isEmpty { out.raw("<tfoot>"); write(foot, into: &out); out.raw("</tfoot>") }
        out.raw("</table>\n")
    }

    func write(_ row: [Cell], into out: inout Markup) {
        let roles = hasRoles
        out.trusted(roles ? "<tr role=\"row\">" : "<tr>")
        for cell in row {
            out.trusted(cell.isHeader ? (roles ? "<th role=\"rowheader\"" : "<th scope=\"row\"") : (roles ? "<td role=\"cell\"" : "<td"))
            let name = !cell.name.hasSuffix("lw") && cell.hasLongWord(in: out.language) ? cell.name.isEmpty ? "lw" : cell.name + " lw" : cell.name
            if !name.isEmpty { out.raw(" class=\""); out.trusted(name); out.raw("\"") }
            if let label = cell.label { out.raw(" data-l=\""); out.text(label); out.raw("\"") }
            out.raw(">"); cell.write(into: &out)
            out.trusted(cell.isHeader ? "</th>" : "</td>")
        }
        out.raw("</tr>\n")
    }
}
