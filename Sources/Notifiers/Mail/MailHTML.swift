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
        out += buttons(notice)
        if let trend = notice.trend { out += bars(trend, over: tone.text) }
        out += facts(notice)
        if let step = notice.firstStep { out += heading("First step") + "<p style=\"margin:0\">\(escape(step))</p>\n" }
        for section in notice.lists { out += heading(escape(section.title)) + list(section) }
        if let command = notice.silenceCommand {
            out += heading("To silence it for two hours")
                + "<p style=\"margin:0;font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;color:#16212b;background:#f2f5f5;padding:8px 10px\">\(escape(command))</p>\n"
        }
        out += "<p style=\"margin:20px 0 0;padding-top:12px;border-top:1px solid #dde3e5;font-size:13px;color:#52606c\">\(escape(notice.closing)) Sent to \(escape(recipient)).</p>\n"
        return out + "</td></tr></table></td></tr></table></body></html>\n"
    }

    private static func tone(_ notice: Notice) -> (rule: String, text: String, mark: String) {
        switch notice.kind {
        case .resolved: ("#2a7150", "#2a7150", "&#10003;")
        case .test, .digest: ("#0a5a7c", "#0a5a7c", "&#9675;")
        case .firing, .reminder:
            notice.severity == .critical ? ("#b0201a", "#b0201a", "&#9670;") : ("#b97700", "#8a5600", "&#9650;")
        }
    }

    private static func buttons(_ notice: Notice) -> String {
        let links = [("Open runbook", notice.runbookURL), ("Service", notice.serviceURL), ("Incident", notice.incidentURL)].compactMap { name, url in url.map { (name, $0) } }
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

    private static func list(_ section: Notice.Section) -> String {
        var rows = section.lines.map { line in
            let word = switch line.tone {
            case .plain: ""
            case .warning: "<b style=\"color:#8a5600\">&#9650; Warning</b> "
            case .critical: "<b style=\"color:#b0201a\">&#9670; Critical</b> "
            case .resolved: "<b style=\"color:#2a7150\">&#10003; Resolved</b> "
            }
            return word + escape(line.text)
        }
        if let rest = section.rest { rows.append("<span style=\"color:#52606c\">\(escape(rest))</span>") }
        return "<p style=\"margin:0;font-size:15px\">" + rows.joined(separator: "<br>") + "</p>\n"
    }

    /// The last hours as cells of a table, since mail programs show no image before they are asked to. What is over the limit is darker.
    private static func bars(_ trend: Notice.Trend, over tone: String) -> String {
        let full = 48
        let cells = zip(trend.values, trend.heights).map { value, height -> String in
            guard let height else { return "<td style=\"vertical-align:bottom;padding:0 1px 0 0\"><div style=\"height:1px;border-bottom:1px dotted #8a98a3;font-size:0;line-height:0\"></div></td>" }
            let pixels = max(2, Int(exactly: (height * Double(full)).rounded()) ?? 2)
            let colour = trend.limit.map { value > $0 } ?? false ? tone : "#9db0ba"
            return "<td style=\"vertical-align:bottom;padding:0 1px 0 0\"><div style=\"height:\(pixels)px;background:\(colour);font-size:0;line-height:0\"></div></td>"
        }
        return "<p style=\"margin:8px 0 4px;font-size:13px;color:#52606c\">\(escape(trend.label)), \(escape(trend.span)): \(escape(trend.words))</p>"
            + "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"table-layout:fixed;border-bottom:1px solid #8a98a3;margin:0 0 12px\">"
            + "<tr style=\"height:\(full)px\">\(cells.joined())</tr></table>\n"
    }

    static func escape(_ text: String) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for scalar in text.plain.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
