import JSON

/// An incoming-webhook message for Slack and for what speaks its language (docs.slack.dev, "Sending messages using incoming webhooks").
enum SlackPayload {
    /// Lines of a list; a chat is no place for more.
    private static let listLimit = 10

    static func body(_ notice: Notice) -> [UInt8] {
        let mark = notice.kind == .resolved ? "✓" : notice.severity == .critical ? "◆" : "▲"
        var lines = ["*\(mark) \(escaped(notice.stateWord)) \(escaped(notice.tenant)): \(escaped(notice.headline))*", escaped(notice.lead)]
        if let trend = notice.trend { lines.append("\(escaped(trend.label)): `\(trend.sparkline)` \(escaped(trend.words))") }
        lines += notice.facts.map { "*\(escaped($0.label))*: \(escaped($0.value))" }
        let links = [("Runbook", notice.runbookURL), ("Service", notice.serviceURL), ("Incident", notice.incidentURL)]
            .compactMap { name, url in url.map { "<\(escaped($0))|\(name)>" } }
        if !links.isEmpty { lines.append(links.joined(separator: " · ")) }
        if let command = notice.silenceCommand { lines.append("`\(escaped(command.replacing("`", with: "'")))`") }
        for section in notice.lists { lines += list(section) }
        let payload: JSONValue = [
            "text": .string("\(notice.stateWord) \(notice.tenant): \(escaped(notice.headline))"),
            "blocks": [["type": "section", "text": ["type": "mrkdwn", "text": .string(String(lines.filter { !$0.isEmpty }.joined(separator: "\n").prefix(2_900)))]]],
        ]
        return payload.bytes()
    }

    private static func list(_ section: Notice.Section) -> [String] {
        let hidden = section.lines.count - listLimit
        return ["*\(escaped(section.title))*"] + section.lines.prefix(listLimit).map { "• \(escaped($0.text))" }
            + (hidden > 0 ? ["and \(hidden) more on the site"] : []) + (section.rest.map { [escaped($0)] } ?? [])
    }

    /// The three characters that Slack reserves; a name cannot become a link or a mention.
    private static func escaped(_ text: String) -> String {
        text.plain.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
