import Alerting

/// The HTML part in the hand of design/email: one column of 560 px, no image, no tracking. Inline styles are allowed here and only here.
enum MailHTML {
    static func body(_ notice: Notice, to recipient: String) -> String {
        let tone = tone(notice)
        var out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
            + "<meta name=\"color-scheme\" content=\"light dark\"><title>\(escape(notice.subject))</title></head>\n<body style=\"margin:0;padding:0;background:#f2f5f5\">\n"
        out += "<div style=\"display:none;max-height:0;overflow:hidden\">\(escape(notice.lead.isEmpty ? notice.headline : notice.lead))</div>\n"
        out += "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" bgcolor=\"#f2f5f5\"><tr><td align=\"center\" style=\"padding:16px 8px\">\n"
        out += "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" bgcolor=\"#ffffff\" style=\"max-width:560px;border-top:4px solid \(tone.rule);"
            + "font:16px/1.45 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;color:#16212b\"><tr><td style=\"padding:20px 24px 24px;word-break:break-word\">\n"
        out += "<p style=\"margin:0 0 4px;color:\(tone.text);font-weight:700\">\(tone.mark) \(notice.stateWord) &middot; \(escape(notice.tenant)) &middot; \(escape(notice.serviceTitle))</p>\n"
        out += "<h1 style=\"margin:0 0 8px;font-size:22px;line-height:1.25\">\(escape(notice.headline))</h1>\n"
        if !notice.lead.isEmpty { out += "<p style=\"margin:0 0 16px;color:#52606c\">\(escape(notice.lead))</p>\n" }
        out += buttons(notice) + facts(notice)
        if let step = notice.firstStep { out += heading("First step") + "<p style=\"margin:0\">\(escape(step))</p>\n" }
        for (title, alerts) in [("Same cause, also firing", notice.effects), ("Also firing", notice.others)] where !alerts.isEmpty {
            out += heading(title) + list(alerts.map { alert in
                alert.severity == .critical ? ("#b0201a", "&#9670; Critical", alert.summary) : ("#8a5600", "&#9650; Warning", alert.summary)
            })
        }
        if !notice.resolved.isEmpty {
            out += heading(notice.kind == .resolved ? "Resolved" : "Resolved since the last mail")
                + list(notice.resolved.map { ("#2a7150", "&#10003; Resolved", "\($0.title) on \($0.resource). Lasted \($0.lasted).") })
        }
        out += "<p style=\"margin:20px 0 0;padding-top:12px;border-top:1px solid #dde3e5;font-size:13px;color:#52606c\">\(escape(notice.closing)) Sent to \(escape(recipient)).</p>\n"
        return out + "</td></tr></table></td></tr></table></body></html>\n"
    }

    private static func tone(_ notice: Notice) -> (rule: String, text: String, mark: String) {
        switch notice.kind {
        case .resolved: ("#2a7150", "#2a7150", "&#10003;")
        case .test: ("#0a5a7c", "#0a5a7c", "&#9675;")
        case .firing, .reminder, .digest:
            notice.severity == .critical ? ("#b0201a", "#b0201a", "&#9670;") : ("#b97700", "#8a5600", "&#9650;")
        }
    }

    private static func buttons(_ notice: Notice) -> String {
        let links = [("Open runbook", notice.runbookURL), ("Service", notice.serviceURL)].compactMap { name, url in url.map { (name, $0) } }
        guard !links.isEmpty else { return "" }
        return "<p style=\"margin:0 0 12px\">" + links.enumerated().map { index, link in
            "<a href=\"\(escape(link.1))\" style=\"display:inline-block;padding:11px 18px;margin:0 8px 8px 0;border:1px solid #0a5a7c;border-radius:4px;"
                + "text-decoration:none;font-weight:600;\(index == 0 ? "background:#0a5a7c;color:#ffffff" : "color:#0a5a7c")\">\(link.0)</a>"
        }.joined() + "</p>\n"
    }

    private static func facts(_ notice: Notice) -> String {
        guard !notice.facts.isEmpty else { return "" }
        return "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" style=\"font-size:15px\">" + notice.facts.map {
            "<tr><td style=\"padding:4px 16px 4px 0;color:#52606c;vertical-align:top;white-space:nowrap\">\(escape($0.label))</td>"
                + "<td style=\"padding:4px 0;vertical-align:top\">\(escape($0.value))</td></tr>"
        }.joined() + "</table>\n"
    }

    private static func heading(_ text: String) -> String { "<h2 style=\"margin:20px 0 4px;font-size:15px\">\(text)</h2>" }

    private static func list(_ rows: [(colour: String, word: String, text: String)]) -> String {
        "<p style=\"margin:0;font-size:15px\">" + rows.map { "<b style=\"color:\($0.colour)\">\($0.word)</b> \(escape($0.text))" }.joined(separator: "<br>") + "</p>\n"
    }

    static func escape(_ text: String) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{0}"..."\u{1F}": out += " "
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
