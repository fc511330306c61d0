extension Renderer {
    mutating func link(_ node: SyntaxNode) throws(MarkdownError) {
        let written = String(decoding: node.url, as: UTF8.self)
        guard let href = href(for: written, at: node) else { return try inlines(of: node) }
        let place = place(of: written, near: node)
        links.append(MarkdownLink(target: written, href: String(decoding: href, as: UTF8.self), isImage: false,
                                  line: place.line, column: place.column))
        html.raw("<a href=\"")
        html.escaped(url: href)
        title(of: node)
        html.raw("\">")
        try inlines(of: node)
        html.raw("</a>")
    }

    /// Images come from beside the page; another host would learn who reads it.
    mutating func image(_ node: SyntaxNode) {
        let written = String(decoding: node.url, as: UTF8.self), alternative = node.plainText
        let place = place(of: written, near: node)
        guard case .relative = LinkPolicy.destination(of: node.url) else {
            report(.warning, at: place, "the image '\(written.shortened)' is left out: only images beside the page are shown. Link to it, or add it to the site.")
            html.escaped(shown(alternative, at: node))
            return
        }
        links.append(MarkdownLink(target: written, href: written, isImage: true, line: place.line, column: place.column))
        html.raw("<img src=\"")
        html.escaped(url: node.url)
        html.raw("\" alt=\"")
        html.escaped(shown(alternative, at: node))
        title(of: node)
        html.raw("\">")
        text.add(quietlyShown(alternative).utf8)
    }

    /// Where the link leads in the site; `nil` after reporting why it leads nowhere.
    private mutating func href(for written: String, at node: SyntaxNode) -> [UInt8]? {
        let url = liveURL(written, at: node)
        switch LinkPolicy.destination(of: url) {
        case .https, .mail: return url
        case .refused(let reason):
            // An address that was only typed out, as `www.example.com`, stays as words.
            report(.warning, at: place(of: written, near: node), "the link to '\(written.shortened)' is left out: \(reason).")
            return nil
        case .fragment(let id):
            guard !hasHeading(id), !options.reservedIDs.contains(id) else { return url }
            report(at: place(of: written, near: node), "no heading of this page has the id '\(id.shortened)'.\(suggestion(for: id))")
            return nil
        case .relative(let path, let fragment):
            guard path.lowercased().hasSuffix(".md"), let resolve = options.resolve else { return url }
            let answer = resolve(path, fragment).map { Array($0.utf8) }
            guard let answer, case .relative = LinkPolicy.destination(of: answer) else {
                report(at: place(of: written, near: node), "the link to '\(written.shortened)' leads nowhere. Name a file and a heading that exist.")
                return nil
            }
            return answer
        }
    }

    private func suggestion(for id: String) -> String {
        let near = outline.contents.first { $0.id.contains(id) || id.contains($0.id) }
        return near.map { " Did you mean '#\($0.id)'?" } ?? ""
    }

    private mutating func title(of node: SyntaxNode) {
        guard !node.linkTitle.isEmpty else { return }
        html.raw("\" title=\"")
        html.escaped(node.linkTitle)
    }

    /// Values in a URL are one piece of it each: they can neither end it nor give it another scheme.
    private mutating func liveURL(_ written: String, at node: SyntaxNode) -> [UInt8] {
        let bytes = Array(written.utf8)
        guard options.live != nil else { return bytes }
        var url: [UInt8] = []
        for piece in Placeholder.pieces(of: bytes) {
            switch piece {
            case .text(let range): url += bytes[range]
            case .shown(let name): url += URLBytes.encoded(name)
            case .malformed(let range): reportMalformed(bytes[range], at: node)
            case .name(let name, let range): if let value = value(named: name, written: bytes[range], at: node) { url += URLBytes.encoded(value.shown) }
            }
        }
        return url
    }
}

extension String {
    /// For messages: a link of a megabyte is no message.
    var shortened: String { count <= 80 ? self : prefix(77) + "…" }
}
