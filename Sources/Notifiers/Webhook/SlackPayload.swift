import JSON

/// An incoming-webhook message for Slack and for what speaks its language (docs.slack.dev, "Sending messages using incoming webhooks").
enum SlackPayload {
    static func body(_ notice: Notice) -> [UInt8] {
        let mark = notice.kind == .resolved ? "✓" : notice.severity == .critical ? "◆" : "▲"
        var lines = ["*\(mark) \(escaped(notice.stateWord)) \(escaped(notice.tenant)): \(escaped(notice.headline))*", escaped(notice.lead)]
        lines += notice.facts.map { "*\(escaped($0.label))*: \(escaped($0.value))" }
        let links = [("Runbook", notice.runbookURL), ("Service", notice.serviceURL), ("Incident", notice.incidentURL)]
            .compactMap { name, url in url.map { "<\(escaped($0))|\(name)>" } }
        if !links.isEmpty { lines.append(links.joined(separator: " · ")) }
        let payload: JSONValue = [
            "text": .string("\(notice.stateWord) \(notice.tenant): \(notice.headline)"),
            "blocks": [["type": "section", "text": ["type": "mrkdwn", "text": .string(String(lines.filter { !$0.isEmpty }.joined(separator: "\n").prefix(2_900)))]]],
        ]
        return payload.bytes()
    }

    /// The three characters that Slack reserves; a name cannot become a link or a mention.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
