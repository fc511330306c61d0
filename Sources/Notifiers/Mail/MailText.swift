/// The text part: the same facts as the HTML part in the same order, readable on a lock screen and in any terminal.
enum MailText {
    static func body(_ notice: Notice, to recipient: String) -> String {
        var blocks = ["\(notice.stateWord)  \(notice.tenant.plain) / \(notice.serviceTitle.plain)\n\(wrapped(notice.headline))" + (notice.lead.isEmpty ? "" : "\n\(wrapped(notice.lead))")]
        let links = [("RUNBOOK", notice.runbookURL), ("SERVICE", notice.serviceURL), ("INCIDENT", notice.incidentURL)]
            .compactMap { name, url in url.map { name.padded(to: 10) + $0.plain } }
        if !links.isEmpty { blocks.append(links.joined(separator: "\n")) }
        if let trend = notice.trend { blocks.append("\(trend.label.plain), \(trend.span.plain)\n\(trend.sparkline)  \(trend.words.plain)") }
        if !notice.facts.isEmpty {
            let width = (notice.facts.map(\.label.count).max() ?? 0) + 2
            blocks.append(notice.facts.map { $0.label.plain.padded(to: width) + wrapped($0.value, width: 72 - width, indent: width) }.joined(separator: "\n"))
        }
        if let step = notice.firstStep { blocks.append("FIRST STEP\n" + wrapped(step)) }
        for section in notice.lists { blocks.append(section.title.plain.uppercased() + "\n" + lines(section).joined(separator: "\n")) }
        // Never broken: it is there to be copied.
        if let command = notice.silenceCommand { blocks.append("TO SILENCE IT FOR TWO HOURS\n" + command.plain) }
        blocks.append("-- \n" + wrapped(notice.closing + " Sent to \(recipient)."))
        return blocks.joined(separator: "\n\n").replacing("\u{00A0}", with: " ") + "\n"
    }

    private static func lines(_ section: Notice.Section) -> [String] {
        section.lines.map { line in
            let word = switch line.tone {
            case .plain: ""
            case .warning: "WARNING"
            case .critical: "CRITICAL"
            case .resolved: "RESOLVED"
            }
            return word.isEmpty ? wrapped(line.text, indent: 2) : word.padded(to: 10) + wrapped(line.text, width: 62, indent: 10)
        } + (section.rest.map { [wrapped($0, indent: 2)] } ?? [])
    }

    /// Broken at spaces; later lines are indented.
    private static func wrapped(_ text: String, width: Int = 72, indent: Int = 0) -> String {
        var lines = [""]
        for word in text.plain.split(separator: " ") {
            if let last = lines.last, !last.isEmpty, last.count + 1 + word.count > width { lines.append(String(word)) } else {
                lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
            }
        }
        return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
    }
}

private extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(1, width - count)) }
}
