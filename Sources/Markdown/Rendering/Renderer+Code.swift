extension Renderer {
    mutating func codeBlock(_ node: SyntaxNode) {
        let info = node.fenceInfo
        let language = info.prefix { !$0.isWhitespace }
        html.startLine()
        if let kind = LiveBlock.Kind(rawValue: String(language)), let block = options.block {
            let place = place(of: node)
            let answer = block(LiveBlock(
                kind: kind, argument: info.dropFirst(language.count).trimmingSpaces, body: String(decoding: node.literal, as: UTF8.self),
                line: place.line, column: place.column))
            picture(answer, at: place)
        } else if ["sh", "bash", "shell", "console"].contains(language) {
            commands(node, hasPrompts: language == "console")
        } else {
            html.raw("<pre class=\"src\"><code")
            if !language.isEmpty {
                html.raw(" class=\"language-")
                html.escaped(String(language))
                html.raw("\"")
            }
            html.raw(">")
            plainLive(node.literal, at: node)
            html.raw("</code></pre>\n")
        }
        text.endBlock()
    }

    private mutating func picture(_ answer: LiveBlockAnswer, at place: Place) {
        switch answer {
        case .finished(let markup):
            html.trusted(markup)
            html.startLine()
        case .nothing(let reason):
            html.raw("<p class=\"soft\">")
            html.escaped(reason)
            html.raw("</p>\n")
        case .mistake(let message): report(at: place, message)
        }
    }

    /// One `code` for each command, because one click selects all of it.
    private mutating func commands(_ node: SyntaxNode, hasPrompts: Bool) {
        html.raw("<pre class=\"cmd\" tabindex=\"0\">")
        for part in ShellScript.parts(of: script(node), hasPrompts: hasPrompts) {
            switch part {
            case .command(let words):
                html.raw("<code>")
                html.escaped(words)
                html.raw("</code>")
            case .comment(let words), .output(let words):
                html.raw("<samp>")
                html.escaped(words)
                html.raw("</samp>")
            }
        }
        html.raw("</pre>\n")
    }

    /// The block with every value quoted for the place where it stands.
    private mutating func script(_ node: SyntaxNode) -> String {
        let literal = node.literal
        guard options.live != nil else {
            text.add(literal)
            return String(decoding: literal, as: UTF8.self)
        }
        var shell = ShellQuoting(), script: [UInt8] = []
        for piece in Placeholder.pieces(of: literal) {
            switch piece {
            case .text(let range):
                shell.read(literal[range])
                script += literal[range]
            case .shown(let name):
                shell.read(name.utf8)
                script += Array(name.utf8)
            case .malformed(let range): reportMalformed(literal[range], at: node)
            case .name(let name, let range):
                guard let value = value(named: name, written: literal[range], at: node) else { continue }
                if let quoted = shell.quoted(value.shown) { script += Array(quoted.utf8) } else {
                    report(at: place(of: String(decoding: literal[range], as: UTF8.self), near: node),
                           "'\(name)' cannot be quoted in backquotes or a here-document. Use $(…) or put it into a variable first.")
                }
            }
        }
        text.add(script)
        return String(decoding: script, as: UTF8.self)
    }
}
