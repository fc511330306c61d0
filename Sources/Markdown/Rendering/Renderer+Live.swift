extension Renderer {
    /// Running text: values are marked so that the reader sees what comes from the build.
    mutating func liveText(_ literal: UnsafeBufferPointer<UInt8>, at node: SyntaxNode) {
        guard hasPlaceholders(literal) else {
            html.escaped(literal)
            text.add(literal)
            return
        }
        for piece in Placeholder.pieces(of: literal) {
            switch piece {
            case .name(let name, let range):
                guard let value = value(named: name, written: literal[range], at: node) else { continue }
                mark(value)
                text.add(value.shown.utf8)
            case .text, .shown, .malformed: plain(piece, of: literal, at: node)
            }
        }
    }

    /// Code: the value alone.
    mutating func plainLive(_ literal: some RandomAccessCollection<UInt8>, at node: SyntaxNode) {
        guard hasPlaceholders(literal) else {
            html.escaped(literal)
            text.add(literal)
            return
        }
        let bytes = Array(literal)
        for piece in Placeholder.pieces(of: bytes) {
            switch piece {
            case .name(let name, let range):
                guard let value = value(named: name, written: bytes[range], at: node) else { continue }
                html.escaped(value.shown)
                text.add(value.shown.utf8)
            case .text, .shown, .malformed: plain(piece, of: bytes, at: node)
            }
        }
    }

    /// Words that are not written into the page at once: titles and alternatives of images.
    mutating func shown(_ words: String, at node: SyntaxNode) -> String {
        let bytes = Array(words.utf8)
        guard hasPlaceholders(bytes) else { return words }
        var result = ""
        for piece in Placeholder.pieces(of: bytes) {
            switch piece {
            case .text(let range): result += String(decoding: bytes[range], as: UTF8.self)
            case .shown(let name): result += name
            case .malformed(let range): reportMalformed(bytes[range], at: node)
            case .name(let name, let range): result += value(named: name, written: bytes[range], at: node)?.shown ?? ""
            }
        }
        return result
    }

    /// The same without reporting, for words that are rendered a second time.
    func quietlyShown(_ words: String) -> String {
        let bytes = Array(words.utf8)
        guard hasPlaceholders(bytes) else { return words }
        return Placeholder.pieces(of: bytes).map { piece in
            switch piece {
            case .text(let range), .malformed(let range): String(decoding: bytes[range], as: UTF8.self)
            case .shown(let name): name
            case .name(let name, _): options.live?.value(named: name)?.shown ?? ""
            }
        }.joined()
    }

    /// The value of a name, or a report that there is none.
    mutating func value(named name: String, written: some Sequence<UInt8>, at node: SyntaxNode) -> LiveValue? {
        if let value = options.live?.value(named: name) { return value }
        report(at: place(of: String(decoding: Array(written), as: UTF8.self), near: node), "there is no live value '\(name)'. The manual lists them.")
        return nil
    }

    mutating func reportMalformed(_ written: some Sequence<UInt8>, at node: SyntaxNode) {
        let words = String(decoding: Array(written), as: UTF8.self)
        report(at: place(of: words, near: node), "'\(words.shortened)' is not closed by '}}' after a name. Write {{!name}} to show braces.")
    }

    private func hasPlaceholders(_ literal: some Sequence<UInt8>) -> Bool {
        guard options.live != nil else { return false }
        var previous: UInt8 = 0
        for byte in literal {
            if byte == UInt8(ascii: "{"), previous == byte { return true }
            previous = byte
        }
        return false
    }

    private mutating func mark(_ value: LiveValue) {
        switch value {
        case .current(_, _, let isCritical):
            if isCritical { html.raw("<span class=\"live x-crit\">") } else { html.raw("<span class=\"live\">") }
            html.escaped(value.shown)
            html.raw("</span>")
        case .generic:
            html.raw("<var>")
            html.escaped(value.shown)
            html.raw("</var>")
        }
    }

    private mutating func plain(_ piece: Placeholder.Piece, of literal: some RandomAccessCollection<UInt8>, at node: SyntaxNode) {
        switch piece {
        case .text(let range):
            let words = literal.dropFirst(range.lowerBound).prefix(range.count)
            html.escaped(words)
            text.add(words)
        case .shown(let name):
            html.escaped(name)
            text.add(name.utf8)
        case .malformed(let range): reportMalformed(literal.dropFirst(range.lowerBound).prefix(range.count), at: node)
        case .name: break
        }
    }
}
