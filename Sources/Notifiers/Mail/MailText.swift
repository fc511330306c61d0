/// The text part: the same facts as the HTML part in the same order, readable on a lock screen and in any terminal.
enum MailText {
    static func body(_ notice: Notice, to recipient: String) -> String {
        var blocks = ["\(notice.stateWord)  \(notice.tenant) / \(notice.serviceTitle)\n\(wrapped(notice.headline))" + (notice.lead.isEmpty ? "" : "\n\(wrapped(notice.lead))")]
        let links = [("RUNBOOK", notice.runbookURL), ("SERVICE", notice.serviceURL), ("INCIDENT", notice.incidentURL)]
            .compactMap { name, url in url.map { name.padded(to: 10) + $0 } }
        if !links.isEmpty { blocks.append(links.joined(separator: "\n")) }
        if !notice.facts.isEmpty {
            let width = (notice.facts.map(\.label.count).max() ?? 0) + 2
            blocks.append(notice.facts.map { $0.label.padded(to: width) + wrapped($0.value, width: 72 - width, indent: width) }.joined(separator: "\n"))
        }
        if let step = notice.firstStep { blocks.append("FIRST STEP\n" + wrapped(step)) }
        for (title, alerts) in [("SAME CAUSE, ALSO FIRING", notice.effects), ("ALSO FIRING", notice.others)] where !alerts.isEmpty {
            blocks.append(title + "\n" + alerts.map { "\($0.severity.rawValue.uppercased().padded(to: 10))\(wrapped($0.summary, width: 62, indent: 10))" }.joined(separator: "\n"))
        }
        if !notice.resolved.isEmpty {
            blocks.append((notice.kind == .resolved ? "RESOLVED\n" : "RESOLVED SINCE THE LAST MAIL\n")
                + notice.resolved.map { "\("RESOLVED".padded(to: 10))\(wrapped("\($0.title) on \($0.resource). Lasted \($0.lasted).", width: 62, indent: 10))" }.joined(separator: "\n"))
        }
        blocks.append("-- \n" + wrapped(notice.closing + " Sent to \(recipient)."))
        return blocks.joined(separator: "\n\n").replacing("\u{00A0}", with: " ") + "\n"
    }

    /// Broken at spaces; later lines are indented.
    private static func wrapped(_ text: String, width: Int = 72, indent: Int = 0) -> String {
        var lines = [""]
        for word in text.split(whereSeparator: { $0 == " " || $0.isNewline }) {
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
