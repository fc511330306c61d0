extension Renderer {
    /// A list in which a person ticks, or the build checks, at least one item.
    func isTask(_ item: SyntaxNode) -> Bool { item.kind == .task || automatic(item) != nil }

    mutating func tasks(_ list: SyntaxNode) throws(MarkdownError) {
        html.startLine()
        html.raw("<div class=\"ck\">\n")
        for item in list.children {
            try checkRoom(at: item)
            let first = item.firstChild.flatMap { $0.kind == .paragraph ? $0 : nil }
            if let first, let mark = automatic(item) {
                try checked(first, mark: mark)
            } else if let first, item.kind == .task {
                html.raw(item.isCheckedTask ? "<label><input type=\"checkbox\" checked><span>" : "<label><input type=\"checkbox\"><span>")
                try inlines(of: first)
                html.raw("</span></label>\n")
            } else if let first {
                html.raw("<p>")
                try inlines(of: first)
                html.raw("</p>\n")
            }
            text.endBlock()
            for child in item.children where child.pointer != first?.pointer { try block(child, isTight: false) }
        }
        html.startLine()
        html.raw("</div>\n")
    }

    /// `[auto CONDITION]` at the start of an item.
    private struct AutomaticMark {
        var condition: String
        /// Bytes of the item's first text that belong to the mark.
        var length: Int
    }

    private func automatic(_ item: SyntaxNode) -> AutomaticMark? {
        guard options.live != nil, let words = item.firstChild?.firstChild, words.kind == .text else { return nil }
        let literal = words.literal
        guard literal.starts(with: "[auto".utf8), let end = literal.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        let condition = String(decoding: literal[5..<max(5, end)], as: UTF8.self)
        guard condition.isEmpty || condition.hasPrefix(" ") else { return nil }
        let isSpaced = end + 1 < literal.count && literal[end + 1] == UInt8(ascii: " ")
        return AutomaticMark(condition: condition.trimmingSpaces, length: end + (isSpaced ? 2 : 1))
    }

    private mutating func checked(_ paragraph: SyntaxNode, mark: AutomaticMark) throws(MarkdownError) {
        switch holding(mark.condition, at: paragraph) {
        case .holds: state("ok", icon: "ok", "Holds: ")
        case .fails: state("warn", icon: "warn", "Does not hold: ")
        case .unknown: state("mut", icon: "nodata", "Not known now: ")
        case .generic: state("mut", icon: "off", "Checked on a tenant's page: ")
        case nil, .noSuchName: state("mut", icon: "nodata", "Not checked: ")
        }
        try inlines(of: paragraph, leavingOut: mark.length)
        html.raw("</span></p>\n")
    }

    private mutating func state(_ tone: StaticString, icon: String, _ word: String) {
        icons.insert(icon)
        html.raw("<p class=\"st ")
        html.raw(tone)
        html.raw("\"><svg class=\"i\" aria-hidden=\"true\"><use href=\"#i-")
        html.escaped(icon)
        html.raw("\"/></svg><span>")
        html.escaped(word)
        text.add(word.utf8)
    }

    private mutating func holding(_ text: String, at paragraph: SyntaxNode) -> Holding? {
        guard let live = options.live else { return nil }
        do throws(ConditionMistake) {
            let holding = try Condition(parsing: text).holding(in: live)
            guard case .noSuchName(let name) = holding else { return holding }
            report(at: place(of: name, near: paragraph), "there is no live value '\(name)'. The manual lists them.")
        } catch {
            report(at: place(of: "[auto", near: paragraph),
                   "this step cannot be checked: \(error.message). Write it as in '[auto queue.oldest_age < 15m]'.")
        }
        return nil
    }
}
